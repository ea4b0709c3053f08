"""How a requirements file looks to its reader: entries with what belongs to them, comments, blocks.

pip's lines say nothing of the comments beside them. A reader, and the tools that compile such
files, put the comment about an entry below it, indented:

    django==4.2.4 --hash=sha256:7e42...
        # via -r requirements.in

Line numbers here are the editor's, from 0. A form feed, NEL or U+2028 ends a line for pip alone,
so that several entries may share a line.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.syntax.nodes import Comment, Line, RequirementsFile
    from pinwise.syntax.source import Source


class Remark(NamedTuple):
    """A comment with lines of its own.

    Attributes:
        comment: the comment.
        first: the line of its `#`.
        last: the line that it ends in; another one only where a continuation is involved.
    """

    comment: Comment
    first: int
    last: int


class Entry(NamedTuple):
    """A logical line of pip's with the comments that belong to it.

    Attributes:
        line: the logical line.
        span: from its first character to the end of the last comment about it.
        first: its first line.
        last: the last line of `span`.
    """

    line: Line
    span: Span
    first: int
    last: int


class Layout(NamedTuple):
    """The entries of a file, and the comments that belong to none, in order."""

    entries: tuple[Entry, ...]
    remarks: tuple[Remark, ...]


def layout_of(file: RequirementsFile) -> Layout:
    """Return the layout of a file. Cost: linear in the text, and a binary search a line."""
    things = _things(file)
    entries: list[Entry] = []
    remarks: list[Remark] = []
    for at, thing in enumerate(things):
        if thing.line is not None:
            entries.append(Entry(thing.line, thing.span, thing.first, thing.last))
        elif thing.comment is not None and _has_own_lines(things, at):
            last = entries[-1] if entries else None
            if thing.indented and last is not None and thing.first == last.last + 1:
                about = Span(last.span.start, thing.span.end)
                entries[-1] = Entry(last.line, about, last.first, thing.last)
            else:
                remarks.append(Remark(thing.comment, thing.first, thing.last))
    return Layout(tuple(entries), tuple(remarks))


def blocks_of(source: Source) -> list[Span]:
    """Return the blocks of a text: lines without a blank one between, last line end left out.

    Cost: linear in the text.
    """
    blocks: list[Span] = []
    begin: int | None = None
    end = 0
    for number in range(source.line_count):
        line = source.line_span(number)
        content = line.of(source.text)
        if content and not content.isspace():
            begin, end = line.start if begin is None else begin, line.end
        elif begin is not None:
            blocks.append(Span(begin, end))
            begin = None
    if begin is not None:
        blocks.append(Span(begin, end))
    return blocks


def block_at(blocks: Sequence[Span], offset: int) -> Span | None:
    """Return the block that an offset lies in or at an edge of. Cost: a binary search."""
    at = bisect_right(blocks, offset, key=lambda block: block.start) - 1
    return blocks[at] if at >= 0 and offset <= blocks[at].end else None


def end_of(line: Line) -> int:
    """Return where a logical line ends, its comment included."""
    return max(line.span.end, line.comment.span.end if line.comment is not None else 0)


def line_at(file: RequirementsFile, offset: int) -> Line | None:
    """Return the logical line that an offset lies in or at an edge of, its comment included.

    Cost: a binary search.
    """
    at = bisect_right(file.lines, offset, key=lambda line: line.span.start) - 1
    return file.lines[at] if at >= 0 and offset <= end_of(file.lines[at]) else None


def runs_of(remarks: Sequence[Remark]) -> list[list[Remark]]:
    """Return the comments in groups without any other line between those of a group."""
    runs: list[list[Remark]] = []
    for remark in remarks:
        if runs and remark.first == runs[-1][-1].last + 1:
            runs[-1].append(remark)
        else:
            runs.append([remark])
    return runs


class _Thing(NamedTuple):
    """A logical line with its comment, or a comment alone, and the lines that it is in."""

    span: Span
    first: int
    last: int
    indented: bool
    line: Line | None = None
    comment: Comment | None = None


def _things(file: RequirementsFile) -> list[_Thing]:
    """Return all that is in a file, in order."""
    position = file.source.position
    inline = {line.comment.span.start for line in file.lines if line.comment is not None}
    spans: list[tuple[Span, Line | None, Comment | None]] = [
        (Span(line.span.start, end_of(line)), line, None) for line in file.lines
    ]
    spans += (
        (comment.span, None, comment)
        for comment in file.comments
        if comment.span.start not in inline
    )
    spans.sort(key=lambda thing: thing[0].start)
    things = []
    for span, line, comment in spans:
        start = position(span.start)
        last = position(span.end).line
        things.append(_Thing(span, start.line, last, start.column > 0, line, comment))
    return things


def _has_own_lines(things: Sequence[_Thing], at: int) -> bool:
    """Return whether nothing else is in the lines of a thing.

    That may be an entry that pip ends at a form feed, where an editor ends no line.
    """
    first = things[at - 1].last if at > 0 else -1
    last = things[at + 1].first if at + 1 < len(things) else things[at].last + 1
    return first < things[at].first and things[at].last < last
