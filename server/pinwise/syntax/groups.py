r"""A file as the physical lines that pip joins: what may be laid out anew, and what may not.

The joining is that of `syntax/lines.py` (pip's `join_lines`), told once more with the lines that
hold no requirement: blank ones, comments, and those that are better left alone.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple
from pinwise.syntax.decode import MARK
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from pinwise.syntax.nodes import Line, RequirementsFile

BLANKS = " \t"
"""The white space that a formatter may replace; of any other it is not said why it is there."""

_EDITOR_ENDS = ("\n", "\r\n", "\r", "")


class GroupKind(Enum):
    """What a group of joined lines is."""

    BLANK = "blank"
    """Nothing but spaces and tabs."""
    COMMENT = "comment"
    """A comment on a line of its own."""
    LINE = "line"
    """A line that pip accepts, and of which it drops nothing."""
    OTHER = "other"
    """Anything else: what pip rejects or drops in part, variables, whatever is oddly broken."""


class Piece(NamedTuple):
    """One physical line, without its terminator."""

    start: int
    end: int


class Group(NamedTuple):
    """Physical lines that pip joins; most often a single one.

    Attributes:
        start: where the first piece begins.
        end: where the last piece ends, terminator included.
        line: what pip reads there, where `kind` is `LINE`.
    """

    kind: GroupKind
    pieces: tuple[Piece, ...]
    start: int
    end: int
    line: Line | None = None


def groups(file: RequirementsFile) -> list[Group]:
    r"""Return the groups of a file, in order; their texts joined are the file's, but for a mark.

    Lines that share an editor's line with others, because only pip ends a line at a form feed or
    at U+2028, are `OTHER`. So is a last line that ends in a backslash.

    Cost: linear in the text.
    """
    text = file.source.text
    found: list[Group] = []
    pieces: list[Piece] = []
    at = len(MARK) if text.startswith(MARK) else 0
    foreign = shared = False
    lines = iter(file.lines)
    line = next(lines, None)
    rest = text[at:]
    for content, physical in zip(rest.splitlines(), rest.splitlines(keepends=True), strict=True):
        piece = Piece(at, at + len(content))
        pieces.append(piece)
        at += len(physical)
        ends_oddly = text[piece.end : at] not in _EDITOR_ENDS
        foreign = foreign or shared or ends_oddly
        shared = ends_oddly
        is_open = content.endswith("\\") and not content.lstrip().startswith("#")
        if is_open and at < len(text):
            continue
        start = pieces[0].start
        while line is not None and line.span.start < start:
            line = next(lines, None)
        here = line if line is not None and line.span.start < at else None
        kind = GroupKind.OTHER if foreign or is_open else _kind(text, pieces, here)
        found.append(
            Group(kind, tuple(pieces), start, at, here if kind is GroupKind.LINE else None)
        )
        pieces, foreign = [], False
    return found


def mixes_line_ends(text: str) -> bool:
    """Return whether a text has carriage returns alone beside line feeds.

    Where what stands between the two is moved or taken away, one line end is made of both.
    """
    return "\r" in text and "\n" in text and text.count("\r") != text.count("\r\n")


def line_end(text: str) -> str:
    """Return the line end that most lines of a text have; a line feed where there is none."""
    pairs = text.count("\r\n")
    counts = {"\n": text.count("\n") - pairs, "\r\n": pairs, "\r": text.count("\r") - pairs}
    return max(counts, key=lambda end: counts[end])


def _kind(text: str, pieces: list[Piece], line: Line | None) -> GroupKind:
    """Return what a group is that ends where editors end a line."""
    if line is not None:
        # The newest pip is the measure: what only older ones complain of is no problem here.
        sound = line.kind is not Kind.ERROR and all(problem.before for problem in line.problems)
        end = line.comment.span.start if line.comment is not None else pieces[-1].end
        # What a variable stands for decides what the line is, and differs from user to user.
        fixed = "${" not in text[pieces[0].start : end]
        return GroupKind.LINE if sound and fixed else GroupKind.OTHER
    if len(pieces) == 1:
        content = text[pieces[0].start : pieces[0].end].strip(BLANKS)
        if not content:
            return GroupKind.BLANK
        if content.startswith("#"):
            return GroupKind.COMMENT
    return GroupKind.OTHER
