"""Spans and edits of text, in code points."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Span(NamedTuple):
    """A half-open range of code-point offsets into one text: `text[start:end]`, start <= end.

    A named tuple, as the nodes of the tree are: a file has hundreds of thousands of them, and
    each is made anew where a line moves.
    """

    start: int
    end: int

    @property
    def empty(self) -> bool:
        """Whether the span covers nothing: a place between two characters."""
        return self.start == self.end

    def of(self, text: str) -> str:
        """Return the part of `text` that the span covers."""
        return text[self.start : self.end]

    def touches(self, other: Span) -> bool:
        """Whether the two share a character or an edge: an editor's cursor test."""
        return self.start <= other.end and other.start <= self.end


class Spans:
    """Many spans of one text, to ask at once whether any of them touches another.

    Costs a sort; each question is a binary search.
    """

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [span.start for span in ordered]
        # How far those reach that begin up to here: the last to begin need not be the last to end.
        self._ends = list(accumulate((span.end for span in ordered), max))

    def touch(self, other: Span) -> bool:
        """Whether any of them shares a character or an edge with `other`."""
        before = bisect_right(self._starts, other.end)
        return before > 0 and self._ends[before - 1] >= other.start


class TextEdit(NamedTuple):
    """Replace `span` of a text by `new_text`."""

    span: Span
    new_text: str


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """Return `text` with all `edits` applied, whose spans refer to the text as given.

    Edits at one place are applied in the order given.

    Raises:
        ValueError: two edits overlap, or one reaches beyond the text.
    """
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if edit.span.start < at or edit.span.end > len(text):
            message = f"edit at {edit.span.start} overlaps another, or lies beyond the text"
            raise ValueError(message)
        pieces += (text[at : edit.span.start], edit.new_text)
        at = edit.span.end
    pieces.append(text[at:])
    return "".join(pieces)


def difference(before: str, after: str) -> TextEdit | None:
    """Return one edit that makes a text of another, from the first to the last difference.

    It begins and ends where lines do, so that it reads as a change of lines. None where the two
    are equal. Linear in their length.
    """
    if before == after:
        return None
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start = sum(map(len, old[:head]))
    end = len(before) - sum(map(len, old[len(old) - tail :]))
    return TextEdit(Span(start, end), "".join(new[head : len(new) - tail]))
