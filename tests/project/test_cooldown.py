"""The setting `cooldown`: how its spans of time are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinwise.project.settings import load_settings

FOLDER = Path("/nowhere/project")


@pytest.mark.parametrize(
    ("written", "days"),
    [
        (0, 0),
        (7, 7),
        ("7", 7),
        ("7 days", 7),
        ("1 day", 1),
        ("2weeks", 14),
        (" 1 Week ", 7),
        ("0 days", 0),
        ("99999 weeks", 699_993),
    ],
)
def test_spans(written: object, days: int) -> None:
    loaded = load_settings(FOLDER, {"cooldown": written})
    assert not loaded.problems
    assert loaded.settings.cooldown == days


@pytest.mark.parametrize("written", [-1, 1.5, True, "", "soon", "7 hours", "-7 days", 100_000, []])
def test_what_is_no_span(written: object) -> None:
    loaded = load_settings(FOLDER, {"cooldown": written})
    (problem,) = loaded.problems
    assert problem.message == '`cooldown` must be a number of days, or a text such as "7 days".'
    assert loaded.settings.cooldown == 0
