"""TOML on every supported Python."""

from __future__ import annotations

import importlib
import sys
from typing import Any, Final

from pinwise.base.patterns import late

MAX_PARTS: Final = 500
"""Parts of one dotted key."""

_KEY = late(r"[\w \t\"'-]*")


def parse_toml(text: str) -> dict[str, Any]:
    """Return what a TOML document holds.

    `tomllib` came with Python 3.11; before that, its origin `tomli` is among the dependencies.
    It is imported at the first call, because most starts need none.

    Raises:
        ValueError: the text is no TOML, or nested too deeply; the message says where.
    """
    if _has_endless_key(text):
        message = "a key has too many parts"
        raise ValueError(message)
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        content: dict[str, Any] = toml.loads(text)
    except RecursionError:
        message = "nested too deeply"
        raise ValueError(message) from None
    return content


def _has_endless_key(text: str) -> bool:
    """Return whether a key has so many dots that `tomllib`, quadratic in them, would take long."""
    parts = 0
    for piece in text.split("."):
        parts = parts + 1 if _KEY.fullmatch(piece) else 1
        if parts > MAX_PARTS:
            return True
    return False
