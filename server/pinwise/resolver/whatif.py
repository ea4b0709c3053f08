"""Whether another version of one line would fit with the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.records import record
from pinwise.resolver.diagnosis import smallest
from pinwise.resolver.outcome import Conflict, Solution
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.solver import solve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.version import Version

    from pinwise.base.cancellation import CancelToken
    from pinwise.resolver.diagnosis import FoundConflict
    from pinwise.resolver.outcome import Limits
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.provider import Gap, Provider


@record(frozen=True)
class Trial:
    """What would become of a version.

    Attributes:
        fits: True where everything was seen to hold with it, False where it was proven not to,
            None where too little is known, or it was too much work to tell.
        conflict: the proof, about lines of which one has that version instead of its own; its
            origin is the line's.
        others: the lines that it conflicts with, in the problem's order; empty where the version
            cannot be had by itself.
        gaps: what has to be known to say more.
    """

    fits: bool | None
    conflict: FoundConflict | None
    others: tuple[Requirement, ...]
    gaps: tuple[Gap, ...]


def what_if(  # noqa: PLR0913 - what a solve depends on
    problem: Problem,
    line: Requirement,
    version: Version,
    provider: Provider,
    *,
    ignoring: Iterable[Requirement] = (),
    limits: Limits | None = None,
    token: CancelToken | None = None,
) -> Trial:
    """Return whether the rest holds if a line pins that version.

    Args:
        problem: all lines.
        line: one of them.
        version: which it would pin.
        provider: asked as its docstring says; one `Snapshot` serves for many versions.
        ignoring: lines to leave out: the suspects of the conflicts there are already, so that
            these say nothing about the version.
        limits: for each solve.
        token: raises `CancelledError` in here.

    One solve where it fits, and one more for each line of the conflict where it does not.
    """
    facts = provider if isinstance(provider, Snapshot) else Snapshot(provider)
    changed = line.with_specifier(f"=={version}")
    left_out = [other for other in ignoring if other is not line]
    asked = problem.without(left_out).replacing({line: changed})
    outcome = solve(asked, facts, limits=limits, token=token)
    if isinstance(outcome, Conflict):
        found = smallest(asked, outcome, facts, limits=limits, token=token)
        others = tuple(other for other in found.lines if other is not changed)
        if changed in found.lines:
            return Trial(False, found, others, outcome.gaps)  # noqa: FBT003 - `fits`
        # The others do not hold whatever this line says.
        return Trial(None, found, others, outcome.gaps)
    certain = isinstance(outcome, Solution) and not outcome.gaps and not outcome.unoffered
    return Trial(True if certain else None, None, (), outcome.gaps)
