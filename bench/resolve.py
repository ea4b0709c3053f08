"""How long the solver takes on synthetic sets, and how much work the worst cases are.

python -m bench.resolve
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

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
    pinned_closure,
    unpinned,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinwise.resolver.problem import Requirement

RUNS = 7


def milliseconds(work: Callable[[], object]) -> float:
    """Return the best of several runs."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def report(title: str, lines: tuple[Requirement, ...], provider: FakeProvider) -> None:
    """Print one set's figures: first solve, again from memory, and all conflicts explained."""
    asked = Problem(lines)
    start = time.perf_counter()
    outcome = solve(asked, provider)
    first = (time.perf_counter() - start) * 1000
    again = milliseconds(lambda: solve(asked, provider))
    verdict = "conflict" if isinstance(outcome, Conflict) else type(outcome).__name__.lower()
    print(
        f"{title:44} {verdict:9} first {first:7.1f} ms, again {again:7.1f} ms,"
        f" steps {outcome.work.steps}, looks {outcome.work.looks},"
        f" conflicts {outcome.work.conflicts}"
    )
    if isinstance(outcome, Conflict):
        every = milliseconds(lambda: find_conflicts(asked, Snapshot(provider)))
        print(f"{'':44} all conflicts, smallest sets of lines: {every:.1f} ms")


def main() -> None:
    """Print the figures."""
    packages, lines = pinned_closure(100)
    report("100 pinned", lines, FakeProvider(packages))
    packages, lines = pinned_closure(100, clash=True)
    report("100 pinned, one transitive conflict", lines, FakeProvider(packages))
    packages, lines = layered(30, 150)
    report("30 loose, 180 packages", lines, FakeProvider(packages))
    packages, lines = unpinned(300)
    report("300 unpinned", lines, FakeProvider(packages))
    packages, lines = lockstep(1500)
    report("a lockstep family of 1500 versions", lines, FakeProvider(packages))
    packages, lines = deep_backtracking(500)
    report("500 versions deep", lines, FakeProvider(packages))


if __name__ == "__main__":
    main()
