"""Real conflicts: found on the right lines, said well, and repaired; and real sets that hold.

What the index said was recorded, and so was what uv and pip said of the same files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.advice.dependency_conflicts import resolve
from pinwise.base.text import apply_edits
from pinwise.resolver.outcome import Solution
from tests.resolver.real_cases import CONFLICTS, SETS, Case, files_of
from tests.resolver.recording import FOLDER, context_of, findings_of, report_of, verdicts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinwise.advice.findings import Finding, Fix
    from pinwise.base.text import TextEdit

OLD_PYTHON = {"old-python"}
"""The sets that are judged for Python 3.10."""

each_conflict = pytest.mark.parametrize("case", CONFLICTS, ids=lambda case: case.name)
each_set = pytest.mark.parametrize("name", SETS)


def _findings(files: Mapping[str, str], python: str) -> list[Finding]:
    return list(findings_of(context_of(files, python)))


def _lines(files: Mapping[str, str], finding: Finding) -> set[str]:
    """Return the lines that a finding names, without those that include other files."""
    notes = [note for note in finding.related if not note.message.endswith("is included here")]
    places = [(finding.path, finding.span), *((note.path, note.span) for note in notes)]
    found = set()
    for path, span in places:
        name = path.relative_to(FOLDER).as_posix()
        number = files[name].count("\n", 0, span.start) + 1
        found.add(f"{name}:{number}" if len(files) > 1 else str(number))
    return found


def _with(files: Mapping[str, str], fix: Fix) -> dict[str, str]:
    edits: dict[str, list[TextEdit]] = {}
    for change in fix.edits:
        edits.setdefault(change.path.relative_to(FOLDER).as_posix(), []).append(change.edit)
    return {name: apply_edits(text, edits.get(name, ())) for name, text in files.items()}


def test_there_are_enough_of_them() -> None:
    assert len(CONFLICTS) >= 40
    assert len(SETS) >= 10


@each_conflict
def test_found_on_the_right_lines_and_said(case: Case) -> None:
    found = _findings(case.files, case.python)
    assert [_lines(case.files, each) for each in found] == [
        set(lines) for lines in (case.lines, *case.others)
    ]
    assert found[0].message == case.message


@each_conflict
def test_every_fix_that_is_offered_repairs_it(case: Case) -> None:
    found = _findings(case.files, case.python)
    assert case.fix in [fix.title for fix in found[0].fixes]
    for fix in found[0].fixes:
        left = _findings(_with(case.files, fix), case.python)
        assert len(left) < len(found), fix.title
        assert found[0].message not in [each.message for each in left], fix.title


@each_conflict
def test_message_is_short_and_plain(case: Case) -> None:
    assert case.message.count(". ") <= 1
    assert len(case.message) < 320
    assert "..." not in case.message


@each_conflict
def test_uv_and_pip_refuse_it_too(case: Case) -> None:
    said = verdicts()[case.name]
    assert said["uv"] is None
    assert said.get("pip") is None


@each_set
def test_no_false_conflict(name: str) -> None:
    context = context_of(files_of(SETS[name]), "3.10" if name in OLD_PYTHON else "3.12")
    report = report_of(context)
    assert not any(report.diagnostics.values())
    # Only with nothing left to ask is that said of the whole set.
    assert not report.gaps
    assert not report.version_gaps


@each_set
def test_the_same_pins_as_uv(name: str) -> None:
    """Both prefer the newest version, and none of these sets makes them take a choice back."""
    context = context_of(files_of(SETS[name]), "3.10" if name in OLD_PYTHON else "3.12")
    diagnosis = resolve(context).diagnosis
    assert diagnosis is not None
    assert isinstance(diagnosis.rest, Solution)
    chosen = {package: str(version) for package, version in diagnosis.rest.versions.items()}
    for who, pins in verdicts()[f"set {name}"].items():
        assert chosen == pins, who
