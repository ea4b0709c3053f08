"""`PW204` outdated-version: a newer release than the pinned one can be installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.edits import replacement
from pinwise.advice.findings import Applicability, Finding, Fix, Severity
from pinwise.advice.pins import pinned_lines
from pinwise.advice.places import place_of
from pinwise.advice.updates import update_title
from pinwise.advice.versions import pin_of
from pinwise.resolver.clash import specifier_set
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.advice.pins import PinnedLine
    from pinwise.advice.updates import Update, Updates


@rule("PW204", "outdated-version", severity=Severity.INFORMATION, needs=Facts.INDEX)
def outdated_version(ctx: Context) -> Iterator[Finding]:
    """A pinned version that has a successor which the interpreter can install."""
    for line, updates in pinned_lines(ctx):
        if updates.newest is not None:
            yield _finding(line, updates, updates.newest)


def _finding(line: PinnedLine, updates: Updates, newest: Update) -> Finding:
    """Say what is newer and what holds it back; offer what nothing holds back."""
    located, pin = line.located, line.pin
    name = located.declaration.requirement.name
    best = updates.candidates[0] if updates.candidates else None
    shown = best or newest
    message = (
        f"`{name} {shown.text}` is newer than `{pin.clause.version}` ({shown.level.value} update)"
    )
    if best is None:
        message += f", but {_holder(line, newest.version)} holds it back."
    elif best.version != newest.version:
        message += f". {_holder(line, newest.version)} holds back `{newest.text}`."
    elif updates.too_new is not None:
        version, requires_python = updates.too_new
        message += f". `{version}` needs Python `{requires_python}`."
    else:
        message += "."
    fixes: tuple[Fix, ...] = ()
    if any(other.declaration.hashes for other in (located, *line.alike)):
        # The digests belong to the pinned version: without new ones pip would refuse the file.
        message = message.removesuffix(".") + "; its `--hash` options have to change with it."
    else:
        fixes = tuple(_fixes(line, updates.candidates))
    return Finding(located.path, pin.clause.version_span, message, fixes=fixes)


def _holder(line: PinnedLine, version: Version) -> str:
    """Name the first line that excludes a version."""
    for other in line.others:
        requirement = other.declaration.requirement
        specifiers = specifier_set(requirement.specifier)
        if specifiers is not None and not specifiers.contains(version, prereleases=True):
            place = place_of(other, line.located.path)
            return f"`{requirement.name}{requirement.specifier}` in {place}"
    return f"`{line.located.declaration.requirement.specifier}`"


def _fixes(line: PinnedLine, candidates: Sequence[Update]) -> Iterator[Fix]:
    """Offer each step, the newest first; only the text of the version changes."""
    places = [(line.located, line.pin)]
    for other in line.alike:
        their_pin = pin_of(other.declaration.requirement)
        if their_pin is not None:
            places.append((other, their_pin))
    for rank, update in enumerate(candidates):
        yield Fix(
            update_title(update),
            Applicability.SUGGESTED,
            tuple(
                replacement(place, pin.clause.version_span, update.text) for place, pin in places
            ),
            preferred=rank == 0,
        )
