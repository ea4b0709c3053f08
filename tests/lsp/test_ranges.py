from __future__ import annotations

import random

import pytest

from pinwise.base.text import Span
from pinwise.lsp.convert import range_of
from pinwise.lsp.ranges import Ranges
from pinwise.syntax.source import Encoding, Source

TEXT = "fl\xe4sk\x0c\N{SNAKE}\x85x\r\n\r\n\ta\N{SNAKE}\N{SNAKE}b\rplain\n\n\u2028z\N{SNAKE}"


@pytest.mark.parametrize("encoding", Encoding)
def test_ranges_are_those_of_single_questions_in_any_order(encoding: Encoding) -> None:
    source = Source(TEXT)
    ranges = Ranges(source, encoding)
    chance = random.Random(1)  # noqa: S311 - the same at every run
    spans = [Span(at, at + length) for at in range(len(TEXT)) for length in (0, 1, 3)]
    for span in (*spans, *chance.sample(spans, len(spans))):
        assert ranges(span) == range_of(source, span, encoding)
