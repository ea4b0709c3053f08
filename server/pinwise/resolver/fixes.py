"""Changes of one line that make a conflict go away, each tried out before it is offered."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from pinwise.resolver.outcome import Solution
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.solver import solve
from pinwise.resolver.specifiers import adjusted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from pinwise.base.cancellation import CancelToken
    from pinwise.resolver.diagnosis import Diagnosis, FoundConflict
    from pinwise.resolver.outcome import Limits
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.provider import Gap, Provider

MOST_LINES = 8
"""Of how many lines of one conflict changes are tried."""

MOST_WITHOUT_PRERELEASES = 4
"""How often a trial is repeated without the pre-releases that it came to."""


class FixKind(IntEnum):
    """What a change does, the smallest first."""

    RAISE = 0
    LOWER = 1
    DROP = 2
    """The line goes, because another package asks for it anyway."""
    LOOSEN = 3
    """A pin becomes a range that has the pinned version as its end."""


class Fix(NamedTuple):
    """A change of one line with which everything was seen to hold.

    Attributes:
        specifier: the line's new one; None where the line goes.
        version: what would be installed of the package with it.
        solution: everything that would be; it leaned on nothing unknown.
    """

    kind: FixKind
    line: Requirement
    specifier: str | None
    version: Version
    solution: Solution


class Fixes(NamedTuple):
    """The fixes of one conflict.

    Attributes:
        fixes: smallest change first; those of the line given or suspected before the others'.
        gaps: what has to be known before there can be more.
    """

    fixes: tuple[Fix, ...]
    gaps: tuple[Gap, ...]


def find_fixes(  # noqa: PLR0913 - what the trials depend on
    problem: Problem,
    diagnosis: Diagnosis,
    conflict: FoundConflict,
    provider: Provider,
    *,
    here: Requirement | None = None,
    limits: Limits | None = None,
    token: CancelToken | None = None,
) -> Fixes:
    """Return verified changes of one line each.

    The other conflicts of the diagnosis are left out of the trials, or none would ever succeed.
    At most 4 solves a line, for at most 8 lines.

    Args:
        problem: all lines.
        diagnosis: of the problem.
        conflict: one of the diagnosis's.
        provider: asked as its docstring says; for every line that is tried, the whole listing.
        here: the line whose changes come first, else the suspect.
        limits: for each solve.
        token: raises `CancelledError` in here.
    """
    facts = provider if isinstance(provider, Snapshot) else Snapshot(provider)
    first = here or conflict.suspect
    lines = sorted(conflict.lines, key=lambda line: line is not first)[:MOST_LINES]
    gaps: dict[object, Gap] = {}
    found: list[tuple[tuple[int, int], Fix]] = []
    alone = problem.without(_elsewhere(diagnosis, conflict))
    for place, line in enumerate(lines):
        trials = _Trials(alone, line, facts, gaps, limits, token)
        for fix in trials.fixes():
            # Changes of versions by line, then what takes more away from the file.
            rank = 0 if fix.kind <= FixKind.LOWER else int(fix.kind)
            found.append(((rank, place), fix))
    found.sort(key=lambda entry: entry[0])
    return Fixes(tuple(fix for _, fix in found), tuple(gaps.values()))


def _elsewhere(diagnosis: Diagnosis, conflict: FoundConflict) -> Iterator[Requirement]:
    """Yield a line of each other conflict, without which it is none.

    Never a line of this conflict: without it the trials would prove nothing about the file.
    """
    for other in diagnosis.conflicts:
        if other is not conflict:
            choices = [line for line in (other.suspect, *other.lines) if line not in conflict.lines]
            yield from choices[:1]


class _Trials:
    """The changes of one line."""

    def __init__(  # noqa: PLR0913, PLR0917 - what `find_fixes` was given
        self,
        problem: Problem,
        line: Requirement,
        facts: Snapshot,
        gaps: dict[object, Gap],
        limits: Limits | None,
        token: CancelToken | None,
    ) -> None:
        self.problem = problem
        self.line = line
        self.facts = facts
        self.gaps = gaps
        self.limits = limits
        self.token = token

    def fixes(self) -> Iterator[Fix]:
        line = self.line
        if line.opaque is not None:
            return
        if line.pin is not None:
            yield from self._of_pin(line.pin)
        elif line.specifier:
            yield from self._of_range()
        if not line.constraint:
            dropped = self._try(None)
            version = dropped.versions.get(line.name) if dropped is not None else None
            if dropped is not None and version is not None:
                yield Fix(FixKind.DROP, line, None, version, dropped)

    def _of_pin(self, pin: Version) -> Iterator[Fix]:
        public = pin.public
        for kind, side, range_ in (
            (FixKind.RAISE, f">{public}", f">={public}"),
            (FixKind.LOWER, f"<{public}", f"<={public}"),
        ):
            version = self._version(self._try(side))
            if version is None or (version.is_prerelease and not pin.is_prerelease):
                continue
            # Once more with the very words that will stand in the file.
            if (solution := self._try(f"=={version}")) is not None:
                yield Fix(kind, self.line, f"=={version}", version, solution)
            loose = self._try(range_)
            found = self._version(loose)
            if loose is not None and found is not None:
                yield Fix(FixKind.LOOSEN, self.line, range_, found, loose)

    def _of_range(self) -> Iterator[Fix]:
        version = self._version(self._try(""))
        if version is None or version.is_prerelease:
            return
        specifier = adjusted(self.line.specifier, version)
        if specifier is None or specifier == self.line.specifier:
            return
        solution = self._try(specifier)
        found = self._version(solution)
        if solution is not None and found is not None:
            kind = FixKind.LOWER if _is_below(self.line, version) else FixKind.RAISE
            yield Fix(kind, self.line, specifier, found, solution)

    def _try(self, specifier: str | None) -> Solution | None:
        """Solve with another specifier, or without the line; only what is certain counts."""
        changed = None if specifier is None else self.line.with_specifier(specifier)
        problem = self.problem.replacing({self.line: changed})
        for _ in range(MOST_WITHOUT_PRERELEASES):
            outcome = solve(problem, self.facts, limits=self.limits, token=self.token)
            self.gaps |= {gap.same_as(): gap for gap in outcome.gaps}
            if not isinstance(outcome, Solution) or outcome.gaps:
                return None
            if not outcome.unoffered:
                return outcome
            # pip would not go there: is there another way?
            without = {name: False for name, _ in outcome.unoffered}
            problem = replace(problem, prereleases={**problem.prereleases, **without})
        return None

    def _version(self, solution: Solution | None) -> Version | None:
        return solution.versions.get(self.line.name) if solution is not None else None


def _is_below(line: Requirement, version: Version) -> bool:
    """Return whether a version lies below what a range asks for."""
    adjusted_to = adjusted(line.specifier, version) or ""
    before = set(line.specifier.replace(" ", "").split(","))
    return any(part.startswith(">=") and part not in before for part in adjusted_to.split(","))
