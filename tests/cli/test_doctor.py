from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

import pytest

from pinwise import __version__
from pinwise.cli.doctor import cleaned
from pinwise.cli.main import main
from tests.fake_index import FakeIndex


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["doctor", "--format", "json", *arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    assert found["version"] == 1
    return found


@pytest.mark.usefixtures("project")
def test_it_says_what_runs_on_what(capsys: pytest.CaptureFixture[str]) -> None:
    found = report(capsys)["pinwise"]
    assert found["version"] == __version__
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert Path(found["interpreter"]).name == Path(sys.executable).name
    assert found["dependencies"]["packaging"] == metadata.version("packaging")
    assert found["not as declared"] == []


def test_settings_tell_where_they_come_from(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pinwise.toml").write_text(
        'offline = true\nnope = 1\n[rules]\noutdated-version = "hint"\n', "utf-8"
    )
    found = report(capsys)["settings"]
    assert found["not default"] == {
        "offline": f"True ({project / 'pinwise.toml'})",
        "rules": f"outdated-version = hint ({project / 'pinwise.toml'})",
    }
    (problem,) = found["problems"]
    assert problem.startswith(f"{project / 'pinwise.toml'}: There is no setting `nope`.")


@pytest.mark.usefixtures("project")
def test_it_starts_no_program_to_tell_the_system(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*arguments: object, **_options: object) -> NoReturn:
        message = f"this starts {arguments}"
        raise AssertionError(message)

    monkeypatch.setattr(subprocess, "Popen", refuse)
    # What was asked before is remembered.
    for name in ("_uname_cache", "_platform_cache"):
        monkeypatch.setattr(platform, name, {} if "platform" in name else None)
    found = report(capsys)["pinwise"]
    assert found["platform"].startswith(f"{platform.system()} {platform.release()}")


@pytest.mark.usefixtures("project")
def test_places_that_may_not_be_looked_at_end_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # To ask for such a name is an error, as it is for what lies in a closed folder.
    closed = "/" + "x" * 5000
    for name in ("HOME", "NETRC", "PIP_CONFIG_FILE", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"):
        monkeypatch.setenv(name, closed)
    found = report(capsys)
    assert found["indexes"]["netrc"] == "none"
    assert not [file for file in found["indexes"]["pip's files"] if file.startswith(closed)]


def test_no_secret_is_told_wherever_it_stands(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = project.parent / "home"
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_CONFIG_FILE")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    user = home / ".config" / "pip"
    user.mkdir(parents=True)
    (user / "pip.conf").write_text(
        "[global]\nindex-url = https://u1:hunter01@one.example.org/hunter02/simple\n"
        "proxy = http://u2:hunter03@proxy.example.org:8080\n"
        "find-links = https://hunter04@links.example.org/x?token=hunter05\n"
        "client-cert = ~/hunter.pem\ntimeout = hunter06\n",
        "utf-8",
    )
    (home / ".netrc").write_text("machine one.example.org login u3 password hunter07\n", "utf-8")
    monkeypatch.setenv(
        "PIP_EXTRA_INDEX_URL", "https://u4:hunter08@two.example.org/hunter09/simple?key=hunter10"
    )
    monkeypatch.setenv("HTTPS_PROXY", "http://u5:hunter11@other.example.org:3128")
    monkeypatch.setenv("HTTP_PROXY", "u5:hunter12@other.example.org:3128")
    monkeypatch.setenv("UV_INDEX_PRIVATE_PASSWORD", "hunter13")
    monkeypatch.setenv("PIP_PROXY", "http://u6:hunter14@third.example.org")
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "https://u:hunter15@x.example.org")
    (project / "requirements.txt").write_text(
        "--index-url https://u7:hunter16@three.example.org/hunter17/simple\n"
        "x @ https://u8:hunter18@four.example.org/x-1.zip\n",
        "utf-8",
    )
    (project / "pinwise.toml").write_text(
        'creator = "https://u9:hunter19@five.example.org"\n'
        "[per-package-ignores]\n"
        '"https://u9:hunter20@five.example.org" = ["PW201"]\n',
        "utf-8",
    )
    for arguments in ([], ["--format", "json"]):
        assert main(["doctor", *arguments]) == 0
        printed = capsys.readouterr()
        told = printed.out + printed.err
        # The name of the file is none.
        assert "hunter" not in told.replace("hunter.pem", "")
        for host in ("one", "two", "three", "other", "third"):
            assert f"{host}.example.org" in told
        assert "UV_INDEX_PRIVATE_PASSWORD" in told


def test_the_home_folder_has_no_name(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = project.parent / "home"
    below = home / "work"
    venv.create(below / ".venv", symlinks=True)
    (below / "requirements.txt").write_text("flask\n", "utf-8")
    monkeypatch.chdir(below)
    monkeypatch.setenv("VIRTUAL_ENV", str(below / ".venv"))
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    found = report(capsys)
    assert str(home) not in json.dumps(found)
    assert found["project"] == {
        "folder": str(Path("~", "work")),
        "requirements files": ["requirements.txt"],
    }
    assert found["environments"]["selected"] == str(Path("~", "work", ".venv"))
    assert found["environments"]["because"]
    assert found["surroundings"]["variables"]["VIRTUAL_ENV"] == str(Path("~", "work", ".venv"))
    assert found["cache"]["path"].startswith("~")
    assert found["environments"]["choices are kept in"].startswith("~")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{home}", "~"),
        ("the default is {home}, which is missing", "the default is ~, which is missing"),
        ("({home})", "(~)"),
        ("`{home}` is a folder.", "`~` is a folder."),
        ("{home}.", "~."),
        ("PATH={home}:{home}/bin", "PATH=~:~/bin"),
        ("{home}-old and {home}2", "{home}-old and {home}2"),
    ],
)
@pytest.mark.usefixtures("project")
def test_the_home_folder_has_no_name_within_a_sentence(text: str, told: str) -> None:
    home = os.path.expanduser("~")  # noqa: PTH111 - as it is looked for
    assert cleaned({"any": [text.format(home=home)]}) == {"any": [told.format(home=home)]}


def test_nobody_is_asked_but_online(
    project: Path, index: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask\n", "utf-8")
    assert "answers" not in report(capsys)["indexes"]
    assert index.requests == []
    (told,) = report(capsys, "--online")["indexes"]["answers"].values()
    assert told.startswith("answers, in ")
    assert len(index.requests) == 1
    # Nothing was kept: it is asked again.
    report(capsys, "--online")
    assert len(index.requests) == 2


@pytest.mark.usefixtures("project")
def test_an_index_that_does_not_answer_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with FakeIndex({}) as index:
        url = index.url
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", url)
    monkeypatch.setenv("PIP_RETRIES", "0")
    (told,) = report(capsys, "--online")["indexes"]["answers"].values()
    assert not told.startswith("answers")
    assert told


def test_the_text_has_no_empty_lines_of_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask\n", "utf-8")
    assert main(["doctor"]) == 0
    printed = capsys.readouterr()
    assert "\nenvironments\n  selected: " in printed.out
    assert "  - requirements.txt\n" in printed.out
    assert not any(line.endswith(":") for line in printed.out.splitlines()[-1:])
    assert printed.err.startswith("Look through this before you publish it")


@pytest.mark.usefixtures("project")
def test_a_folder_that_is_none_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "nowhere"]) == 2
    assert "nowhere is not a folder" in capsys.readouterr().err
