from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.rules.no_wheel import no_wheel
from tests import harness
from tests.harness import Partly, Sdist, Wheel, Yanked

if TYPE_CHECKING:
    from tests.harness.facts import IndexFacts

check = partial(harness.check, rules=[no_wheel])
messages = partial(harness.messages, rules=[no_wheel])

WINDOWS = Wheel("cp312-cp312-win_amd64")
LINUX = Wheel("cp312-cp312-manylinux_2_17_x86_64")
INDEX: IndexFacts = {
    "pure": ["1.0"],
    "source": {"1.0": Sdist(), "2.0": [Sdist(), Wheel()]},
    "native": {"1.0": [Sdist(), WINDOWS, LINUX], "2.0": [Sdist(), WINDOWS], "3.0": WINDOWS},
    "later": {"1.0": [Sdist(">=3.13"), Wheel(requires_python=">=3.13")]},
    "gone": {"1.0": Yanked()},
    "half": {"1.0": [Sdist(), Wheel(yanked="")]},
    "partly": Partly(["1.0"]),
}


@pytest.mark.parametrize(
    "line",
    [
        "pure==1.0",
        "source==2.0",
        "native==1.0",
        "later==1.0",
        "gone==1.0",
        "native",
        "source>=1",
        "source==1.*",
        "source==9",
        "unasked==1.0",
        "partly==1.0",
        "native==2.0 ; sys_platform == 'win32'",
        "source @ https://files.example/source-1.0.tar.gz",
    ],
)
def test_a_wheel_or_nothing_is_known(line: str) -> None:
    check(f"{line}\n", index=INDEX)


def test_what_is_built() -> None:
    lack = "no wheel for this Python and platform"
    assert messages("source==1.0\nnative==2.0\nnative==3.0\nhalf==1.0\n", index=INDEX) == [
        "`source 1.0` has no wheel: pip builds it from source.",
        f"`native 2.0` has {lack}: pip builds it from source.",
        f"`half 1.0` has {lack}: pip builds it from source.",
    ]
    assert len(messages("native==1.0\nnative==2.0\n", index=INDEX, platform="darwin")) == 2
    assert messages("native==2.0\nnative==3.0\n", index=INDEX, platform="win32") == []


def test_without_an_interpreter() -> None:
    check("source==1.0\nnative==3.0\n", index=INDEX, python=None)


def test_no_wheels_are_allowed() -> None:
    check("--no-binary source,native\nsource==1.0\nnative==2.0\n", index=INDEX)
    # What has no source is `no-matching-version`'s.
    check("pure==1.0\n--no-binary :all:\nsource==1.0\n", index=INDEX)


def test_constraints_count_for_what_is_asked_for() -> None:
    check(
        """
native
-c limits.txt
=== limits.txt
native==2.0
        ^^^ no-wheel
source==1.0
""",
        index=INDEX,
    )
