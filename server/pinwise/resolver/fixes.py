"""Changes of lines that make a conflict go away, each tried out before it is offered."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from pinwise.base.facts import Known
from pinwise.base.tuples import NamedTuple
from pinwise.resolver.incompatibility import Needs
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.specifiers import adjusted, versions_named
from pinwise.resolver.trials import Trials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.cancellation import CancelToken
    from pinwise.resolver.diagnosis import Diagnosis, FoundConflict
    from pinwise.resolver.outcome import Limits, Solution
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.provider import Gap, Provider

MOST_LINES = 8
"""Of how many lines of one conflict changes are tried."""

MOST_PAIRS = 6
"""How many changes of two lines are tried."""

FAR = 2
"""How many majors, or years of versions that are dates, a package may be lowered whose needs are
what a conflict is about."""

NEAR = 12
"""How many releases a package may be lowered that can as well be raised."""

FAR_BACK = 250
"""How many releases it may be lowered."""


class FixKind(IntEnum):
    """What a change does, the smallest first."""

    RAISE = 0
    LOWER = 1
    DROP = 2
    """The line goes, because another package asks for it anyway."""
    LOOSEN = 3
    """A pin becomes a range that has the pinned version as its end."""


class Change(NamedTuple):
    """What becomes of one line.

    Attributes:
        specifier: the line's new one; None where the line goes.
        version: what would be installed of the package with it.
    """

    line: Requirement
    specifier: str | None
    version: Version


class Fix(NamedTuple):
    """A change of a line, rarely of two, with which the conflict was seen to be gone.

    Attributes:
        line, specifier, version: of the change, as in `Change`.
        solution: what would be installed; lines without which other conflicts are none are left
            out. It leaned on nothing unknown but what nobody knew before, about packages that it
            does not change.
        also: the other line that has to change with it.
        left: how many of the other conflicts are still there with it.
    """

    kind: FixKind
    line: Requirement
    specifier: str | None
    version: Version
    solution: Solution
    also: tuple[Change, ...] = ()
    left: int = 0

    @property
    def changes(self) -> tuple[Change, ...]:
        """All that changes."""
        return (Change(self.line, self.specifier, self.version), *self.also)


class Fixes(NamedTuple):
    """The fixes of one conflict.

    Attributes:
        fixes: smallest change first; those that repair other conflicts too before the others,
            those of the line given or suspected before the others'.
        gaps: what has to be known before there can be more.
        doubts: those of them for which a change that may help was turned down.
        gave_up: whether some change was not tried to the end.
    """

    fixes: tuple[Fix, ...]
    gaps: tuple[Gap, ...]
    doubts: tuple[Gap, ...] = ()
    gave_up: bool = False


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
    """Return verified changes of one line each, or of two where no single one helps.

    With each the conflict is gone, and no changed line is in another one that was not there
    before. Other conflicts may be left: a line of each is left out of the trials, or none would
    ever succeed. A version far below the line's own is only returned where no other one helps.

    At most some ten solves a line, for at most 8 lines; more where a file has several conflicts.

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
    trials = Trials(problem, diagnosis, conflict, facts, limits=limits, token=token)
    first = here or conflict.suspect
    lines = sorted(conflict.lines, key=lambda line: line is not first)[:MOST_LINES]
    found: list[tuple[tuple[int, int, int], Fix]] = []
    for place, line in enumerate(lines):
        floor = _floor(line, conflict, facts)
        for fix in _of_line(trials, line, floor):
            # Changes of versions by line, then what takes more away from the file.
            rank = 0 if fix.kind <= FixKind.LOWER else int(fix.kind)
            found.append(((rank, fix.left, place), fix))
    found.sort(key=lambda entry: entry[0])
    fixes = [fix for _, fix in found]
    if not fixes:
        fixes = list(_of_two_lines(trials, lines))[:1]
    if not fixes:
        fixes = [fix for line in lines for fix in _of_line(trials, line, "")]
    return Fixes(
        tuple(_without_far_ones(fixes, conflict, facts)),
        tuple(trials.gaps.values()),
        tuple(trials.doubts.values()),
        trials.gave_up,
    )


def _of_line(trials: Trials, line: Requirement, floor: str) -> Iterator[Fix]:
    """Yield the changes of one line; its version is lowered no further than the floor says."""
    if line.opaque is not None:
        return
    if line.pin is not None:
        yield from _of_pin(trials, line, line.pin, floor)
    elif line.specifier:
        yield from _of_range(trials, line)
    if not line.constraint:
        yield from _tried(trials, FixKind.DROP, line, None)


def _tried(
    trials: Trials, kind: FixKind, line: Requirement, specifier: str | None
) -> Iterator[Fix]:
    """Yield one change, if with the very words that will stand in the file it helps."""
    solution = trials.solved({line: specifier})
    version = solution.versions.get(line.name) if solution is not None else None
    if solution is None or version is None:
        return
    left = trials.conflicts_left({line: specifier})
    if left is not None:
        yield Fix(kind, line, specifier, version, solution, left=left)


def _of_pin(trials: Trials, line: Requirement, pin: Version, floor: str) -> Iterator[Fix]:
    public = pin.public
    for kind, side, range_ in (
        (FixKind.RAISE, f">{public}", f">={public}"),
        (FixKind.LOWER, f"<{public}{floor}", f"<={public}"),
    ):
        for version in trials.newest(line, side):
            if version.is_prerelease and not pin.is_prerelease:
                continue
            fixes = list(_tried(trials, kind, line, f"=={version}"))
            if fixes:
                yield from fixes
                yield from _tried(trials, FixKind.LOOSEN, line, range_)
                break


def _of_range(trials: Trials, line: Requirement) -> Iterator[Fix]:
    for version in trials.newest(line, ""):
        specifier = None if version.is_prerelease else adjusted(line.specifier, version)
        if specifier is not None and specifier != line.specifier:
            kind = FixKind.LOWER if _is_below(line, version) else FixKind.RAISE
            fixes = list(_tried(trials, kind, line, specifier))
            if fixes:
                yield from fixes
                return


def _of_two_lines(trials: Trials, lines: list[Requirement]) -> Iterator[Fix]:
    """Yield changes of a pin together with one that stands in its way."""
    pairs = [
        (line, other)
        for line in lines
        if line.pin is not None
        for other in trials.in_the_way.get(line, ())
        if other.pin is not None and other.opaque is None
    ]
    for pair in pairs[:MOST_PAIRS]:
        for kind, operator in ((FixKind.RAISE, ">="), (FixKind.LOWER, "<=")):
            sides = {line: f"{operator}{line.pin.public}" for line in pair if line.pin is not None}
            loose = trials.solved(sides)
            if loose is None:
                continue
            exact = {line: f"=={loose.versions.get(line.name)}" for line in pair}
            solution = trials.solved(exact)
            left = trials.conflicts_left(exact) if solution is not None else None
            if solution is None or left is None:
                continue
            changes = [
                Change(line, specifier, version)
                for line, specifier in exact.items()
                if (version := solution.versions.get(line.name)) is not None and version != line.pin
            ]
            if changes and not any(change.version.is_prerelease for change in changes):
                yield Fix(kind, *changes[0], solution, tuple(changes[1:]), left)


def _is_below(line: Requirement, version: Version) -> bool:
    """Return whether a version lies below what a range asks for."""
    adjusted_to = adjusted(line.specifier, version) or ""
    before = set(line.specifier.replace(" ", "").split(","))
    return any(part.startswith(">=") and part not in before for part in adjusted_to.split(","))


def _without_far_ones(fixes: list[Fix], conflict: FoundConflict, facts: Snapshot) -> list[Fix]:
    """Leave out what goes far down, if another version of some line helps.

    Such a version often fits only because it declares nothing yet of what it needs. Where the same
    line can be raised, a dozen releases back is far.
    """
    raised = {fix.line for fix in fixes if fix.kind is FixKind.RAISE}
    fixes = [fix for fix in fixes if fix.line not in raised or _releases_down(fix, facts) <= NEAR]
    far = [_goes_far_down(fix, conflict, facts) for fix in fixes]
    near = any(
        fix.kind <= FixKind.LOWER and not is_far for fix, is_far in zip(fixes, far, strict=True)
    )
    return [fix for fix, is_far in zip(fixes, far, strict=True) if not (near and is_far)]


def _releases_down(fix: Fix, facts: Snapshot) -> int:
    """Return how many final releases a version lies below the pin of its line; 0 above it."""
    listed = facts.versions(fix.line.name)
    if fix.line.pin is None or fix.version >= fix.line.pin or not isinstance(listed, Known):
        return 0
    versions = listed.value
    between = (versions.bit(fix.version) - 1) & ~(versions.bit(fix.line.pin) - 1)
    return (between & versions.all & ~versions.prereleases).bit_count()


def _goes_far_down(fix: Fix, conflict: FoundConflict, facts: Snapshot) -> bool:
    """Return whether a version lies some majors below, or lacks what the conflict is about.

    Not of a package that others bound: how far it has to go, they say.
    """
    before = max(versions_named(fix.line.specifier), default=None)
    if fix.kind is FixKind.DROP or before is None or fix.version >= before:
        return False
    needed = _needs_told(fix.line, conflict)
    if not needed:
        return False
    if fix.version.epoch != before.epoch or before.major - fix.version.major > FAR:
        return True
    return not any(_needs(facts, fix.line.name, fix.version, extra, name) for extra, name in needed)


def _needs_told(line: Requirement, conflict: FoundConflict) -> set[tuple[str, NormalizedName]]:
    """Return what a conflict tells that a line's package needs, each with its extra or ""."""
    causes = (statement.cause for statement in conflict.proof.leaves())
    return {
        (cause.package.extra, cause.dependency.name)
        for cause in causes
        if isinstance(cause, Needs) and cause.package.name == line.name
    }


def _floor(line: Requirement, conflict: FoundConflict, facts: Snapshot) -> str:
    """Return what to add to a specifier so that a package is not lowered too far back.

    A family in lockstep has hundreds of older releases, which would all be looked up.
    """
    listed = facts.versions(line.name) if line.pin is not None else None
    if line.pin is None or not isinstance(listed, Known) or not _needs_told(line, conflict):
        return ""
    versions = listed.value
    lowest = versions.bit(line.pin) << FAR_BACK
    floor = next(versions.at(lowest & versions.all), None)
    return f",>={floor.public}" if floor is not None else ""


def _needs(
    facts: Snapshot, name: NormalizedName, version: Version, extra: str, needed: NormalizedName
) -> bool:
    """Return whether a version is known to need a package."""
    needs = facts.dependencies(name, version, extra)
    return isinstance(needs, Known) and any(each.name == needed for each in needs.value)
