"""Makes the sources of a configuration: which places there are, and which must not be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.facts import NotChecked, Reason
from pinwise.index.records import read_notes
from pinwise.index.sources import Source, index_source
from pinwise.index.types import Place
from pinwise.index.urls import origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.utils import NormalizedName

    from pinwise.index.http import HttpClient
    from pinwise.index.records import PageRecord
    from pinwise.index.types import IndexOptions

_WITHHELD = (
    "{} takes a value from your environment; to allow it, name its host in your own configuration"
    " of pip, as in `extra-index-url`"
)


def _ranked(source: Source, options: IndexOptions) -> Source:
    source.ends = options.first_index
    return source


def sources_of(options: IndexOptions, http: HttpClient) -> tuple[Source, ...]:
    """Return the places to look at, in pip's order: links before indexes, each place once."""
    sources: dict[str, Source] = {}
    variable = dict(sorted(options.variable_urls, reverse=True))
    for location, source in _places(options, http):
        place = variable.get(location or "")
        if place is not None:
            source.label = f"the address in {place}"
            source.private = True
        if not options.trusted and location in options.workspace_urls:
            source.blocked = NotChecked(
                Reason.UNTRUSTED, f"only this untrusted workspace names {source.label}"
            )
        elif options.offline and not source.local:
            source.blocked = NotChecked(Reason.OFFLINE, f"offline: {source.label} is not asked")
        elif place is not None and not (
            source.local or origin_of(location or "")[1] in options.user_hosts
        ):
            source.blocked = NotChecked(Reason.WITHHELD, _WITHHELD.format(source.label))
        known = sources.setdefault(source.key, source)
        if known.only is not None and source.only is None:
            # It counts for all projects, and in its place.
            del sources[source.key]
            sources[source.key] = source
    return tuple(sources.values())


def _places(options: IndexOptions, http: HttpClient) -> Iterator[tuple[str | None, Source]]:
    """Yield the places with their addresses as the options have them."""
    if options.find_links:
        from pinwise.index.find_links import find_links_source  # noqa: PLC0415 - few have any

        for location in options.find_links:
            yield location, find_links_source(location, http)
    if options.no_index:
        return
    for url in dict.fromkeys(url for _, url in options.assigned):
        source = index_source(url, http)
        source.only = frozenset(name for name, place in options.assigned if place == url)
        yield url, source
    urls = [options.index_url, *options.extra_index_urls]
    if options.first_index:
        urls = [*options.extra_index_urls, options.index_url]
    for place in urls:
        yield place, _ranked(index_source(place, http), options)


def places_of(
    name: NormalizedName, found: Sequence[tuple[Source, PageRecord]]
) -> tuple[Place, ...]:
    """Return what the listing of a project tells of the places that have it.

    One that is assigned to the project is left out beside others: no tool would mix it with them.
    """
    found = [each for each in found if each[0].only is None] or found
    read = [(source, read_notes(record.notes)) for source, record in found]
    tell = any(notes.tracks or notes.alternate_locations for _, notes in read)
    return tuple(
        Place(
            source.label,
            # Finding out the default index's address takes long, and only PEP 708 needs it.
            source.page_url(name) if tell or not source.default else "",
            default=source.default,
            index=source.index,
            tracks=tuple(notes.tracks),
            alternate_locations=tuple(notes.alternate_locations),
        )
        for source, notes in read
    )
