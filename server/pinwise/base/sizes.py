"""Sizes as a person reads them, in the units that pip and indexes show."""

from __future__ import annotations

_UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))
_ROUND = 10
"""From so many units on, tenths say nothing."""


def size_text(size: int) -> str:
    """Return a number of bytes as a person reads it: "102 kB", "1.4 MB", "900 bytes"."""
    for unit, word in _UNITS:
        if size >= unit:
            tenths = size < _ROUND * unit and word != "kB"
            return f"{size / unit:.{int(tenths)}f} {word}"
    return f"{size} bytes"
