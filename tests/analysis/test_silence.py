from __future__ import annotations

from pathlib import Path

import pytest

from pinwise.advice.findings import Finding, Severity
from pinwise.analysis.report import Diagnostic
from pinwise.analysis.silence import Silence, has_directives
from pinwise.base.text import Span
from pinwise.project.files import Document
from pinwise.project.settings import Settings
from pinwise.project.settings_values import FileIgnore
from pinwise.rules import RULES

FOLDER = Path("/project")
ROOT = FOLDER / "requirements.txt"
BY_NAME = {rule.name: rule for rule in RULES}


def diagnostic(rule: str, offset: int) -> Diagnostic:
    return Diagnostic(BY_NAME[rule], Severity.ERROR, Finding(ROOT, Span(offset, offset), "found"))


def silenced(text: str, rule: str, settings: Settings | None = None) -> list[int]:
    """Return the editor's lines, from 0, in which findings of the rule are silenced."""
    document = Document(ROOT, text)
    silence = Silence(ROOT, document, settings or Settings())
    source = document.source
    return [
        number
        for number in range(source.line_count)
        if not silence.kept([diagnostic(rule, source.line_span(number).start)])
    ]


@pytest.mark.parametrize(
    ("text", "rule", "lines"),
    [
        ("a\nb  # pinwise: ignore[unknown-package]\nc\n", "unknown-package", [1]),
        ("a\nb  # pinwise: ignore[PW201]\nc\n", "unknown-package", [1]),
        ("a\nb  # pinwise: ignore[pw201]\nc\n", "unknown-package", [1]),
        ("a\nb  # pinwise: ignore[unknown-package]\nc\n", "outdated-version", []),
        ("a # pinwise: ignore[outdated-version, unknown-package]\n", "unknown-package", [0]),
        ("a # pinwise: ignore\n", "outdated-version", [0]),
        ("a # pinwise: ignore[]\n", "outdated-version", []),
        ("a \\\n  ==1 # pinwise: ignore\nb\n", "outdated-version", [0, 1]),
        ("# pinwise: ignore-file[unknown-package]\na\n", "unknown-package", [0, 1, 2]),
        ("# pinwise: ignore-file[unknown-package]\na\n", "outdated-version", []),
        ("a # pinwise: ignore-file[unknown-package]\n", "unknown-package", []),
        ("# pinwise: ignore[unknown-package]\na\n", "unknown-package", []),
        ("a\n", "unknown-package", []),
    ],
)
def test_comments_silence_their_line_or_file(text: str, rule: str, lines: list[int]) -> None:
    assert silenced(text, rule) == lines


def test_the_end_of_a_last_line_without_terminator_belongs_to_it() -> None:
    text = "a # pinwise: ignore"
    silence = Silence(ROOT, Document(ROOT, text), Settings())
    assert not silence.kept([diagnostic("unknown-package", len(text))])
    closed = Silence(ROOT, Document(ROOT, text + "\n"), Settings())
    assert closed.kept([diagnostic("unknown-package", len(text) + 1)])


def test_settings_silence_packages_and_files() -> None:
    text = "Flask_Login\nflask\n-r base.txt\n"
    by_package = Settings(per_package_ignores={"flask-login": ("unknown-package",)})
    assert silenced(text, "unknown-package", by_package) == [0]
    assert silenced(text, "outdated-version", by_package) == []
    everything = Settings(per_package_ignores={"flask*": ("all",)})
    assert silenced(text, "outdated-version", everything) == [0, 1]
    by_file = Settings(per_file_ignores=(FileIgnore(FOLDER, "*.txt", ("unknown-package",)),))
    assert silenced(text, "unknown-package", by_file) == [0, 1, 2, 3]
    assert silenced(text, "outdated-version", by_file) == []


def test_settings_silence_files_that_are_no_requirements() -> None:
    ignored = FileIgnore(FOLDER, "pinwise.toml", ("invalid-setting",))
    silence = Silence(FOLDER / "pinwise.toml", None, Settings(per_file_ignores=(ignored,)))
    assert not silence.kept([diagnostic("invalid-setting", 0)])


def test_what_was_used_is_known() -> None:
    text = "a # pinwise: ignore[outdated-version, PW201] # pinwise: ignore\n"
    document = Document(ROOT, text)
    settings = Settings(per_package_ignores={"a": ("all",)})
    silence = Silence(ROOT, document, settings)
    silence.kept([diagnostic("unknown-package", 0)])
    used = [span.of(text) for span in sorted(silence.used)]
    assert used == ["PW201", "# pinwise: ignore"]


def test_what_is_said_of_a_directive_is_silenced_by_name_alone() -> None:
    found = [diagnostic("unused-ignore", 2)]
    bare = Silence(ROOT, Document(ROOT, "a # pinwise: ignore\n"), Settings())
    assert bare.kept(found, by_name_alone=True) == found
    named = Silence(ROOT, Document(ROOT, "a # pinwise: ignore[unused-ignore]\n"), Settings())
    assert not named.kept(found, by_name_alone=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a # pinwise: ignore\n", True),
        ("# pinwise: ignore[x]\n", True),
        ("# pinwise: hello\n", False),
        ("a\n", False),
    ],
)
def test_which_files_have_directives(text: str, *, expected: bool) -> None:
    assert has_directives(Document(ROOT, text)) is expected
