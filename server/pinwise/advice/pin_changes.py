"""The edits that change a pinned version, wherever it is pinned, and its hashes with it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pinwise.advice.digests import digests_of
from pinwise.advice.edits import replacement
from pinwise.advice.versions import pin_of
from pinwise.base.patterns import late
from pinwise.base.text import Span

if TYPE_CHECKING:
    from packaging.version import Version

    from pinwise.advice.context import Context, Located
    from pinwise.advice.findings import FileEdit
    from pinwise.advice.pins import PinnedLine

# What may stand between two hashes: spaces, and the ends of continued lines.
_BETWEEN = late(r"(?:[ \t]|\\\r?\n)+")


def has_hashes(line: PinnedLine) -> bool:
    """Return whether the line, or one that changes with it, has hashes of the pinned version."""
    return any(located.declaration.hashes for located in (line.located, *line.alike))


def change_pin(ctx: Context, line: PinnedLine, version: Version) -> tuple[FileEdit, ...]:
    """Return the edits that put another version in the place of the pinned one.

    Lines that pin the same version change with it. The hashes of a line become those of all files
    of the new version, in the layout of the old ones. Empty where the index tells no hashes: with
    the old ones pip would refuse the file.
    """
    places = [(line.located, line.pin)]
    for other in line.alike:
        pin = pin_of(other.declaration.requirement)
        if pin is not None:
            places.append((other, pin))
    edits = []
    for located, pin in places:
        edits.append(replacement(located, pin.clause.version_span, str(version)))
        if located.declaration.hashes:
            hashes = change_hashes(ctx, located, version)
            if hashes is None:
                return ()
            edits.append(hashes)
    return tuple(edits)


def change_hashes(ctx: Context, located: Located, version: Version) -> FileEdit | None:
    """Return the edit that rewrites a line's hashes, all of them at once; None if it cannot be.

    The first hash says how one is written and with which algorithm, and what stands between the
    first two, or before a lonely one, how they are laid out.
    """
    hashes, text = located.declaration.hashes, located.document.text
    first, last = hashes[0], hashes[-1]
    place = Span(first.span.start, last.span.end)
    if located.document.file.takes_variable(place):
        return None
    gaps = [text[before.span.end : after.span.start] for before, after in pairwise(hashes)] or [
        text[located.declaration.requirement.span.end : first.span.start]
    ]
    if not all(_BETWEEN.fullmatch(gap) for gap in gaps):
        # Another option stands there.
        return None
    digests = digests_of(ctx, located.declaration.name, version, first.algorithm)
    if digests is None:
        return None
    option = text[first.span.start : first.value_span.start]
    written = gaps[0].join(f"{option}{first.algorithm}:{digest}" for digest in digests)
    return replacement(located, place, written)
