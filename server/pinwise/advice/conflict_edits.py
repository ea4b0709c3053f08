"""The edits of a change that repairs a conflict, or none where pip would refuse the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.edits import removal, replacement
from pinwise.advice.hash_mode import hash_mode
from pinwise.advice.pin_changes import change_hashes
from pinwise.base.facts import Known
from pinwise.manifests.declarations import Role
from pinwise.resolver.problem import pinned_version

if TYPE_CHECKING:
    from pinwise.advice.context import Context, Located
    from pinwise.advice.dependency_conflicts import Resolution
    from pinwise.advice.findings import FileEdit
    from pinwise.resolver.fixes import Change, Fix


def edits_of(ctx: Context, resolution: Resolution, fix: Fix) -> tuple[FileEdit, ...]:
    """Return what a fix changes in the files; empty where it cannot be offered.

    That is where the settings let one of its versions ripen first, and where pip checks hashes
    and would miss some: of a range, of a package that no line names, or of a version of which the
    index tells none. The hashes of a line change with its version.
    """
    lines = [(change, resolution.alike(change.line)) for change in fix.changes]
    hashed = _checks_hashes(ctx, [located for _, alike in lines for located in alike])
    if hashed and _misses_hashes(ctx, resolution, fix):
        return ()
    edits: list[FileEdit] = []
    for change, alike in lines:
        if change.specifier is not None and _is_too_young(ctx, change):
            return ()
        # Lines that ask for the same change together, as they were tried.
        for located in alike:
            changed = _edits_of_line(ctx, located, change)
            if not changed:
                return ()
            edits += changed
    return tuple(edits)


def _checks_hashes(ctx: Context, lines: list[Located]) -> bool:
    """Return whether pip checks hashes; a part of the tree that cannot be read may forbid it."""
    return any(line.declaration.hashes for line in lines) or hash_mode(ctx) is not None


def _misses_hashes(ctx: Context, resolution: Resolution, fix: Fix) -> bool:
    """Return whether a fix leaves something to be installed without a pinned line."""
    for change in fix.changes:
        if change.specifier is None:
            gone = resolution.alike(change.line)
            others = (line for line in ctx.by_name[change.line.name] if line not in gone)
            if not any(other.role is Role.REQUIREMENT for other in others):
                return True
        elif pinned_version(change.specifier) is None:
            return True
    return any(name not in ctx.by_name for name in fix.solution.versions)


def _edits_of_line(ctx: Context, located: Located, change: Change) -> list[FileEdit]:
    """Return the edits of one line; none where its hashes cannot be changed."""
    if change.specifier is None:
        return [removal(located)]
    edits = [_with_specifier(located, change.specifier)]
    if located.declaration.hashes:
        hashes = change_hashes(ctx, located, change.version)
        if hashes is None:
            return []
        edits.append(hashes)
    return edits


def _with_specifier(located: Located, specifier: str) -> FileEdit:
    """Put other versions in the place of a line's; of a pin, the version alone."""
    requirement = located.declaration.requirement
    clauses = requirement.clauses
    version = specifier.removeprefix("==")
    if len(clauses) == 1 and clauses[0].operator == "==" and version != specifier:
        return replacement(located, clauses[0].version_span, version)
    return replacement(located, requirement.specifier_span or requirement.name_span, specifier)


def _is_too_young(ctx: Context, change: Change) -> bool:
    """Return whether the settings let a version ripen before it is suggested."""
    if ctx.cooldown is None:
        return False
    listing = ctx.listing(change.line.name)
    if not isinstance(listing, Known):
        return False
    release = listing.value.by_version.get(change.version)
    return release is not None and ctx.cooldown.holds(release)
