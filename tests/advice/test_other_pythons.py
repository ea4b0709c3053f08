"""Conflicts on the further Pythons of the settings, with what was recorded of real packages."""

from __future__ import annotations

from pinwise.project.settings import Settings
from tests.resolver.recording import context_of, findings_of

FILES = {"requirements.txt": "pandas==2.2.2\nnumpy==1.24.4\n"}
HOLDS_ON_3_10_ALONE = "`pandas==2.2.2` (line 1) needs `numpy>=1.26.0`, but this line pins"


def _messages(python: str, *others: str) -> list[str]:
    settings = Settings(python_versions=others)
    found = findings_of(context_of(FILES, python, settings=settings))
    return [finding.message for finding in found]


def test_a_conflict_elsewhere_is_told_with_its_python() -> None:
    assert _messages("3.10") == []
    (message,) = _messages("3.10", "3.10", "3.12")
    assert message.startswith(f"On Python 3.12: {HOLDS_ON_3_10_ALONE}")


def test_a_conflict_here_is_not_told_again() -> None:
    (message,) = _messages("3.12", "3.13", "3.12")
    assert message.startswith(HOLDS_ON_3_10_ALONE)


def test_several_pythons_tell_the_same_lines_once() -> None:
    (message,) = _messages("3.10", "3.12", "3.13")
    assert message.startswith("On Python 3.12: ")
