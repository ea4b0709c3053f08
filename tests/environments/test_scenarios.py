"""Holds the marks of the scenarios to their list."""

from __future__ import annotations

import re
from pathlib import Path

from tests.environments.scenarios import SCENARIOS

TESTS = Path(__file__).resolve().parent.parent
_IN_PYTHON = re.compile(r"^\s*(?:@|pytestmark = )pytest\.mark\.scenario\((\d+)\)", re.MULTILINE)
_IN_TYPESCRIPT = re.compile(r"^\s*// scenario\((\d+)\)", re.MULTILINE)
"""Tests of the client, and stories, bear the mark as a comment."""


def covered() -> set[int]:
    numbers: set[int] = set()
    client = TESTS.parent / "client-vscode"
    for root, pattern, expression in (
        (TESTS, "*.py", _IN_PYTHON),
        (TESTS / "vscode", "*.mjs", _IN_TYPESCRIPT),
        (client / "src", "*.ts", _IN_TYPESCRIPT),
        (client / "test", "*.ts", _IN_TYPESCRIPT),
        (client / "tests", "*.ts", _IN_TYPESCRIPT),
    ):
        for path in root.rglob(pattern) if root.is_dir() else ():
            if "node_modules" not in path.parts:
                numbers.update(map(int, expression.findall(path.read_text(encoding="utf-8"))))
    return numbers


def test_every_scenario_is_covered_and_no_other_is_marked() -> None:
    assert SCENARIOS.keys() == covered()
