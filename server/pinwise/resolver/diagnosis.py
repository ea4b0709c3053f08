"""All independent conflicts of a project, each with the smallest set of lines."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple
from pinwise.resolver.outcome import Conflict, GaveUp, Solution
from pinwise.resolver.proof import straight_proof
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.solver import solve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pinwise.base.cancellation import CancelToken
    from pinwise.resolver.outcome import Limits
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.provider import Gap, Provider

MOST_CONFLICTS = 8
MOST_SHRINKING = 40
"""Solves that one conflict may take to be made smaller."""

MOST_TRIED_AT_ONCE = 2
"""Suspects that are tried in twos without a look at all of them together."""


class FoundConflict(NamedTuple):
    """One conflict.

    Attributes:
        proof: of exactly these lines.
        lines: a set of lines that cannot hold together, and can without any one of them as far
            as is known; in the problem's order.
        suspect: the line that is most likely to change: the one that says which versions of the
            package there may be of which none is left.
    """

    proof: Conflict
    lines: tuple[Requirement, ...]
    suspect: Requirement


class Diagnosis(NamedTuple):
    """What is known of a problem.

    Attributes:
        conflicts: each real, in the order of their lines.
        more: whether there may be further ones that were not looked for, even without the
            suspects.
        rest: how the problem without the suspects ends; None where `more`.
        gaps: what was wanted and is not known.
    """

    conflicts: tuple[FoundConflict, ...]
    more: bool
    rest: Solution | GaveUp | None
    gaps: tuple[Gap, ...]

    @property
    def holds(self) -> bool:
        """Whether it is certain that there is no conflict."""
        return not self.conflicts and isinstance(self.rest, Solution) and not self.gaps

    @property
    def suspects(self) -> frozenset[Requirement]:
        """The suspects of all conflicts; the problem without them has none that is known."""
        return frozenset(conflict.suspect for conflict in self.conflicts)


def find_conflicts(
    problem: Problem,
    provider: Provider,
    *,
    limits: Limits | None = None,
    token: CancelToken | None = None,
) -> Diagnosis:
    """Return all independent conflicts: one is found, its suspect left out, the next looked for.

    Where nothing is left, what else the suspects conflict with is looked for, each with lines of
    its own: the other lines of a conflict are left out then, and the suspect put back.

    Args:
        problem: its lines; one that nothing satisfies is a conflict by itself.
        provider: asked as its docstring says.
        limits: for each solve.
        token: raises `CancelledError` in here.

    One solve a conflict and line of it, and one more for each suspect and for all of them; where
    some of those conflict with each other, for each two. At most 8 conflicts.
    """
    facts = provider if isinstance(provider, Snapshot) else Snapshot(provider)
    found: list[FoundConflict] = []
    gaps: dict[object, Gap] = {}
    rest = problem
    while True:
        outcome = solve(rest, facts, limits=limits, token=token)
        gaps |= {gap.same_as(): gap for gap in outcome.gaps}
        if not isinstance(outcome, Conflict):
            if isinstance(outcome, Solution):
                found += _of_suspects(problem, found, facts, limits=limits, token=token)
            return Diagnosis(
                _sorted(problem, found), more=False, rest=outcome, gaps=tuple(gaps.values())
            )
        if len(found) == MOST_CONFLICTS:
            return Diagnosis(
                _sorted(problem, found), more=True, rest=None, gaps=tuple(gaps.values())
            )
        found.append(smallest(problem, outcome, facts, limits=limits, token=token))
        rest = rest.without([found[-1].suspect])


def _of_suspects(
    problem: Problem,
    found: Sequence[FoundConflict],
    facts: Snapshot,
    *,
    limits: Limits | None,
    token: CancelToken | None,
) -> list[FoundConflict]:
    """Return what else the suspects conflict with, by lines that are in no conflict with them yet.

    First each suspect alone with the lines that hold, then two of them. Two are tried only where
    all of them together do not hold either, because most conflicts have nothing to do with each
    other; that overlooks three lines of which the third is in a conflict with another suspect.

    The problem holds without the suspects of the conflicts that were found so far. What is not
    known is not asked for: the conflicts that hide these come first.
    """
    # A line that nothing satisfies conflicts with every other one.
    suspects = tuple(dict.fromkeys(each.suspect for each in found if len(each.lines) > 1))
    told = [*found]
    for suspect in suspects:
        told += _with((suspect,), problem, told, facts, limits=limits, token=token)
    if len(suspects) > MOST_TRIED_AT_ONCE and len(told) < MOST_CONFLICTS:
        together = problem.without(_aside(suspects, told))
        if not isinstance(solve(together, facts, limits=limits, token=token), Conflict):
            return told[len(found) :]
    for back in combinations(suspects, 2):
        told += _with(back, problem, told, facts, limits=limits, token=token)
    return told[len(found) :]


def _with(  # noqa: PLR0913 - what a solve depends on
    back: Sequence[Requirement],
    problem: Problem,
    told: Sequence[FoundConflict],
    facts: Snapshot,
    *,
    limits: Limits | None,
    token: CancelToken | None,
) -> list[FoundConflict]:
    """Return what else some suspects conflict with, of what is in no conflict with them yet."""
    further: list[FoundConflict] = []
    if any(each.suspect in back and set(back).issuperset(each.lines) for each in told):
        return further
    aside = _aside(back, told)
    while len(told) + len(further) < MOST_CONFLICTS:
        outcome = solve(problem.without(aside), facts, limits=limits, token=token)
        if not isinstance(outcome, Conflict):
            break
        conflict = smallest(problem, outcome, facts, limits=limits, token=token)
        suspect = next((line for line in reversed(back) if line in conflict.lines), None)
        if suspect is None:
            # Without them all lines hold: it comes of a line that was left out, which admits the
            # yanked version that is wanted.
            break
        further.append(conflict._replace(suspect=suspect))
        if set(back).issuperset(conflict.lines):
            break
        aside.update(line for line in conflict.lines if line not in back)
    return further


def _aside(back: Sequence[Requirement], told: Iterable[FoundConflict]) -> set[Requirement]:
    """Return what is left out when some suspects are put back: of each conflict, one side."""
    aside: set[Requirement] = set()
    for each in told:
        if each.suspect in back:
            aside.update(line for line in each.lines if line not in back)
        else:
            aside.add(each.suspect)
    return aside


def smallest(
    problem: Problem,
    conflict: Conflict,
    facts: Snapshot,
    *,
    limits: Limits | None = None,
    token: CancelToken | None = None,
) -> FoundConflict:
    """Return a conflict with the smallest set of lines: drop one, see whether the rest holds.

    What is dropped may be what the proof needs only by accident. What is not known keeps a line:
    without it, nothing was proven. At most 40 solves, of the lines of the proof alone.
    """
    lines = conflict.lines()
    alone = solve(problem.only(lines), facts, limits=limits, token=token)
    best = alone if isinstance(alone, Conflict) else conflict
    # From the end, so that of several smallest sets the one with the earliest lines is taken.
    for line in list(reversed(lines))[:MOST_SHRINKING]:
        if line not in lines or len(lines) == 1:
            continue
        fewer = [other for other in lines if other is not line]
        trial = solve(problem.only(fewer), facts, limits=limits, token=token)
        if isinstance(trial, Conflict):
            best = trial
            lines = trial.lines()
    return FoundConflict(best, lines, suspect_of(best, lines))


def suspect_of(conflict: Conflict, lines: tuple[Requirement, ...]) -> Requirement:
    """Return the line of a conflict that is most likely to change.

    That is a pin of the package of which nothing is left, else a bound of it, else the last pin
    among the lines, else the last line. Constraints come last: they are shared by many files.
    """
    proof = straight_proof(conflict)
    name = proof.name if proof is not None else None

    def likelihood(line: Requirement) -> tuple[bool, bool, bool]:
        return (not line.constraint, line.name == name, line.pin is not None)

    return max(reversed(lines), key=likelihood)


def _sorted(problem: Problem, found: Iterable[FoundConflict]) -> tuple[FoundConflict, ...]:
    place = {line: at for at, line in enumerate(problem.requirements)}
    return tuple(sorted(found, key=lambda each: [place[line] for line in each.lines]))
