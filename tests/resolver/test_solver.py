"""pip's rules, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.base.facts import Known, Reason
from pinwise.resolver.outcome import Conflict, GaveUp, Limits, Solution, Stop
from pinwise.resolver.problem import Opaque, Problem, Requirement
from pinwise.resolver.provider import Dependency
from pinwise.resolver.solver import solve
from tests.resolver.fake import FakeProvider, line, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pinwise.resolver.outcome import Outcome
    from tests.resolver.brute import Packages

WORLD: Packages = {
    "a": {"1.0": ["b"], "2.0": ["b>=2"]},
    "b": {"1.0": [], "2.0": [], "3.0rc1": []},
    "only-pre": {"1.0a1": [], "1.0a2": []},
    "wants-pre": {"1.0": ["b>=3.0rc1"]},
    "pins-b": {"1.0": ["b==2.0"]},
    "bounds-b": {"1.0": ["b>=2"]},
    "by-address": {"1.0": ["bounds-b", "b @ https://index.example.org/b.whl"]},
    "loop": {"1.0": ["pool"], "2.0": ["pool>=2"]},
    "pool": {"1.0": ["loop<2"], "2.0": ["loop>=2", "pool[fast]"]},
    "whole": {"1.0": ["part ; extra == 'x'", "whole[x] ; extra == 'all'"]},
    "part": {"1.0": [], "2.0": []},
    "torch": {"2.0.0": [], "2.0.0+cpu": [], "1.9": []},
    "wants-cpu": {"1.0": ["torch==2.0.0+cpu"]},
    "wants-nothing-there-is": {"1.0": ["nowhere>=1"]},
}


B = canonicalize_name("b")


def _versions(outcome: Outcome) -> dict[str, str]:
    assert isinstance(outcome, Solution), outcome
    return {name: str(version) for name, version in outcome.versions.items()}


def _lines(outcome: Outcome) -> list[object]:
    assert isinstance(outcome, Conflict), outcome
    return sorted((each.origin for each in outcome.lines()), key=str)


def _solve(
    text: str,
    *,
    yanked: Iterable[str] = (),
    obstacles: Mapping[str, str] | None = None,
    unknown: Iterable[str] = (),
) -> Outcome:
    provider = FakeProvider(WORLD, yanked=yanked, obstacles=obstacles, unknown=unknown)
    return solve(problem(text), provider)


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("", {}),
        ("a", {"a": "2.0", "b": "2.0"}),
        ("a<2", {"a": "1.0", "b": "2.0"}),
        ("a\n-c b<2", {"a": "1.0", "b": "1.0"}),
        ("-c a==1.0", {}),
        ("b>=3.0rc1", {"b": "3.0rc1"}),
        ("b>2", {"b": "3.0rc1"}),
        ("only-pre", {"only-pre": "1.0a2"}),
        ("wants-pre", {"wants-pre": "1.0", "b": "3.0rc1"}),
        ("loop", {"loop": "2.0", "pool": "2.0"}),
        ("pool==1.0", {"loop": "1.0", "pool": "1.0"}),
        ("whole", {"whole": "1.0"}),
        ("whole[x]", {"whole": "1.0", "part": "2.0"}),
        ("whole[all]\npart<2", {"whole": "1.0", "part": "1.0"}),
        ("whole[nothing-of-the-kind]", {"whole": "1.0"}),
        ("torch==2.0.0\nwants-cpu", {"torch": "2.0.0+cpu", "wants-cpu": "1.0"}),
        ("b==1.0\nb==1", {"b": "1.0"}),
        ("a\nb===2.0", {"a": "2.0", "b": "2.0"}),
    ],
)
def test_holds(text: str, versions: Mapping[str, str]) -> None:
    outcome = _solve(text)
    assert _versions(outcome) == versions
    assert not outcome.gaps


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a==2.0\nb==1.0", [1, 2]),
        ("b==1.0\na\na>=2", [1, 3]),
        ("b==1.0\nb==2.0", [1, 2]),
        ("b\nb==9.0", [2]),
        ("nowhere", [1]),
        ("wants-nothing-there-is", [1]),
        ("loop>=2\npool<2", [1, 2]),
        ("whole[all]\npart>9", [2]),
        ("whole[all]\npart==1.0\n-c part>1", [2, 3]),
        ("torch==1.9\nwants-cpu", [1, 2]),
        ("a>=2\n-c b<2", [1, 2]),
    ],
)
def test_conflicts(text: str, lines: list[object]) -> None:
    assert _lines(_solve(text)) == lines


def test_what_is_installed_is_preferred_where_it_fits() -> None:
    installed = {canonicalize_name("a"): Version("1.0"), canonicalize_name("b"): Version("1.0")}
    asked = problem("a")
    provider = FakeProvider(WORLD)
    kept = solve(Problem(asked.requirements, preferred=installed), provider)
    assert _versions(kept) == {"a": "1.0", "b": "1.0"}
    asked = problem("a>=2")
    moved = solve(Problem(asked.requirements, preferred=installed), provider)
    assert _versions(moved) == {"a": "2.0", "b": "2.0"}


def test_prereleases_by_option() -> None:
    name = canonicalize_name("b")
    provider = FakeProvider(WORLD)
    asked = problem("b").requirements
    assert _versions(solve(Problem(asked, prereleases={name: True}), provider)) == {"b": "3.0rc1"}
    asked = problem("b>2").requirements
    assert _lines(solve(Problem(asked, prereleases={name: False}), provider)) == [1]


def test_a_prerelease_that_pip_would_not_take_is_told() -> None:
    packages: Packages = {
        "app": {"1.0": ["lib>=1", "tool==2"]},
        "lib": {"1.0": ["tool<2"], "2.0rc1": []},
        "tool": {"1": [], "2": []},
    }
    outcome = solve(problem("app"), FakeProvider(packages))
    assert isinstance(outcome, Solution)
    # pip sees that lib 1.0 satisfies `lib>=1` and offers no pre-release.
    assert outcome.unoffered == (("lib", Version("2.0rc1")),)
    named = solve(problem("app\nlib>=2.0rc1"), FakeProvider(packages))
    assert isinstance(named, Solution)
    assert not named.unoffered


@pytest.mark.parametrize(
    ("text", "version"),
    [("b<3", "1.0"), ("b==2.0", "2.0"), ("pins-b", "2.0"), ("b\npins-b", "2.0")],
)
def test_yanked_versions_are_for_pins(text: str, version: str) -> None:
    assert _versions(_solve(text, yanked=["b 2.0"]))["b"] == version


def test_a_pin_that_is_met_later_admits_a_yanked_version() -> None:
    packages: Packages = {
        "app": {"1.0": ["lib", "tool>=2"], "2.0": ["lib>=1", "tool>=2"]},
        "lib": {"1.0": ["tool==2.0"], "2.0": []},
        "tool": {"1.0": [], "2.0": []},
    }
    provider = FakeProvider(packages, yanked=["tool 2.0"])
    outcome = solve(problem("app"), provider)
    assert isinstance(outcome, Solution)
    # With lib 1.0 it would be pinned, with the newer one it is not.
    assert outcome.unoffered == (("tool", Version("2.0")),)
    assert _versions(solve(problem("app\nlib<2"), provider))["tool"] == "2.0"


def test_a_bound_admits_no_yanked_version() -> None:
    yanked = ["b 2.0", "b 3.0rc1"]
    assert _lines(_solve("bounds-b", yanked=yanked)) == [1]
    # What is not known may pin it.
    unknown = _solve("bounds-b\nother", yanked=yanked, unknown=["other"])
    assert isinstance(unknown, Solution)
    assert [gap.name for gap in unknown.gaps] == ["other"]


def test_what_the_interpreter_cannot_have_is_left_out() -> None:
    obstacles = {"a 2.0": "needs Python >=3.13"}
    assert _versions(_solve("a", obstacles=obstacles))["a"] == "1.0"
    assert _lines(_solve("a>=2", obstacles=obstacles)) == [1]


def test_an_address_in_a_dependency_makes_its_package_unknown() -> None:
    # Read as a name, it would conflict.
    obstacles = {"b 2.0": "needs Python >=3.13", "b 3.0rc1": "needs Python >=3.13"}
    assert isinstance(_solve("bounds-b", obstacles=obstacles), Conflict)
    outcome = _solve("by-address", obstacles=obstacles)
    assert isinstance(outcome, Solution)
    assert outcome.versions[B] is None
    assert [(gap.name, gap.obstacle.reason) for gap in outcome.gaps] == [("b", Reason.NOT_STATIC)]
    assert not outcome.gaps[0].fillable


def _opaque(opaque: Opaque) -> Requirement:
    return Requirement(canonicalize_name("b"), origin="address", opaque=opaque)


def test_an_opaque_requirement_of_known_version_takes_part() -> None:
    empty: dict[str, Known[tuple[Dependency, ...]]] = {"": Known(())}
    given = _opaque(Opaque(Version("1.5"), empty))
    provider = FakeProvider(WORLD)
    fits = solve(Problem((given, line("a"))), provider)
    assert _versions(fits) == {"a": "1.0", "b": "1.5"}
    assert not fits.gaps
    assert _lines(solve(Problem((given, line("a>=2", "a"))), provider)) == ["a", "address"]
    assert provider.questions == ["a"] * 2


def test_an_opaque_requirement_of_unknown_version_excludes_nothing() -> None:
    outcome = solve(Problem((_opaque(Opaque()), line("a>=2"))), FakeProvider(WORLD))
    assert isinstance(outcome, Solution)
    assert outcome.versions[B] is None
    assert [gap.name for gap in outcome.gaps] == ["b"]


def test_the_needs_of_an_opaque_requirement_count() -> None:
    needs = {"": Known((Dependency(canonicalize_name("a"), ">=2"),))}
    given = _opaque(Opaque(Version("2.0"), needs))
    assert _lines(solve(Problem((given, line("a==1.0", "a"))), FakeProvider(WORLD))) == [
        "a",
        "address",
    ]


def test_a_pin_is_looked_up_alone() -> None:
    provider = FakeProvider(WORLD)
    assert isinstance(solve(problem("a==2.0\nb==2.0"), provider), Solution)
    assert provider.questions == []


def test_pins_that_nobody_has_looked_up_conflict_all_the_same() -> None:
    outcome = _solve("a==2.0\nb==1.0", unknown=["b"])
    assert _lines(outcome) == [1, 2]
    assert isinstance(_solve("wants-cpu\ntorch==2.0.0", unknown=["torch"]), Solution)


def test_gaps_name_what_would_be_tried_next() -> None:
    outcome = _solve("a", unknown=["a 2.0", "a 1.0"])
    assert isinstance(outcome, Solution)
    (gap,) = outcome.gaps
    assert (gap.name, gap.version, gap.older) == ("a", Version("2.0"), (Version("1.0"),))
    assert gap.fillable


def test_of_a_family_in_lockstep_the_next_members_are_named() -> None:
    family: Packages = {
        "parent": {f"{number}.0": [f"child=={number}.0"] for number in range(1, 6)},
        "child": {f"{number}.0": [] for number in range(1, 6)},
    }
    unknown = [f"child {number}.0" for number in range(1, 6)]
    outcome = solve(problem("parent<5\nchild!=2.0"), FakeProvider(family, unknown=unknown))
    (gap,) = outcome.gaps
    assert (gap.name, str(gap.version)) == ("child", "4.0")
    assert list(map(str, gap.older)) == ["3.0", "1.0"]


def test_it_stops_when_told() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        solve(problem("a"), FakeProvider(WORLD), token=token)


def test_it_gives_up() -> None:
    count = 50
    packages: Packages = {
        "left": {f"1.{each}": [f"middle==1.{each}"] for each in range(count)},
        "middle": {f"1.{each}": [f"tail==1.{each}"] for each in range(count)},
        "tail": {f"1.{each}": ["end"] for each in range(count)},
        "end": {"1": ["left>1", "tail<1"]},
    }
    provider = FakeProvider(packages)
    assert isinstance(solve(problem("left"), provider), Conflict)
    gave_up = solve(problem("left"), provider, limits=Limits(steps=20))
    assert isinstance(gave_up, GaveUp)
    assert gave_up.why is Stop.STEPS
    gave_up = solve(problem("left"), provider, limits=Limits(tries=0))
    assert isinstance(gave_up, GaveUp)
    assert (gave_up.why, gave_up.package) == (Stop.TRIES, "left")
