"""Hover: what is known of the distribution that a line names, of its extras and its versions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pinwise.advice.updates import newest_installable
from pinwise.advice.versions import newest_allowed, parse_version, pin_of
from pinwise.base.facts import Absent, Known, NotChecked
from pinwise.features.derivation import conflict_texts
from pinwise.features.releases import dated, release_notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context, Located
    from pinwise.base.text import Span
    from pinwise.index.types import Listing, Release
    from pinwise.syntax.nodes import Clause

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&])")
_LINKABLE = re.compile(r"https?://[^\s()<>\[\]\\?#@]+")


class Link(NamedTuple):
    """A page about the distribution."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Hover:
    """A text about a place.

    Attributes:
        span: the part of the line that it is about.
        lines: plain sentences, the first a heading.
        links: the project's pages on the indexes that the user named.
    """

    span: Span
    lines: tuple[str, ...]
    links: tuple[Link, ...] = ()

    @property
    def plain(self) -> str:
        """The text for a client that shows plain text."""
        return "\n".join(self.lines)

    @property
    def markdown(self) -> str:
        """The text as Markdown; what came from the network is escaped."""
        heading, *rest = map(escaped, self.lines)
        links = [f"[{escaped(link.label)}]({link.url})" for link in self.links]
        pages = [f"Listed by {', '.join(links)}."] if links else []
        return "\n\n".join([f"**{heading}**", *rest, *pages])


def escaped(text: str) -> str:
    """Return text of others so that Markdown shows it as it is: no link, no HTML, no picture."""
    return _SPECIAL.sub(r"\\\1", text)


def hover(
    context: Context,
    path: Path,
    offset: int,
    installed: Mapping[NormalizedName, str] | None = None,
) -> Hover | None:
    """Return what is known at an offset of a file: of a name, an extra, or a version.

    What was found wrong is not repeated: an editor shows that where it is underlined. But how it
    follows that lines cannot hold together is told here in full.

    Args:
        context: of the tree that speaks for the file.
        path: the file.
        offset: the cursor's place.
        installed: the versions in the selected environment by name; None where there is none.
    """
    for located in context.declarations:
        span = located.declaration.span
        if located.path != path or not span.start <= offset <= span.end:
            continue
        # Of what no index has, the finding on the same name has said all.
        fact = context.listing(located.declaration.name)
        if isinstance(fact, Absent) or not context.from_index(located):
            continue
        listing = fact.value if isinstance(fact, Known) else None
        if listing is not None and (clause := _clause_at(located, offset)):
            return _version_hover(context, located, clause, listing)
        if part := _part_at(located, offset):
            links = _links(listing) if listing is not None else ()
            told = _lines(context, located, installed)
            return Hover(part, (*told, *_conflicts(context, located)), links)
    return None


def _part_at(located: Located, offset: int) -> Span | None:
    """Return the name or the extra at an offset."""
    requirement = located.declaration.requirement
    spans = (requirement.name_span, *(extra.span for extra in requirement.extras))
    return next((span for span in spans if span.start <= offset <= span.end), None)


def _clause_at(located: Located, offset: int) -> Clause | None:
    """Return the comparison at an offset."""
    for clause in located.declaration.requirement.clauses:
        # Between `==` and the name the name is meant.
        if clause.operator_span.start < offset <= clause.version_span.end:
            return clause
    return None


def _version_hover(
    context: Context, located: Located, clause: Clause, listing: Listing
) -> Hover | None:
    """Return what is known of the release that a comparison names, and what the line allows."""
    version = parse_version(clause.version)
    release = listing.by_version.get(version) if version is not None else None
    requirement = located.declaration.requirement
    lines = list(release_notes(release, context.python_version)) if release is not None else []
    if pin_of(requirement) is None:
        allowed = newest_allowed(listing, (requirement.specifier,))
        found = listing.by_version.get(allowed) if allowed is not None else None
        if found is not None:
            lines.append(f"The newest that the line allows: {dated(found)}.")
    lines += _conflicts(context, located)
    if not lines:
        return None
    span = type(clause.version_span)(clause.operator_span.start, clause.version_span.end)
    return Hover(span, (f"{located.declaration.name} {clause.version}", *lines))


def _conflicts(context: Context, located: Located) -> Iterator[str]:
    """Yield how it follows that the line cannot hold together with others, step by step."""
    for _, steps in conflict_texts(context, located):
        yield "Conflict:"
        yield from (f"{step}." for step in steps)


def _lines(
    context: Context, located: Located, installed: Mapping[NormalizedName, str] | None
) -> Iterator[str]:
    """Yield the sentences about a project."""
    name = located.declaration.name
    yield name
    fact = context.listing(name)
    if isinstance(fact, Known):
        yield from listing_lines(context, fact.value)
    elif isinstance(fact, NotChecked):
        yield fact.detail or f"Not checked: {fact.reason.value}."
    if installed is not None:
        state = context.environment
        chosen = state.selection.environment if state is not None else None
        where = f" in {chosen.name}" if chosen is not None else ""
        version = installed.get(name)
        yield f"Installed{where}: {version}." if version else f"Not installed{where}."


def listing_lines(context: Context, listing: Listing) -> Iterator[str]:
    """Yield sentences: the newest release, and the newest that the interpreter can install."""
    newest = _newest(listing)
    if newest is None:
        yield "It has no releases."
        return
    yield f"Newest: {dated(newest)}."
    target = context.target
    if target is not None:
        best = newest_installable(listing, target)
        where = f"Python {target.python_version}"
        if best is None and listing.complete:
            yield f"No release can be installed with {where}."
        elif best is not None and best is not newest:
            yield f"Newest for {where}: {dated(best)}."
    if listing.status:
        reason = f": {listing.status_reason}" if listing.status_reason else "."
        yield f"The index says that the project is {listing.status}{reason}"
    if listing.incomplete:
        yield f"Not every index could be asked: {listing.incomplete}."


def _newest(listing: Listing) -> Release | None:
    """Return the newest release that pip would take by itself; of others where there is none."""
    usable = (r for r in listing.releases if r.yanked is None and not r.version.is_prerelease)
    return next(usable, None) or next(iter(listing.releases), None)


def _links(listing: Listing) -> tuple[Link, ...]:
    """Return the project's pages: on indexes that are configured, and that a browser can show."""
    return tuple(
        Link(place.label, place.url)
        for place in listing.places
        if place.index and not place.default and _LINKABLE.fullmatch(place.url)
    )
