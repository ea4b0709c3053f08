"""Sections of a requirements file: entries below a comment that is a heading.

Nothing marks a heading as one, so two kinds are taken for it, and no others:

- a comment that is drawn as a heading: `# --- Tests ---`, `## Tests`, or `# Tests` with a line of
  `# -----` above or below. It holds up to the next heading of this kind.
- a short title, with a capital letter in front or a colon at its end, alone right above an entry
  and below a blank line: `# Tests`. It holds up to the next heading or blank line.

A requirement that is commented out, a remark, what a tool wrote (`# via flask`) are none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple
from pinwise.features.layout import block_at, blocks_of, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.features.layout import Layout, Remark
    from pinwise.syntax.source import Source

_DRAWING = " \t#=-*_~+"
_DRAWN = re.compile(r"#{2,}\s*[^\s#]|#+\s*[=\-*_~+]{2,}")
_LEAST_RULE = 4
_LONGEST = 200
"""Characters of a comment that may be a heading: longer ones are not looked at."""

_MOST_LETTERS = 60
_MOST_WORDS = 6
_MOST_WORDS_PLAIN = 4
_NO_TITLE = re.compile(
    r"[=<>~!]=|://|!!|^\W|[.;,]$|\b(?:TODO|FIXME|NOTE|WARNING|XXX|HACK)\b"
    r"|^(?:via\b|noqa\b|pinwise:|type:|pylint:|coding[:=])",
    re.IGNORECASE,
)


class Section(NamedTuple):
    """A heading and what stands below it.

    Attributes:
        title: its words.
        heading: the place of the comment with the title.
        span: from the first comment of the heading to the end of the last entry.
        first: the line, from 0, that it begins in.
        last: the line that it ends in.
        drawn: whether it is of the first kind. Those of one kind are apart, and one of the second
            kind may lie within one of the first.
    """

    title: str
    heading: Span
    span: Span
    first: int
    last: int
    drawn: bool


class _Heading(NamedTuple):
    """A heading: its words, the comment with them, and where it begins."""

    title: str
    remark: Remark
    first: Remark
    drawn: bool


def sections_of(source: Source, layout: Layout) -> tuple[Section, ...]:
    """Return the sections of a file, in order; those without an entry are left out.

    Two sections are apart, or one lies within the other. Cost: linear in the text.
    """
    headings = [found for run in runs_of(layout.remarks) for found in _headings(run)]
    if not headings:
        return ()
    starts = [entry.span.start for entry in layout.entries]
    blocks = blocks_of(source)
    sections: list[Section] = []
    # From the last to the first, so that each knows where the next one begins.
    next_drawn = next_any = len(source.text) + 1
    for heading in reversed(headings):
        begin = heading.first.comment.span.start
        if heading.drawn:
            end = next_drawn
        else:
            block = block_at(blocks, begin)
            end = min(next_any, block.end if block is not None else next_any)
            if not _is_alone(source, layout, starts, heading.remark):
                continue
        at, stop = bisect_left(starts, begin), bisect_left(starts, end)
        next_any = begin
        if heading.drawn:
            next_drawn = begin
        if at < stop:
            last = layout.entries[stop - 1]
            sections.append(
                Section(
                    heading.title,
                    heading.remark.comment.span,
                    Span(begin, last.span.end),
                    heading.first.first,
                    last.last,
                    heading.drawn,
                )
            )
    sections.reverse()
    return tuple(sections)


def _is_alone(source: Source, layout: Layout, starts: Sequence[int], remark: Remark) -> bool:
    """Return whether a comment stands below a blank line and right above an entry."""
    if remark.first > 0:
        above = source.line_span(remark.first - 1).of(source.text)
        if above and not above.isspace():
            return False
    at = bisect_left(starts, remark.comment.span.end)
    return at < len(starts) and layout.entries[at].first == remark.last + 1


def _headings(run: Sequence[Remark]) -> Iterator[_Heading]:
    """Yield the headings among comments that follow each other."""
    at = 0
    while at < len(run):
        remark = run[at]
        following = run[at + 1] if at + 1 < len(run) else None
        step = 1
        if _is_rule(remark):
            if following is not None and (title := _title(following)):
                step = 3 if at + 2 < len(run) and _is_rule(run[at + 2]) else 2
                yield _Heading(title, following, remark, drawn=True)
        elif title := _title(remark):
            if following is not None and _is_rule(following):
                step = 2
                yield _Heading(title, remark, remark, drawn=True)
            elif _DRAWN.match(remark.comment.text):
                yield _Heading(title, remark, remark, drawn=True)
            elif len(run) == 1 and _is_plain_title(remark.comment.text, title):
                yield _Heading(title, remark, remark, drawn=False)
        at += step


def _is_rule(remark: Remark) -> bool:
    """Return whether a comment is a line that was drawn."""
    text = remark.comment.text
    return len(text) >= _LEAST_RULE and not text.strip(_DRAWING) and not text[1:].isspace()


def _title(remark: Remark) -> str:
    """Return the words of a comment that may be a heading, or ""."""
    text = remark.comment.text
    if len(text) > _LONGEST:
        return ""
    title = text.strip(_DRAWING).rstrip(":").rstrip()
    fits = 0 < len(title) <= _MOST_LETTERS and len(title.split()) <= _MOST_WORDS
    named = any(character.isalpha() for character in title)
    return title if fits and named and not _NO_TITLE.search(text.strip(_DRAWING)) else ""


def _is_plain_title(text: str, title: str) -> bool:
    """Return whether a comment that is not drawn as a heading reads like one."""
    marked = title[0].isupper() or text.rstrip().endswith(":")
    return (
        marked
        and len(title.split()) <= _MOST_WORDS_PLAIN
        and not any(character.isdigit() for character in title)
    )
