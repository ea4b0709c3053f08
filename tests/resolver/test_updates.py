from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.base.facts import NotChecked, Reason
from pinwise.resolver.explanation import Explainer
from pinwise.resolver.updates import Plan, plan_updates
from tests.resolver.brute import possible, random_packages
from tests.resolver.fake import FakeProvider, problem

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from pinwise.base.facts import Fact
    from pinwise.resolver.provider import Dependency
    from tests.resolver.brute import Packages

PACKAGES: Packages = {
    "app": {"1.0": ["lib<2"], "2.0": ["lib<2"], "3.0rc1": []},
    "lib": {"1.0": [], "1.5": [], "2.0": []},
    "free": {"1.0": [], "9.0": []},
    "yanked": {"1.0": [], "2.0": []},
}


def _told(plan: Plan) -> list[tuple[str, str, str]]:
    return [(each.line.shown, str(each.to), str(each.newest)) for each in plan.updates]


def test_everything_that_fits_and_what_holds_back_the_rest() -> None:
    plan = plan_updates(
        problem("app==1.0\nlib==1.0\nfree==1.0\nyanked==1.0"),
        FakeProvider(PACKAGES, yanked=["yanked 2.0"]),
    )
    assert _told(plan) == [
        ("app==1.0", "2.0", "2.0"),
        ("lib==1.0", "1.5", "2.0"),
        ("free==1.0", "9.0", "9.0"),
        ("yanked==1.0", "1.0", "1.0"),
    ]
    held = plan.updates[1].held_back
    assert held is not None
    assert [line.origin for line in held.lines] == [1, 2]
    assert Explainer(held.proof).sentences() == (
        "`app==2.0` (line 1) needs `lib<2`, but line 2 pins `lib==2.0`."
    )
    assert not plan.gaps


def test_only_the_lines_that_were_asked_for() -> None:
    asked = problem("app==1.0\nlib==1.0\nfree==1.0")
    plan = plan_updates(asked, FakeProvider(PACKAGES), lines=[asked.requirements[1]])
    assert _told(plan) == [("lib==1.0", "1.5", "2.0")]


def test_lines_that_do_not_hold_as_they_are_may_go_down() -> None:
    plan = plan_updates(problem("app==1.0\nlib==2.0\nfree==1.0"), FakeProvider(PACKAGES))
    assert _told(plan) == [
        ("app==1.0", "2.0", "2.0"),
        ("lib==2.0", "1.5", "2.0"),
        ("free==1.0", "9.0", "9.0"),
    ]


def test_a_conflict_of_other_lines_is_given_back() -> None:
    plan = plan_updates(problem("free==1.0\napp<3\nlib>=2"), FakeProvider(PACKAGES))
    assert plan.updates == ()
    assert plan.conflict is not None
    assert {line.origin for line in plan.conflict.lines()} == {2, 3}


def test_gaps_come_first() -> None:
    plan = plan_updates(problem("app==1.0\nfree==1.0"), FakeProvider(PACKAGES, unknown=["free"]))
    assert [gap.name for gap in plan.gaps] == ["free"]


@pytest.mark.parametrize("batch", range(4))
def test_no_line_can_be_raised_without_lowering_another(batch: int) -> None:
    checked = 0
    for seed in range(batch * 50, batch * 50 + 50):
        chance = random.Random(seed)  # noqa: S311
        packages = {
            # Pre-releases have a test of their own: brute force does not know pip's rule.
            name: {each: needs for each, needs in versions.items() if "rc" not in each}
            or {"1.0": []}
            for name, versions in random_packages(chance).items()
        }
        pins = [f"{name}=={chance.choice(list(packages[name]))}" for name in "abc"]
        asked = problem("\n".join(pins))
        if not possible(asked.requirements, packages):
            continue
        plan = plan_updates(asked, FakeProvider(packages))
        if plan.gaps or len(plan.updates) != len(pins):
            continue
        checked += 1
        reached = {each.line: each.to for each in plan.updates}
        final = {line: line.with_specifier(f"=={to}") for line, to in reached.items()}
        assert possible(asked.replacing(dict(final)).requirements, packages)
        for update in plan.updates:
            assert update.to >= update.current
            if update.to == update.newest:
                continue
            better = {
                line: line.with_specifier(f"{'>' if line is update.line else '>='}{to}")
                for line, to in reached.items()
            }
            assert not possible(asked.replacing(dict(better)).requirements, packages)
            assert update.held_back is not None
            assert not possible(update.held_back.lines, packages)
    assert checked > 5


def test_no_line_is_raised_further_than_it_may_be() -> None:
    asked = problem("app==1.0\nlib==1.0\nfree==1.0")
    app, lib, free = asked.requirements
    plan = plan_updates(
        asked,
        FakeProvider(PACKAGES),
        lines=[lib, free],
        most={lib: Version("1.5"), free: Version("1.0")},
    )
    assert _told(plan) == [("lib==1.0", "1.5", "1.5"), ("free==1.0", "1.0", "1.0")]
    assert all(each.held_back is None for each in plan.updates)
    held = plan_updates(
        problem("app==1.0\nlib==1.0"), FakeProvider(PACKAGES), most={lib: Version("2.0")}
    )
    assert [str(each.to) for each in held.updates] == ["2.0", "1.5"]
    assert app.pin == Version("1.0")


def _random_pins(chance: random.Random) -> tuple[Packages, list[str]]:
    """Return a universe without pre-releases, and pins of three of its packages."""
    packages = {
        name: {each: needs for each, needs in versions.items() if "rc" not in each} or {"1.0": []}
        for name, versions in random_packages(chance).items()
    }
    return packages, [f"{name}=={chance.choice(list(packages[name]))}" for name in "abc"]


@pytest.mark.parametrize("batch", range(4))
@pytest.mark.parametrize("major", [False, True])
def test_what_is_looked_up_on_the_way_does_not_change_the_plan(batch: int, *, major: bool) -> None:
    """From nothing, a gap after the other, or with all facts: the plan is the same, and holds."""
    checked = waves = 0
    for seed in range(batch * 60, batch * 60 + 60):
        packages, pins = _random_pins(random.Random(seed))  # noqa: S311
        asked = problem("\n".join(pins))
        if not possible(asked.requirements, packages):
            continue
        least = {asked.requirements[0]: Version("3")} if major else None
        warm = plan_updates(asked, FakeProvider(packages), least=least)
        unknown = {f"{name} {each}" for name, versions in packages.items() for each in versions}
        unknown |= set(packages)
        cold = plan_updates(asked, FakeProvider(packages, unknown=unknown), least=least)
        while cold.pending:
            assert not cold.updates
            waves += 1
            unknown -= {f"{gap.name} {gap.version}" for gap in cold.pending}
            unknown -= {gap.name for gap in cold.pending if gap.version is None}
            cold = plan_updates(asked, FakeProvider(packages, unknown=unknown), least=least)
        checked += 1
        assert _told(cold) == _told(warm)
        final = {each.line: each.line.with_specifier(f"=={each.to}") for each in cold.updates}
        assert possible(asked.replacing(dict(final)).requirements, packages)
    assert checked > 10
    assert waves > checked


def test_other_lines_change_only_where_the_wanted_ones_need_it() -> None:
    packages: Packages = {
        "app": {"1.0": ["lib<2"], "1.1": ["lib<2"], "2.0": ["lib>=2"], "3.0": ["lib>=9"]},
        "lib": {"1.0": [], "2.0": [], "2.1": []},
        "free": {"1.0": [], "1.1": []},
    }
    asked = problem("app==1.0\nlib==1.0\nfree==1.0")
    app, lib, _ = asked.requirements
    plan = plan_updates(asked, FakeProvider(packages), least={app: Version("2")})
    assert [(name, to) for name, to, _ in _told(plan)] == [
        ("app==1.0", "2.0"),
        ("lib==1.0", "2.1"),
        ("free==1.0", "1.0"),
    ]
    # What cannot get as far as it has to stays.
    plan = plan_updates(
        asked, FakeProvider(packages), least={app: Version("2")}, most={lib: Version("1.0")}
    )
    assert [to for _, to, _ in _told(plan)] == ["1.0", "1.0", "1.0"]


def test_a_line_whose_needs_cannot_be_known_is_told() -> None:
    class Unbuilt(FakeProvider):
        def dependencies(
            self, name: NormalizedName, version: Version, extra: str
        ) -> Fact[tuple[Dependency, ...]]:
            if (name, str(version)) == ("deep", "1.0"):
                return NotChecked(Reason.NOT_STATIC)
            return super().dependencies(name, version, extra)

    packages: Packages = {
        "app": {"1.0": [], "2.0": ["mid"]},
        "mid": {"1.0": ["deep"]},
        "deep": {"1.0": []},
        "free": {"1.0": [], "2.0": []},
    }
    asked = problem("app==1.0\nfree==1.0")
    plan = plan_updates(asked, Unbuilt(packages))
    assert plan.uncertain == {asked.requirements[0]}
    assert [gap.name for gap in plan.gaps] == ["deep"]
    assert not plan.pending
