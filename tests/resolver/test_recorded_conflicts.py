"""Real conflicts: found on the right lines, said well, and repaired."""

from __future__ import annotations

import pytest

from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.explanation import Explainer
from pinwise.resolver.fixes import find_fixes
from pinwise.resolver.outcome import Solution
from pinwise.resolver.solver import solve
from tests.resolver.fake import FakeProvider, problem
from tests.resolver.recorded import CONFLICTS, OBSTACLES, PACKAGES, Recorded


def _provider(recorded: Recorded) -> FakeProvider:
    obstacles = OBSTACLES if recorded.python == "3.9" else {}
    return FakeProvider(PACKAGES, obstacles=obstacles, python=recorded.python)


@pytest.mark.parametrize("recorded", CONFLICTS, ids=lambda recorded: recorded.name)
def test_found_and_said(recorded: Recorded) -> None:
    diagnosis = find_conflicts(problem(recorded.text), _provider(recorded))
    found = diagnosis.conflicts[0]
    assert tuple(line.origin for line in found.lines) == recorded.lines
    assert Explainer(found.proof, here=found.suspect).sentences() == recorded.sentence


@pytest.mark.parametrize("recorded", CONFLICTS, ids=lambda recorded: recorded.name)
def test_repaired(recorded: Recorded) -> None:
    asked, provider = problem(recorded.text), _provider(recorded)
    diagnosis = find_conflicts(asked, provider)
    repaired = asked
    for conflict in diagnosis.conflicts:
        found = find_fixes(asked, diagnosis, conflict, provider)
        assert not found.gaps
        texts = [f"{fix.line.origin}: {fix.specifier}" for fix in found.fixes]
        if conflict is diagnosis.conflicts[0]:
            assert recorded.fix in texts
        first = found.fixes[0]
        changed = None if first.specifier is None else first.line.with_specifier(first.specifier)
        repaired = repaired.replacing({first.line: changed})
    # Independent conflicts: one fix of each repairs the file.
    outcome = solve(repaired, provider)
    assert isinstance(outcome, Solution)
    assert not outcome.gaps


def test_both_conflicts_of_one_file() -> None:
    recorded = next(each for each in CONFLICTS if each.name == "pinned-below")
    diagnosis = find_conflicts(problem(recorded.text), _provider(recorded))
    lines = [tuple(line.origin for line in each.lines) for each in diagnosis.conflicts]
    assert lines == [(1, 2), (3, 4)]
    assert not diagnosis.holds


@pytest.mark.parametrize(
    "text",
    [
        "flask==3.1.3\nwerkzeug==3.1.4",
        "boto3==1.33.13\nurllib3<2.1",
        "boto3==1.34.162\nurllib3==2.2.1",
        "celery==5.3.6\nredis==3.5.3",
        "fastapi\npydantic-settings\nrequests",
        "pandas\ntensorflow",
    ],
)
def test_sets_that_hold(text: str) -> None:
    assert find_conflicts(problem(text), FakeProvider(PACKAGES)).holds
