"""Find versions that hold together, or prove that there are none: PubGrub over bitmasks.

After Natalie Weizenbaum's PubGrub: facts become statements of the form "these cannot all hold",
conclusions are drawn until nothing follows, then a version is chosen; a dead end is resolved into
a new statement that prevents it and all its like. If the statement has no terms left, its
derivation is the proof. What the requirements of a version mean is pip's: extras, pre-releases
and yanks as `pip._internal.resolution.resolvelib.factory` treats them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pinwise.base.cancellation import CancelToken
from pinwise.resolver.outcome import Conflict, Limits, Solution
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.search import Search
from pinwise.resolver.statements import Learned, Reconsider

if TYPE_CHECKING:
    from pinwise.resolver.outcome import Outcome
    from pinwise.resolver.problem import Problem
    from pinwise.resolver.provider import Provider


def solve(
    problem: Problem,
    provider: Provider,
    *,
    limits: Limits | None = None,
    token: CancelToken | None = None,
) -> Outcome:
    """Return versions that hold together, a proof that there are none, or that it gave up.

    Args:
        problem: the lines, for one target.
        provider: asked as its docstring says; wrap it in a `Snapshot` to solve several times.
        limits: how much work it may be.
        token: raises `CancelledError` in here, between two steps.

    Everything that was wanted and is not known is in the outcome's `gaps`. A `Conflict` is real
    in spite of them; a `Solution` is one only without them. Time and memory are bounded by the
    limits; without backtracking linear in the number of requirements met.
    """
    facts = provider if isinstance(provider, Snapshot) else Snapshot(provider)
    limits = limits or Limits()
    token = token or CancelToken()
    learned = Learned()
    while True:
        outcome = _settle(problem, facts, limits, token, learned)
        if not isinstance(outcome, Conflict) or not outcome.leans_on_yanks:
            return outcome
        # A pin that was not met on this way may admit a yanked version.
        pins_met = len(learned.yanked)
        relaxed = _settle(replace(problem, yanked=True), facts, limits, token, learned)
        if not isinstance(relaxed, Solution) or relaxed.gaps:
            return relaxed
        if len(learned.yanked) == pins_met:
            # It looked everywhere.
            return outcome


def _settle(
    problem: Problem, facts: Snapshot, limits: Limits, token: CancelToken, learned: Learned
) -> Outcome:
    """Solve, beginning again as often as a dependency changes what a package can be.

    Each time a name or a version is added for good, of those that the provider has.
    """
    while True:
        with suppress(Reconsider):
            return Search(problem, facts, limits, token, learned).run()
