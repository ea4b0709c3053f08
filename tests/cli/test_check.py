from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_index import FakeIndex

NO_NOTES = ["--ignore", "missing-environment"]


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("index")
def test_text_shows_the_line_with_carets(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, requirements="flask==3.0.0\nreqeusts>=2  # web\n")
    assert main(["check", *NO_NOTES]) == 1
    assert capsys.readouterr().out == (
        "requirements.txt:2:1: error[unknown-package]: No package index in use has `reqeusts`."
        " Did you mean `requests`?\n"
        " 2 | reqeusts>=2  # web\n"
        "   | ^^^^^^^^\n"
        "  fix: Change to requests\n"
        "\n"
        "1 file checked: 1 error.\n"
    )


@pytest.mark.usefixtures("index")
def test_json_has_places_related_lines_and_edits(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="-r base.txt\nflask == 3.0.0\n", base="flask==2.0.0\n")
    assert main(["check", "--format", "json", "--select", "conflicting-pins"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["version"] == 1
    assert printed["not_checked"] == []
    there, here = printed["diagnostics"]
    assert (there["file"], here["file"]) == ("base.txt", "requirements.txt")
    places = ("line", "column", "end_line", "end_column")
    assert [here[key] for key in places] == [2, 7, 2, 15]
    assert (here["code"], here["rule"], here["severity"]) == ("PW302", "conflicting-pins", "error")
    assert [(r["file"], r["line"], r["column"]) for r in here["related"]] == [("base.txt", 1, 6)]
    fix = here["fixes"][0]
    assert fix["applicability"] == "suggested"
    assert [(e["file"], e["line"], e["column"], e["new_text"]) for e in fix["edits"]] == [
        ("requirements.txt", 2, 10, "2.0.0")
    ]


@pytest.mark.usefixtures("index")
def test_nothing_at_warning_is_success(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, requirements="flask==2.0.0\n")
    assert main(["check"]) == 0
    out = capsys.readouterr().out
    assert "information[outdated-version]" in out
    assert "information[missing-environment]" in out
    assert out.endswith("1 file checked: 2 notes.\n")


def test_what_could_not_be_checked_changes_the_exit_code_only_if_asked(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="flask==9.9\n")
    assert main(["check", *NO_NOTES]) == 0
    assert capsys.readouterr().err.startswith("Not checked: `flask`")
    assert main(["check", *NO_NOTES, "--strict"]) == 1
    capsys.readouterr()
    main(["check", *NO_NOTES, "--format", "json"])
    assert json.loads(capsys.readouterr().out)["not_checked"] == [
        {"file": "requirements.txt", "line": 1, "what": "flask", "reason": "offline"}
    ]


def test_offline_asks_nobody(
    project: Path, index: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="flask==9.9\n")
    assert main(["check", *NO_NOTES, "--offline"]) == 0
    assert index.requests == []
    assert "no package index may be asked" in capsys.readouterr().err


def test_a_second_run_answers_from_the_cache(
    project: Path, index: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="flask==9.9\n")
    assert main(["check", *NO_NOTES]) == 1
    asked = len(index.requests)
    assert asked == 1
    assert main(["check", *NO_NOTES, "--offline"]) == 1
    assert len(index.requests) == asked
    assert capsys.readouterr().out.count("error[no-matching-version]") == 2


def test_settings_of_the_project_count(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, requirements="click>2,<1\n")
    (project / "pinwise.toml").write_text(
        '[rules]\nunsatisfiable-specifier = "hint"\nmissing-environment = "off"\n', "utf-8"
    )
    assert main(["check"]) == 0
    assert "hint[unsatisfiable-specifier]" in capsys.readouterr().out


def test_settings_that_mean_nothing_are_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="# nothing\n")
    (project / "pinwise.toml").write_text("ofline = true\n", "utf-8")
    assert main(["check"]) == 0
    err = capsys.readouterr().err
    assert err.startswith("pinwise: pinwise.toml: ")
    assert "offline" in err


def test_a_silenced_line_says_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "click>2,<1  # pinwise: ignore[unsatisfiable-specifier]\nflask>2,<1\n"
    write(project, requirements=text)
    assert main(["check", *NO_NOTES]) == 1
    assert capsys.readouterr().out.count("error[") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "nowhere.txt"], "No such file"),
        (["check", "--select", "unknown-pakage"], "did you mean unknown-package?"),
        (["check", "--python", "nowhere"], "does not exist"),
        (["check", "empty"], "no requirements files found"),
        (["rules", "yankd"], "there is no rule 'yankd'"),
        (["envs", "nowhere"], "nowhere is not a folder"),
        (["parse", "nowhere.txt"], "No such file"),
    ],
)
def test_a_call_that_makes_no_sense_fails(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    (project / "empty").mkdir()
    write(project, requirements="flask\n")
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("pinwise: ")
    assert said in captured.err


def test_control_characters_of_a_file_do_not_reach_the_terminal(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="fl\x1b[31mask==1\n")
    main(["check", *NO_NOTES, "--offline"])
    assert "\x1b" not in capsys.readouterr().out
