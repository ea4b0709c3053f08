from __future__ import annotations

from pathlib import Path

import pytest

from pinwise.advice.findings import Finding, Severity
from pinwise.analysis.report import Diagnostic
from pinwise.analysis.silence import silenced_by
from pinwise.base.text import Span
from pinwise.project.files import Document
from pinwise.rules import RULES

ROOT = Path("/project/requirements.txt")
BY_NAME = {rule.name: rule for rule in RULES}


def silenced(text: str, rule: str) -> list[int]:
    """Return the editor's lines, from 0, in which findings of the rule are silenced."""
    document = Document(ROOT, text)
    test = silenced_by(document)
    if test is None:
        return []
    places = [document.source.line_span(number) for number in range(document.source.line_count)]
    return [
        number
        for number, span in enumerate(places)
        if test(
            Diagnostic(
                BY_NAME[rule],
                Severity.ERROR,
                Finding(ROOT, Span(span.start, span.start), "found"),
            )
        )
    ]


@pytest.mark.parametrize(
    ("text", "rule", "lines"),
    [
        ("a\nb  # pinwise: ignore[unknown-package]\nc\n", "unknown-package", [1]),
        ("a\nb  # pinwise: ignore[unknown-package]\nc\n", "outdated-version", []),
        ("a # pinwise: ignore[outdated-version, unknown-package]\n", "unknown-package", [0]),
        ("a # pinwise: ignore\n", "outdated-version", [0]),
        ("a \\\n  ==1 # pinwise: ignore\nb\n", "outdated-version", [0, 1]),
        ("# pinwise: ignore-file[unknown-package]\na\n", "unknown-package", [0, 1, 2]),
        ("# pinwise: ignore-file[unknown-package]\na\n", "outdated-version", []),
        ("a\n", "unknown-package", []),
    ],
)
def test_comments_silence_their_line_or_file(text: str, rule: str, lines: list[int]) -> None:
    assert silenced(text, rule) == lines
