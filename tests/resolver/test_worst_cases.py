"""Bounds on the work, counted and not timed."""

from __future__ import annotations

import pytest

from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.explanation import Explainer
from pinwise.resolver.outcome import Conflict, GaveUp, Limits, Solution, Stop
from pinwise.resolver.problem import Problem
from pinwise.resolver.solver import solve
from tests.resolver.fake import FakeProvider
from tests.resolver.worlds import (
    World,
    deep_backtracking,
    layered,
    lockstep,
    pigeons,
    pinned_closure,
    unpinned,
)


@pytest.mark.parametrize(
    ("world", "verdict", "steps"),
    [
        pytest.param(pinned_closure(100), Solution, 20, id="pinned"),
        pytest.param(pinned_closure(100, clash=True), Conflict, 20, id="one-conflict"),
        # One choice a package, none of them taken back.
        pytest.param(layered(30, 150), Solution, 180, id="loose"),
        pytest.param(unpinned(300), Solution, 300, id="unpinned-in-circles"),
        # One look at each version that is too new.
        pytest.param(lockstep(1500), Solution, 1500, id="lockstep"),
        pytest.param(lockstep(1500, clash=True), Conflict, 1600, id="lockstep-conflict"),
        # A dead end for each version, and a few resolutions for each dead end.
        pytest.param(deep_backtracking(500), Solution, 5000, id="deep"),
        pytest.param(deep_backtracking(500, clash=True), Conflict, 5000, id="deep-conflict"),
    ],
)
def test_work_is_bounded(world: World, verdict: type, steps: int) -> None:
    packages, lines = world
    outcome = solve(Problem(lines), FakeProvider(packages))
    assert isinstance(outcome, verdict)
    assert outcome.work.steps <= steps
    assert not outcome.gaps


def test_what_cannot_be_decided_is_given_up() -> None:
    packages, lines = pigeons(5)
    assert isinstance(solve(Problem(lines), FakeProvider(packages)), Conflict)
    packages, lines = pigeons(12)
    outcome = solve(Problem(lines), FakeProvider(packages), limits=Limits(looks=300_000))
    assert isinstance(outcome, GaveUp)
    assert outcome.why is Stop.LOOKS
    assert outcome.work.looks < 330_000


def test_a_family_of_1500_versions_is_said_in_one_clause() -> None:
    packages, lines = lockstep(1500, clash=True)
    (conflict,) = find_conflicts(Problem(lines), FakeProvider(packages)).conflicts
    explainer = Explainer(conflict.proof, here=conflict.suspect)
    assert explainer.sentences() == (
        "Every `boto3>=1.15.0` (line 1) needs `botocore>=1.15.0`,"
        " but this line pins `botocore==1.7.0`."
    )
    assert len(explainer.derivation()) < 30


def test_deep_conflicts_can_be_read() -> None:
    packages, lines = deep_backtracking(500, clash=True)
    (conflict,) = find_conflicts(Problem(lines), FakeProvider(packages)).conflicts
    explainer = Explainer(conflict.proof)
    assert explainer.sentences().count(". ") <= 1
    assert len(explainer.sentences()) < 300
    assert len(explainer.derivation()) < 100
