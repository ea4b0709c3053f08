from __future__ import annotations

import pytest

from pinwise.base.redaction import redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:pw@host/x@1", "https://*******@host/x@1"),
        ("git+https://u@h/x.git@v1 and ssh://git@h", "git+https://*@h/x.git@v1 and ssh://***@h"),
        ("https://a@b@host", "https://***@host"),
        ("https://host/path@1 mail me@host", "https://host/path@1 mail me@host"),
        ("https://${USER}:${TOKEN}x@host", "https://${USER}*${TOKEN}*@host"),
        ("https://user:p\\\nw@host", "https://******\\\n*@host"),
        ("https://us\x1fer:pw@host", "https://********@host"),
    ],
)
def test_user_parts_of_addresses_are_hidden_in_place(text: str, shown: str) -> None:
    assert redacted(text) == shown
    assert len(shown) == len(text)
