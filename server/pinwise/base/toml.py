"""TOML on every supported Python."""

from __future__ import annotations

import importlib
import sys
from typing import Any


def parse_toml(text: str) -> dict[str, Any]:
    """Return what a TOML document holds.

    `tomllib` came with Python 3.11; before that, its origin `tomli` is among the dependencies.
    It is imported at the first call, because most starts need none.

    Raises:
        ValueError: the text is no TOML, or nested too deeply; the message says where.
    """
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        content: dict[str, Any] = toml.loads(text)
    except RecursionError:
        message = "nested too deeply"
        raise ValueError(message) from None
    return content
