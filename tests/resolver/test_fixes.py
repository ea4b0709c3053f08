from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from pinwise.base.facts import NotChecked, Reason
from pinwise.resolver.diagnosis import MOST_CONFLICTS, find_conflicts
from pinwise.resolver.fixes import NEAR, Fixes, FixKind, find_fixes
from pinwise.resolver.outcome import Limits
from tests.resolver.brute import possible, random_file, random_packages
from tests.resolver.fake import FakeProvider, problem

if TYPE_CHECKING:
    from tests.resolver.brute import Packages

SOURCE_ONLY = NotChecked(Reason.NOT_STATIC)
PACKAGES: Packages = {
    "app": {"1.0": ["lib>=1,<2"], "2.0": ["lib>=2,<3"], "3.0": ["lib>=3"]},
    "lib": {"1.0": [], "1.5": [], "2.0": [], "2.5": [], "3.0": [], "4.0rc1": []},
    "other": {"1.0": ["tool<2"]},
    "tool": {"1.0": [], "2.0": []},
}


def _fixes(text: str, *, which: int = 0, unknown: tuple[str, ...] = ()) -> Fixes:
    asked, provider = problem(text), FakeProvider(PACKAGES, unknown=unknown)
    diagnosis = find_conflicts(asked, provider)
    return find_fixes(asked, diagnosis, diagnosis.conflicts[which], provider)


def _told(fixes: Fixes) -> list[str]:
    return [f"{fix.kind.name} {fix.line.shown} {fix.specifier}" for fix in fixes.fixes]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "app==2.0\nlib==1.0",
            [
                "RAISE lib==1.0 ==2.5",
                "LOWER app==2.0 ==1.0",
                "DROP lib==1.0 None",
                "LOOSEN lib==1.0 >=1.0",
                "LOOSEN app==2.0 <=2.0",
            ],
        ),
        (
            "app==2.0\nlib==3.0",
            [
                "LOWER lib==3.0 ==2.5",
                "RAISE app==2.0 ==3.0",
                "DROP lib==3.0 None",
                "LOOSEN lib==3.0 <=3.0",
                "LOOSEN app==2.0 >=2.0",
            ],
        ),
        (
            "app>=2\nlib~=1.0",
            [
                "RAISE lib~=1.0 ~=3.0",
                "LOWER app>=2 >=1.0",
                "DROP lib~=1.0 None",
            ],
        ),
        (
            "app==2.0\n-c lib==1.0",
            [
                "LOWER app==2.0 ==1.0",
                "RAISE lib==1.0 ==2.5",
                "LOOSEN app==2.0 <=2.0",
                "LOOSEN lib==1.0 >=1.0",
            ],
        ),
    ],
)
def test_smallest_change_first(text: str, told: list[str]) -> None:
    fixes = _fixes(text)
    assert _told(fixes) == told
    assert not fixes.gaps


def test_the_line_under_the_cursor_comes_first() -> None:
    asked, provider = problem("app==2.0\nlib==1.0"), FakeProvider(PACKAGES)
    diagnosis = find_conflicts(asked, provider)
    (conflict,) = diagnosis.conflicts
    here = asked.requirements[0]
    fixes = find_fixes(asked, diagnosis, conflict, provider, here=here)
    assert fixes.fixes[0].line is here


def test_another_conflict_does_not_prevent_fixes() -> None:
    text = "app==2.0\nlib==1.0\nother\ntool==2.0"
    assert "RAISE lib==1.0 ==2.5" in _told(_fixes(text))
    assert "LOWER tool==2.0 ==1.0" in _told(_fixes(text, which=1))


def test_nothing_is_offered_that_leans_on_what_is_not_known() -> None:
    fixes = _fixes("app==2.0\nlib==1.0\nother", unknown=("tool",))
    assert fixes.fixes == ()
    assert {gap.name for gap in fixes.gaps} == {"tool"}


@pytest.mark.parametrize("batch", range(4))
def test_every_fix_makes_the_conflict_go_away(batch: int) -> None:
    count = 0
    for seed in range(batch * 60, batch * 60 + 60):
        chance = random.Random(seed)  # noqa: S311
        packages = random_packages(chance)
        asked, provider = problem(random_file(chance)), FakeProvider(packages)
        diagnosis = find_conflicts(asked, provider)
        sets = [set(conflict.lines) for conflict in diagnosis.conflicts]
        for conflict in diagnosis.conflicts:
            for fix in find_fixes(asked, diagnosis, conflict, provider).fixes:
                count += 1
                changes = {
                    line: None if specifier is None else line.with_specifier(specifier)
                    for line, specifier, _ in fix.changes
                }
                repaired = asked.replacing(changes)
                lines = [changes.get(line, line) for line in conflict.lines]
                assert possible([line for line in lines if line is not None], packages)
                new = {line for line in changes.values() if line is not None}
                back = {line: old for old, line in changes.items() if line is not None}
                for left in find_conflicts(repaired, provider).conflicts:
                    before = {back.get(line, line) for line in left.lines}
                    assert not new.intersection(left.lines) or any(
                        known <= before for known in sets
                    ), f"seed {seed}"
                assert (fix.specifier is None) == (fix.kind is FixKind.DROP)
                if len(diagnosis.conflicts) == 1:
                    assert possible(repaired.requirements, packages), f"seed {seed}"
    assert count > 20


def test_what_nobody_knew_before_forbids_no_fix_that_leaves_it_alone() -> None:
    asked = problem("app==2.0\nlib==1.0\nother")
    provider = FakeProvider(PACKAGES, unknown=("other 1.0",), obstacle=SOURCE_ONLY)
    diagnosis = find_conflicts(asked, provider)
    fixes = find_fixes(asked, diagnosis, diagnosis.conflicts[0], provider)
    assert "RAISE lib==1.0 ==2.5" in _told(fixes)


@pytest.mark.parametrize(
    "packages",
    [
        # What is not known is what the change itself would lead to.
        {"lib": {"1.0": [], "2.5": ["blob"]}, "blob": {"1.0": []}},
        # It was not known before either, but nothing that holds it to anything has changed.
        {"lib": {"1.0": [], "2.5": ["other>=9"]}},
    ],
)
def test_a_change_that_leads_to_what_nobody_knows_is_none(packages: Packages) -> None:
    asked = problem("app==2.0\nlib==1.0\nother")
    unknown = ("blob", "other")
    provider = FakeProvider({**PACKAGES, **packages}, unknown=unknown, obstacle=SOURCE_ONLY)
    diagnosis = find_conflicts(asked, provider)
    fixes = find_fixes(asked, diagnosis, diagnosis.conflicts[0], provider)
    assert not [told for told in _told(fixes) if told.startswith("RAISE lib")]
    assert "LOWER app==2.0 ==1.0" in _told(fixes)


@pytest.mark.parametrize(("pinned", "offered"), [(NEAR, True), (NEAR + 1, False)])
def test_what_can_be_raised_is_not_lowered_far(pinned: int, offered: bool) -> None:  # noqa: FBT001
    versions = {f"1.{number}": ["core<2"] for number in range(1, pinned + 1)}
    packages: Packages = {
        "app": {"1.0": ["core"], **versions, "1.99": ["core>=2"]},
        "core": {"1.0": [], "2.0": []},
    }
    asked, provider = problem(f"app==1.{pinned}\ncore==2.0"), FakeProvider(packages)
    diagnosis = find_conflicts(asked, provider)
    told = _told(find_fixes(asked, diagnosis, diagnosis.conflicts[0], provider))
    assert f"RAISE app==1.{pinned} ==1.99" in told
    assert (f"LOWER app==1.{pinned} ==1.0" in told) is offered


ABANDONED: Packages = {
    "pymc3": {"3.11.6": ["theano-pymc==1.1.2", "numpy<1.22.2", "scipy<1.8", "arviz>=0.11"]},
    "theano-pymc": {"1.1.2": ["numpy"]},
    "scipy": {"1.7.3": ["numpy<1.23"], "1.11.0": ["numpy>=1.21.6"]},
    "arviz": {"0.11.4": ["numpy>=1.12", "scipy>=0.19"], "1.3": ["numpy>=2"]},
    "numpy": {"1.22.1": [], "1.26.4": [], "2.1": []},
}
"""What a project is left with that needs old versions of others."""


@pytest.mark.parametrize(
    ("unknown", "expected"),
    [
        # That one of its needs has only a source archive is so before and after.
        (("theano-pymc 1.1.2",), "LOWER numpy==1.26.4 ==1.22.1"),
        # On a Python for which the old numpy and scipy have no wheels either, only a build would
        # tell whether they can be had.
        (("theano-pymc 1.1.2", "numpy 1.22.1", "scipy 1.7.3"), ""),
    ],
)
def test_old_versions_help_where_there_are_wheels_of_them(
    unknown: tuple[str, ...], expected: str
) -> None:
    asked = problem("pymc3==3.11.6\nnumpy==1.26.4")
    provider = FakeProvider(ABANDONED, unknown=unknown, obstacle=SOURCE_ONLY)
    diagnosis = find_conflicts(asked, provider)
    fixes = find_fixes(asked, diagnosis, diagnosis.conflicts[0], provider)
    assert (_told(fixes) or [""])[0] == expected


SHARED: Packages = {
    "boto": {
        "1.0": ["core==1.*"],
        "1.5": ["core==1.*"],
        "2.0": ["core==2.*"],
        "3.0": ["core==3.*"],
    },
    "core": {"1.0": ["net<2"], "2.0": ["net"], "3.0": ["net"]},
    "net": {"1.0": [], "2.0": []},
    "aio": {"2.0": ["core>=2,<3"]},
}


def test_a_change_that_repairs_two_conflicts_comes_first() -> None:
    asked, provider = problem("boto==1.0\nnet==2.0\naio==2.0"), FakeProvider(SHARED)
    diagnosis = find_conflicts(asked, provider)
    assert len(diagnosis.conflicts) == 2
    for conflict in diagnosis.conflicts:
        fix = find_fixes(asked, diagnosis, conflict, provider).fixes[0]
        assert (fix.line.shown, fix.specifier, fix.left) == ("boto==1.0", "==2.0", 0)


def test_no_changed_line_is_in_a_conflict_that_was_not_there() -> None:
    packages: Packages = {
        "app": {"1.0": ["lib>=2"]},
        "lib": {"1.0": [], "2.0": [], "3.0": ["net>=2"]},
        "net": {"1.0": [], "2.0": []},
        "web": {"1.0": ["net>=2"], "0.9": ["net"]},
    }
    asked = problem("app==1.0\nlib==1.0\nweb==1.0\nnet==1.0")
    provider = FakeProvider(packages)
    diagnosis = find_conflicts(asked, provider)
    (conflict,) = (found for found in diagnosis.conflicts if asked.requirements[0] in found.lines)
    # The pin of net is left out of the trials, because web conflicts with it.
    told = _told(find_fixes(asked, diagnosis, conflict, provider))
    assert told[0] == "RAISE lib==1.0 ==2.0"
    assert not [each for each in told if each.endswith("3.0")]


def test_two_lines_change_together_where_no_single_one_helps() -> None:
    packages: Packages = {
        "boto": {"1.0": ["core==1.*"], "2.0": ["core==2.*", "move==2.*"]},
        "core": {"1.0": [], "2.0": []},
        "move": {"1.0": [], "2.0": []},
        "tool": {"1.0": ["core>=2"]},
    }
    asked, provider = problem("boto==1.0\nmove==1.0\ntool==1.0"), FakeProvider(packages)
    diagnosis = find_conflicts(asked, provider)
    (fix,) = find_fixes(asked, diagnosis, diagnosis.conflicts[0], provider).fixes
    assert [(each.line.shown, each.specifier) for each in fix.changes] == [
        ("boto==1.0", "==2.0"),
        ("move==1.0", "==2.0"),
    ]


def test_no_version_from_far_below_where_a_near_one_helps() -> None:
    packages: Packages = {
        "app": {"1.0": [], "2.0": ["lib<1"], "2.1": ["lib<2"], "2.2": ["lib"]},
        "old": {"1.0": [], "5.0": ["lib<2"], "6.0": ["lib<2"], "6.1": ["lib<2"]},
        "lib": {"1.0": [], "2.0": []},
    }
    assert _told(_fixes_of("app==2.1\nlib==2.0", packages))[:2] == [
        "LOWER lib==2.0 ==1.0",
        "RAISE app==2.1 ==2.2",
    ]
    assert _told(_fixes_of("old==6.0\nlib==2.0", packages))[0] == "LOWER lib==2.0 ==1.0"
    assert not any("==1.0" in told for told in _told(_fixes_of("old==6.0\nlib==2.0", packages))[1:])
    # Where nothing else helps, it is better than nothing.
    packages["lib"] = {"2.0": []}
    assert _told(_fixes_of("old==6.0\nlib==2.0", packages))[0] == "LOWER old==6.0 ==1.0"


def test_no_hundreds_of_releases_back_where_another_version_helps() -> None:
    packages: Packages = {
        "boto": {f"1.{n}": ["lib<2" if n > 5 else "lib"] for n in range(400)} | {"2.0": ["lib"]},
        "lib": {"1.0": [], "2.0": []},
    }
    assert "boto==1.350 ==1.5" not in "".join(_told(_fixes_of("boto==1.350\nlib==2.0", packages)))
    del packages["boto"]["2.0"]
    packages["lib"] = {"2.0": []}
    assert _told(_fixes_of("boto==1.350\nlib==2.0", packages))[0] == "LOWER boto==1.350 ==1.5"


def test_many_conflicts_prevent_no_fix() -> None:
    packages: Packages = {f"p{number}": {"1": [], "2": []} for number in range(MOST_CONFLICTS + 4)}
    text = "\n".join(f"{name}==1\n{name}==2" for name in packages)
    assert _fixes_of(text, packages).fixes


def test_of_versions_in_lockstep_the_newest_that_fits_is_found() -> None:
    packages: Packages = {
        "boto": {f"1.{n}": [f"core>=1.{n},<1.{n + 1}"] for n in range(600)},
        "core": {f"1.{n}": [] for n in range(600)},
        "aio": {"1.0": ["core>=1.100,<1.140"]},
    }
    asked, provider = problem("boto==1.40\naio==1.0"), FakeProvider(packages)
    diagnosis = find_conflicts(asked, provider)
    limits = Limits(tries=100, patience=8)
    (conflict,) = diagnosis.conflicts
    fixes = find_fixes(asked, diagnosis, conflict, provider, limits=limits).fixes
    assert _told(Fixes(fixes, ()))[0] == "RAISE boto==1.40 ==1.139"


def _fixes_of(text: str, packages: Packages) -> Fixes:
    asked, provider = problem(text), FakeProvider(packages)
    diagnosis = find_conflicts(asked, provider)
    return find_fixes(asked, diagnosis, diagnosis.conflicts[0], provider)
