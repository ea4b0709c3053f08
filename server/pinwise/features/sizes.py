"""Sizes as a person reads them."""

from __future__ import annotations

from typing import Final

_UNITS: Final = ("bytes", "KiB", "MiB", "GiB")
_STEP: Final = 1024


def size_text(size: int) -> str:
    """Return a number of bytes in the unit that suits it: "12 bytes", "3.4 MiB"."""
    amount, unit = float(size), _UNITS[0]
    for unit in _UNITS:
        if amount < _STEP or unit == _UNITS[-1]:
            break
        amount /= _STEP
    return f"{amount:.0f} {unit}" if unit == _UNITS[0] else f"{amount:.1f} {unit}"
