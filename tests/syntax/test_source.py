from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwise.base.text import Span
from pinwise.syntax.source import Encoding, Position, Source, column_in


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", [(0, 0)]),
        ("a", [(0, 1)]),
        ("a\n", [(0, 1), (2, 2)]),
        ("a\nb", [(0, 1), (2, 3)]),
        ("a\r\nb\rc\n\n", [(0, 1), (3, 4), (5, 6), (7, 7), (8, 8)]),
        ("a\x0cb\u2028c\x85d", [(0, 7)]),
    ],
)
def test_lines_end_as_in_lsp(text: str, spans: list[tuple[int, int]]) -> None:
    source = Source(text)
    assert source.line_count == len(spans)
    assert [source.line_span(line) for line in range(len(spans))] == [Span(*s) for s in spans]


def test_full_lines_join_to_the_text() -> None:
    source = Source("a\r\nb\rc\n\nd")
    spans = [source.full_line_span(line) for line in range(source.line_count)]
    assert "".join(span.of(source.text) for span in spans) == source.text


@pytest.mark.parametrize("line", [-1, 2])
def test_there_is_no_such_line(line: int) -> None:
    with pytest.raises(IndexError):
        Source("a\nb").line_span(line)


@pytest.mark.parametrize(
    ("encoding", "columns"),
    [(Encoding.UTF8, [0, 4, 6, 7]), (Encoding.UTF16, [0, 2, 3, 4]), (Encoding.UTF32, [0, 1, 2, 3])],
)
def test_positions_and_offsets_are_inverse(encoding: Encoding, columns: list[int]) -> None:
    source = Source("a\n\N{SNAKE}\xe9b\nc")
    for index, column in enumerate(columns):
        assert source.position(2 + index, encoding) == Position(1, column)
        assert source.offset(1, column, encoding) == 2 + index


@pytest.mark.parametrize("encoding", [Encoding.UTF8, Encoding.UTF16])
def test_a_column_within_a_character_is_its_start(encoding: Encoding) -> None:
    assert Source("a\N{SNAKE}b").offset(0, 2, encoding) == 1


@pytest.mark.parametrize(
    ("line", "column", "offset"),
    [(-1, 5, 0), (0, -1, 0), (0, 99, 2), (1, 99, 5), (2, 0, 6), (2, 9, 6), (3, 0, 6), (99, 0, 6)],
)
def test_places_beyond_the_text_are_clamped(line: int, column: int, offset: int) -> None:
    assert Source("ab\ncd\n").offset(line, column) == offset


@pytest.mark.parametrize(
    ("offset", "position"), [(-3, (0, 0)), (1, (0, 1)), (2, (0, 1)), (3, (1, 0)), (99, (1, 1))]
)
def test_offsets_are_clamped_and_never_within_a_terminator(
    offset: int, position: tuple[int, int]
) -> None:
    assert Source("a\r\nb").position(offset) == position


@given(st.text(alphabet="a\xe9\u20ac\N{SNAKE}\n\r\x0c", max_size=30), st.integers(-2, 40))
def test_round_trip(text: str, offset: int) -> None:
    source = Source(text)
    clamped = min(max(offset, 0), len(text))
    for encoding in Encoding:
        line, column = source.position(offset, encoding)
        back = source.offset(line, column, encoding)
        assert back <= clamped
        assert text[back:clamped].strip("\r\n") == ""
        assert column_in(encoding, text[source.line_span(line).start : back]) == column
