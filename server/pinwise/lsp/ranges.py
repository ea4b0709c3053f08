"""Many spans of one text as LSP ranges, in time that is linear in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.syntax.source import column_in

if TYPE_CHECKING:
    from pinwise.base.text import Span
    from pinwise.syntax.source import Encoding, Source


class Ranges:
    """Turns the spans of one text into LSP ranges.

    Unlike `range_of`, it counts the units of a line once, however many spans the line has, as
    long as they come in the order of the text.
    """

    def __init__(self, source: Source, encoding: Encoding) -> None:
        self._source = source
        self._encoding = encoding
        self._line = -1
        self._offset = 0
        self._column = 0
        """The units of the line before `_offset`."""

    def __call__(self, span: Span) -> types.Range:
        """Return the range of a span."""
        return types.Range(self.position(span.start), self.position(span.end))

    def position(self, offset: int) -> types.Position:
        """Return the position of an offset."""
        line, column = self._source.position(offset)
        start = self._source.line_span(line).start
        if line != self._line or start + column < self._offset:
            self._line, self._offset, self._column = line, start, 0
        end = start + column
        self._column += column_in(self._encoding, self._source.text[self._offset : end])
        self._offset = end
        return types.Position(line, self._column)
