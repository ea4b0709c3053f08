from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinwise.advice.findings import Finding
from pinwise.analysis.report import Diagnostic
from pinwise.base.text import Span
from pinwise.cli.fingerprints import fingerprints
from pinwise.cli.main import main
from pinwise.project.files import Document
from pinwise.rules import RULES
from tests.harness.counting import assert_linear

if TYPE_CHECKING:
    from tests.fake_index import FakeIndex

NO_NOTES = ["--ignore", "missing-environment"]
OFFLINE = ["--offline", *NO_NOTES]
KNOWN = ["--baseline", "known.json"]
WRITE = ["--write-baseline", "known.json"]


def write(project: Path, text: str, name: str = "requirements.txt") -> None:
    (project / name).write_text(text, "utf-8")


def test_known_findings_are_not_told_until_something_new_appears(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "flask=2.0\nclick>2,<1\n")
    assert main(["check", *OFFLINE, *WRITE]) == 0
    assert "known.json knows 2 findings.\n" in capsys.readouterr().out
    assert main(["check", *OFFLINE, *KNOWN]) == 0
    out = capsys.readouterr().out
    assert out == "1 file checked: nothing to report; 2 known from the baseline.\n"
    write(project, "flask=2.0\nclick>2,<1\ndjango=4\n")
    assert main(["check", *OFFLINE, *KNOWN]) == 1
    out = capsys.readouterr().out
    assert "requirements.txt:3:7: error[invalid-requirement]" in out
    assert "flask" not in out


def test_the_file_reads_well_in_a_review(project: Path) -> None:
    write(project, "flask=2.0\nclick > 2, < 1  # why?\nclick>2,<1\n", "requirements.txt")
    write(project, "django=4\n", "requirements-b.txt")
    main(["check", *OFFLINE, *WRITE, "--select", "PW101,PW303"])
    assert (project / "known.json").read_text("utf-8") == (
        "{\n"
        '  "version": 1,\n'
        '  "findings": [\n'
        '    {"file": "requirements-b.txt", "rule": "invalid-requirement", "line": "django=4"},\n'
        '    {"file": "requirements.txt", "rule": "unsatisfiable-specifier",'
        ' "line": "click>2,<1", "count": 2},\n'
        '    {"file": "requirements.txt", "rule": "invalid-requirement", "line": "flask=2.0"}\n'
        "  ]\n"
        "}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "# Moved.\n\n\nclick>2,<1\n",
        "Click > 2 , <1   # with a comment\n",
        "click>2,<1 \\\n    --hash=sha256:" + "0" * 64 + "\n",
        "click\\\n>2,<1\r\n",
    ],
)
def test_lines_may_move_and_be_laid_out_anew(project: Path, text: str) -> None:
    write(project, "click>2,<1\n")
    select = ["--select", "unsatisfiable-specifier"]
    assert main(["check", *WRITE, "--offline", *select]) == 0
    (project / "requirements.txt").write_bytes(text.encode())
    assert main(["check", "--offline", *select]) == 1
    assert main(["check", *KNOWN, "--offline", *select]) == 0


def test_what_is_said_of_the_project_stays_known_behind_another_first_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "flask\nclick\n")
    select = ["--offline", "--select", "missing-environment"]
    assert main(["check", *WRITE, *select]) == 0
    assert "known.json knows 1 finding." in capsys.readouterr().out
    write(project, "click\n# Moved.\nflask\n")
    assert main(["check", *KNOWN, *select]) == 0
    out = capsys.readouterr().out
    assert out == "1 file checked: nothing to report; 1 known from the baseline.\n"


def test_one_more_of_the_same_is_new(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, "flask\nflask\n")
    assert main(["check", *OFFLINE, *WRITE]) == 0
    write(project, "flask\nflask\nflask\n")
    assert main(["check", *OFFLINE, *KNOWN]) == 1
    out = capsys.readouterr().out
    assert "requirements.txt:3:1: warning[duplicate-requirement]" in out
    assert "1 warning; 1 known from the baseline." in out


def test_what_is_mended_is_told_and_taken_out(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "flask=2.0\nclick>2,<1\n")
    main(["check", *OFFLINE, *WRITE])
    write(project, "flask==2.0\nclick>2,<1\n")
    capsys.readouterr()
    # Nothing about the text depends on the indexes that were not asked.
    assert main(["check", *OFFLINE, *KNOWN]) == 0
    err = capsys.readouterr().err
    assert "1 finding of known.json is gone: invalid-requirement in requirements.txt." in err
    main(["check", *OFFLINE, *KNOWN, "--format", "json"])
    record = json.loads(capsys.readouterr().out)
    assert record["known"] == 1
    assert [(item["rule"], item["count"]) for item in record["stale"]] == [
        ("invalid-requirement", 1)
    ]
    main(["check", *OFFLINE, *WRITE])
    findings = json.loads((project / "known.json").read_text("utf-8"))["findings"]
    assert [item["rule"] for item in findings] == ["unsatisfiable-specifier"]


def test_what_was_not_looked_at_is_neither_gone_nor_dropped(
    project: Path, index: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    assert index.url
    write(project, "flask==9.9\n")
    write(project, "click>2,<1\n", "requirements-other.txt")
    assert main(["check", *NO_NOTES, *WRITE]) == 0
    before = (project / "known.json").read_bytes()
    assert b"no-matching-version" in before
    # With an index that does not answer, nobody knows whether there is such a version now.
    main(["cache", "--clear"])
    capsys.readouterr()
    for arguments in ([*OFFLINE], [*OFFLINE, "requirements.txt"], ["--select", "PW101"]):
        assert main(["check", *arguments, *KNOWN]) == 0
        assert "gone" not in capsys.readouterr().err
        assert main(["check", *arguments, *WRITE]) == 0
        assert (project / "known.json").read_bytes() == before


def test_findings_of_a_file_that_is_gone_are_gone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "flask\n")
    write(project, "click>2,<1\n", "requirements-other.txt")
    main(["check", *OFFLINE, *WRITE])
    (project / "requirements-other.txt").unlink()
    capsys.readouterr()
    assert main(["check", *OFFLINE, *KNOWN]) == 0
    assert "in requirements-other.txt" in capsys.readouterr().err


def test_a_baseline_in_another_folder_names_files_from_there(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, "flask=2.0\n")
    main(["check", *OFFLINE, "--write-baseline", "ci/known.json"])
    (entry,) = json.loads((project / "ci" / "known.json").read_text("utf-8"))["findings"]
    assert entry["file"] == "../requirements.txt"
    monkeypatch.chdir(project / "ci")
    assert main(["check", "..", *OFFLINE, *KNOWN]) == 0


def test_no_secret_gets_into_the_file(project: Path) -> None:
    write(project, "--index-url http://user:hunter2@index.example.org/simple\n")
    main(["check", *OFFLINE, *WRITE])
    text = (project / "known.json").read_text("utf-8")
    assert "insecure-index" in text
    assert "hunter2" not in text
    # Another password, of another length, is the same finding.
    write(project, "--index-url http://user:correct-horse@index.example.org/simple\n")
    assert main(["check", *OFFLINE, *KNOWN]) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"version": 1}',
        '{"version": 2, "findings": []}',
        '{"version": 1, "findings": [{"file": "x"}]}',
        '{"version": 1, "findings": [1]}',
    ],
)
def test_what_is_no_baseline_fails_and_is_not_written_over(
    project: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "flask=2.0\n")
    write(project, text, "known.json")
    assert main(["check", *OFFLINE, *KNOWN]) == 2
    assert "known.json" in capsys.readouterr().err
    assert main(["check", *OFFLINE, *WRITE]) == 2
    # Not the advice to do what was just done.
    assert "delete it first, or name another file" in capsys.readouterr().err
    assert (project / "known.json").read_text("utf-8") == text


def test_a_baseline_that_is_not_there_fails(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "flask=2.0\n")
    assert main(["check", *OFFLINE, *KNOWN]) == 2
    assert "known.json" in capsys.readouterr().err


def test_nothing_is_written_where_a_file_cannot_be_read(project: Path) -> None:
    write(project, "flask=2.0\n")
    assert main(["check", *OFFLINE, *WRITE, "requirements.txt", "gone.txt"]) == 2
    assert not (project / "known.json").exists()


def test_blanks_are_gone_through_once() -> None:
    path = Path("/project/requirements.txt")
    rule = RULES[0]

    def name(count: int) -> None:
        blanks = " " * count
        document = Document(path, f"flask{blanks}=={blanks}1{blanks};{blanks}x\n")
        finding = Diagnostic(rule, rule.severity, Finding(path, Span(0, 5), "Why."))
        (found,) = fingerprints([finding], {path: document})
        assert found.line.startswith("flask==1;x")

    assert_linear(name, 1_500)
