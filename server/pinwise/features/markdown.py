"""Text of others as Markdown: it shows as it is written, and does nothing."""

from __future__ import annotations

import re
import unicodedata

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&$@]|:(?=/))")
"""What CommonMark and its usual extensions read as more than text. A colon before a slash and an
at sign would make bare addresses links."""

_LINKABLE = re.compile(r"https?://[!#$%&'*+,\-./0-9:;=?A-Z_a-z~]+")
"""Addresses in ASCII without brackets, quotes, backslashes and user parts."""

MOST_OF_LINE = 2_000
"""Characters of a sentence that are shown: whoever wrote more did not write it for people."""


def one_line(text: str) -> str:
    """Return text without what begins another line, and without what hides or reorders text."""
    if text.isascii() and text.isprintable() and len(text) <= MOST_OF_LINE:
        return text.strip()
    shown = "".join(
        " " if unicodedata.category(character) in _STEERING else character
        for character in text[:MOST_OF_LINE]
    )
    return " ".join(shown.split())


_STEERING = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def escaped(text: str) -> str:
    """Return text of others so that Markdown shows it as it is.

    No link, no HTML, no picture, no heading, list or code comes of it, and no second line.
    """
    return _SPECIAL.sub(r"\\\1", one_line(text))


def link(label: str, url: str) -> str:
    """Return a link, or its label alone where the address may not be one."""
    return f"[{escaped(label)}]({url})" if linkable(url) else escaped(label)


def linkable(url: str) -> bool:
    """Whether an address is one that a link may lead to: http or https, and nothing hidden."""
    return _LINKABLE.fullmatch(url) is not None
