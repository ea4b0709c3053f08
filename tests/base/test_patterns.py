from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pinwise.base.patterns import late

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is compiled from now on."""
    found: list[str] = []
    original: Callable[..., re.Pattern[str]] = re.compile

    def note(pattern: str, flags: int = 0) -> re.Pattern[str]:
        found.append(pattern)
        return original(pattern, flags)

    monkeypatch.setattr(re, "compile", note)
    return found


def test_it_is_compiled_when_it_is_used(compiled: list[str]) -> None:
    pattern = late(r"a(?P<rest>b+)", re.IGNORECASE)
    assert compiled == []
    match = pattern.fullmatch("ABB")
    assert match is not None
    assert match["rest"] == "BB"
    assert pattern.fullmatch("c") is None
    assert compiled == [r"a(?P<rest>b+)"]


def test_it_is_a_pattern_in_every_other_way() -> None:
    pattern = late(r"(\d)(?P<unit>[a-z])")
    assert pattern.sub(r"\2", "1a2b") == "ab"
    assert [match[0] for match in pattern.finditer("1a2b")] == ["1a", "2b"]
    assert (pattern.pattern, pattern.groups) == (r"(\d)(?P<unit>[a-z])", 2)
    assert dict(pattern.groupindex) == {"unit": 2}


def test_a_wrong_one_is_told_of() -> None:
    with pytest.raises(re.error):
        late("(").match("")
