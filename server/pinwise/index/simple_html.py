"""Reads the HTML pages of the Simple Repository API, and find-links pages.

Shapes: PEP 503 (anchors, hash fragments, `data-requires-python`), PEP 592 (`data-yanked`),
PEP 629 (`pypi:repository-version`), PEP 658 and 714 (`data-core-metadata`), PEP 708
(`pypi:tracks`, `pypi:alternate-locations`), PEP 792 (`pypi:project-status` and its reason), and
`data-upload-time`, which some indexes add.

Nearly every page is made by a machine and so regular that one regular expression reads it, some
ten times as fast as a parser. Anchors with other attributes, or in another order, take a second
expression; where the page has anything that these could misread, the parser of the standard
library reads it instead.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

from pinwise.index.links import (
    MOST_ADDRESSES,
    Link,
    Page,
    UnreadablePageError,
    filename_of,
)
from pinwise.index.urls import split_credentials

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_HASHED = r"(?:sha256|sha512|sha384|sha224|sha1|md5)="
_USUAL_ANCHOR = re.compile(
    rf'<a href="([^"#?&\s]+)(?:#({_HASHED}[^"&\s]+))?"'
    r'(?: data-requires-python="([^"]*)")?'
    r'(?: data-dist-info-metadata="([^"]+)")?'
    r'(?: data-core-metadata="([^"]+)")?'
    r'(?: (data-yanked)(?:="([^"]*)")?)?'
    r'(?: data-upload-time="([^"]*)")?>'
)
"""The anchors of the large indexes, with their attributes in the order in which these write them.
A match has "" both for an attribute that is not there and for one that is empty; where that makes
a difference, an empty one does not match."""

_ANCHOR = re.compile(r'<a((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>')
_ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')
_ANY_ANCHOR = re.compile(r"<a[\s>/]", re.IGNORECASE)
_NEEDS_PARSER = re.compile(r"<(?:!--|script|style|textarea)", re.IGNORECASE)
_HEAD_TAG = re.compile(r"<(?:meta|base)\s[^>]*>", re.IGNORECASE)

_unescape = lru_cache(maxsize=1024)(unescape)
"""Remembers what was unescaped: a page says `&gt;=3.7` thousands of times."""

_HASHES = frozenset({"sha256", "sha512", "sha384", "sha224", "sha1", "md5"})


def read_html(text: str, url: str) -> Page:
    """Read a page.

    Args:
        text: the decoded page.
        url: where it came from after redirects, without credentials: links are relative to it.

    Raises:
        UnreadablePageError: the page is of a version of the API that is not understood (PEP 629).
    """
    links = _usual_links(text)
    if links is not None:
        head = _head_of(text)
    elif (anchors := _scan(text)) is not None:
        head = _head_of(text)
        links = list(_links(anchors))
    else:
        parser = _AnchorParser()
        parser.feed(text)
        parser.close()
        head = parser.head
        links = list(_links(parser.anchors))
    base, told = url, {"project-status": [""], "project-status-reason": [""]}
    for tag, attributes in head:
        if tag == "base":
            if base == url and attributes.get("href"):
                base = urljoin(url, attributes["href"])
        elif attributes.get("name") == "pypi:repository-version":
            _check_version(attributes.get("content", ""))
        elif attributes.get("name", "").startswith("pypi:"):
            content = attributes.get("content", "").strip()
            told.setdefault(attributes["name"][5:], []).append(content)
    status = told["project-status"][-1].lower()
    return Page(
        base,
        links,
        "" if status == "active" else status,
        told["project-status-reason"][-1],
        _addresses(told.get("tracks", ())),
        _addresses(told.get("alternate-locations", ())),
    )


def _addresses(contents: Sequence[str]) -> tuple[str, ...]:
    return tuple(split_credentials(each)[0] for each in contents[:MOST_ADDRESSES] if each)


def _links(anchors: Iterable[Mapping[str, str]]) -> Iterable[Link]:
    for attributes in anchors:
        href, _, fragment = attributes.get("href", "").strip().partition("#")
        if not href:
            continue
        metadata = attributes.get("data-core-metadata")
        if metadata is None:
            metadata = attributes.get("data-dist-info-metadata")
        yield Link(
            filename_of(href),
            href,
            fragment if fragment.partition("=")[0] in _HASHES else _hashes_in(fragment),
            attributes.get("data-requires-python", ""),
            attributes.get("data-yanked"),
            attributes.get("data-upload-time", ""),
            None if metadata is None else _offered(metadata),
        )


def _offered(metadata: str) -> str | None:
    """Return the hash of an offered metadata file, "" for one without, None for none."""
    if metadata.partition("=")[0] in _HASHES:
        return metadata
    return None if metadata == "false" else ""


def _hashes_in(fragment: str) -> str:
    """Return the hash among the parts of a fragment such as `egg=x&sha256=...`."""
    for part in fragment.split("&"):
        if part.partition("=")[0] in _HASHES:
            return part
    return ""


def _usual_links(text: str) -> list[Link] | None:
    """Return the links of a page whose every anchor has the usual attributes in their order."""
    if _NEEDS_PARSER.search(text):
        return None
    found = _USUAL_ANCHOR.findall(text)
    if len(found) != _count_anchors(text):
        return None
    links = []
    for href, hashes, requires, old_metadata, metadata, yanked, reason, uploaded in found:
        name = href[href.rfind("/") + 1 :]
        offered = metadata or old_metadata
        links.append(
            Link(
                unquote(name) if "%" in name else name,
                href,
                hashes,
                _unescape(requires) if "&" in requires else requires,
                (_unescape(reason) if "&" in reason else reason) if yanked else None,
                uploaded,
                _offered(offered) if offered else None,
            )
        )
    return links


def _count_anchors(text: str) -> int:
    """Return how many anchors a page may have, at the most."""
    return len(_ANY_ANCHOR.findall(text))


def _scan(text: str) -> list[dict[str, str]] | None:
    """Return the attributes of every anchor, or None where only a parser reads them rightly."""
    if _NEEDS_PARSER.search(text):
        return None
    found = _ANCHOR.findall(text)
    if len(found) != _count_anchors(text):
        return None
    anchors = []
    for attributes in found:
        values = dict(_ATTRIBUTE.findall(attributes))
        if "&" in attributes:
            for name, value in values.items():
                if "&" in value:
                    values[name] = _unescape(value)
        anchors.append(values)
    return anchors


def _head_of(text: str) -> list[tuple[str, dict[str, str]]]:
    """Return the `meta` and `base` tags, read by the parser: there are few of them."""
    parser = _AnchorParser()
    for tag in _HEAD_TAG.findall(text):
        parser.feed(tag)
    parser.close()
    return parser.head


def _check_version(version: str) -> None:
    major = version.partition(".")[0].strip()
    if major.isdecimal() and major != "1":
        message = f"the page is of version {version[:20]} of the Simple Repository API"
        raise UnreadablePageError(message)


class _AnchorParser(HTMLParser):
    """Keeps the attributes of the tags that matter; the last of a repeated one, as pip does."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.anchors: list[dict[str, str]] = []
        self.head: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an anchor, a `meta` or a `base`."""
        if tag in {"a", "base", "meta"}:
            attributes = {name: value or "" for name, value in attrs}
            if tag == "a":
                self.anchors.append(attributes)
            else:
                self.head.append((tag, attributes))
