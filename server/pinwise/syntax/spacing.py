r"""The white space that a requirement line should have: which gap is to hold which text.

The form is the one that pip-compile and `uv pip compile` write, so that what they compile stays
as it is: `name[extra]>=1,<2 ; python_version < "3.9"`, `name @ URL`, and hashes on lines of
their own, four spaces in. Only gaps of spaces and tabs are ever named. What has a rarer form
(parentheses, `===`, a continuation in the middle of something) has no gaps to name.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple
from pinwise.syntax.groups import BLANKS
from pinwise.syntax.markers import read_marker
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.syntax.groups import Group
    from pinwise.syntax.nodes import Line, Marker, Requirement

_BLANK_RUN = re.compile(r"[ \t]+")
# As `shlex` splits, where nothing is escaped.
_WORD = r"(?:[^ \t\"'\\]|\"[^\"\\]*\"|'[^']*')+"
_WORDS = re.compile(rf"{_WORD}(?:[ \t]+{_WORD})*")
_WORD_OF = re.compile(_WORD)

INDENT = "    "
"""What stands before a continued line, beyond the indent of the first."""


class Gap(NamedTuple):
    """A stretch of spaces and tabs, which may be empty, and what is to stand there."""

    start: int
    end: int
    wanted: str


def line_gaps(text: str, group: Group) -> list[Gap]:
    """Return the gaps of one logical line, in order: those before its comment.

    The indent of its first physical line stays the author's: some show by it what depends on
    what. None of the gaps changes how the line is read.

    Args:
        text: the file's text.
        group: a group of kind `LINE`.

    Cost: linear in the line.
    """
    gaps = _gaps(text, group)
    if gaps is None or any(text[gap.start : gap.end].strip(BLANKS) for gap in gaps):
        return []
    return gaps


def _gaps(text: str, group: Group) -> list[Gap] | None:
    """Return the gaps of a line; None where it has a form that is better left alone."""
    line = group.line
    stops = _stops(text, group, line) if line is not None else None
    if line is None or stops is None:
        return None
    found = _first_piece(text, line, stops[0])
    indent = text[group.start : line.span.start] + INDENT
    pieces = zip(group.pieces, stops, strict=True)
    for (before, stop_before), (piece, stop) in pairwise(pieces):
        start = _behind_blanks(text, piece.start, stop)
        words = _words(text, start, stop) if text.startswith("-", start) else None
        # Without white space between them, what stands on both lines is one word to pip.
        glued = stop_before == before.end - 1 and start == piece.start
        if found is None or words is None or glued:
            return None
        found.append(Gap(stop_before, before.end - 1, " "))
        found += (Gap(piece.start, start, indent), *words)
    return found


def _first_piece(text: str, line: Line, stop: int) -> list[Gap] | None:
    """Return the gaps up to the end of the first physical line, or None."""
    requirement = line.requirement
    if line.kind not in (Kind.REQUIREMENT, Kind.URL, Kind.PATH):
        # With text before its `-e`, pip takes that for the path of an editable.
        start = line.span.start
        return _words(text, start, stop) if text.startswith("-", start) else None
    if requirement is None or requirement.span.end > stop:
        return None
    found = _requirement(text, line.kind, requirement)
    options = _options(text, requirement.span.end, stop)
    return None if found is None or options is None else found + options


def _stops(text: str, group: Group, line: Line) -> list[int] | None:
    """Return where each physical line's text ends, before its comment or backslash.

    None if a backslash stands anywhere but behind a space at the end, or a comment ends in one.
    """
    stops = []
    *broken, last = group.pieces
    if line.span.end <= last.start or not line.span.start < group.pieces[0].end:
        return None
    if line.comment is not None and line.comment.span.start < last.start:
        return None
    for start, end in broken:
        stop = _before_blanks(text, start, end - 1)
        if text.startswith("\\", start) or text[end - 2 : end - 1] == "\\" or stop == start:
            return None
        stops.append(stop)
    if broken and text.startswith("\\", last.start):
        return None
    return [*stops, line.span.end]


def _requirement(text: str, kind: Kind, requirement: Requirement) -> list[Gap] | None:
    """Return the gaps from the name to the end of the marker."""
    start, end = requirement.span.start, requirement.span.end
    marker = requirement.marker
    behind: list[Gap] = []
    if marker is not None:
        semicolon = text.rfind(";", start, marker.span.start)
        end = _before_blanks(text, start, semicolon)
        parts = _marker(text, marker)
        # pip cuts a URL at the first semicolon that a space follows.
        if semicolon < 0 or parts is None or text.startswith(";", end - 1):
            return None
        behind = [Gap(end, semicolon, " "), Gap(semicolon + 1, marker.span.start, " "), *parts]
    head = _head(text, requirement, end) if kind is Kind.REQUIREMENT else []
    return None if head is None else head + behind


def _head(text: str, requirement: Requirement, end: int) -> list[Gap] | None:
    """Return the gaps from the name to the last version or the URL, which ends at `end`."""
    start = requirement.span.start
    if requirement.url is None:
        # Between the parts of anything else, packaging lets white space stand everywhere.
        rare = any(mark in text[start:end] for mark in ("(", "==="))
        return None if rare else list(_removed(text, start, end))
    link = requirement.url_span
    # Behind a space, a hash sign would begin a comment, and a dash an option.
    if requirement.url.startswith(("#", "-")):
        return None
    known = "://" in requirement.url or requirement.url.startswith("file:")
    at = text.find("@", requirement.name_span.end, end)
    if link is None or link.end != end or at < 0 or not known:
        return None
    named = _before_blanks(text, start, at)
    around = (Gap(named, at, " "), Gap(at + 1, link.start, " "))
    return [*_removed(text, start, named), *around]


def _marker(text: str, marker: Marker) -> list[Gap] | None:
    """Return the gaps within a marker: one space between its words, none inside parentheses."""
    start, end = marker.span.start, marker.span.end
    parts = read_marker(marker.text).parts
    if text[start:end] != marker.text or not parts:
        return None
    if parts[0].start != 0 or parts[-1].end != len(marker.text):
        return None
    gaps = []
    for part, after in zip(parts, (*parts[1:], None), strict=True):
        if part.kind == "operator":
            # `not in` is one operator of two words.
            inner = _BLANK_RUN.finditer(marker.text, part.start, part.end)
            gaps += [Gap(start + run.start(), start + run.end(), " ") for run in inner]
        if after is not None:
            tight = marker.text[part.start] == "(" or marker.text[after.start] == ")"
            gaps.append(Gap(start + part.end, start + after.start, "" if tight else " "))
    return gaps


def _options(text: str, start: int, stop: int) -> list[Gap] | None:
    """Return the gaps from the end of a requirement on, where only options may stand."""
    begin = _behind_blanks(text, start, stop)
    if begin == stop:
        return []
    if not text.startswith("-", begin):
        return None
    words = _words(text, begin, stop)
    return None if words is None else [Gap(start, begin, " "), *words]


def _words(text: str, start: int, stop: int) -> list[Gap] | None:
    """Return the gaps between words, some of them in quotes; None where `shlex` has more to do."""
    if _WORDS.fullmatch(text, start, stop) is None:
        return None
    words = _WORD_OF.finditer(text, start, stop)
    return [Gap(word.end(), after.start(), " ") for word, after in pairwise(words)]


def _removed(text: str, start: int, stop: int) -> Iterator[Gap]:
    """Yield every run of white space, as a gap to close."""
    for run in _BLANK_RUN.finditer(text, start, stop):
        yield Gap(run.start(), run.end(), "")


def _behind_blanks(text: str, start: int, stop: int) -> int:
    """Return where the white space ends that begins at `start`."""
    return stop - len(text[start:stop].lstrip(BLANKS))


def _before_blanks(text: str, start: int, stop: int) -> int:
    """Return where the white space begins that ends at `stop`."""
    return start + len(text[start:stop].rstrip(BLANKS))
