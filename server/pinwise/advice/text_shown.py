"""Text of others within a sentence."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[ -_a-~]{1,200}")


def shown_in_code(text: str) -> bool:
    """Return whether a text may be repeated between backticks as it is: one line, no backtick."""
    return _WORDS.fullmatch(text) is not None
