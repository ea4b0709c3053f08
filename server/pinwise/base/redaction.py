"""Addresses without the user and password that stand in them: for all text that leaves us."""

from __future__ import annotations

import re

# Everything before the last `@` of the authority (RFC 3986, 3.2.1), also over continued lines.
_USER_PART = re.compile(r"(?<=://)(?:\\\r?\n|[^ \t\r\n/?#])+(?=@)")
_HIDDEN = re.compile(r"(\$\{[A-Z0-9_]+\}|\\(?=\r?\n))|[^\r\n]")


def redacted(text: str) -> str:
    """Return text with the user parts of all addresses in it hidden, character for character.

    Places in the text stay where they are. The names of variables (`${TOKEN}`) are no secrets,
    and stay readable. Linear in the text; text without an `@` costs one search.
    """
    if "@" not in text:
        return text
    return _USER_PART.sub(lambda user: _HIDDEN.sub(lambda m: m[1] or "*", user[0]), text)
