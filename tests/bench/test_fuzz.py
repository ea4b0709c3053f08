"""The fuzzing harness finds what it should, and finds nothing in a short run."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from bench import fuzz

if TYPE_CHECKING:
    from pathlib import Path


def test_a_short_run(tmp_path: Path) -> None:
    lines = fuzz.lines_to_damage(tmp_path)
    generator = random.Random(5)  # noqa: S311 - repeatable, not secret
    for _ in range(400):
        fuzz.examine(fuzz.make_input(generator, lines))


def test_a_failure_is_made_small_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_on_a_letter(text: str) -> None:
        if "Q" in text:
            raise ZeroDivisionError

    monkeypatch.setattr(fuzz, "_check_rules", fail_on_a_letter)
    text = "flask==1.0\ndjango>=Q4 # note\n" * 3
    trace = fuzz.broken_by(text)
    assert trace is not None
    failure = fuzz.smallest(fuzz.Failure(text, trace))
    assert failure.data == "Q"
    assert "ZeroDivisionError" in failure.trace
    assert fuzz.keep(failure, tmp_path).read_text("utf-8") == "Q"


def test_what_is_logged_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    import logging  # noqa: PLC0415 - this test only

    monkeypatch.setattr(
        fuzz, "_check_rules", lambda _text: logging.getLogger("pinwise.x").error("caught")
    )
    with pytest.raises(AssertionError, match="caught"):
        fuzz.examine("flask\n")
