"""Hover: what is known of the distribution that a line names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinwise.advice.updates import newest_installable
from pinwise.base.facts import Absent, Known, NotChecked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.advice.context import Context, Located
    from pinwise.base.text import Span
    from pinwise.index.types import Listing, Release

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&])")


@dataclass(frozen=True, slots=True)
class Hover:
    """A text about a place.

    Attributes:
        span: the name that it is about.
        lines: plain sentences, the first a heading.
    """

    span: Span
    lines: tuple[str, ...]

    @property
    def plain(self) -> str:
        """The text for a client that shows plain text."""
        return "\n".join(self.lines)

    @property
    def markdown(self) -> str:
        """The text as Markdown; what came from the network is escaped."""
        heading, *rest = map(escaped, self.lines)
        return "\n\n".join([f"**{heading}**", *rest])


def escaped(text: str) -> str:
    """Return text of others so that Markdown shows it as it is: no link, no HTML, no picture."""
    return _SPECIAL.sub(r"\\\1", text)


def hover(context: Context, path: Path, offset: int) -> Hover | None:
    """Return what is known of the distribution named at an offset of a file, if one is."""
    for located in context.declarations:
        span = located.name_span
        here = located.path == path and span.start <= offset <= span.end
        # Of what no index has, the finding on the same name has said all.
        absent = here and isinstance(context.listing(located.declaration.name), Absent)
        if here and not absent and context.from_index(located):
            return Hover(span, tuple(_lines(context, located)))
    return None


def _lines(context: Context, located: Located) -> Iterator[str]:
    """Yield the sentences."""
    yield located.declaration.name
    fact = context.listing(located.declaration.name)
    if isinstance(fact, Known):
        yield from listing_lines(context, fact.value)
    elif isinstance(fact, NotChecked):
        yield fact.detail or f"Not checked: {fact.reason.value}."


def listing_lines(context: Context, listing: Listing) -> Iterator[str]:
    """Yield sentences: the newest release, and the newest that the interpreter can install."""
    newest = _newest(listing)
    if newest is None:
        yield "It has no releases."
        return
    yield f"Newest: {_dated(newest)}."
    target = context.target
    if target is not None:
        best = newest_installable(listing, target)
        where = f"Python {target.python_version}"
        if best is None and listing.complete:
            yield f"No release can be installed with {where}."
        elif best is not None and best is not newest:
            yield f"Newest for {where}: {_dated(best)}."
    if listing.status:
        yield f"The index says that the project is {listing.status}."
    if listing.incomplete:
        yield f"Not every index could be asked: {listing.incomplete}."


def _newest(listing: Listing) -> Release | None:
    """Return the newest release that pip would take by itself; of others where there is none."""
    usable = (r for r in listing.releases if r.yanked is None and not r.version.is_prerelease)
    return next(usable, None) or next(iter(listing.releases), None)


def _dated(release: Release) -> str:
    """Return a version, and the day of its first file where the index tells it."""
    days = [file.uploaded for file in release.files if file.uploaded]
    return f"{release.version}" + (f", {min(days):%Y-%m-%d}" if days else "")
