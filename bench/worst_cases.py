"""How much work and memory the solver takes on synthetic sets that no real file comes near."""

from __future__ import annotations

import time
import tracemalloc
from typing import TYPE_CHECKING

from pinwise.advice.dependency_conflicts import LIMITS
from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.outcome import Conflict
from pinwise.resolver.problem import Problem
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.solver import solve
from tests.resolver.fake import FakeProvider
from tests.resolver.worlds import (
    deep_backtracking,
    layered,
    lockstep,
    pigeons,
    pinned_closure,
    unpinned,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.resolver.worlds import World

RUNS = 5


def _milliseconds(work: Callable[[], object]) -> float:
    """Return the best of several runs."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def _report(title: str, world: World) -> None:
    """Print one set's figures: the first solve, again from memory, the work, the memory."""
    packages, lines = world
    provider = FakeProvider(packages)
    asked = Problem(lines)
    start = time.perf_counter()
    outcome = solve(asked, provider, limits=LIMITS)
    first = (time.perf_counter() - start) * 1000
    again = _milliseconds(lambda: solve(asked, provider, limits=LIMITS))
    tracemalloc.start()
    outcome = solve(asked, provider, limits=LIMITS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(
        f"{title:40} {type(outcome).__name__:9} first {first:7.1f} ms, again {again:7.1f} ms,"
        f" {peak / 1e6:5.1f} MB, steps {outcome.work.steps}, looks {outcome.work.looks},"
        f" conflicts {outcome.work.conflicts}"
    )
    if isinstance(outcome, Conflict):
        every = _milliseconds(lambda: find_conflicts(asked, Snapshot(provider), limits=LIMITS))
        print(f"{'':40} all conflicts, smallest sets of lines: {every:.1f} ms")


def print_worst_cases() -> None:
    """Print the figures, with the limits of an editor."""
    _report("100 pinned", pinned_closure(100))
    _report("100 pinned, one transitive conflict", pinned_closure(100, clash=True))
    _report("30 loose, 180 packages", layered(30, 150))
    _report("300 unpinned, in circles", unpinned(300))
    _report("a lockstep family of 1500 versions", lockstep(1500))
    _report("the same with a conflict", lockstep(1500, clash=True))
    _report("500 versions deep", deep_backtracking(500))
    _report("the same with a conflict", deep_backtracking(500, clash=True))
    _report("12 pigeons, 11 holes: it stops looking", pigeons(12))
