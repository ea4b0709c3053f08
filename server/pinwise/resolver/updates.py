"""Everything that can be updated together, and what holds back the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinwise.base.facts import Known
from pinwise.resolver.diagnosis import smallest
from pinwise.resolver.outcome import Conflict, Solution
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.solver import solve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from packaging.version import Version

    from pinwise.base.cancellation import CancelToken
    from pinwise.resolver.diagnosis import FoundConflict
    from pinwise.resolver.outcome import Limits, Outcome
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.provider import Gap, Provider

MOST_IMPROVEMENTS = 300
"""Solves that look for something still newer."""


@dataclass(frozen=True)
class Update:
    """What becomes of one pinned line.

    Attributes:
        current: the version that it pins.
        to: the version that fits with all others; `current` where nothing newer does. Older than
            that only where the lines cannot hold as they are.
        newest: the newest version that pip would take by itself.
        held_back: why it is not newer than `to`: a conflict of lines that say `>to` for this one
            and at least what they get for the others, each with the origin of the line that it
            stands for. None where `to` is the newest, or no proof was found within the limits.
    """

    line: Requirement
    current: Version
    to: Version
    newest: Version
    held_back: FoundConflict | None


@dataclass(frozen=True)
class Plan:
    """What "update all" would do.

    Attributes:
        updates: one for each line that was to be updated, in the problem's order. Empty where
            nothing holds together whatever these lines say: then `conflict` says why.
        solution: what would be installed.
        gaps: what is not known. With any, nothing may be offered yet.
    """

    updates: tuple[Update, ...]
    solution: Solution | None
    conflict: Conflict | None
    gaps: tuple[Gap, ...]


def plan_updates(  # noqa: PLR0913 - what a plan depends on
    problem: Problem,
    provider: Provider,
    *,
    lines: Iterable[Requirement] | None = None,
    most: Mapping[Requirement, Version] | None = None,
    limits: Limits | None = None,
    token: CancelToken | None = None,
) -> Plan:
    """Return the newest versions that hold together.

    No line can be raised any further without lowering another (that is Pareto's optimum; which
    of several is chosen is not told). No line is lowered, unless the lines do not hold together
    as they are.

    Args:
        problem: all lines.
        provider: asked as its docstring says, for whole listings.
        lines: the pinned lines to update; None for all of them. Others stay as they are.
        most: the version that a line may be raised to at most; that is then its newest.
        limits: for each solve.
        token: raises `CancelledError` in here.

    About one solve for each line that cannot have its newest version, plus the shrinking of the
    conflict that holds it back.
    """
    facts = provider if isinstance(provider, Snapshot) else Snapshot(provider)
    pinned = [
        line
        for line in (problem.requirements if lines is None else lines)
        if line.pin is not None and not line.constraint
    ]
    # Nobody is moved from a final version to a pre-release who did not ask for them.
    final = {line.name: False for line in pinned if line.pin and not line.pin.is_prerelease}
    asked = replace(problem, prereleases={**final, **problem.prereleases})
    return _Planning(asked, pinned, most or {}, facts, limits=limits, token=token).plan()


class _Planning:
    def __init__(  # noqa: PLR0913 - what a plan depends on
        self,
        problem: Problem,
        pinned: list[Requirement],
        most: Mapping[Requirement, Version],
        facts: Snapshot,
        *,
        limits: Limits | None,
        token: CancelToken | None,
    ) -> None:
        self.problem = problem
        self.pinned = pinned
        self.most = most
        self.facts = facts
        self.limits = limits
        self.token = token
        self.gaps: dict[object, Gap] = {}
        self.held_back: dict[Requirement, FoundConflict] = {}

    def plan(self) -> Plan:
        outcome = self._together()
        if not isinstance(outcome, Solution):
            conflict = outcome if isinstance(outcome, Conflict) else None
            return Plan((), None, conflict, tuple(self.gaps.values()))
        solution = outcome
        if not self.gaps:
            solution = self._improved(solution)
        updates = []
        for line in self.pinned:
            to = solution.versions.get(line.name)
            current = line.pin
            if to is not None and current is not None:
                newest = self._newest(line, to)
                updates.append(Update(line, current, to, newest, self.held_back.get(line)))
        return Plan(tuple(updates), solution, None, tuple(self.gaps.values()))

    def _together(self) -> Outcome:
        """Solve with every pin as a lower bound, and where that cannot hold, without it."""
        specifiers = {line: f">={_public(line)}{self._at_most(line)}" for line in self.pinned}
        while True:
            changes = {line: line.with_specifier(text) for line, text in specifiers.items()}
            outcome = self._solve(changes)
            if not isinstance(outcome, Conflict):
                return outcome
            blamed = set(outcome.lines())
            freed = [line for line, changed in changes.items() if changed in blamed]
            freed = [line for line in freed if specifiers[line].startswith(">=")]
            if not freed:
                return outcome
            specifiers |= {line: self._at_most(line).removeprefix(",") for line in freed}

    def _improved(self, solution: Solution) -> Solution:
        """Raise one line after the other, as far as the others keep what they have."""
        budget = MOST_IMPROVEMENTS
        for line in self.pinned:
            while budget:
                reached = solution.versions.get(line.name)
                if reached is None or reached >= self._newest(line, reached):
                    break
                budget -= 1
                changes = {
                    other: other.with_specifier(self._beyond(other, version, more=other is line))
                    for other in self.pinned
                    if (version := solution.versions.get(other.name)) is not None
                }
                outcome = self._solve(changes, note_gaps=False)
                if isinstance(outcome, Conflict):
                    changed = self.problem.replacing(changes)
                    self.held_back[line] = smallest(
                        changed, outcome, self.facts, limits=self.limits, token=self.token
                    )
                    break
                if not isinstance(outcome, Solution) or outcome.gaps or outcome.unoffered:
                    self.gaps |= {gap.same_as(): gap for gap in outcome.gaps}
                    break
                solution = outcome
        return solution

    def _solve(
        self, changes: Mapping[Requirement, Requirement], *, note_gaps: bool = True
    ) -> Outcome:
        outcome = solve(
            self.problem.replacing(dict(changes)),
            self.facts,
            limits=self.limits,
            token=self.token,
        )
        if note_gaps:
            self.gaps |= {gap.same_as(): gap for gap in outcome.gaps}
        return outcome

    def _beyond(self, line: Requirement, version: Version, *, more: bool) -> str:
        """Return the specifier for at least what a line has reached, or for more than that."""
        if not more and version == self.most.get(line):
            # Said as a person would: it can be nothing else.
            return f"=={version}"
        return f"{'>' if more else '>='}{version.public}{self._at_most(line)}"

    def _at_most(self, line: Requirement) -> str:
        """Return what to add to a specifier so that a line is raised no further than it may be."""
        most = self.most.get(line)
        return "" if most is None else f",<={most.public}"

    def _newest(self, line: Requirement, reached: Version) -> Version:
        """Return the newest version that pip would take by itself, at least what is reached."""
        found = self.facts.versions(line.name)
        if not isinstance(found, Known):
            return reached
        prereleases = self.problem.prereleases.get(line.name, reached.is_prerelease)
        usable = (
            candidate.version
            for candidate in found.value.offered()
            if not candidate.yanked
            and not candidate.obstacle
            and (line not in self.most or candidate.version <= self.most[line])
            and (prereleases or not candidate.version.is_prerelease)
        )
        return max(reached, next(usable, reached))


def _public(line: Requirement) -> str:
    """Return the pinned version without its local part, which `>=` does not know."""
    return line.pin.public if line.pin is not None else "0"
