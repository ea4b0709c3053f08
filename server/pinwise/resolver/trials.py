"""Tries changes of lines out: does a conflict go away with them, and does no other one come?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinwise.base.facts import Known, Reason
from pinwise.resolver.diagnosis import suspect_of
from pinwise.resolver.outcome import Conflict, GaveUp, Limits, Solution
from pinwise.resolver.solver import solve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.cancellation import CancelToken
    from pinwise.resolver.diagnosis import Diagnosis, FoundConflict
    from pinwise.resolver.outcome import Outcome
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.provider import Gap, Snapshot

MOST_WITHOUT_PRERELEASES = 4
"""How often a trial is repeated without the pre-releases that it came to."""

MOST_LEFT_OUT = 64
"""Lines that are left out because of conflicts beyond those that a diagnosis tells."""

MOST_NEWER = 12
"""Trials that look for a version newer than the first that was found to help."""


class Trials:
    """Changes of the lines of one conflict.

    A change helps where the lines hold with it, without a line of each other conflict. What is
    not known forbids a change only where it is the change that leads there: a package that only a
    build can tell of was as little known before.

    Args:
        problem: all lines.
        diagnosis: of the problem.
        conflict: one of the diagnosis's.
        facts: asked about packages.
        limits: for each solve.
        token: raises `CancelledError`.

    Attributes:
        gaps: what was wanted and is not known.
        doubts: those of them for which a change that may help was turned down.
        gave_up: whether some trial took too long.
        in_the_way: the other lines that the proof against a change of a line uses.
    """

    def __init__(  # noqa: PLR0913 - what a solve depends on
        self,
        problem: Problem,
        diagnosis: Diagnosis,
        conflict: FoundConflict,
        facts: Snapshot,
        *,
        limits: Limits | None,
        token: CancelToken | None,
    ) -> None:
        self.gaps: dict[object, Gap] = {}
        self.doubts: dict[object, Gap] = {}
        self.gave_up = False
        self.in_the_way: dict[Requirement, list[Requirement]] = {}
        self._problem = problem
        self._conflict = conflict
        self._facts = facts
        self._limits = limits
        self._unhurried = (
            None if limits is None else limits._replace(patience=None, tries=Limits().tries)
        )
        self._token = token
        self._others = [other for other in diagnosis.conflicts if other is not conflict]
        self._left_out = [_first_apart(other, conflict) for other in self._others]
        self._beyond = tuple(self._further_suspects(diagnosis)) if diagnosis.more else ()
        self._alone = problem.without([*self._left_out, *self._beyond])
        # Where an answer is under way, there is no hurry.
        self._final = {
            gap.same_as() for gap in diagnosis.gaps if gap.obstacle.reason is not Reason.PENDING
        }
        untouched = self._solve(self._alone.without(conflict.lines))
        self._settled = {gap.same_as() for gap in untouched.gaps}
        self._before = untouched.versions if isinstance(untouched, Solution) else {}

    def solved(self, changes: Mapping[Requirement, str | None]) -> Solution | None:
        """Return what would be installed with other specifiers, or without lines (None).

        None where the conflict stays, too little is known, or only what pip would not take helps.
        Other conflicts that the changed lines are in go too, if they can.
        """
        solutions = (self._solved(context, changes) for context in self._contexts(changes))
        return next((solution for solution in solutions if solution is not None), None)

    def _contexts(self, changes: Mapping[Requirement, str | None]) -> Iterator[Problem]:
        """Yield the lines with which a change shall hold, the most of them first."""
        apart = [
            left_out
            for other, left_out in zip(self._others, self._left_out, strict=True)
            if changes.keys().isdisjoint(other.lines)
        ]
        if len(apart) < len(self._left_out):
            yield self._problem.without([*apart, *self._beyond])
        yield self._alone

    def _solved(
        self, context: Problem, changes: Mapping[Requirement, str | None]
    ) -> Solution | None:
        problem = context.replacing(_lines(changes))
        for _ in range(MOST_WITHOUT_PRERELEASES):
            # Where all is known, the newest is best; only halving is worth asking for more.
            outcome = self._solve(problem, self._unhurried)
            if not self._is_decided(outcome, changes) and self._unhurried != self._limits:
                outcome = self._solve(problem)
            if not isinstance(outcome, GaveUp):
                # What was tried so often in vain is not worth another question.
                self.gaps |= {gap.same_as(): gap for gap in outcome.gaps}
            if isinstance(outcome, Conflict) and len(changes) == 1:
                self._note(outcome, *changes)
            if isinstance(outcome, GaveUp):
                self.gave_up = True
            if not isinstance(outcome, Solution):
                return None
            if doubtful := self._doubtful(outcome, changes):
                self.doubts |= {gap.same_as(): gap for gap in doubtful}
                return None
            if not outcome.unoffered:
                return outcome
            # pip would not go there: is there another way?
            without = {name: False for name, _ in outcome.unoffered}
            problem = replace(problem, prereleases={**problem.prereleases, **without})
        return None

    def _is_decided(self, outcome: Outcome, changes: Mapping[Requirement, str | None]) -> bool:
        """Return whether nothing else can come of looking at other versions."""
        if isinstance(outcome, Solution):
            return not self._doubtful(outcome, changes)
        return isinstance(outcome, Conflict)

    def newest(self, line: Requirement, side: str) -> Iterator[Version]:
        """Yield versions on one side with which the lines may hold, each once.

        The best first: one that repairs other conflicts too, then the newest, then the newest that
        fits with the lines that are left out because of other conflicts.
        """
        seen: set[Version] = set()
        change = {line: side}
        swapped: set[Requirement] = set()
        for other, left_out in zip(self._others, self._left_out, strict=True):
            if line not in other.lines:
                swapped |= {each for each in other.lines if each is not left_out}
        contexts = [*self._contexts(change)]
        if swapped:
            contexts.append(self._problem.without([*swapped, *self._beyond]))
        for context in contexts:
            solution = self._solved(context, change)
            found = solution.versions.get(line.name) if solution is not None else None
            if found is not None:
                found = self._still_newer(context, line, side, found)
                if found not in seen:
                    seen.add(found)
                    yield found

    def _still_newer(
        self, context: Problem, line: Requirement, side: str, found: Version
    ) -> Version:
        """Return a version that holds and next to which no newer one does.

        The search may have jumped over newer ones that hold as well.
        """
        if self._limits is None or self._limits.patience is None:
            return found
        newer = self._newer(line, side, found)
        low, high, step = 0, len(newer), 1
        for _ in range(MOST_NEWER):
            if low >= high:
                break
            # First in ever longer steps, then by halving.
            at = min(low + step, high) - 1 if step else (low + high) // 2
            if self._solved(context, {line: f"=={newer[at]}"}) is not None:
                found, low, step = newer[at], at + 1, step * 2
            else:
                high, step = at, 0
        return found

    def conflicts_left(self, changes: Mapping[Requirement, str | None]) -> int | None:
        """Return how many of the other conflicts are left with a change that helps.

        None where a changed line would be in one that was not there before. Two or three solves
        for each other conflict.
        """
        lines = _lines(changes)
        new = {line for line in lines.values() if line is not None}
        changed = self._problem.replacing(lines)
        left = 0
        for other, left_out in zip(self._others, self._left_out, strict=True):
            touched = any(line in lines for line in other.lines)
            members = [lines.get(line, line) for line in other.lines]
            alone = self._problem.only(line for line in members if line is not None)
            repaired = touched and not isinstance(self._solve(alone), Conflict)
            left += not repaired
            if (touched and not repaired) or left_out in lines or not new:
                continue
            # With the line of it that was left out of the trial, and the others left out instead.
            without = {line for line in self._left_out if line is not left_out}
            without |= {
                line for line in other.lines if line is not left_out and not repaired
            } - lines.keys()
            if self._is_refused(changed.without([*without, *self._beyond]), new):
                return None
        return left

    def _is_refused(self, problem: Problem, new: set[Requirement]) -> bool:
        """Return whether lines do not hold because of the new ones among them."""
        outcome = self._solve(problem)
        if not isinstance(outcome, Conflict) or not new.intersection(outcome.lines()):
            return False
        return not isinstance(self._solve(problem.without(new)), Conflict)

    def _newer(self, line: Requirement, side: str, found: Version) -> list[Version]:
        """Return the versions that pip would take and that are newer than one, oldest first."""
        listed = self._facts.versions(line.name)
        if not isinstance(listed, Known):
            return []
        versions = listed.value
        mask = versions.mask(side) & (versions.bit(found) - 1) & versions.all
        mask &= ~(versions.yanked | versions.prereleases)
        for obstacle in versions.obstacles.values():
            mask &= ~obstacle
        newest_first = [version for version in versions.at(mask) if version is not None]
        return newest_first[::-1]

    def _solve(self, problem: Problem, limits: Limits | None = None) -> Outcome:
        return solve(problem, self._facts, limits=limits or self._limits, token=self._token)

    def _note(self, outcome: Conflict, line: Requirement) -> None:
        """Remember which unchanged lines are in a change's way."""
        known = self.in_the_way.setdefault(line, [])
        unchanged = set(self._problem.requirements)
        known += [other for other in outcome.lines() if other in unchanged and other not in known]

    def _doubtful(self, solution: Solution, changes: Mapping[Requirement, str | None]) -> list[Gap]:
        """Return what is unknown that a solution leans on, but for what the change leaves alone.

        That is what the lines of no conflict lead to, and what the unchanged lines of this one
        need. A package of which no version is known may not be needed by anything new.
        """
        if not solution.gaps:
            return []
        kept = {
            line.name: line.pin
            for line in self._conflict.lines
            if line not in changes and line.pin is not None
        }
        before = {**self._before, **kept}
        new = {name for name, version in solution.versions.items() if before.get(name) != version}
        needed = set(self._needed(solution, new))
        needed_before = set(self._needed(solution, kept)) - needed

        def is_left_alone(gap: Gap) -> bool:
            if gap.same_as() not in self._settled:
                return gap.name in needed_before
            return gap.name not in needed or solution.versions.get(gap.name) is not None

        return [
            gap
            for gap in solution.gaps
            if (gap.obstacle.reason is Reason.PENDING and gap.same_as() not in self._final)
            or not is_left_alone(gap)
        ]

    def _needed(
        self, solution: Solution, names: Iterable[NormalizedName]
    ) -> Iterator[NormalizedName]:
        """Yield what some packages of a solution need."""
        for name in names:
            version = solution.versions.get(name)
            if version is None:
                continue
            for extra in ("", *solution.extras.get(name, ())):
                needs = self._facts.dependencies(name, version, extra)
                for each in needs.value if isinstance(needs, Known) else ():
                    yield each.name

    def _further_suspects(self, diagnosis: Diagnosis) -> Iterable[Requirement]:
        """Yield a line of each conflict that the diagnosis did not go on to look for."""
        rest = self._problem.without([*diagnosis.suspects, *self._left_out])
        for _ in range(MOST_LEFT_OUT):
            outcome = self._solve(rest)
            if not isinstance(outcome, Conflict):
                return
            lines = [line for line in outcome.lines() if line not in self._conflict.lines]
            if not lines:
                return
            suspect = suspect_of(outcome, tuple(lines))
            yield suspect
            rest = rest.without([suspect])


def _lines(changes: Mapping[Requirement, str | None]) -> dict[Requirement, Requirement | None]:
    return {
        line: None if specifier is None else line.with_specifier(specifier)
        for line, specifier in changes.items()
    }


def _first_apart(other: FoundConflict, conflict: FoundConflict) -> Requirement:
    """Return a line of another conflict without which it is none.

    Never a line of this conflict: without it the trials would prove nothing about the file. There
    is one, because both are as small as can be; were they not, the suspect would do.
    """
    lines = (other.suspect, *other.lines)
    return next((line for line in lines if line not in conflict.lines), other.suspect)
