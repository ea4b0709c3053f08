from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.whatif import what_if
from tests.resolver.fake import FakeProvider, problem

if TYPE_CHECKING:
    from tests.resolver.brute import Packages

PACKAGES: Packages = {
    "app": {"1.0": ["lib<2"], "2.0": ["lib>=2"]},
    "lib": {"1.0": [], "2.0": [], "3.0rc1": []},
    "other": {"1.0": []},
}


@pytest.mark.parametrize(
    ("version", "fits", "others"),
    [("1.0", True, []), ("2.0", False, [1]), ("9.0", False, [])],
)
def test_fits_or_conflicts(version: str, fits: bool, others: list[int]) -> None:  # noqa: FBT001
    asked = problem("app==1.0\nother\nlib==1.0")
    trial = what_if(asked, asked.requirements[2], Version(version), FakeProvider(PACKAGES))
    assert trial.fits is fits
    assert [line.origin for line in trial.others] == others
    assert not trial.gaps


def test_too_little_is_known() -> None:
    asked = problem("app==1.0\nother\nlib==1.0")
    provider = FakeProvider(PACKAGES, unknown=["other"])
    trial = what_if(asked, asked.requirements[2], Version("1.0"), provider)
    assert trial.fits is None
    assert [gap.name for gap in trial.gaps] == ["other"]
    # A conflict needs no more.
    assert what_if(asked, asked.requirements[2], Version("2.0"), provider).fits is False


def test_other_conflicts_say_nothing_about_a_version() -> None:
    asked = problem("app==1.0\nlib==2.0\nother==1.0")
    provider = FakeProvider(PACKAGES)
    suspects = find_conflicts(asked, provider).suspects
    line = asked.requirements[2]
    assert what_if(asked, line, Version("1.0"), provider).fits is None
    assert what_if(asked, line, Version("1.0"), provider, ignoring=suspects).fits is True
    # The line in conflict itself is not left out.
    trial = what_if(asked, asked.requirements[1], Version("2.0"), provider, ignoring=suspects)
    assert trial.fits is False
