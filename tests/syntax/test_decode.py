from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest
from pip._internal.req.req_file import _decode_req_file

from pinwise.syntax.decode import (
    Choice,
    Decoded,
    Undecodable,
    coding_comment,
    decode,
    decode_file,
    undecodable_text,
    unmarked_utf16,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SNAKE = "flask # \N{SNAKE}\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"flask\n", "utf-8"),
        (b"", "utf-8"),
        (SNAKE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + SNAKE.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + SNAKE.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + SNAKE.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + SNAKE.encode("utf-32-le"), "utf-32-le"),
        (codecs.BOM_UTF32_BE + SNAKE.encode("utf-32-be"), "utf-32-be"),
        (b"# -*- coding: latin-1 -*-\ncaf\xe9\n", "latin-1"),
        (b"# note\n# vim: set fileencoding=cp1252 :\n\x80\n", "cp1252"),
        (b"# encoding:utf-8\nflask\n", "utf-8"),
        (b"# one\n# two\n# coding: no-such\n", "utf-8"),
        (b" # coding: no-such\n", "utf-8"),
        (b"# one\r# coding: ascii\r\nflask\n", "ascii"),
    ],
)
def test_decodes_as_pip(data: bytes, encoding: str) -> None:
    result = decode_file(data)
    assert isinstance(result, Decoded)
    assert result.text == _decode_req_file(data, "requirements.txt") == decode(data)
    assert result.encoding == encoding
    assert result.encode(result.text) == data


@pytest.mark.parametrize(
    ("data", "line", "known"),
    [
        (b"# Encoding: this file\nflask\n", 0, False),
        (b"# note\n# coding=nonsense\n", 1, False),
        (b"# coding: hex\n", 0, False),
        (b"# coding: ascii\nflask\ncaf\xc3\xa9\n", 2, True),
        (b"a\nb\ncaf\xe9\n", 2, True),
        (codecs.BOM_UTF8 + b"a\n\xff", 1, True),
        (codecs.BOM_UTF16_LE + b"a\0\n\0b", 1, True),
    ],
)
def test_what_makes_pip_crash_is_a_value(data: bytes, line: int, known: bool) -> None:  # noqa: FBT001 - a column of the table
    with pytest.raises((UnicodeError, LookupError)):
        _decode_req_file(data, "requirements.txt")
    result = decode(data, fallback_encoding="utf-8")
    assert isinstance(result, Undecodable)
    assert (result.line, result.known) == (line, known)
    assert result.encoding in result.message


def test_the_locale_is_the_last_resort() -> None:
    result = decode_file(b"caf\xe9", fallback_encoding="latin-1")
    assert result == Decoded("caf\xe9", "latin-1", fallback=True)


@pytest.mark.parametrize("place", [lambda d: d, lambda d: b"# coding: utf-7\n" + d])
def test_any_bytes_have_an_answer(place: Callable[[bytes], bytes]) -> None:
    for start in range(0, 256, 16):
        data = place(bytes(range(start, start + 16)) * 2)
        assert isinstance(decode(data), (str, Undecodable))


@pytest.mark.parametrize(
    ("data", "marked", "choice"),
    [
        (b"a # caf\xc3\xa9\nb # caf\xe9 x\n", "\N{REPLACEMENT CHARACTER}", Choice.DEFAULT),
        (b"# note\n# coding=nonsense\n", "nonsense", Choice.COMMENT),
        (b"# coding: ascii\n\xc3\xa9\n", "\N{REPLACEMENT CHARACTER}", Choice.COMMENT),
        (codecs.BOM_UTF8 + b"a\n\xff", "\N{REPLACEMENT CHARACTER}", Choice.MARK),
    ],
)
def test_the_place_in_the_text_that_can_be_had(data: bytes, marked: str, choice: Choice) -> None:
    result = decode_file(data, fallback_encoding="utf-8")
    assert isinstance(result, Undecodable)
    assert result.span.of(result.text) == marked
    assert result.span.start == result.text.index(marked)
    assert result.text.count("\n", 0, result.span.start) == result.line
    assert result.choice is choice


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("# coding: latin-1\n", "latin-1"),
        ("# a\n# vim: set fileencoding=cp1252 :\n", "cp1252"),
        ("# a\n# b\n# coding: ascii\n", None),
        (" # coding: ascii\n", None),
        ("flask # coding: ascii\n", None),
        ("# encoding : ascii\n", None),
        ("", None),
        ("#", None),
    ],
)
def test_coding_comments(text: str, encoding: str | None) -> None:
    found = coding_comment(text)
    assert (found[0] if found else None) == encoding
    if found:
        assert found[1].of(text) == encoding


def test_a_text_that_no_bytes_can_hold() -> None:
    unknown = undecodable_text("# x\n# Encoding: this file\n")
    assert unknown is not None
    assert (unknown.known, unknown.line, unknown.encoding) == (False, 1, "this")
    lacking = undecodable_text("# coding: ascii\nflask # caf\N{LATIN SMALL LETTER E WITH ACUTE}\n")
    assert lacking is not None
    assert (lacking.known, lacking.line, lacking.span.start) == (True, 1, 27)
    assert undecodable_text("# coding: latin-1\nflask\n") is None
    assert undecodable_text("# coding: utf-8\n\ud800\n") is None
    assert undecodable_text("# \N{SNAKE}\nflask\n") is None


def test_utf_16_without_a_mark() -> None:
    text = "# \n\nflask\n"
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        read = decode(text.encode(encoding))
        assert isinstance(read, str)
        found = unmarked_utf16(read)
        assert found is not None
        assert found.of(read) == "\0"
    assert unmarked_utf16("flask\0\n") is None
    assert unmarked_utf16("# \0\0\0\0\n") is None
    assert unmarked_utf16("flask\n") is None


@pytest.mark.parametrize("encoding", ["punycode", "IDNA"])
def test_slow_decoders_get_no_large_files(encoding: str) -> None:
    coding = f"# coding: {encoding}\n"
    data = coding.encode() + b"\xff" + b"abc" * 1_000_000
    found = decode_file(data)
    assert isinstance(found, Decoded)
    assert found.encode(found.text) == data
    assert undecodable_text(coding + "\u00e4b" * 1_000_000) is None
