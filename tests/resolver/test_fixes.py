from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.fixes import Fixes, FixKind, find_fixes
from tests.resolver.brute import possible, random_file, random_packages
from tests.resolver.fake import FakeProvider, problem

if TYPE_CHECKING:
    from tests.resolver.brute import Packages

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
        for conflict in diagnosis.conflicts:
            for fix in find_fixes(asked, diagnosis, conflict, provider).fixes:
                count += 1
                changed = None if fix.specifier is None else fix.line.with_specifier(fix.specifier)
                lines = [
                    changed if line is fix.line else line
                    for line in conflict.lines
                    if line is not fix.line or changed is not None
                ]
                assert possible([line for line in lines if line is not None], packages)
                assert (fix.specifier is None) == (fix.kind is FixKind.DROP)
                if len(diagnosis.conflicts) == 1:
                    repaired = asked.replacing({fix.line: changed})
                    assert possible(repaired.requirements, packages), f"seed {seed}"
    assert count > 20
