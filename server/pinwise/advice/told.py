"""Text from a package index, as a message may repeat it."""

from __future__ import annotations

import unicodedata

from pinwise.base.redaction import redacted

MOST_TOLD = 120
"""Characters of such a text in a message."""

_MOST_READ = 1000
"""Characters that are looked at: a reason may be a megabyte long."""


def told(text: str, most: int = MOST_TOLD) -> str:
    """Return a text of somebody else's between backticks: one short line, steering nothing.

    Control characters, and those that hide or reorder text, count as spaces; what would end the
    backticks becomes a quotation mark. "" where nothing is left.
    """
    line = harmless(text, most)
    return f"`{line}`" if line else ""


def harmless(text: str, most: int = MOST_TOLD) -> str:
    """Return the same without backticks around it: for a sentence of ours that repeats some."""
    plain = "".join(
        " " if unicodedata.category(character).startswith("C") else character
        for character in redacted(text[:_MOST_READ])
    )
    line = " ".join(plain.replace("`", "'").split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
