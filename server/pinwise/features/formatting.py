r"""Formatting: the white space of a requirements file, without a change to what pip reads.

What is changed: the spaces and tabs within a line (`syntax/spacing.py` says how), those at its
end and before its comment, runs of blank lines, the line end at the end of the file. Nothing
else ever is: no line is broken, joined, dropped or moved, and what pip rejects or drops stays as
it is. `features/sorting.py` is the one that moves lines, and only on request.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from pinwise.base.records import record
from pinwise.base.text import Span, TextEdit, apply_edits
from pinwise.base.tuples import NamedTuple
from pinwise.manifests.recognise import looks_like_prose
from pinwise.syntax.groups import BLANKS, Group, GroupKind, groups, line_end, mixes_line_ends
from pinwise.syntax.markers import read_marker
from pinwise.syntax.records import records
from pinwise.syntax.requirements import parse
from pinwise.syntax.spacing import Gap, line_gaps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.syntax.nodes import RequirementsFile

logger = logging.getLogger(__name__)

MOST_BLANK_LINES = 2
"""How many blank lines may follow each other: one parts blocks, two part sections."""

COMMENT_GAP = 2
"""How many spaces stand at least before a comment at the end of a line."""

CODING = re.compile(r"coding[:=]\s*([-\w.]+)", re.ASCII)
"""What makes a comment among the first two lines name the encoding (`syntax/decode.py`)."""

_ALL_BLANK = re.compile(r"[ \t]+")


@record(frozen=True, slots=True)
class Style:
    """What to do beside the spacing of lines. An editor's formatting options can say no."""

    trim_trailing_whitespace: bool = True
    trim_final_newlines: bool = True
    insert_final_newline: bool = True


_USUAL = Style()


class Change(NamedTuple):
    """The edits of some whole lines, which are made or left together."""

    lines: Span
    edits: tuple[TextEdit, ...]


def format_edits(
    file: RequirementsFile, *, style: Style = _USUAL, within: Span | None = None
) -> list[TextEdit]:
    """Return the edits that format a file, in order, each as small as can be.

    The text that they make is read again and compared: a line that would be read otherwise is
    left as it is, and logged, since that is a fault of ours.

    Args:
        file: the parsed file.
        style: what to do beside the spacing.
        within: format only the logical lines that this span touches. A span that ends where a
            line begins does not touch that line.

    Returns:
        nothing for a text that is plainly prose, or whose line ends are a mixture of carriage
        returns and line feeds.

    Cost: linear in the text; a file that needs no edit is not read again.
    """
    text = file.source.text
    if looks_like_prose(text):
        return []
    changes = layout(file, style)
    if within is not None:
        changes = [change for change in changes if _touched(change.lines, within)]
    return _sound(file, changes) if changes else []


def layout(file: RequirementsFile, style: Style = _USUAL) -> list[Change]:
    """Return the changes that format a file, in order, without the check that follows."""
    text = file.source.text
    if mixes_line_ends(text):
        return []
    members = groups(file)
    changes = []
    kept: list[Group] = []
    for dropped, run in _blank_runs(text, members, style):
        if not dropped:
            kept += run
            continue
        lines = Span(run[0].start, run[-1].end)
        changes.append(Change(lines, (TextEdit(lines, ""),)))
    changes += _line_changes(text, kept, style)
    if style.insert_final_newline and (end := _missing_end(text, members)) is not None:
        changes.append(end)
    return sorted(changes)


def reading(file: RequirementsFile) -> list[dict[str, object]]:
    """Return what pip reads in a file, line by line, without the lines' numbers.

    Markers are given by their words: how those are spaced means nothing.
    """
    found = records(file, "")
    for entry in found:
        del entry["file"], entry["line"], entry["end_line"]
        if (marker := entry["marker"]) is not None:
            parts = read_marker(marker).parts
            words = [_ALL_BLANK.sub(" ", marker[part.start : part.end]) for part in parts]
            entry["marker"] = words if words and entry["kind"] != "error" else marker
    return found


def coding_line(text: str) -> str | None:
    """Return the encoding that pip takes from the first two lines of a text, or None."""
    for line in text.split("\n", 2)[:2]:
        if line.startswith("#") and (match := CODING.search(line)):
            return match[1]
    return None


# The lines.


def _line_changes(text: str, members: Sequence[Group], style: Style) -> list[Change]:
    """Return the changes within lines and comments."""
    gaps = [line_gaps(text, group) if group.kind is GroupKind.LINE else [] for group in members]
    widths = _comment_widths(text, members, gaps)
    changes = []
    for group, found in zip(members, gaps, strict=True):
        # Broken lines without a gap have a form that is better left alone.
        if group.kind is not GroupKind.OTHER and (found or len(group.pieces) == 1):
            width = widths.get(group.start, COMMENT_GAP)
            found.extend(_tail(text, group, width, style))
        edits = tuple(
            TextEdit(Span(gap.start, gap.end), gap.wanted)
            for gap in found
            if text[gap.start : gap.end] != gap.wanted
        )
        if edits:
            changes.append(Change(Span(group.start, group.end), edits))
    return changes


def _tail(text: str, group: Group, width: int, style: Style) -> Iterator[Gap]:
    """Yield the gaps before the comment, `width` spaces, and at the end of the last line."""
    start, end = group.pieces[-1]
    line = group.line
    if line is not None and line.comment is not None:
        gap = Span(line.span.end, line.comment.span.start)
        # A tab aligns comments by a width that only the author's editor knows.
        if not gap.of(text).strip(" "):
            yield Gap(gap.start, gap.end, " " * width)
    stop = start + len(text[start:end].rstrip(BLANKS))
    # With a backslash at its end, a line or the comment behind it would go on in the next line.
    goes_on = group.kind is GroupKind.LINE and text.endswith("\\", start, stop)
    if style.trim_trailing_whitespace and not goes_on:
        yield Gap(stop, end, "")


def _comment_widths(
    text: str, members: Sequence[Group], gaps: Sequence[list[Gap]]
) -> dict[int, int]:
    """Return how many spaces stand before the comments of unbroken lines, by the line's start."""
    widths: dict[int, int] = {}
    run: list[_Commented] = []
    for group, found in zip(members, gaps, strict=True):
        commented = _commented(text, group, found)
        ends = commented is not None and run and commented.column != run[-1].column
        if ends or group.kind is GroupKind.BLANK:
            widths.update(_widths(run))
            run = []
        if commented is not None:
            run.append(commented)
    return {**widths, **_widths(run)}


class _Commented(NamedTuple):
    """An unbroken line with a comment.

    Attributes:
        column: where the comment begins now.
        gap: how many spaces stand before it now.
        length: how long the line before it will be.
    """

    start: int
    column: int
    gap: int
    length: int


def _commented(text: str, group: Group, gaps: Sequence[Gap]) -> _Commented | None:
    line = group.line
    if line is None or line.comment is None or len(group.pieces) > 1:
        return None
    at, end = line.comment.span.start, line.span.end
    if text[end:at].strip(" "):
        return None
    grown = sum(len(gap.wanted) - (gap.end - gap.start) for gap in gaps)
    return _Commented(group.start, at - group.start, at - end, end - group.start + grown)


def _widths(run: list[_Commented]) -> dict[int, int]:
    """Return the spaces before comments that begin in one column, line after line of a block.

    They are aligned, and stay so, if some are further off than need be; else they are in one
    column by chance, and each stands for itself. Where all are further off, the column stays.
    """
    if any(line.gap > COMMENT_GAP for line in run):
        return _aligned(run)
    return {start: width for line in run for start, width in _aligned([line]).items()}


def _aligned(lines: list[_Commented]) -> dict[int, int]:
    column = max(line.length for line in lines) + COMMENT_GAP
    if min(line.gap for line in lines) > COMMENT_GAP:
        column = max(column, lines[0].column)
    return {line.start: column - line.length for line in lines}


# Blank lines, and the end of the file.


def _blank_runs(
    text: str, members: Sequence[Group], style: Style
) -> Iterator[tuple[bool, Sequence[Group]]]:
    """Yield the groups in order, in runs, each with whether it is to be dropped."""
    at = 0
    while at < len(members):
        end = at
        while end < len(members) and members[end].kind is GroupKind.BLANK:
            end += 1
        most = MOST_BLANK_LINES
        if end == len(members):
            most = 0 if style.trim_final_newlines else end - at
        elif at == 0:
            most = end if _coding_ahead(text, members[end].start) else 0
        kept = min(end, at + most)
        if kept < end:
            yield True, members[kept:end]
        yield False, [*members[at:kept], *members[end : end + 1]]
        at = end + 1


def _coding_ahead(text: str, start: int) -> bool:
    """Return whether a line at or behind `start` could become pip's coding line by moving up."""
    return any(CODING.search(line) for line in text[start:].split("\n", 2)[:2])


def _missing_end(text: str, members: Sequence[Group]) -> Change | None:
    r"""Return the change that ends the last line; None where it is ended, blank or open.

    A line that ends in a backslash would be continued by what is written below it.
    """
    if not members:
        return None
    last = members[-1]
    start, end = last.pieces[-1]
    content = text[start:end]
    if end < len(text) or not content.strip(BLANKS):
        return None
    if content.endswith("\\") and last.kind is not GroupKind.COMMENT:
        return None
    edit = TextEdit(Span(end, end), line_end(text))
    return Change(Span(last.start, last.end), (edit,))


# The check.


def _touched(lines: Span, within: Span) -> bool:
    """Return whether a span touches whole lines."""
    return lines.start < max(within.end, within.start + 1) and within.start < lines.end


def _sound(file: RequirementsFile, changes: list[Change]) -> list[TextEdit]:
    """Return the edits of all changes that keep what pip reads; log what is left out."""
    text = file.source.text
    # With variables, the file was read in an environment that is not known here.
    before = parse(text) if file.expansions else file
    edits = [edit for change in changes for edit in change.edits]
    if _same(before, apply_edits(text, edits)):
        return edits
    logger.error("formatting would have changed the reading of a line; that line is left alone")
    edits = [edit for change in changes if _same_alone(text, change) for edit in change.edits]
    return edits if _same(before, apply_edits(text, edits)) else []


def _same_alone(text: str, change: Change) -> bool:
    """Return whether the lines of a change are read the same without their neighbours."""
    start = change.lines.start
    edits = [
        TextEdit(Span(edit.span.start - start, edit.span.end - start), edit.new_text)
        for edit in change.edits
    ]
    lines = change.lines.of(text)
    return _same(parse(lines), apply_edits(lines, edits))


def _same(before: RequirementsFile, text: str) -> bool:
    """Return whether a text is read as a file is: pip's lines, the comments, the encoding."""
    after = parse(text)
    return (
        reading(before) == reading(after)
        and comments_of(before) == comments_of(after)
        and coding_line(before.source.text) == coding_line(text)
    )


def comments_of(file: RequirementsFile) -> list[str]:
    """Return the comments of a file, without the white space at their ends."""
    return [comment.text.rstrip(BLANKS) for comment in file.comments]
