from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from pinwise.cli.main import main
from pinwise.rules import RULES


def test_rules_lists_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [[rule.code, rule.name] for rule in RULES]


def test_rules_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert {"code", "name", "severity", "summary"} == set(records[0])
    assert all(record["summary"].endswith(".") for record in records)


def test_a_rule_is_explained_by_name_and_by_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "unknown-package"]) == 0
    by_name = capsys.readouterr().out
    assert main(["rules", "PW201"]) == 0
    assert capsys.readouterr().out == by_name
    assert "## Why is this bad?" in by_name


def test_parse_reads_standard_input(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del project
    stream = io.TextIOWrapper(io.BytesIO(b"flask==2\n"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stream)
    assert main(["parse", "-"]) == 0
    assert capsys.readouterr().out.startswith('-:1: requirement  name="flask"')


def test_parse_prints_one_record_a_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "# top\nFlask[async]>=2,<3 ; python_version>'3'\n-r other.txt\nrequests \\\n  ==2.31.0\n"
    (project / "requirements.txt").write_text(text, encoding="utf-8")
    assert main(["parse", "requirements.txt", "--format", "json"]) == 0
    flask, include, requests = json.loads(capsys.readouterr().out)
    assert set(flask) == {
        *("file", "line", "end_line", "kind", "name", "specifier"),
        *("extras", "marker", "url", "hashes", "options"),
    }
    assert (flask["kind"], flask["name"], flask["extras"]) == ("requirement", "Flask", ["async"])
    assert (include["kind"], include["line"]) == ("include", 3)
    assert (requests["line"], requests["end_line"]) == (4, 5)
    assert requests["specifier"] == "==2.31.0"


def test_envs_lists_and_marks_the_selected_one(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = project / ".venv"
    (environment / "bin").mkdir(parents=True)
    base = Path(sys.executable).resolve()
    (environment / "bin" / "python").symlink_to(base)
    version = ".".join(map(str, sys.version_info[:3]))
    (environment / "pyvenv.cfg").write_text(f"home = {base.parent}\nversion = {version}\n", "utf-8")
    library = "python" + ".".join(map(str, sys.version_info[:2]))
    (environment / "lib" / library / "site-packages").mkdir(parents=True)
    assert main(["envs", "--format", "json"]) == 0
    records = json.loads(capsys.readouterr().out)
    (own,) = [record for record in records if record["path"] == str(environment)]
    assert own["selected"]
    assert own["reason"] == ".venv in the folder"
    assert own["version"] == version
    assert main(["envs"]) == 0
    out = capsys.readouterr().out
    assert f"* {version}" in out
    assert "selected: .venv: .venv in the folder." in out


@pytest.mark.parametrize("command", ["check", "env create"])
def test_an_unknown_option_gets_the_usage_of_its_command(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--nope"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"usage: pinwise {command} [-h]")
    assert said.endswith(f"pinwise {command}: error: unrecognized arguments: --nope\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the folder that a process is in")
@pytest.mark.parametrize("command", ["check", "envs", "doctor"])
def test_a_current_folder_that_is_gone_is_said_to_be(
    project: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    project.rmdir()
    assert main([command]) == 2
    assert capsys.readouterr().err == "pinwise: the current folder is gone\n"


def standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    stream = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stream)


def test_standard_input_is_checked_as_a_file_of_the_current_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "base.txt").write_text("click>2,<1\n", encoding="utf-8")
    standard_input(monkeypatch, b"-r base.txt\ndjango\nflask>3,<2\n")
    assert main(["check", "--offline", "-"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" ")[0] for line in lines if "unsatisfiable" in line] == [
        "-:3:6:",
        "base.txt:1:6:",
    ]
    standard_input(monkeypatch, b"flask>3,<2\n")
    assert main(["check", "--offline", "-", "--format", "json"]) == 1
    files = {item["file"] for item in json.loads(capsys.readouterr().out)["diagnostics"]}
    assert files == {"-"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"# coding: klingon\n", "pip takes line 1 for"),
        (b"#" * (16 * 1024 * 1024 + 1), "larger than 16 MB"),
    ],
    ids=["undecodable", "large"],
)
def test_standard_input_that_is_no_requirements_file(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    data: bytes,
    told: str,
) -> None:
    del project
    standard_input(monkeypatch, data)
    assert main(["check", "--offline", "-"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("pinwise: standard input")
    assert told in err


def test_standard_input_cannot_be_mended(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del project
    assert main(["fix", "-"]) == 2
    assert "does not read standard input" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows tells a home by other means")
def test_a_user_without_a_home_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask >3\n", encoding="utf-8")
    monkeypatch.delenv("HOME")
    # As in a container that runs as a number which has no entry.
    unknown: dict[int, object] = {}
    monkeypatch.setattr("pwd.getpwuid", unknown.__getitem__)
    for command in ("check", "envs"):
        assert main([command]) == 2
        assert capsys.readouterr().err == "pinwise: this user has no home folder: set HOME to one\n"
    # Nothing of a home is needed.
    assert main(["format"]) == 0
