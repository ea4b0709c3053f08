"""Spans and edits of text, in code points."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


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


class Origins:
    """Where the places of an edited text stood before.

    Costs a sort of the edits; each question is a binary search.

    Args:
        edits: those of one text, none of which overlaps another, as `apply_edits` takes them.
    """

    def __init__(self, edits: Iterable[TextEdit]) -> None:
        self._starts: list[int] = []
        """Where the text begins that each edit made, in the edited text."""
        self._edits = sorted(edits, key=lambda edit: edit.span)
        shift = 0
        for edit in self._edits:
            self._starts.append(edit.span.start + shift)
            shift += len(edit.new_text) - (edit.span.end - edit.span.start)

    def of(self, offset: int) -> int:
        """Return where a place of the edited text stood in the text before.

        What is new stood where that stood which it replaced, as far as that reached.
        """
        number = bisect_right(self._starts, offset) - 1
        if number < 0:
            return offset
        (start, end), new_text = self._edits[number]
        behind = offset - self._starts[number]
        if behind < len(new_text):
            return min(start + behind, end)
        return end + behind - len(new_text)


def successive(length: int, passes: Iterable[Iterable[TextEdit]]) -> list[TextEdit]:
    """Return the edits of one text that do what several passes do, each to what the last one left.

    Args:
        length: of the text before the first pass, in code points.
        passes: the edits of each, none of which overlaps another.

    Returns:
        edits in order, with text that stays between any two. Linear in the number of all edits for
        each pass.
    """
    pieces: Sequence[Span | str] = [Span(0, length)]
    for edits in passes:
        pieces = _edited(pieces, edits)
    found: list[TextEdit] = []
    at, new = 0, ""
    for piece in (*pieces, Span(length, length)):
        if isinstance(piece, str):
            new += piece
            continue
        if new or piece.start > at:
            found.append(TextEdit(Span(at, piece.start), new))
        at, new = piece.end, ""
    return found


def _edited(pieces: Sequence[Span | str], edits: Iterable[TextEdit]) -> Sequence[Span | str]:
    """Return the pieces of an edited text: what stayed, as spans of the first one, and new ones."""
    left = [*reversed(pieces)]

    def take(size: int) -> Iterator[Span | str]:
        """Yield so much of what is left, which may break a piece in two."""
        while size > 0:
            piece = left.pop()
            whole = _size(piece)
            if whole > size:
                piece, rest = _split(piece, size)
                left.append(rest)
            size -= whole
            yield piece

    found: list[Span | str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        found += take(edit.span.start - at)
        for _ in take(edit.span.end - edit.span.start):
            pass
        if edit.new_text:
            found.append(edit.new_text)
        at = edit.span.end
    return found + left[::-1]


def _size(piece: Span | str) -> int:
    return len(piece) if isinstance(piece, str) else piece.end - piece.start


def _split(piece: Span | str, size: int) -> tuple[Span | str, Span | str]:
    """Return the first so many characters of a piece, and the others."""
    if isinstance(piece, str):
        return piece[:size], piece[size:]
    middle = piece.start + size
    return Span(piece.start, middle), Span(middle, piece.end)


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
