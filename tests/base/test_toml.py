from __future__ import annotations

import pytest

from pinwise.base.toml import parse_toml


def test_reads() -> None:
    assert parse_toml("[a]\nb = [1, 'x']\n") == {"a": {"b": [1, "x"]}}


@pytest.mark.parametrize("text", ["a = ", "a = " + "[" * 100_000, "a." * 20_000 + "b = 1"])
def test_what_is_no_toml(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_toml(text)


def test_dots_in_values_are_no_parts_of_a_key() -> None:
    text = "versions = [" + ", ".join(["'1.2.3'"] * 1_000) + "]\nurl = 'a.b'\n"
    assert len(parse_toml(text)["versions"]) == 1_000
