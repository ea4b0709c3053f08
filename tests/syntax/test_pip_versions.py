"""What PW101 and PW102 say for each version of pip is what that version does.

The table in `versions/accepted.txt` was measured with those versions. To measure it again, name
interpreters that have one of them in PINWISE_TEST_PIPS, separated as in PATH, and run this with
`-m slow`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.version import Version

from pinwise.rules.invalid_option import invalid_option
from pinwise.rules.invalid_requirement import invalid_requirement
from tests import harness

FOLDER = Path(__file__).with_name("versions")


class Case(NamedTuple):
    """A text, and by version whether pip accepts it."""

    text: str
    constraint: bool
    marks: str

    def __str__(self) -> str:
        return f"constraint {self.text}" if self.constraint else self.text


def table() -> tuple[list[str], list[Case]]:
    """Read the versions and the cases."""
    versions: list[str] = []
    cases: list[Case] = []
    constraint = False
    for line in (FOLDER / "accepted.txt").read_text(encoding="utf-8").splitlines():
        marks, _, rest = line.partition(" ")
        if marks == "pip:":
            versions = rest.split()
        elif marks == "constraints:":
            constraint = True
        elif marks and marks != "#":
            cases.append(Case(json.loads(rest), constraint, marks))
    return versions, cases


VERSIONS, CASES = table()


def test_the_table_is_whole() -> None:
    assert len(VERSIONS) == 9
    assert all(len(case.marks) == len(VERSIONS) for case in CASES)
    assert len([case for case in CASES if len(set(case.marks)) > 1]) > 25
    assert any(case.constraint for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_said_for_each_version(case: Case) -> None:
    head = "=== constraints.txt\n" if case.constraint else ""
    # A sound line, because a text of nothing but words is taken for prose.
    text = f"{head}six==1.16.0\n{case.text}\n=== other.txt\n=== local/pyproject.toml\n"
    rules = [invalid_requirement, invalid_option]
    said = [harness.messages(text, rules=rules, pip=version) for version in VERSIONS]
    assert "".join("-" if messages else "+" for messages in said) == case.marks
    # Where pip's version is not known, the newest is meant.
    assert bool(harness.messages(text, rules=rules)) is (case.marks[-1] == "-")


def judged(python: str, folder: Path) -> tuple[str, list[bool]]:
    """Ask the pip of an interpreter; return its version and what it accepts."""
    cases = folder / "cases.json"
    pairs = [(case.text, case.constraint) for case in CASES]
    cases.write_text(json.dumps(pairs), encoding="utf-8")
    command = [python, str(FOLDER / "judge.py"), str(cases)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    answer = json.loads(done.stdout)
    return answer["version"], answer["accepted"]


def column(version: str) -> int:
    """Return the column of the table that a version belongs to: the last one not above it."""
    return max(at for at, known in enumerate(VERSIONS) if Version(known) <= Version(version))


def differing(python: str, folder: Path) -> list[str]:
    """Return the cases that an interpreter's pip does not treat as the table says."""
    version, accepted = judged(python, folder)
    at = column(version)
    return [
        f"pip {version}: {case} is {'accepted' if found else 'rejected'}"
        for case, found in zip(CASES, accepted, strict=True)
        if found is not (case.marks[at] == "+")
    ]


def test_the_table_against_the_pip_of_the_tests(tmp_path: Path) -> None:
    assert differing(sys.executable, tmp_path) == []


@pytest.mark.slow
def test_the_table_against_other_versions(tmp_path: Path) -> None:
    pythons = os.environ.get("PINWISE_TEST_PIPS", "")
    if not pythons:
        pytest.skip("PINWISE_TEST_PIPS names no interpreters")
    for python in pythons.split(os.pathsep):
        assert differing(python, tmp_path) == []
