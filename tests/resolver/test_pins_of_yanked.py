"""Whether a conflict that leaves out yanked versions is one: something may pin them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.resolver.outcome import Conflict, GaveUp, Limits, Solution
from pinwise.resolver.solver import solve
from tests.resolver.fake import FakeProvider, problem

if TYPE_CHECKING:
    from tests.resolver.brute import Packages

LINE = problem("app>1")
OLD: dict[str, list[str]] = {"1.0": []}
YANKED = ("app 2.0",)


@pytest.mark.parametrize(
    "needed",
    [
        {"lib": {"1.0": ["app==2.0"], "2.0": []}},
        # In a package that only an older version needs.
        {"lib": {"1.0": ["other"], "2.0": []}, "other": {"1.0": ["app==2.0"]}},
        {
            "lib": {"1.0": ["other"], "2.0": []},
            "other": {"1.0": ["far"], "2.0": []},
            "far": {"1.0": ["app===2.0"], "2.0": []},
        },
        # By an extra that only an older version turns on.
        {
            "lib": {"1.0": ["other[x]"], "2.0": ["other"]},
            "other": {"1.0": ["app==2.0 ; extra == 'x'"], "2.0": []},
        },
        {"lib": {"1.0": ["lib[x]", "app==2.0 ; extra == 'x'"], "2.0": []}},
        # By what is needed in a circle.
        {"lib": {"1.0": ["other"], "2.0": []}, "other": {"1.0": ["lib<2"], "0.9": ["app==2.0"]}},
    ],
)
def test_a_pin_that_no_attempt_met_admits_it(needed: Packages) -> None:
    packages: Packages = {"app": {**OLD, "2.0": ["lib"]}, **needed}
    outcome = solve(LINE, FakeProvider(packages, yanked=YANKED))
    assert isinstance(outcome, Solution)
    assert outcome.versions[canonicalize_name("app")] == Version("2.0")


@pytest.mark.parametrize(
    "needed",
    [
        {"lib": {"1.0": ["app>=2"], "2.0": []}},
        {"lib": {"1.0": ["other"], "2.0": []}, "other": {"1.0": ["app==1.0", "app==2.*"]}},
        # The line excludes the version that pins it.
        {"lib": {"1.0": [], "0.9": ["app==2.0"]}},
        {"lib": {"1.0": ["other"], "0.9": ["far"]}, "other": OLD, "far": {"1.0": ["app==2.0"]}},
        # Nothing leads there.
        {"lib": OLD, "other": {"1.0": ["app==2.0"]}},
    ],
)
def test_without_one_it_is_a_conflict(needed: Packages) -> None:
    packages: Packages = {"app": {**OLD, "2.0": ["lib"]}, **needed}
    outcome = solve(problem("app>1\nlib>=1"), FakeProvider(packages, yanked=YANKED))
    assert isinstance(outcome, Conflict)
    assert [line.origin for line in outcome.lines()] == [1]


@pytest.mark.parametrize("unknown", ["lib 1.0", "other", "other 1.0"])
def test_what_is_not_known_may_pin_it(unknown: str) -> None:
    packages: Packages = {
        "app": {**OLD, "2.0": ["lib"]},
        "lib": {"1.0": ["other"], "2.0": []},
        "other": {"1.0": []},
    }
    outcome = solve(LINE, FakeProvider(packages, yanked=YANKED, unknown=[unknown]))
    assert isinstance(outcome, Solution)
    missing = [f"{gap.name} {gap.version}".removesuffix(" None") for gap in outcome.gaps]
    assert missing == [unknown]
    assert isinstance(solve(LINE, FakeProvider(packages, yanked=YANKED)), Conflict)


def test_what_a_yanked_version_needs_that_nothing_pins_need_not_be_known() -> None:
    packages: Packages = {
        "web": {"1.0": ["lib<2"], "1.1": ["lib<2"], "1.2": []},
        "lib": {"1.0": [], "2.0": []},
    }
    provider = FakeProvider(packages, yanked=["web 1.1"], unknown=["web 1.1"])
    assert isinstance(solve(problem("web<1.2\nlib==2.0"), provider), Conflict)
    # Here something may pin it, once more is known.
    asked = problem("web<1.2\nlib==2.0\ntool")
    packages = {**packages, "tool": {"1.0": [], "2.0": []}}
    provider = FakeProvider(packages, yanked=["web 1.1"], unknown=["web 1.1", "tool 1.0"])
    outcome = solve(asked, provider)
    assert isinstance(outcome, Solution)
    assert {str(gap.name) for gap in outcome.gaps} == {"web", "tool"}


def test_a_yanked_version_that_is_pinned_may_pin_another() -> None:
    packages: Packages = {
        "app": {**OLD, "2.0": []},
        "tool": {"1.0": ["lib==2.0"], "2.0": []},
        "lib": {"1.0": [], "2.0": ["app==2.0"]},
    }
    asked = problem("app>1\ntool")
    yanked = (*YANKED, "lib 2.0")
    assert isinstance(solve(asked, FakeProvider(packages, yanked=yanked)), Solution)
    outcome = solve(asked, FakeProvider(packages, yanked=yanked, unknown=["lib 2.0"]))
    assert isinstance(outcome, Solution)
    assert [gap.name for gap in outcome.gaps] == ["lib"]


def test_what_an_address_gives_may_pin_it() -> None:
    packages: Packages = {
        "app": {**OLD, "2.0": ["lib"]},
        "lib": {"1.0": ["other @ https://index.example.org/other.whl"], "2.0": []},
    }
    outcome = solve(LINE, FakeProvider(packages, yanked=YANKED))
    assert isinstance(outcome, Solution)
    assert [gap.name for gap in outcome.gaps] == ["other"]


def test_too_much_to_look_at_proves_nothing() -> None:
    packages: Packages = {
        "app": {**OLD, "2.0": ["lib"]},
        "lib": {f"1.{minor}": ["other"] for minor in range(100)} | {"2.0": []},
        "other": {f"1.{minor}": [] for minor in range(100)},
    }
    provider = FakeProvider(packages, yanked=YANKED)
    assert isinstance(solve(LINE, provider, limits=Limits(steps=100)), GaveUp)
    assert isinstance(solve(LINE, provider, limits=Limits(steps=300)), Conflict)
