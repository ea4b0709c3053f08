from __future__ import annotations

import json
import os
import venv
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
        "  fix: Change to `requests`\n"
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
        {
            "file": "requirements.txt",
            "line": 1,
            "what": "flask",
            "reason": "offline",
            "detail": "pip is configured to use no index and no other place",
        }
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
    write(project, requirements="# nothing\n", dev_requirements="# nothing\n")
    (project / "pinwise.toml").write_text("ofline = true\n", "utf-8")
    assert main(["check"]) == 1
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out == (
        "pinwise.toml:1:1: warning[invalid-setting]: There is no setting `ofline`."
        " Did you mean `offline`?\n"
        " 1 | ofline = true\n"
        "   | ^^^^^^\n"
        "  fix: Change to `offline`\n"
        "\n"
        "2 files checked: 1 warning.\n"
    )
    assert main(["check", "--ignore", "PW002"]) == 0


def test_a_silenced_line_says_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "click>2,<1  # pinwise: ignore[unsatisfiable-specifier]\nflask>2,<1\n"
    write(project, requirements=text)
    assert main(["check", *NO_NOTES]) == 1
    assert capsys.readouterr().out.count("error[") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "nowhere.txt"], "pinwise: nowhere.txt does not exist"),
        (["check", "--select", ","], "names of rules"),
        (["serve", "--st"], "pinwise serve"),
        (["check", "--select", "unknown-pakage"], "did you mean unknown-package?"),
        (["check", "--python", "nowhere"], "does not exist"),
        (["check", "empty"], "no requirements files found"),
        (["rules", "yankd"], "there is no rule 'yankd'"),
        (["envs", "nowhere"], "nowhere is not a folder"),
        (["parse", "nowhere.txt"], "nowhere.txt: No such file"),
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


UNDECODABLE = b"# coding: klingon\nflask\n"


def test_a_file_that_cannot_be_read_fails_after_the_rest_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="click>2,<1\n")
    (project / "dev-requirements.txt").symlink_to("dev-requirements.txt")
    assert main(["check", *NO_NOTES]) == 2
    out, err = capsys.readouterr()
    assert out.endswith("1 file checked: 1 error.\n")
    assert "pinwise: dev-requirements.txt cannot be read: " in err


def test_a_file_that_cannot_be_decoded_is_an_error_of_its_own(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="-r dev-requirements.txt\n")
    (project / "dev-requirements.txt").write_bytes(UNDECODABLE)
    for arguments in (["dev-requirements.txt"], ["requirements.txt"], []):
        assert main(["check", *NO_NOTES, "--offline", "--strict", *arguments]) == 1
        out, err = capsys.readouterr()
        assert out.startswith("dev-requirements.txt:1:11: error[undecodable-file]: pip takes")
        assert out.count("[") == 1
        assert err == ""


def test_nothing_is_claimed_of_a_file_that_cannot_be_read(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_bytes(UNDECODABLE)
    off = ["--ignore", "undecodable-file"]
    assert main(["check", *off]) == 2
    assert "Not checked: `requirements.txt`" in capsys.readouterr().err
    assert main(["check", "--format", "json", *off]) == 2
    (item,) = json.loads(capsys.readouterr().out)["not_checked"]
    assert (item["file"], item["line"], item["reason"]) == ("requirements.txt", 1, "unreadable")
    assert "klingon" in item["detail"]


def test_nothing_is_claimed_of_an_included_file_that_cannot_be_read(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="-r base.txt\n-c none.txt\n")
    (project / "base.txt").write_bytes(UNDECODABLE)
    off = ["--ignore", "undecodable-file,missing-file,missing-environment"]
    assert main(["check", *off]) == 0
    err = capsys.readouterr().err
    assert "`base.txt`, because it could not be read (pip takes line 1 for a coding line" in err
    assert "`none.txt`, because it could not be read (" in err
    assert main(["check", "--strict", *off]) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no such files")
def test_a_pipe_is_not_waited_for(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(project / "requirements.txt")
    assert main(["check", "requirements.txt"]) == 2
    assert capsys.readouterr().err == "pinwise: requirements.txt is not a file\n"


def test_an_include_that_cannot_be_read_is_told_with_its_own_reason(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="-r missing.txt\n-r https://files.example/x.txt\nflask==9.9\n")
    off = ["--ignore", "missing-environment,missing-file"]
    assert main(["check", *off]) == 0
    err = capsys.readouterr().err
    assert err.count("Not checked: ") == 3
    assert "`missing.txt`, because it could not be read (" in err
    assert "missing.txt does not exist)." in err
    assert "(files by address are not fetched)." in err
    assert "`flask`, because no package index may be asked (" in err
    main(["check", *off, "--format", "json"])
    items = json.loads(capsys.readouterr().out)["not_checked"]
    assert [(item["line"], item["what"], item["reason"]) for item in items] == [
        (1, "missing.txt", "unreadable"),
        (2, "https://files.example/x.txt", "unreadable"),
        (3, "flask", "offline"),
    ]


@pytest.mark.parametrize(
    ("settings", "severity"),
    [
        ("", "error"),
        ('[rules]\nunsatisfiable-specifier = "off"\n', "error"),
        ('ignore = ["unsatisfiable-specifier"]\n', "error"),
        ('[rules]\nunsatisfiable-specifier = "hint"\n', "hint"),
    ],
)
def test_what_is_selected_is_on(
    project: Path, capsys: pytest.CaptureFixture[str], settings: str, severity: str
) -> None:
    write(project, requirements="click>2,<1\n")
    (project / "pinwise.toml").write_text(settings, "utf-8")
    code = main(["check", "--select", "unsatisfiable-specifier"])
    out = capsys.readouterr().out
    assert f"{severity}[unsatisfiable-specifier]" in out
    assert out.count("[") == 1
    assert code == (severity == "error")


def test_what_is_selected_and_ignored_is_off(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="click>2,<1\n")
    rules = ["--select", "PW301,unsatisfiable-specifier", "--ignore", "unsatisfiable-specifier"]
    assert main(["check", *rules]) == 0
    assert "unsatisfiable" not in capsys.readouterr().out


def test_the_active_environment_is_judged_for(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    active = project.parent / "active"
    venv.create(active, symlinks=True)
    monkeypatch.setenv("VIRTUAL_ENV", str(active))
    write(project, requirements="flask==9.9\n")
    assert main(["check", "--offline"]) == 0
    assert "missing-environment" not in capsys.readouterr().out
    assert main(["envs"]) == 0
    assert "activated in the terminal" in capsys.readouterr().out


def test_what_makes_a_file_is_for_editors(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements="-r bsae.txt\n", base="flask\n")
    assert main(["check", "--offline", "--format", "json", "--select", "missing-file"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert [fix["title"] for fix in found["fixes"]] == ["Change to `base.txt`"]


PROSE = "You need numpy\nand pandas\n"


def test_prose_counts_as_not_checked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").write_text(PROSE, "utf-8")
    assert main(["check", "--offline"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    expected = "Not checked: `requirements.txt`, because it reads as prose, not as requirements.\n"
    assert err == expected
    assert main(["check", "--offline", "--strict", "--format", "json"]) == 1
    (item,) = json.loads(capsys.readouterr().out)["not_checked"]
    assert (item["file"], item["line"], item["reason"]) == ("requirements.txt", 1, "prose")


def test_what_stands_for_a_file_of_git_lfs_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    (project / "requirements.txt").write_text(pointer, "utf-8")
    assert main(["check", "--offline"]) == 0
    assert "`git lfs pull`" in capsys.readouterr().err


def test_prose_that_cannot_be_decoded_is_no_failure(project: Path) -> None:
    (project / "requirements.txt").write_bytes(PROSE.encode() * 9 + b"\xff\n")
    assert main(["check", "--offline"]) in {0, 1}


def test_the_note_about_a_name_of_a_megabyte_is_short(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("a" * 1_000_000 + "\n", "utf-8")
    main(["check", "--offline"])
    err = capsys.readouterr().err
    assert err.startswith("Not checked: `aaaa")
    assert len(err) < 300


@pytest.mark.usefixtures("index")
def test_a_file_that_others_include_is_judged_as_they_include_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hook that passes the files of a change sees what the editor shows of them."""
    write(project, requirements="-r base.txt\nflask==3.0.0\nflask=9\n", base="flask==2.0.0\n")
    assert main(["check", "--select", "PW302,PW101", "base.txt"]) == 1
    out = capsys.readouterr().out
    assert "base.txt:1:6: error[conflicting-pins]" in out
    assert "1 file checked: 1 error." in out
    assert main(["check", "--select", "PW302,PW101", "requirements.txt"]) == 1
    assert "2 files checked: 3 errors." in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_file_that_cannot_be_read_fails_also_where_another_includes_it(
    project: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    write(project, requirements="-r gone.txt\nflask\n")
    assert main([command, "--offline", "gone.txt"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("pinwise: gone.txt ")
