from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinwise.resolver import priorities
from pinwise.resolver.outcome import Conflict, Solution
from pinwise.resolver.solver import solve
from tests.resolver.brute import (
    holds,
    holds_without_yanks,
    possible,
    random_file,
    random_packages,
    solutions,
)
from tests.resolver.fake import FakeProvider, problem

if TYPE_CHECKING:
    from pinwise.resolver.problem import Problem
    from tests.resolver.brute import Packages


def _judge(asked: Problem, packages: Packages) -> bool:
    """Hold the outcome to brute force; return whether there was a conflict."""
    outcome = solve(asked, FakeProvider(packages))
    assert not outcome.gaps
    if isinstance(outcome, Conflict):
        # The lines of the proof alone cannot hold, and so neither can the file.
        assert not possible(outcome.lines(), packages)
        return True
    assert isinstance(outcome, Solution)
    chosen: dict[str, str | None] = {
        name: str(version) for name, version in outcome.versions.items()
    }
    assert holds(asked.requirements, packages, chosen)
    return False


@pytest.mark.parametrize("batch", range(8))
def test_seeded_graphs(batch: int) -> None:
    conflicts = 0
    for seed in range(batch * 150, batch * 150 + 150):
        chance = random.Random(seed)  # noqa: S311
        packages = random_packages(chance)
        conflicts += _judge(problem(random_file(chance)), packages)
    # Both verdicts must occur, or the judge judges nothing.
    assert 30 < conflicts < 120


def test_beginning_again_proves_nothing_false(monkeypatch: pytest.MonkeyPatch) -> None:
    # Packages of four versions do not refuse as many as it takes otherwise.
    monkeypatch.setattr(priorities, "REFUSALS", 1)
    monkeypatch.setattr(priorities, "REFUSALS_BEFORE_FIRST", 2)
    put_forward = priorities.Priorities.put_forward
    answers: list[bool] = []

    def noted(self: priorities.Priorities, number: int, other: int) -> bool:
        answers.append(put_forward(self, number, other))
        return answers[-1]

    monkeypatch.setattr(priorities.Priorities, "put_forward", noted)
    conflicts = 0
    for seed in range(500):
        chance = random.Random(seed)  # noqa: S311
        packages = random_packages(chance)
        conflicts += _judge(problem(random_file(chance)), packages)
    assert sum(answers) > 10
    assert 100 < conflicts < 400


@given(st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_any_graph(chance: random.Random) -> None:
    packages = random_packages(chance, names="abcd")
    _judge(problem(random_file(chance, names="abcd")), packages)


@pytest.mark.parametrize("batch", range(4))
def test_yanked_versions(batch: int) -> None:
    leaning = 0
    for seed in range(batch * 150, batch * 150 + 150):
        chance = random.Random(seed)  # noqa: S311
        packages = random_packages(chance, names="abcd")
        asked = problem(random_file(chance, names="abcd"))
        releases = [f"{name} {each}" for name in packages for each in packages[name]]
        yanked = chance.sample(releases, chance.randint(1, 4))
        outcome = solve(asked, FakeProvider(packages, yanked=yanked))
        if isinstance(outcome, Conflict):
            leaning += outcome.leans_on_yanks
            found = solutions(asked.requirements, packages)
            assert not any(
                holds_without_yanks(asked.requirements, packages, each, yanked) for each in found
            ), f"seed {seed}"
        else:
            assert isinstance(outcome, Solution)
            chosen: dict[str, str | None] = {
                name: str(version) for name, version in outcome.versions.items()
            }
            told = {f"{name} {version}" for name, version in outcome.unoffered}
            rest = set(yanked) - told
            assert holds_without_yanks(asked.requirements, packages, chosen, rest), f"seed {seed}"
    assert leaning > 5


@pytest.mark.parametrize("batch", range(4))
def test_partial_data_proves_nothing_false(batch: int) -> None:
    proven = gaps = 0
    for seed in range(batch * 150, batch * 150 + 150):
        chance = random.Random(seed)  # noqa: S311
        packages = random_packages(chance)
        asked = problem(random_file(chance))
        things = [*packages, *(f"{name} {each}" for name in packages for each in packages[name])]
        unknown = chance.sample(things, chance.randint(1, len(things) // 2))
        outcome = solve(asked, FakeProvider(packages, unknown=unknown))
        gaps += bool(outcome.gaps)
        if isinstance(outcome, Conflict):
            proven += 1
            assert not possible(outcome.lines(), packages)
        elif not outcome.gaps:
            assert possible(asked.requirements, packages)
    assert proven > 5
    assert gaps > 50


def test_filling_the_gaps_ends_in_the_same_verdict() -> None:
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311
        packages = random_packages(chance)
        asked = problem(random_file(chance))
        things = {*packages, *(f"{name} {each}" for name in packages for each in packages[name])}
        provider = FakeProvider(packages, unknown=things)
        for _ in range(len(things) + 1):
            outcome = solve(asked, provider)
            if isinstance(outcome, Conflict) or not outcome.gaps:
                break
            for gap in outcome.gaps:
                provider.unknown.discard(
                    gap.name if gap.version is None else f"{gap.name} {gap.version}"
                )
        else:
            pytest.fail(f"seed {seed}: the gaps have no end")
        assert isinstance(outcome, Solution) == possible(asked.requirements, packages)
