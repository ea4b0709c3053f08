from __future__ import annotations

import pytest

from pinwise.base.redaction import redacted, redacted_part, writes_secret
from pinwise.base.text import Span, TextEdit
from tests.harness.counting import assert_linear


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:pw@host/x@1", "https://*******@host/x@1"),
        ("git+https://u@h/x.git@v1", "git+https://*@h/x.git@v1"),
        ("git+ssh://git@h/x.git@v1 and ssh://me@h", "git+ssh://git@h/x.git@v1 and ssh://me@h"),
        ("git+ssh://git:pw@h and https://git@h", "git+ssh://******@h and https://git@h"),
        ("git@host.example:me/x.git@v1", "git@host.example:me/x.git@v1"),
        ("https://h/a?token=abc&x=1&api_key=d#e", "https://h/a?token=***&x=1&api_key=*#e"),
        ("h.example/a?x=1&X-Amz-Signature=ab", "h.example/a?x=1&X-Amz-Signature=**"),
        ("https://h/a?page=2&monkey=1", "https://h/a?page=2&monkey=1"),
        ("-r http//u:pw@h/x and `u:pw@h/x`", "-r http//u:**@h/x and `u:**@h/x`"),
        ("https:/u:pw@h/x does not exist", "https:/u:**@h/x does not exist"),
        ("--proxy=u:p=w@h:80 --password pw", "--proxy=u:***@h:80 --password **"),
        ("https://u:p#w@h", "https://u:***@h"),
        ("flask @ file:x@1 pkg@file:x@1 mailto:me@h", "flask @ file:x@1 pkg@file:x@1 mailto:me@h"),
        ("C:\\a@b https://h/a:b@1", "C:\\a@b https://h/a:b@1"),
        ("https://a@b@host", "https://***@host"),
        ("https://host/path@1 mail me@host", "https://host/path@1 mail me@host"),
        ("https://${USER}:${TOKEN}x@host", "https://${USER}*${TOKEN}*@host"),
        ("https://user:p\\\nw@host", "https://******\\\n*@host"),
        ("https://us\x1fer:pw@host", "https://********@host"),
        ("https://host/x?tok=ab&stock=cd", "https://host/x?tok=**&stock=cd"),
    ],
)
def test_user_parts_of_addresses_are_hidden_in_place(text: str, shown: str) -> None:
    assert redacted(text) == shown
    assert len(shown) == len(text)


def test_a_part_is_hidden_as_in_the_whole() -> None:
    text = 'flask\n"https://u:pw@h/x"'
    assert redacted_part(text, Span(6, 19)) == '"https://****'
    assert redacted_part(text, Span(0, 5)) == "flask"


@pytest.mark.parametrize(
    ("text", "old", "new", "secret"),
    [
        ("-i x", "x", "https://u:pw@h", True),
        ("-i https://@h", "@", "pw@", True),
        ("-i https://u:pw@h", "-i", "--index-url", False),
        ("-i https://u:pw@h/x", "/x", "/simple", False),
        ("x", "x", "git+ssh://git@h/x", False),
    ],
)
def test_edits_that_write_secrets(text: str, old: str, new: str, secret: bool) -> None:  # noqa: FBT001 - a case
    start = text.index(old)
    assert writes_secret(text, TextEdit(Span(start, start + len(old)), new)) is secret


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        *(("", piece, "") for piece in ("a:=", "a:@", "https://", "?token=", "x@", "//a:", "@")),
        ("", "--token ", ""),
        ("", "a", "@"),
        ("", "://", "@"),
        ("", "a:", "@"),
        ("x://", "\\\n", "@"),
        ("?", "a", ""),
        ("?", "token", ""),
        ("?", "a.token", ""),
        (" --", "a", ""),
        (" --token=", "a", ""),
        ("://", "$", "@"),
        ("://", "${A", "@"),
    ],
)
def test_redaction_is_linear(before: str, piece: str, after: str) -> None:
    def hide(count: int) -> None:
        text = before + piece * count + after
        assert len(redacted(text)) == len(text)

    assert_linear(hide, 200)
