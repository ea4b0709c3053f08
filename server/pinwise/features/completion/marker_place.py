"""What is being written at the cursor inside an environment marker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinwise.features.completion.part import (
    OPERATOR_CHARACTERS,
    OPERATOR_REST,
    OPERATORS,
    Wanted,
    part_at,
)

if TYPE_CHECKING:
    from pinwise.features.completion.part import Around, Place


_MARKER_REST = re.compile(r"[A-Za-z0-9_.]*")
_MARKER_PIECE = re.compile(
    r"(?P<blank>\s+)|(?P<string>'[^']*'|\"[^\"]*\")|(?P<open>'[^']*\Z|\"[^\"]*\Z)"
    r"|(?P<operator>===|[=~!<>]=|[=~!<>])|(?P<word>[A-Za-z0-9_.]+)|(?P<bracket>[()])"
)


def marker_at(text: Around, start: int) -> Place | None:
    """Read a marker up to the cursor: `variable operator value`, joined by `and` and `or`."""
    before = text.before
    comparison = _Comparison()
    at = start
    while at < len(before):
        match = _MARKER_PIECE.match(before, at)
        if match is None:
            return None
        kind = match.lastgroup or ""
        if kind == "open":
            return _marker_value(text, at, comparison)
        if match.end() == len(before):
            if kind in ("string", "bracket") and match[0] != "(":
                return None
            if kind == "word" or (kind == "operator" and _is_half(match[0], text.after)):
                break
        comparison.take(kind, match[0])
        at = match.end()
    wanted, variable = comparison.wanted, comparison.operand
    if wanted is Wanted.MARKER_VALUE and comparison.value_first:
        wanted, variable = Wanted.MARKER_VARIABLE, ""
    rest = OPERATOR_REST if before[at:] and before[at] in OPERATOR_CHARACTERS else _MARKER_REST
    return part_at(text, wanted, at, rest, variable=variable, operator=comparison.operator)


class _Comparison:
    """One comparison of a marker while it is read.

    Attributes:
        wanted: what comes next.
        operand: what stands left of the operator.
        operator: as far as it was read.
    """

    def __init__(self) -> None:
        self.wanted = Wanted.MARKER_VARIABLE
        self.operand = ""
        self.operator = ""

    @property
    def value_first(self) -> bool:
        """Whether a value stands on the left: `"3.9" <= python_version`."""
        return self.operand.startswith(("'", '"'))

    def take(self, kind: str, piece: str) -> None:
        """Go on behind a piece; blanks and brackets change nothing."""
        if kind == "word" and piece in ("and", "or"):
            self.wanted, self.operand, self.operator = Wanted.MARKER_VARIABLE, "", ""
        elif kind == "operator" or (kind == "word" and piece in ("in", "not")):
            self.operator = f"{self.operator} {piece}".strip()
            self.wanted = Wanted.MARKER_OPERATOR if piece == "not" else Wanted.MARKER_VALUE
        elif kind in ("word", "string") and self.wanted is Wanted.MARKER_VARIABLE:
            self.wanted, self.operand = Wanted.MARKER_OPERATOR, piece
        elif kind in ("word", "string"):
            self.wanted = Wanted.MARKER_JOINT


def _is_half(operator: str, after: str) -> bool:
    """Return whether a comparison that ends at the cursor is still being written."""
    return operator not in OPERATORS or after[:1] in tuple(OPERATOR_CHARACTERS)


def _marker_value(text: Around, at: int, comparison: _Comparison) -> Place | None:
    """Return the place of a value in quotes that are open at the cursor."""
    if comparison.wanted is not Wanted.MARKER_VALUE or comparison.value_first:
        return None
    quote = text.before[at]
    closed = quote in text.after
    rest = re.compile(rf"[^{quote}]*") if closed else _MARKER_REST
    return part_at(
        text,
        Wanted.MARKER_VALUE,
        at + 1,
        rest,
        variable=comparison.operand,
        operator=comparison.operator,
        quote="" if closed else quote,
        quoted=True,
    )
