from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest
from pip._internal.req.req_file import _decode_req_file

from pinwise.syntax.decode import Decoded, Undecodable, decode, decode_file

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
