from __future__ import annotations

import pytest

from pinwise.base.toml import parse_toml


def test_reads() -> None:
    assert parse_toml("[a]\nb = [1, 'x']\n") == {"a": {"b": [1, "x"]}}


@pytest.mark.parametrize("text", ["a = ", "a = " + "[" * 100_000])
def test_what_is_no_toml(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_toml(text)
