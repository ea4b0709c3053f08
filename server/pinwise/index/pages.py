"""Turns the body of an answer into a page, by its content type."""

from __future__ import annotations

import re

from pinwise.base.patterns import late
from pinwise.index.links import Page, UnreadablePageError
from pinwise.index.simple_json import read_json

ACCEPT = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.1, text/html;q=0.01"
)
"""What we read, preferred first: pip's own header. Some indexes send `data-upload-time` in their
HTML only to clients that would read JSON too."""

_JSON_TYPES = frozenset(
    {"application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.latest+json"}
)
_HTML_TYPES = frozenset(
    {
        "text/html",
        "application/vnd.pypi.simple.v1+html",
        "application/vnd.pypi.simple.latest+html",
    }
)
_CHARSET = late(r"""\bcharset\s*=\s*["']?([^\s"';]+)""", re.IGNORECASE)
_INTERACTIVE = late(
    r"<(?:form|input|script|frame|iframe|meta\s[^<>]*http-equiv=[\"']?refresh)\b", re.IGNORECASE
)

_NO_CHARSETS = frozenset({"idna", "punycode"})
"""Encodings of host names that Python knows by such a name; they take long for a page."""


def read_page(body: bytes, content_type: str, url: str) -> Page:
    """Read a page of the Simple Repository API, or one of find-links.

    Args:
        body: as sent, without content encodings.
        content_type: as sent; as for pip, it alone decides how the body is read.
        url: where the body came from, without credentials.

    Raises:
        UnreadablePageError: the type is not one of an index, or the body is not of its type.
    """
    written, _, parameters = content_type.partition(";")
    kind = written.strip().lower()
    if kind in _JSON_TYPES:
        return read_json(body, url)
    if kind not in _HTML_TYPES:
        message = f"the answer is of type {kind or 'unknown'}, not a page of an index"
        raise UnreadablePageError(message)
    charset = _CHARSET.search(parameters)
    text = _decode(body, charset[1] if charset else "utf-8")
    if text.strip() and not text.rstrip().endswith(">"):
        begins = text.lstrip("\ufeff \t\r\n").startswith("<")
        message = "the page is cut short" if begins else "the answer is no page of an index"
        raise UnreadablePageError(message)
    from pinwise.index.simple_html import read_html  # noqa: PLC0415 - what is cached is not read

    page = read_html(text, url)
    if not page.links and _INTERACTIVE.search(text):
        # The login page of a hotel's network, say: it must not pass for a project without files.
        message = "the answer is a page for people, not one of an index"
        raise UnreadablePageError(message)
    return page


def _decode(body: bytes, charset: str) -> str:
    try:
        if charset.lower() not in _NO_CHARSETS:
            return body.decode(charset, "replace")
    except (LookupError, ValueError):
        pass
    return body.decode("utf-8", "replace")
