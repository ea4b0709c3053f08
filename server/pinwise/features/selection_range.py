r"""Selection ranges: what "expand selection" takes in, step by step, from a place outwards.

From a number of a version over the version, its comparison, the specifier, the requirement, the
logical line, the lines without a blank one between and the section to the whole file. A part that
a continuation breaks in two is taken as a whole.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Protocol, TypeVar

from pinwise.base.text import Span
from pinwise.features.headings import sections_of
from pinwise.features.layout import blocks_of, end_of, layout_of, runs_of
from pinwise.features.written import CONTINUATION
from pinwise.syntax.markers import read_marker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.project.files import Document
    from pinwise.syntax.markers import MarkerPart
    from pinwise.syntax.nodes import Comment, Hash, Line, Marker, Option, Requirement

_VERSION_PIECE = re.compile(r"[0-9]+|[A-Za-z]+")
_WORD = re.compile(r"[^\s/@#?&=:,;\[\]'\"()<>!~]+")
_COMMENT_WORD = re.compile(r"\S+")
_COMMENT_MARK = re.compile(r"#+[ \t]*")


class _Spanned(Protocol):
    @property
    def span(self) -> Span: ...


S = TypeVar("S", bound=_Spanned)


class Selections:
    """Answers for one version of a file, which is no prose.

    Cost: building it is linear in the text; a place costs binary searches, and the reading of the
    part that it lies in.
    """

    def __init__(self, document: Document) -> None:
        self._file = document.file
        self._text = document.text
        layout = layout_of(document.file)
        sections = sections_of(document.source, layout)
        self._entries = layout.entries
        self._groups = (
            [section.span for section in sections if section.drawn],
            [section.span for section in sections if not section.drawn],
            blocks_of(document.source),
            [
                Span(run[0].comment.span.start, run[-1].comment.span.end)
                for run in runs_of(layout.remarks)
            ],
        )

    def at(self, offset: int) -> list[Span]:
        """Return the parts that a place lies in, from the innermost to the whole file.

        Each lies within the next and is smaller. A place between two parts belongs to the word
        behind it, else to the one before it.
        """
        place = self._character(offset)
        spans = [span for span in self._parts(place) if span.start <= place.start < span.end]
        spans += [span for group in self._groups for span in _around(group, place)]
        spans.sort(key=lambda span: (span.end - span.start, span.start))
        chain: list[Span] = []
        for span in (*spans, Span(0, len(self._text))):
            inner = chain[-1] if chain else place
            # Two ways to divide a file may cross, as a section and a block do.
            if span.start <= inner.start and inner.end <= span.end and span not in chain[-1:]:
                chain.append(span)
        return chain

    def _character(self, offset: int) -> Span:
        """Return the character that a place belongs to; an empty span between blanks."""
        text = self._text
        beside = [at for at in (offset, offset - 1) if 0 <= at < len(text)]
        for fits in (_is_word, _is_ink):
            for at in beside:
                if fits(text[at]):
                    return Span(at, at + 1)
        return Span(offset, offset)

    def _parts(self, place: Span) -> Iterator[Span]:
        """Yield the parts of a logical line and of a comment that may hold a character."""
        if place.empty:
            return
        entry = next(iter(_holding(self._entries, place)), None)
        if entry is not None:
            line = entry.line
            yield entry.span
            yield Span(line.span.start, end_of(line))
            yield from self._line_parts(line, place)
        for comment in _holding(self._file.comments, place):
            yield from self._comment_parts(comment, place)

    def _comment_parts(self, comment: Comment, place: Span) -> Iterator[Span]:
        """Yield a comment, its text and its word."""
        span = comment.span
        yield span
        mark = _COMMENT_MARK.match(self._text, span.start, span.end)
        start = mark.end() if mark is not None else span.start
        yield Span(start, start + len(self._text[start : span.end].rstrip()))
        yield from self._pieces(_COMMENT_WORD, span, place)

    def _line_parts(self, line: Line, place: Span) -> Iterator[Span]:
        """Yield a logical line and its parts."""
        yield line.span
        if line.requirement is not None:
            yield from self._requirement_parts(line.requirement, place)
        for option in _holding(line.options, place):
            yield from self._option_parts(option, place)
        if line.hashes:
            yield Span(line.hashes[0].span.start, line.hashes[-1].span.end)
            for found in _holding(line.hashes, place):
                yield from self._hash_parts(found)

    def _option_parts(self, option: Option, place: Span) -> Iterator[Span]:
        """Yield an option, its name, its value and the word in that."""
        yield option.span
        yield option.name_span
        if option.value_span is not None:
            yield option.value_span
            yield from self._pieces(_WORD, option.value_span, place)

    def _hash_parts(self, found: Hash) -> Iterator[Span]:
        """Yield a hash option, its value, the algorithm and the digest."""
        value = found.value_span
        yield found.span
        yield value
        colon = self._text.find(":", value.start, value.end)
        if colon >= 0:
            yield Span(value.start, colon)
            yield Span(colon + 1, value.end)

    def _requirement_parts(self, requirement: Requirement, place: Span) -> Iterator[Span]:
        """Yield a requirement and its parts."""
        yield requirement.span
        yield requirement.name_span
        yield from self._extra_parts(requirement)
        if requirement.specifier_span is not None:
            yield requirement.specifier_span
        for clause in requirement.clauses:
            whole = Span(clause.operator_span.start, clause.version_span.end)
            if whole.start <= place.start < whole.end:
                yield from (whole, clause.operator_span, clause.version_span)
                yield from self._pieces(_VERSION_PIECE, clause.version_span, place)
        if requirement.url_span is not None:
            yield requirement.url_span
            yield from self._pieces(_WORD, requirement.url_span, place)
        if requirement.marker is not None:
            yield from self._marker_parts(requirement.marker)

    def _extra_parts(self, requirement: Requirement) -> Iterator[Span]:
        """Yield the extras, their list, the brackets, and those with the name."""
        if not requirement.extras:
            return
        first, last = requirement.extras[0].span, requirement.extras[-1].span
        yield from (extra.span for extra in requirement.extras)
        yield Span(first.start, last.end)
        opened = self._text.rfind("[", requirement.span.start, first.start)
        closed = self._text.find("]", last.end, requirement.span.end)
        if 0 <= opened < closed:
            yield Span(opened, closed + 1)
            yield Span(min(requirement.name_span.start, opened), closed + 1)

    def _marker_parts(self, marker: Marker) -> Iterator[Span]:
        """Yield a marker, its comparisons, its parentheses and their parts."""
        yield marker.span
        joined, offsets = self._joined(marker.span)
        if joined != marker.text:
            # A variable's value: its parts are nowhere in the file.
            return

        def place(start: int, end: int) -> Span:
            return Span(offsets[start], offsets[end - 1] + 1)

        opened: list[int] = []
        comparison: list[MarkerPart] = []
        for part in read_marker(marker.text).parts:
            yield place(part.start, part.end)
            if part.kind == "parenthesis":
                if joined[part.start] == "(":
                    opened.append(part.start)
                elif opened:
                    start = opened.pop()
                    yield place(start, part.end)
                    yield place(start + 1, part.start)
            elif part.kind == "joint":
                comparison = []
            else:
                comparison.append(part)
                if part.kind == "string" and part.end - part.start > len("''"):
                    yield place(part.start + 1, part.end - 1)
                if len(comparison) == len(("operand", "operator", "operand")):
                    yield place(comparison[0].start, part.end)
                    comparison = []

    def _pieces(self, pattern: re.Pattern[str], span: Span, place: Span) -> Iterator[Span]:
        """Yield the match of a pattern in a part that holds a character."""
        joined, offsets = self._joined(span)
        for match in pattern.finditer(joined):
            found = Span(offsets[match.start()], offsets[match.end() - 1] + 1)
            if found.start <= place.start < found.end:
                yield found
                return

    def _joined(self, span: Span) -> tuple[str, Sequence[int]]:
        """Return the text of a part, continuations joined, and where each character stands."""
        raw = span.of(self._text)
        if "\\" not in raw:
            return raw, range(span.start, span.end)
        offsets: list[int] = []
        at = span.start
        for match in CONTINUATION.finditer(self._text, span.start, span.end):
            offsets += range(at, match.start())
            at = match.end()
        offsets += range(at, span.end)
        return "".join(self._text[offset] for offset in offsets), offsets


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_ink(character: str) -> bool:
    return not character.isspace()


def _holding(items: Sequence[S], place: Span) -> Iterator[S]:
    """Yield the item of an ordered row that holds a character, if one does."""
    at = bisect_right(items, place.start, key=lambda item: item.span.start) - 1
    if at >= 0 and place.end <= items[at].span.end:
        yield items[at]


def _around(spans: Sequence[Span], place: Span) -> Iterator[Span]:
    """Yield the one of ordered spans that a place lies in, if one does."""
    at = bisect_right(spans, place.start, key=lambda span: span.start) - 1
    if at >= 0 and place.end <= spans[at].end:
        yield spans[at]
