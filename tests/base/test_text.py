from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwise.base.text import Origins, Span, Spans, TextEdit, apply_edits, successive


@pytest.mark.parametrize(
    ("one", "other", "touches"),
    [
        ((0, 2), (2, 4), True),
        ((0, 2), (3, 4), False),
        ((1, 1), (0, 2), True),
        ((5, 6), (0, 5), True),
    ],
)
def test_touching(one: tuple[int, int], other: tuple[int, int], touches: bool) -> None:  # noqa: FBT001 - a column of the table
    assert Span(*one).touches(Span(*other)) is touches
    assert Span(*other).touches(Span(*one)) is touches


def test_span_of_a_text() -> None:
    assert Span(1, 3).of("abcd") == "bc"
    assert Span(2, 2).empty


@pytest.mark.parametrize(
    ("edits", "result"),
    [
        ([], "abcdef"),
        ([(4, 5, "X"), (0, 1, "Y")], "YbcdXf"),
        ([(2, 2, "1"), (2, 2, "2")], "ab12cdef"),
        ([(0, 2, ""), (2, 4, "X")], "Xef"),
        ([(6, 6, "!")], "abcdef!"),
    ],
)
def test_edits(edits: list[tuple[int, int, str]], result: str) -> None:
    found = apply_edits("abcdef", [TextEdit(Span(a, b), new) for a, b, new in edits])
    assert found == result


@pytest.mark.parametrize("edits", [[(0, 3), (2, 4)], [(5, 7)]])
def test_edits_that_cannot_be(edits: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="overlaps another, or lies beyond"):
        apply_edits("abcdef", [TextEdit(Span(*span), "x") for span in edits])


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9))), st.integers(0, 20))
def test_many_spans_touch_what_one_of_them_touches(pairs: list[tuple[int, int]], at: int) -> None:
    spans = [Span(start, start + length) for start, length in pairs]
    other = Span(at, at + 2)
    assert Spans(spans).touch(other) == any(span.touches(other) for span in spans)


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> list[TextEdit]:
    """Draw edits of a text, in order and apart."""
    places = draw(st.lists(st.integers(0, len(text)), max_size=8).map(sorted))
    spans = [Span(*pair) for pair in zip(places[::2], places[1::2], strict=False)]
    return [TextEdit(span, draw(st.text("xyz", max_size=3))) for span in dict.fromkeys(spans)]


@given(st.text("abcdef", max_size=20), st.data())
def test_the_edits_of_several_passes_are_told_as_those_of_one(
    text: str, data: st.DataObject
) -> None:
    passes = []
    after = text
    for _ in range(data.draw(st.integers(0, 3))):
        passes.append(data.draw(edits_of(after)))
        after = apply_edits(after, passes[-1])
    found = successive(len(text), passes)
    assert apply_edits(text, found) == after
    assert all(one.span.end < other.span.start for one, other in pairwise(found))


def test_an_edit_of_what_an_edit_wrote_is_one_edit() -> None:
    first, second = [TextEdit(Span(2, 3), "12345")], [TextEdit(Span(3, 8), "x")]
    assert successive(6, [first, second]) == [TextEdit(Span(2, 4), "1x")]
    assert successive(6, []) == []


@pytest.mark.parametrize(
    ("edits", "origins"),
    [
        # What is new has the place of what it replaced, as far as that reaches.
        ([(1, 2, "XYZ")], [0, 1, 2, 2, 2, 3, 4, 5]),
        ([(1, 4, "X")], [0, 1, 4, 5]),
        # Behind what is gone stands what stood behind it.
        ([(0, 2, ""), (4, 5, "")], [2, 3, 5]),
        ([(2, 2, "1"), (2, 2, "2")], [0, 1, 2, 2, 2, 3, 4, 5]),
        ([], [0, 1, 2, 3, 4, 5]),
    ],
)
def test_where_an_edited_text_comes_from(
    edits: list[tuple[int, int, str]], origins: list[int]
) -> None:
    made = [TextEdit(Span(start, end), text) for start, end, text in edits]
    found = Origins(made)
    after = apply_edits("abcde", made)
    assert [found.of(offset) for offset in range(len(after) + 1)] == origins
