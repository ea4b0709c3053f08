from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harness.pattern_steps import Counting, Steps

PATTERNS = [
    r"a*b|(?:ab|ba){1,3}?c",
    r"(a|b)+?\1",
    r"^[^ab]*$",
    r"(?i:[A-C]+)\b(?!b)",
    r"(?<=a)b+(?=c)|(?<!b)c",
    r"(?:a?)*b",
    r"\w+(?:-\w+)*",
    r"[\w.-]{0,3}\s+\S",
    r"(?m:^b|a$)",
    r"(?:a*)*",
    r"(?s:.+)b.",
    r"a\B|\Aa\Z",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text("abcA-. \né_", max_size=12))
def test_the_answers_are_those_of_re(pattern: str, text: str) -> None:
    for flags in (0, re.IGNORECASE, re.ASCII):
        found = Counting(re.compile(pattern, flags), Steps())
        # Each compares what it finds with what `re` does.
        for at in range(len(text) + 1):
            found.match(text, at)
            found.fullmatch(text, 0, at)
            found.search(text, at)
        assert found.findall(text) == re.findall(pattern, text, flags)


def steps(pattern: str, text: str) -> int:
    found = Steps()
    Counting(re.compile(pattern), found).fullmatch(text)
    return found.taken


def test_what_backtracks_takes_steps() -> None:
    assert steps("a*b", "a" * 200) < 2.1 * steps("a*b", "a" * 100)
    assert steps("a*a*b", "a" * 200) > 3.5 * steps("a*a*b", "a" * 100)
    assert steps("(?:a+)+b", "a" * 12) > 15 * steps("(?:a+)+b", "a" * 8)
