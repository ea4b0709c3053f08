"""Everything that can be updated together, and what holds back the rest.

The answer depends on the facts alone, not on the way the solver took to it nor on what else is
known: it is the first of all sets of versions that hold in an order that is fixed beforehand. So
it is the same with an empty cache and with a full one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinwise.base.facts import Known, Reason
from pinwise.base.tuples import NamedTuple
from pinwise.resolver.outcome import Conflict, Solution
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.solver import solve
from pinwise.resolver.whatif import what_if

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.cancellation import CancelToken
    from pinwise.resolver.diagnosis import FoundConflict
    from pinwise.resolver.outcome import Limits, Outcome
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.provider import Gap, Provider

MOST_IMPROVEMENTS = 300
"""Solves that look for something still newer."""


class Update(NamedTuple):
    """What becomes of one pinned line.

    Attributes:
        current: the version that it pins.
        to: the version that fits with all others; `current` where nothing newer does. Older than
            that only where the lines cannot hold as they are.
        newest: the newest version that pip would take by itself.
        held_back: why it is not the newest: a conflict of lines of which this one has that
            version, and each other says what it has after the update; the origins are those of
            the lines that they stand for. None where `to` is the newest, or no proof was found
            within the limits.
    """

    line: Requirement
    current: Version
    to: Version
    newest: Version
    held_back: FoundConflict | None


class Plan(NamedTuple):
    """What "update all" would do.

    Attributes:
        updates: one for each line that was to be updated, in the problem's order. Empty where
            nothing holds together whatever these lines say: then `conflict` says why.
        solution: what would be installed.
        gaps: what is not known of that. Where a request may tell it (`Reason.PENDING`), nothing
            may be offered yet: the plan is not made to its end.
        uncertain: of the lines that change, those whose new version needs something, over however
            many others, that is not known: whether they fit with the rest was not seen.
    """

    updates: tuple[Update, ...]
    solution: Solution | None
    conflict: Conflict | None
    gaps: tuple[Gap, ...]
    uncertain: frozenset[Requirement] = frozenset()

    @property
    def pending(self) -> tuple[Gap, ...]:
        """What has to be looked up before the plan says anything."""
        return _pending(self.gaps)


def plan_updates(  # noqa: PLR0913 - what a plan depends on
    problem: Problem,
    provider: Provider,
    *,
    lines: Iterable[Requirement] | None = None,
    most: Mapping[Requirement, Version] | None = None,
    least: Mapping[Requirement, Version] | None = None,
    limits: Limits | None = None,
    token: CancelToken | None = None,
) -> Plan:
    """Return the newest versions that hold together, those of earlier lines first.

    The first line gets the newest version with which all lines hold, each further one the newest
    with which they hold beside what the lines before it have. So no line can be raised any further
    without lowering another (Pareto's optimum). No line is lowered, unless the lines do not hold
    together as they are.

    Args:
        problem: all lines.
        provider: asked as its docstring says, for whole listings.
        lines: the pinned lines to update; None for all of them. Others stay as they are.
        most: the version that a line may be raised to at most; that is then its newest.
        least: where given, the plan is about these lines: each gets at least that version, if
            the earlier ones leave it one. All other lines change only where these need it.
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
    planning = _Planning(asked, pinned, most or {}, facts, limits=limits, token=token)
    try:
        return planning.plan(least)
    except _UnfinishedError as unfinished:
        return Plan((), None, None, unfinished.gaps)


class _UnfinishedError(Exception):
    """A step of the plan leans on something that can be looked up."""

    def __init__(self, gaps: tuple[Gap, ...]) -> None:
        self.gaps = gaps


class _Planning:
    """The making of one plan.

    Attributes:
        chosen: the specifier of each line so far; every step narrows one.
        witness: versions that satisfy all of them.
    """

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
        self.budget = MOST_IMPROVEMENTS
        self.chosen = {line: f">={_public(line)}{self._at_most(line)}" for line in pinned}
        self.witness: Mapping[NormalizedName, Version | None] = {}

    def plan(self, least: Mapping[Requirement, Version] | None) -> Plan:
        """Make it.

        Raises:
            _UnfinishedError: something has to be looked up first.
        """
        if (conflict := self._begin()) is not None:
            return Plan((), None, conflict, ())
        if not self.witness:
            return Plan((), None, None, ())
        wanted = self.pinned
        if least is not None:
            wanted = [line for line in self.pinned if line in least and self._reach(line, least)]
        for line in wanted:
            self._raise(line)
        for line in self.pinned:
            if line not in wanted and not self._keep(line):
                self._raise(line)
        final = self._solve(self.chosen)
        if not isinstance(final, Solution):
            return Plan((), None, None, ())
        reached = {line: final.versions.get(line.name) for line in self.pinned}
        updates = []
        for line, to in reached.items():
            if to is not None and line.pin is not None:
                newest = self._newest(line, to)
                held_back = self._held_back(line, newest) if newest > to else None
                updates.append(Update(line, line.pin, to, newest, held_back))
        changed = [each.line for each in updates if each.to != each.current]
        return Plan(tuple(updates), final, None, final.gaps, self._uncertain(final, changed))

    def _begin(self) -> Conflict | None:
        """Solve with every pin as a lower bound, and where that cannot hold, without it."""
        while True:
            outcome = self._solve(self.chosen)
            if isinstance(outcome, Solution):
                self.witness = outcome.versions
            if not isinstance(outcome, Conflict):
                return None
            blamed = {line.origin for line in outcome.lines()}
            freed = [
                line
                for line, specifier in self.chosen.items()
                if line.origin in blamed and specifier.startswith(">=")
            ]
            if not freed:
                return outcome
            self.chosen |= {line: self._at_most(line).removeprefix(",") for line in freed}

    def _reach(self, line: Requirement, least: Mapping[Requirement, Version]) -> bool:
        """Give a line at least a version, if it can have it; return whether it can."""
        specifier = f">={least[line].public}{self._at_most(line)}"
        version = self.witness.get(line.name)
        if version is None or version < least[line]:
            return self._narrow(line, specifier)
        self.chosen[line] = specifier
        return True

    def _keep(self, line: Requirement) -> bool:
        """Leave a line as it is, if the lines before it can do with that; return whether."""
        if self.witness.get(line.name) == line.pin:
            self.chosen[line] = line.specifier
            return True
        return self._narrow(line, line.specifier)

    def _raise(self, line: Requirement) -> None:
        """Raise a line as far as it goes, and fix it there."""
        while (version := self.witness.get(line.name)) is not None:
            done = version >= self._newest(line, version)
            higher = f">{version.public}{self._at_most(line)}"
            if done or not self._narrow(line, higher):
                self.chosen[line] = f"=={version}"
                return

    def _narrow(self, line: Requirement, specifier: str) -> bool:
        """Change what a line says if all lines hold with that; return whether they do."""
        self.budget -= 1
        if self.budget < 0:
            return False
        changed = {**self.chosen, line: specifier}
        outcome = self._solve(changed)
        if not isinstance(outcome, Solution) or outcome.unoffered:
            return False
        self.chosen, self.witness = changed, outcome.versions
        return True

    def _solve(self, specifiers: Mapping[Requirement, str]) -> Outcome:
        """Solve; what a conflict does not know is of no account, as it is one all the same.

        Raises:
            _UnfinishedError: it may end otherwise when more is looked up.
        """
        outcome = solve(self._with(specifiers), self.facts, limits=self.limits, token=self.token)
        if not isinstance(outcome, Conflict) and (pending := _pending(outcome.gaps)):
            raise _UnfinishedError(pending)
        return outcome

    def _with(self, specifiers: Mapping[Requirement, str]) -> Problem:
        changes = {line: line.with_specifier(text) for line, text in specifiers.items()}
        return self.problem.replacing(changes)

    def _held_back(self, line: Requirement, newest: Version) -> FoundConflict | None:
        """Return why a line cannot have a version beside what the others have got.

        Raises:
            _UnfinishedError: it has to be looked up first.
        """
        after = self._with(self.chosen)
        mine = next(
            each
            for each, before in zip(after.requirements, self.problem.requirements, strict=True)
            if before is line
        )
        trial = what_if(after, mine, newest, self.facts, limits=self.limits, token=self.token)
        if trial.fits is None and (pending := _pending(trial.gaps)):
            raise _UnfinishedError(pending)
        return trial.conflict if trial.fits is False else None

    def _uncertain(
        self, solution: Solution, changed: Iterable[Requirement]
    ) -> frozenset[Requirement]:
        """Return the lines from which needs lead to a gap. O(needs of what would be installed)."""
        waiting = list({gap.name for gap in solution.gaps})
        needing: dict[NormalizedName, set[NormalizedName]] = {}
        for name, version in solution.versions.items() if waiting else ():
            for extra in ("", *solution.extras.get(name, ())):
                needs = version and self.facts.dependencies(name, version, extra)
                for needed in needs.value if isinstance(needs, Known) else ():
                    needing.setdefault(needed.name, set()).add(name)
        reached: set[NormalizedName] = set()
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += needing.get(name, ())
        return frozenset(line for line in changed if line.name in reached)

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


def _pending(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    return tuple(gap for gap in gaps if gap.obstacle.reason is Reason.PENDING)


def _public(line: Requirement) -> str:
    """Return the pinned version without its local part, which `>=` does not know."""
    return line.pin.public if line.pin is not None else "0"
