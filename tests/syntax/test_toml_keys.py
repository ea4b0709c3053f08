from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwise.base.toml import parse_toml
from pinwise.syntax.toml_keys import Path, toml_places


def places(text: str) -> dict[Path, tuple[str, str | None]]:
    return {
        path: (place.key.of(text), place.value.of(text) if place.value else None)
        for path, place in toml_places(text).items()
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("# a = 1\n", {}),
        ("a = true", {("a",): ("a", "true")}),
        ("a = 'b'\r\n\"c\" = 2\r\n", {("a",): ("a", "b"), ("c",): ("c", "2")}),
        ("[t]\na=1 # b = 2\n", {("t",): ("t", None), ("t", "a"): ("a", "1")}),
        ("a.b = 1", {("a",): ("a", None), ("a", "b"): ("b", "1")}),
        (
            '[x . \'y z\']\nk = "v\\"w"\n',
            {
                ("x",): ("x", None),
                ("x", "y z"): ("y z", None),
                ("x", "y z", "k"): ("k", 'v\\"w'),
            },
        ),
        (
            'a = [\n  "x", # why, "no"\n  "y",\n]\nb = 1',
            {
                ("a",): ("a", '[\n  "x", # why, "no"\n  "y",\n]'),
                ("a", 0): ("x", "x"),
                ("a", 1): ("y", "y"),
                ("b",): ("b", "1"),
            },
        ),
        (
            'a = {b = ["c"], d.e = 1}',
            {
                ("a",): ("a", '{b = ["c"], d.e = 1}'),
                ("a", "b"): ("b", '["c"]'),
                ("a", "b", 0): ("c", "c"),
                ("a", "d"): ("d", None),
                ("a", "d", "e"): ("e", "1"),
            },
        ),
        (
            'a = \'\'\'\nb = 1\n\'\'\'\nc = """\nd = 1\\""""\n',
            {("a",): ("a", "'''\nb = 1\n'''"), ("c",): ("c", '"""\nd = 1\\""""')},
        ),
        (
            "[[a]]\nb=1\n[[a]]\nb=2\n",
            {
                ("a",): ("a", None),
                ("a", 0, "b"): ("b", "1"),
                ("a", 1, "b"): ("b", "2"),
            },
        ),
        ('"\\u0061\\tb" = 1', {("a\tb",): ("\\u0061\\tb", "1")}),
        # What is not TOML: the rest has its places all the same.
        ("a = \nb = 1\n", {("a",): ("a", ""), ("b",): ("b", "1")}),
        ("a b\nc = 1\n", {("a",): ("a", None), ("c",): ("c", "1")}),
        ("= 1\n]]\nc = 1\n", {("c",): ("c", "1")}),
        ("a = 1\na = 2\n", {("a",): ("a", "1")}),
        (
            "a = [1, [2",
            {
                ("a",): ("a", "[1, [2"),
                ("a", 0): ("1", "1"),
                ("a", 1): ("[2", "[2"),
                ("a", 1, 0): ("2", "2"),
            },
        ),
    ],
)
def test_places(text: str, found: dict[Path, tuple[str, str | None]]) -> None:
    assert places(text) == found


@given(st.text(st.sampled_from("ab.=[]{}\"'\\#,\n \r1-")))
def test_never_raises(text: str) -> None:
    for place in toml_places(text).values():
        assert place.key.end <= len(text)
        assert place.value is None or place.value.end <= len(text)


@given(st.text(st.sampled_from("ab.=[]{}\"'#,\n 1"), max_size=40))
def test_every_key_of_a_valid_document_has_a_place(text: str) -> None:
    try:
        content = parse_toml(text)
    except ValueError:
        return
    assert set(_ways(content, ())) <= set(toml_places(text))


def _ways(value: Any, way: Path) -> list[Path]:  # noqa: ANN401 - whatever TOML holds
    """Return the way to each key of nested tables; arrays of tables are left out."""
    if not isinstance(value, dict):
        return []
    return [
        found for key, below in value.items() for found in ((*way, key), *_ways(below, (*way, key)))
    ]


def test_deep_nesting_ends() -> None:
    text = "a = " + "[" * (sys.getrecursionlimit() * 2) + "\nb = 1\n"
    assert ("a",) in toml_places(text)


def test_long_keys_end() -> None:
    found = toml_places("a." * 10_000 + "a = 1\nb = 1\n")
    assert ("b",) in found
    assert len(found) < 100
