"""What a page of an index says, before any of it is understood: links and a status."""

from __future__ import annotations

from urllib.parse import unquote

from pinwise.base.tuples import NamedTuple

MOST_ADDRESSES = 32
"""Addresses of other places (PEP 708) that are read of one page."""


class Link(NamedTuple):
    """One file, as a page names it. A tuple, because a page may have thousands of them.

    Attributes:
        filename: the last part of the address, as pip reads it; the text of an anchor is not
            asked.
        href: the address as written, without its fragment: absolute, or relative to the base of
            the page.
        hashes: `sha256=...`, several of them with a comma between; "" without.
        requires_python: the specifier text, "" where there is none.
        yanked: None if the file is not, else the reason, which may be "" (PEP 592).
        uploaded: the moment in ISO 8601 as written, "" where it is not told (PEP 700).
        metadata: None where no metadata file is offered, "" where one is offered without a
            hash, else its hashes as in `hashes` (PEP 658, PEP 714).
        size: in bytes, or -1 where it is not told (PEP 700).
    """

    filename: str
    href: str
    hashes: str = ""
    requires_python: str = ""
    yanked: str | None = None
    uploaded: str = ""
    metadata: str | None = None
    size: int = -1


class Page(NamedTuple):
    """A page of links.

    Attributes:
        base: the absolute address that relative links start from, without credentials.
        status: the project's status (PEP 792), "" where the page tells none.
        status_reason: why, "" where the page does not say.
        tracks: the addresses of the project elsewhere that this one extends (PEP 708), without
            credentials.
        alternate_locations: the addresses of the project elsewhere that it may be mixed with.
    """

    base: str
    links: list[Link]
    status: str = ""
    status_reason: str = ""
    tracks: tuple[str, ...] = ()
    alternate_locations: tuple[str, ...] = ()


class UnreadablePageError(ValueError):
    """The page is not what it claims to be; the message is a sentence for a person."""


def filename_of(href: str) -> str:
    """Return the name of the file that an address without fragment leads to."""
    name = href.partition("?")[0].rpartition("/")[2]
    return unquote(name) if "%" in name else name
