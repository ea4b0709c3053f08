"""Tells the page of a project without files from one that has nothing to do with an index.

The greeting of a hotel's network, what a proxy says instead of an answer, and the front page of a
web site come with status 200 for any address. Read as pages of projects, they would say that
nothing was ever published. A page that lists a file is never one of these.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.index.filenames import normalize

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from pinwise.index.links import Page

_FILES = (".whl", ".tar.gz", ".zip", ".egg", ".exe", ".tar.bz2", ".tgz", ".msi", ".rpm", ".tar.xz")
"""The endings of what indexes list or listed, the usual first; pip takes not all of them."""

_FILE = late(r"\.(?:whl|zip|egg|exe|msi|rpm|deb|dmg|tgz|tbz|txz|tlz|tar(?:\.\w+)?)$", re.IGNORECASE)
_TAG = late(r"<[^<>]*>")
_NAME = late(r"[a-z0-9][a-z0-9._-]*", re.IGNORECASE)
_HEADING = late(r"\b(?:links for|index of)\s+(?:\S*/)?([a-z0-9][a-z0-9._-]*)", re.IGNORECASE)
"""What indexes and servers of folders write above their lists, with the project or its folder."""
_SAMPLE = 20_000
"""Bytes of a page that are looked at: pages without a file are short."""


def other_than_project(page: Page, body: bytes, project: NormalizedName) -> str:
    """Return why an HTML page is none of a project, as a clause; "" where it may be one.

    A page without links is one if it names the project, as nearly all do ("Links for flask"),
    has a mark of an index (`pypi:`, "Simple Index"), or no words at all. One with links, of which
    none is a file, is one only if the project stands in its heading.

    Args:
        page: what was read.
        body: what it was read from.
        project: the one that was asked for.
    """
    if any(link.filename.endswith(_FILES) or _FILE.search(link.filename) for link in page.links):
        return ""
    if not body.strip():
        return "the answer is empty"
    text = body[:_SAMPLE].decode("utf-8", "replace")
    words = unescape(_TAG.sub(" ", text))
    pattern = _HEADING if page.links else _NAME
    names = (normalize(found[found.re.groups].strip("._-")) for found in pattern.finditer(words))
    if project in names:
        return ""
    told = words.lower()
    marked = "pypi:" in text or "links for" in told or "simple index" in told
    if not page.links and (marked or not words.strip()):
        return ""
    return "the answer is a page for people, not one of an index"
