r"""A text with its line table: offsets to positions and back, as editors and as pip count.

Two ways of counting lines meet in a requirements file. The Language Server Protocol ends a line
at `\n`, `\r\n` and `\r`; pip splits by `str.splitlines`, which also splits at form feeds,
U+2028 and others. `Source` keeps the first as its lines and answers the second on request.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import Enum
from functools import cached_property
from itertools import accumulate

from pinwise.base.patterns import late
from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple

_LINE_END = late(r"\r\n|\r|\n")


class Encoding(Enum):
    """The unit that columns are counted in; the values are those of LSP 3.17."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"
    """Code points, as Python counts."""


class Position(NamedTuple):
    """A place in a text; line and column count from 0."""

    line: int
    column: int


class Source:
    """An immutable text and its line table.

    The table is built at the first question, in one pass over the text; later questions cost a
    binary search. Where two threads ask first, both build the same table.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def __len__(self) -> int:
        return len(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        """Return the offset of each line's first character; the first is 0."""
        if "\r" in self.text:
            return [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        lengths = (len(line) + 1 for line in self.text.split("\n"))
        starts = list(accumulate(lengths, initial=0))
        starts.pop()
        return starts

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    @property
    def line_count(self) -> int:
        """The number of lines: one more than there are line ends."""
        return len(self._starts)

    def position(self, offset: int, encoding: Encoding = Encoding.UTF32) -> Position:
        """Return the place of the character at `offset`, clamped to the text.

        An offset inside a line's terminator is the end of that line.
        """
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset) - 1
        start, end = self._content(line)
        offset = min(offset, end)
        if encoding is Encoding.UTF32 or self._ascii:
            return Position(line, offset - start)
        return Position(line, column_in(encoding, self.text[start:offset]))

    def offset(self, line: int, column: int, encoding: Encoding = Encoding.UTF32) -> int:
        """Return the offset of a place, clamped as LSP asks.

        A line before the first is the start of the text, one behind the last its end; a column
        behind a line's end is that end. A column inside a character is that character's start.
        """
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.text)
        start, end = self._content(line)
        if column <= 0:
            return start
        if encoding is Encoding.UTF32 or self._ascii:
            return min(start + column, end)
        content = self.text[start:end]
        if content.isascii():
            return min(start + column, end)
        return start + _characters_before(content, column, encoding)

    def line_span(self, line: int) -> Span:
        """Return the characters of a line without its terminator.

        Raises:
            IndexError: there is no such line.
        """
        return Span(*self._content(self._checked(line)))

    def full_line_span(self, line: int) -> Span:
        """Return the characters of a line with its terminator, where it has one.

        Raises:
            IndexError: there is no such line.
        """
        return Span(*self._bounds(self._checked(line)))

    def _checked(self, line: int) -> int:
        if not 0 <= line < len(self._starts):
            message = f"no line {line} in a text of {len(self._starts)}"
            raise IndexError(message)
        return line

    def _bounds(self, line: int) -> tuple[int, int]:
        starts = self._starts
        end = starts[line + 1] if line + 1 < len(starts) else len(self.text)
        return starts[line], end

    def _content(self, line: int) -> tuple[int, int]:
        start, end = self._bounds(line)
        if line + 1 < len(self._starts):
            end -= 2 if self.text.endswith("\r\n", start, end) else 1
        return start, end


def column_in(encoding: Encoding, text: str) -> int:
    """Return how many units of `encoding` the characters of `text` take."""
    if encoding is Encoding.UTF32 or text.isascii():
        return len(text)
    if encoding is Encoding.UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _characters_before(text: str, column: int, encoding: Encoding) -> int:
    """Return how many whole characters of `text` end at or before `column`."""
    units = 0
    for index, character in enumerate(text):
        units += column_in(encoding, character)
        if units > column:
            return index
    return len(text)
