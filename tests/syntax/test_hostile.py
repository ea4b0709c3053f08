"""Bad input is read to its end, says where it is bad, and costs in proportion to its length."""

from __future__ import annotations

import codecs

import pytest

from pinwise.syntax.decode import Undecodable, decode
from pinwise.syntax.markers import read_marker
from pinwise.syntax.nodes import Kind
from pinwise.syntax.records import records
from pinwise.syntax.requirements import parse, tokens
from tests.harness.counting import counted
from tests.syntax.hostile import SHAPES

VARIABLES = {"A": "1.0"}


def read(text: str) -> None:
    """Do with a text all that needs nothing but the text, and check what always holds."""
    file = parse(text, environment=VARIABLES)
    row = tokens(file)
    assert "".join([token.span.of(text) for token in row]) == text
    assert len(records(file, "f")) == len(file.lines)


@pytest.mark.parametrize("name", SHAPES)
def test_a_long_text_is_read(name: str) -> None:
    read(SHAPES[name](60_000))


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_several_megabytes_are_read(name: str) -> None:
    read(SHAPES[name](4_000_000))


@pytest.mark.parametrize("name", SHAPES)
def test_twice_the_text_takes_twice_the_steps(name: str) -> None:
    small, large = SHAPES[name](4_000), SHAPES[name](8_000)
    # What is computed once and remembered is no part of the measurement; the markers' own is.
    read(small)
    read_marker.cache_clear()
    _, once = counted(lambda: read(small))
    read_marker.cache_clear()
    _, twice = counted(lambda: read(large))
    assert twice < 2.5 * once + 500


@pytest.mark.parametrize("depth", [100, 10_000])
@pytest.mark.parametrize("shape", ["nested brackets", "nested parentheses"])
def test_nested_brackets_are_an_error_of_their_line(shape: str, depth: int) -> None:
    text = f"flask\n{SHAPES[shape](depth * 2)}\nrequests\n"
    assert [line.kind for line in parse(text).lines] == [
        Kind.REQUIREMENT,
        Kind.ERROR,
        Kind.REQUIREMENT,
    ]


def test_a_marker_may_be_nested_as_deep_as_pip_can_follow() -> None:
    marker = SHAPES["marker parentheses"]
    (fine,) = parse(marker(2 * 300)).lines
    assert fine.kind is Kind.REQUIREMENT
    (deep,) = parse(marker(2 * 10_000)).lines
    assert [problem.detail for problem in deep.problems] == [
        "brackets are nested too deeply for pip"
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("flask\n\0\nrequests\n", ["requirement", "error", "requirement"]),
        ("flask\nre\0quests==1\n", ["requirement", "error"]),
        ("flask\n\ud800\n./\udfff.zip\n", ["requirement", "error", "error"]),
        ("\ufeffflask\n", ["requirement"]),
        ("\ufeff\ufeffflask\n", ["error"]),
        ("flask\n\ufeffdjango\n", ["requirement", "error"]),
        ("a\n" * 3 + "=" * 1_000_000 + "\nb\n", ["requirement"] * 3 + ["error", "requirement"]),
    ],
)
def test_the_bad_line_is_the_one_that_is_reported(text: str, kinds: list[str]) -> None:
    lines = parse(text).lines
    assert [line.kind.value for line in lines] == kinds
    assert [line.first_line for line in lines] == list(range(1, len(kinds) + 1))


TEXT = "flask==1.0\n# \N{SNOWMAN}\nd\xe9mo\n"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_mark_decides_how_a_file_is_decoded(mark: bytes, encoding: str) -> None:
    assert decode(mark + TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_without_a_mark_wide_characters_are_nonsense_and_no_crash(encoding: str) -> None:
    # The NULs of ASCII text are UTF-8, so that pip reads such a file as names with NULs.
    text = decode(b"".join("flask\n".encode(encoding) for _ in range(3)))
    assert isinstance(text, str)
    assert {line.kind for line in parse(text).lines} == {Kind.ERROR}


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (codecs.BOM_UTF16_LE + "flask\nd".encode("utf-16-le") + b"\x00", 1),
        (codecs.BOM_UTF16_LE + "a\nb\n".encode("utf-16-le") + b"\x00\xd8\n\x00", 2),
        (codecs.BOM_UTF32_LE + b"\xff\xff\xff\xff", 0),
        (b"# coding: utf-9\nflask\n", 0),
        (b"flask\n# coding: klingon\n", 1),
        (b"# coding: ascii\nflask\nd\xe9mo\n", 2),
        (b"# coding: hex\nflask\n", 0),
        (b"a\nb\nc \xff\xfe\nd\n", 2),
        (b"\xed\xa0\x80\n", 0),
    ],
)
def test_bytes_that_are_no_text_are_placed(data: bytes, line: int) -> None:
    found = decode(data, fallback_encoding="utf-8")
    assert isinstance(found, Undecodable)
    assert found.line == line
    assert found.message
