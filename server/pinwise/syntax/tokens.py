"""A parsed file as a gapless row of tokens, for colouring and to show that nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.base.text import Span
from pinwise.syntax.nodes import Token, TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.syntax.nodes import Line, Requirement, RequirementsFile

_END = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_PIECE = late(
    rf"(?P<CONTINUATION>\\+(?:\r\n|[{_END}]))"
    rf"|(?P<NEWLINE>\r\n|[{_END}])"
    rf"|(?P<SPACE>[^\S{_END}]+)"
    r"|(?P<PUNCTUATION>[\[\](),;@])"
    r"|(?P<UNKNOWN>[^\s\[\](),;@\\]+|\\+)"
)
"""What stands between the parts of the tree, and where a part is broken by a line end."""


def tokens(file: RequirementsFile) -> tuple[Token, ...]:
    """Return the tokens of a file: without gaps, in order; their texts joined are the file's.

    A part that a continuation breaks in two is as many tokens, with the continuation between.
    Cost: linear in the text.
    """
    text = file.source.text
    found: list[Token] = []
    at = 0
    for span, kind in _parts(file):
        # Of parts that overlap, as within the value of a variable, the first is taken.
        start = max(span.start, at)
        if span.end <= start:
            continue
        found += _between(text, at, start)
        found += _broken(text, start, span.end, kind)
        at = span.end
    found += _between(text, at, len(text))
    return tuple(found)


def _parts(file: RequirementsFile) -> list[tuple[Span, TokenKind]]:
    """Return the leaves of the tree with their kinds, in the order of the text."""
    parts = [(comment.span, TokenKind.COMMENT) for comment in file.comments]
    for line in file.lines:
        parts += _line_parts(line)
    # A stable sort: where two begin at one place, the one that was named first.
    parts.sort(key=lambda part: part[0].start)
    return parts


def _line_parts(line: Line) -> Iterator[tuple[Span, TokenKind]]:
    if line.requirement is not None:
        yield from _requirement_parts(line.requirement)
    for option in line.options:
        yield option.name_span, TokenKind.OPTION
        if option.value_span is not None and option.name != "--editable":
            yield option.value_span, TokenKind.VALUE
    for found in line.hashes:
        yield Span(found.span.start, found.value_span.start), TokenKind.OPTION
        yield found.value_span, TokenKind.HASH


def _requirement_parts(requirement: Requirement) -> Iterator[tuple[Span, TokenKind]]:
    if requirement.url_span is not None:
        kind = TokenKind.URL if requirement.url is not None else TokenKind.PATH
        yield requirement.url_span, kind
    yield requirement.name_span, TokenKind.NAME
    for extra in requirement.extras:
        yield extra.span, TokenKind.EXTRA
    for clause in requirement.clauses:
        yield clause.operator_span, TokenKind.OPERATOR
        yield clause.version_span, TokenKind.VERSION
    if requirement.marker is not None:
        yield requirement.marker.span, TokenKind.MARKER


def _broken(text: str, start: int, end: int, kind: TokenKind) -> Iterator[Token]:
    """Yield the tokens of one part, which line ends may break."""
    at = start
    for match in _PIECE.finditer(text, start, end):
        name = match.lastgroup
        if name in ("CONTINUATION", "NEWLINE"):
            if match.start() > at:
                yield Token(kind, Span(at, match.start()))
            yield Token(TokenKind[name], Span(*match.span()))
            at = match.end()
    if at < end:
        yield Token(kind, Span(at, end))


def _between(text: str, start: int, end: int) -> Iterator[Token]:
    """Yield the tokens between two parts."""
    for match in _PIECE.finditer(text, start, end):
        yield Token(TokenKind[match.lastgroup or "UNKNOWN"], Span(*match.span()))
