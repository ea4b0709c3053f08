from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

SELECT = ["--offline", "--select", "invalid-requirement,duplicate-requirement,missing-file"]


def unescaped(text: str, codes: dict[str, str]) -> str:
    """Read what the runner reads: the percent sign comes last."""
    for code, character in codes.items():
        text = text.replace(code, character)
    return text.replace("%25", "%")


def commands(out: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as the runner of GitHub does."""
    found = []
    for line in out.splitlines():
        head, _, message = line.removeprefix("::").partition("::")
        name, _, written = head.partition(" ")
        pairs = (item.partition("=") for item in written.split(","))
        lines = {"%0D": "\r", "%0A": "\n"}
        codes = {**lines, "%3A": ":", "%2C": ","}
        properties = {key: unescaped(value, codes) for key, _, value in pairs}
        found.append((name, properties, unescaped(message, lines)))
    return found


def test_github_shows_findings_on_their_lines_the_worst_first(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask\nflask\ndjango=2.0\n", "utf-8")
    assert main(["check", "--format", "github", *SELECT]) == 1
    out = capsys.readouterr().out
    assert out.startswith("::error file=requirements.txt,line=3,endLine=3,col=7,endColumn=8,title=")
    error, warning = commands(out)
    assert error[1]["title"] == "invalid-requirement (PW101)"
    assert error[2] == "`=` is no version operator. Write `==`."
    assert warning[0] == "warning"
    assert warning[1]["line"] == "2"


def test_github_gets_every_character_as_it_is(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project / "100%,a=b"
    folder.mkdir()
    (folder / "requirements.txt").write_text("-r 50%25,::error::x%0A.txt\n", "utf-8")
    main(["check", "--format", "github", *SELECT])
    out = capsys.readouterr().out
    ((name, properties, message),) = commands(out)
    assert name == "error"
    assert properties["file"] == "100%,a=b/requirements.txt"
    assert "`50%25,::error::x%0A.txt`" in message


def test_nothing_in_a_file_begins_another_command(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("-r a\x85::error::b\x0b::error::c.txt\n", "utf-8")
    main(["check", "--format", "github", *SELECT])
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith("::error file=requirements.txt,") for line in lines)


def test_github_is_told_once_what_was_not_checked(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask==9.9\ndjango==9.9\n", "utf-8")
    assert main(["check", "--offline", "--format", "github", "--ignore", "PW501"]) == 0
    ((name, properties, message),) = commands(capsys.readouterr().out)
    assert (name, properties) == ("notice", {"title": "not checked"})
    assert message.startswith("Not checked: `django`, `flask`")


def test_files_are_named_from_the_repository(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".git").mkdir()
    (project / "api").mkdir()
    (project / "api" / "requirements.txt").write_text("flask=2.0\n", "utf-8")
    monkeypatch.chdir(project / "api")
    main(["check", "--format", "github", *SELECT])
    assert commands(capsys.readouterr().out)[0][1]["file"] == "api/requirements.txt"
    main(["check", "--format", "gitlab", *SELECT])
    (record,) = json.loads(capsys.readouterr().out)
    assert record["location"]["path"] == "api/requirements.txt"


def test_gitlab_gets_a_code_quality_report(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask\nflask\nflask\ndjango=2\n", "utf-8")
    assert main(["check", "--format", "gitlab", *SELECT]) == 1
    records = json.loads(capsys.readouterr().out)
    assert [(item["check_name"], item["severity"]) for item in records] == [
        ("duplicate-requirement", "minor"),
        ("duplicate-requirement", "minor"),
        ("invalid-requirement", "major"),
    ]
    assert [item["location"]["lines"]["begin"] for item in records] == [2, 3, 4]
    assert len({item["fingerprint"] for item in records}) == 3
    assert all(item["description"] for item in records)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, all names are Unicode")
@pytest.mark.parametrize("name", ["gitlab", "sarif"])
def test_a_file_name_that_is_no_utf8_leaves_a_report_valid(
    project: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    # Half of a surrogate pair is what readers of JSON refuse, and with it the whole report.
    file = project / os.fsdecode(b"api-\xff") / "requirements.txt"
    file.parent.mkdir()
    file.write_text("flask=2\n", "utf-8")
    main(["check", "--format", name, "--offline"])
    out = capsys.readouterr().out
    assert "`api-?` has no virtual environment" in out
    json.dumps(json.loads(out), ensure_ascii=False).encode("utf-8")


def test_programs_read_utf8_whatever_the_terminal_speaks(project: Path) -> None:
    (project / "requirements.txt").write_text("-r caf\u00e9-\u0142.txt\n", "utf-8")
    command = [sys.executable, "-m", "pinwise", "check", "--format", "github", *SELECT]
    environment = {
        **os.environ,
        "PYTHONIOENCODING": "cp1252",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(command, check=False, capture_output=True, env=environment)
    assert "`caf\u00e9-\u0142.txt`" in done.stdout.decode("utf-8")


def test_a_file_has_what_would_be_printed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("-r caf\u00e9-\u0142.txt\n", "utf-8")
    for name in ("json", "sarif", "github", "gitlab"):
        main(["check", "--format", name, *SELECT])
        printed = capsys.readouterr().out
        assert main(["check", "--format", name, "--output", "told", *SELECT]) == 1
        assert "error[missing-file]" in capsys.readouterr().out
        assert (project / "told").read_text("utf-8") == printed


@pytest.mark.parametrize("form", ["json", "sarif", "github", "gitlab"])
def test_no_format_tells_where_this_machine_keeps_what_cannot_be_read(
    project: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    (project / "requirements.txt").write_text("-r sub/gone.txt\n", "utf-8")
    assert main(["check", "--offline", "--format", form, "requirements.txt", "lost.txt"]) == 2
    out, err = capsys.readouterr()
    assert form == "gitlab" or "lost.txt does not exist" in out
    assert err.endswith("pinwise: lost.txt does not exist\n")
    assert str(project) not in out + err
