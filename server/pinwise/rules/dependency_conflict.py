"""`PW304` dependency-conflict: lines that cannot hold together because of what packages need."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinwise.advice.conflict_edits import edits_of
from pinwise.advice.dependency_conflicts import RULE, resolve, still_standing
from pinwise.advice.findings import Applicability, Finding, Fix, LazyFixes, Related, Severity
from pinwise.advice.likely_change import line_to_change
from pinwise.advice.local_lines import tells_no_name, written
from pinwise.advice.other_targets import other_targets
from pinwise.advice.places import line_number, relative
from pinwise.manifests.declarations import Role
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.advice.context import Context, Located
    from pinwise.advice.dependency_conflicts import Resolution
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.text import Span
    from pinwise.resolver.diagnosis import FoundConflict
    from pinwise.resolver.fixes import Fix as Repair

MOST_RELATED = 20
"""Other lines that are pointed at; nobody reads more."""

MOST_OFFERED = 6
"""Fixes of one conflict."""


@rule("PW304", RULE, severity=Severity.ERROR, needs=Facts.INDEX, contextual=True)
def dependency_conflict(ctx: Context) -> Iterator[Finding]:
    """Lines that cannot hold together because of what their packages need."""
    resolution = resolve(ctx) if ctx.before is None else still_standing(ctx, ctx.before)
    for conflict in resolution.conflicts:
        yield _finding(ctx, resolution, conflict)
    if ctx.before is None:
        yield from _on_other_targets(ctx, resolution)


def _on_other_targets(ctx: Context, resolution: Resolution) -> Iterator[Finding]:
    """Tell what conflicts on further targets of the settings alone, each set of lines once.

    Without fixes: what repairs it there may break what holds here.
    """
    told = {_lines_in(resolution, conflict) for conflict in resolution.conflicts}
    for target, other in other_targets(ctx):
        found = resolve(other)
        for conflict in found.conflicts:
            lines = _lines_in(found, conflict)
            if lines not in told:
                told.add(lines)
                finding = _finding(other, found, conflict)
                yield replace(finding, message=f"On {target}: {finding.message}", fixes=())


def _lines_in(resolution: Resolution, conflict: FoundConflict) -> frozenset[tuple[Path, Span]]:
    """Return where the lines of a conflict stand."""
    located = map(resolution.located, conflict.lines)
    return frozenset((line.path, line.name_span) for line in located)


def _finding(ctx: Context, resolution: Resolution, conflict: FoundConflict) -> Finding:
    """Say it on the line that is most likely to change, and point at the others."""
    suspect = line_to_change(ctx, conflict)
    here = resolution.located(suspect)
    message = resolution.explainer(conflict, suspect, here.path).sentences()
    others = [*resolution.alike(suspect)[1:]]
    for line in conflict.lines:
        others += resolution.alike(line) if line is not suspect else ()
    related = [_related(other) for other in others[:MOST_RELATED]]
    related += _includes([here, *others])

    def fixes(token: CancelToken | None) -> list[Fix]:
        changes = resolution.fixes_of(ctx, conflict, token)
        return list(_fixes(ctx, resolution, here, changes))[:MOST_OFFERED]

    return Finding(here.path, _place(here), message, tuple(related), LazyFixes(fixes))


def _place(located: Located) -> Span:
    """Return where a line says which version it wants, else its name."""
    requirement = located.declaration.requirement
    return requirement.specifier_span or requirement.name_span


def _written(located: Located) -> str:
    """Return a line's name, extras and specifier for a message; no address, no marker.

    Of a line that tells no name, the path.
    """
    if tells_no_name(located):
        return f"`{written(located) or located.declaration.name}`"
    requirement = located.declaration.requirement
    extras = ",".join(extra.name for extra in requirement.extras)
    return f"`{requirement.name}{f'[{extras}]' if extras else ''}{requirement.specifier}`"


def _related(located: Located) -> Related:
    role = "the constraint" if located.role is Role.CONSTRAINT else "required"
    return Related(located.path, _place(located), f"{_written(located)} is {role} here")


def _includes(lines: list[Located]) -> Iterator[Related]:
    """Point at the lines that bring other files in, each once."""
    seen: set[tuple[Path, Span]] = set()
    for located in lines:
        for include in located.via:
            place = include.document.path, include.span
            if place not in seen and len(seen) < MOST_RELATED:
                seen.add(place)
                written = include.span.of(include.document.text)
                yield Related(*place, f"`{written}` is included here")


def _fixes(
    ctx: Context, resolution: Resolution, here: Located, fixes: tuple[Repair, ...]
) -> Iterator[Fix]:
    """Yield the fixes that can be offered, as edits."""
    preferred = True
    for fix in fixes:
        edits = edits_of(ctx, resolution, fix)
        if edits:
            # The message stands on the first of the lines that ask for the same.
            titles = [
                _title(resolution.located(change.line), here, change.specifier)
                for change in fix.changes
            ]
            title = " and ".join([titles[0], *(_lowered(each) for each in titles[1:])])
            yield Fix(title, Applicability.SUGGESTED, edits, preferred=preferred)
            preferred = False


def _lowered(title: str) -> str:
    return title[:1].lower() + title[1:]


def _title(located: Located, here: Located, specifier: str | None) -> str:
    if located is here:
        if specifier is None:
            return "Remove this line"
        # Of an exclusion that goes nothing may be left.
        return f"Change to `{specifier}`" if specifier else "Allow any version"
    name = located.declaration.requirement.name
    where = f"line {line_number(located)}"
    if located.path != here.path:
        where += f" of {relative(located.path, here.path.parent)}"
    if specifier is None:
        return f"Remove `{name}` in {where}"
    if not specifier:
        return f"Allow any version of `{name}` in {where}"
    return f"Change `{name}` to `{specifier}` in {where}"
