"""The edits that change a pinned version, wherever it is pinned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.edits import replacement
from pinwise.advice.versions import pin_of

if TYPE_CHECKING:
    from pinwise.advice.findings import FileEdit
    from pinwise.advice.pins import PinnedLine


def has_hashes(line: PinnedLine) -> bool:
    """Return whether the line, or one that changes with it, has hashes of the pinned version."""
    return any(located.declaration.hashes for located in (line.located, *line.alike))


def change_pin(line: PinnedLine, text: str) -> tuple[FileEdit, ...]:
    """Return the edits that put another version in the place of the pinned one.

    Lines that pin the same version change with it. Empty where a line has hashes: without new
    ones pip would refuse the file.
    """
    if has_hashes(line):
        return ()
    places = [(line.located, line.pin)]
    for other in line.alike:
        pin = pin_of(other.declaration.requirement)
        if pin is not None:
            places.append((other, pin))
    return tuple(replacement(place, pin.clause.version_span, text) for place, pin in places)
