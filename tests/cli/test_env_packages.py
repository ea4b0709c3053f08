from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import EXIT_FAILED, main
from pinwise.environments.alone import alone
from tests.environments.beds import fake_base
from tests.environments.creating import BASE
from tests.environments.test_freezing import project as buildable
from tests.fake_index import FakeIndex, Release

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[str]


@pytest.fixture
def made(project: Path, index: FakeIndex, capsys: Output) -> Path:
    """A project with an environment, and an index to install from."""
    assert index.url
    assert main(["env", "create", "--python", str(BASE)]) == 0
    capsys.readouterr()
    return project


def installed(project: Path) -> list[str]:
    """Return what is installed of the index's projects."""
    found = project.glob(".venv/lib/python*/site-packages/*.dist-info")
    return sorted(path.stem for path in found if path.stem.startswith(("flask-", "requests-")))


def test_requirements_and_files_are_installed(made: Path, capsys: Output) -> None:
    (made / "more.txt").write_text("requests<2.31\n", encoding="utf-8")

    assert main(["env", "install", "flask==2.0.0", "-r", "more.txt"]) == 0

    assert installed(made) == ["flask-2.0.0", "requests-2.30.0"]
    assert capsys.readouterr().out == "Installed the requirements into .venv.\n"
    assert main(["env", "install", "--upgrade", "flask"]) == 0
    assert installed(made) == ["flask-3.0.0", "requests-2.30.0"]


def test_what_another_call_is_at_work_on_is_left_alone(made: Path, capsys: Output) -> None:
    with alone(made / ".venv"):
        assert main(["env", "install", "flask"]) == EXIT_FAILED
        assert main(["env", "uninstall", "--yes", "pip"]) == EXIT_FAILED

    told = "pinwise: Another call of Pinwise is at work on `.venv`.\n"
    assert capsys.readouterr().err.count(told) == len(["install", "uninstall"])
    assert installed(made) == []
    assert list(made.glob(".venv/lib/python*/site-packages/pip"))
    assert main(["env", "install", "flask"]) == 0


def test_without_a_word_the_projects_files_are_installed(made: Path, capsys: Output) -> None:
    assert main(["env", "install"]) == EXIT_FAILED
    assert "has no requirements to install" in capsys.readouterr().err
    (made / "requirements.txt").write_text("flask\n", encoding="utf-8")

    assert main(["env", "install"]) == 0

    assert installed(made) == ["flask-3.0.0"]


def test_a_version_that_goes_past_a_line_is_told(made: Path, capsys: Output) -> None:
    (made / "requirements.txt").write_text("# web\nflask==2.0.0\n", encoding="utf-8")
    assert main(["env", "install"]) == 0
    capsys.readouterr()

    assert main(["env", "install", "-U", "Flask", "requests"]) == 0

    told = "pinwise: requirements.txt line 2 asks for flask==2.0.0, and 3.0.0 is installed now\n"
    assert capsys.readouterr().err.endswith(told)


def test_where_nothing_changes_nothing_is_said_to_be_installed(made: Path, capsys: Output) -> None:
    assert main(["env", "install", "flask"]) == 0
    capsys.readouterr()

    assert main(["env", "install", "-U", "Flask"]) == 0
    assert capsys.readouterr().out == "Flask is up to date.\n"
    assert main(["env", "install", "flask>=2"]) == 0
    assert capsys.readouterr().out == "flask>=2 is installed in .venv already.\n"
    assert main(["env", "install", "-U", "flask", "requests"]) == 0
    assert capsys.readouterr().out == "Installed requests into .venv.\nflask is up to date.\n"
    assert main(["env", "install", "-U", "flask", "requests"]) == 0
    assert capsys.readouterr().out == "flask, requests are up to date.\n"

    (made / "requirements.txt").write_text("flask\n", encoding="utf-8")
    assert main(["env", "install"]) == 0
    told = "Nothing to do: .venv holds what the lines ask for.\n"
    assert capsys.readouterr().out == told


def test_single_packages_come_from_where_the_projects_files_say(
    made: Path, index: FakeIndex
) -> None:
    with FakeIndex({"flask": {"2.0.0": Release(), "3.5.0": Release()}}) as own:
        lines = f"--index-url {own.url}\nflask==2.0.0\n"
        (made / "requirements.txt").write_text(lines, encoding="utf-8")

        assert main(["env", "install", "-U", "flask"]) == 0

    assert installed(made) == ["flask-3.5.0"]
    assert index.requests == []


def test_a_failure_is_told_with_its_line(made: Path, capsys: Output) -> None:
    (made / "requirements.txt").write_text("\nflask==9.9\n", encoding="utf-8")

    assert main(["env", "install"]) == EXIT_FAILED

    err = capsys.readouterr().err
    assert "requirements.txt line 2: pip found no version of flask that fits ==9.9." in err
    assert installed(made) == []


@pytest.mark.parametrize("word", ["a b", "x;y", "./lib"])
def test_what_is_no_requirement_is_refused(made: Path, capsys: Output, word: str) -> None:
    assert main(["env", "install", word]) == EXIT_FAILED
    assert "is no requirement that can be installed" in capsys.readouterr().err
    assert installed(made) == []


def test_a_default_that_is_missing_is_told_by_every_command(project: Path, capsys: Output) -> None:
    (project / ".python-envs").write_text("nothere\n", encoding="utf-8")
    reason = ".python-envs names nothere as the default, which is no environment"

    for command in (["list"], ["install", "six"], ["activation", "--shell", "bash"]):
        assert main(["env", *command]) == EXIT_FAILED
        assert capsys.readouterr().err == f"pinwise: {reason}\n"


def test_the_text_of_the_systems_marker_keeps_its_lines(
    project: Path, tmp_path: Path, capsys: Output
) -> None:
    executable = fake_base(tmp_path / "opt", "3.12.1")
    text = "[externally-managed]\nError=Use apt.\n Or make an environment.\n"
    (tmp_path / "opt/lib/python3.12/EXTERNALLY-MANAGED").write_text(text)

    assert main(["env", "install", "six", "--env", str(executable)]) == EXIT_FAILED

    assert capsys.readouterr().err == (
        "pinwise: Use apt.\nOr make an environment.\n"
        "pinwise: make an environment of its own for the project: `pinwise env create`\n"
    )
    assert project.is_dir()


def test_files_that_are_not_there(made: Path, capsys: Output) -> None:
    assert main(["env", "install", "-r", "absent.txt"]) == EXIT_FAILED
    assert main(["env", "sync", "absent.txt"]) == EXIT_FAILED
    assert capsys.readouterr().err.count("absent.txt is no file") == 2
    assert installed(made) == []


def test_packages_are_removed(made: Path, capsys: Output) -> None:
    main(["env", "install", "flask", "requests"])
    assert main(["env", "uninstall", "Flask"]) == EXIT_FAILED
    assert "say --yes" in capsys.readouterr().err

    assert main(["env", "uninstall", "Flask", "--yes"]) == 0

    assert installed(made) == ["requests-2.31.0"]
    assert capsys.readouterr().out == "Removed flask.\n"
    assert main(["env", "uninstall", "flask", "--yes"]) == 1
    assert capsys.readouterr().out == "flask is not installed.\n"
    assert main(["env", "uninstall", "Requests", "clicks", "--yes"]) == 0
    assert capsys.readouterr().out == "Removed requests.\nclicks is not installed.\n"


def test_the_list(made: Path, capsys: Output) -> None:
    (made / "requirements.txt").write_text("flask==2.0.0\n", encoding="utf-8")
    main(["env", "install"])
    capsys.readouterr()

    assert main(["env", "list", "--outdated"]) == 0
    assert capsys.readouterr().out.split()[:3] == ["*", "flask", "2.0.0"]
    assert main(["env", "list", "--format", "json"]) == 0
    listed = {item["name"]: item for item in json.loads(capsys.readouterr().out)}
    assert listed["flask"]["askedFor"] is True
    assert listed["flask"]["latest"] == "3.0.0"
    assert listed["pip"]["size"] > 1_000_000


def test_one_package(made: Path, capsys: Output) -> None:
    main(["env", "install", "flask==2.0.0"])
    assert installed(made) == ["flask-2.0.0"]
    capsys.readouterr()

    assert main(["env", "show", "FLASK"]) == 0
    out = capsys.readouterr().out
    assert "version:     2.0.0 (3.0.0 is newer)\n" in out
    assert "by pip" in out
    assert main(["env", "show", "flask", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["installer"] == "pip"
    assert main(["env", "show", "absent"]) == 1
    assert capsys.readouterr().out == "absent is not installed.\n"


def test_freezing(made: Path, capsys: Output) -> None:
    assert main(["env", "freeze"]) == 0
    assert capsys.readouterr().out == ""
    main(["env", "install", "flask", "requests"])
    capsys.readouterr()

    assert main(["env", "freeze", "--env", str(made / ".venv")]) == 0

    assert capsys.readouterr().out == "flask==3.0.0\nrequests==2.31.0\n"


def test_syncing(made: Path, capsys: Output) -> None:
    (made / "requirements.txt").write_text("flask\n", encoding="utf-8")
    main(["env", "install", "requests"])
    assert main(["env", "sync"]) == 0
    assert installed(made) == ["flask-3.0.0", "requests-2.31.0"]
    capsys.readouterr()

    assert main(["env", "sync", "--uninstall", "--yes"]) == 0

    assert installed(made) == ["flask-3.0.0"]
    assert "Removed requests." in capsys.readouterr().out
    assert main(["env", "sync", "--uninstall", "--yes"]) == 0
    nothing = "Nothing to do: .venv holds what the lines ask for"
    assert capsys.readouterr().out == f"{nothing}, and nothing else.\n"
    assert main(["env", "sync"]) == 0
    assert capsys.readouterr().out == f"{nothing}.\n"


def test_without_an_environment(project: Path, capsys: Output) -> None:
    assert project.is_dir()
    for words in (["install", "x"], ["uninstall", "x"], ["list"], ["show", "x"], ["freeze"]):
        assert main(["env", *words]) == EXIT_FAILED
        assert "make one with `pinwise env create`" in capsys.readouterr().err


def test_an_externally_managed_python_is_refused(made: Path, capsys: Output) -> None:
    executable = fake_base(made / "opt", "3.12.1")
    (made / "opt/lib/python3.12/EXTERNALLY-MANAGED").write_text(
        "[externally-managed]\nError=Use apt.\n"
    )

    assert main(["env", "install", "flask", "--env", str(executable)]) == EXIT_FAILED

    assert "Use apt." in capsys.readouterr().err


@pytest.mark.parametrize("words", [["install", "flask"], ["uninstall", "flask"], ["sync"]])
def test_a_python_that_is_no_environment_is_changed_only_if_the_call_says_so(
    made: Path, capsys: Output, words: list[str]
) -> None:
    (made / "requirements.txt").write_text("flask\n", encoding="utf-8")
    said = made / "said"
    base = fake_base(made / "opt", "3.12.1", script=f"#!/bin/sh\necho called >>{said}\nexit 1\n")
    # One that brings its pip, or another one would be run.
    (made / "opt/lib/python3.12/site-packages/pip").mkdir()
    record = made / "opt/lib/python3.12/site-packages/flask-3.0.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Name: flask\nVersion: 3.0.0\n", encoding="utf-8")
    call = ["env", *words, *(["--yes"] if "uninstall" in words else [])]
    why = f"pinwise: {base.relative_to(made)} is no environment: others on this machine use it."

    assert main([*call, "--env", str(base)]) == EXIT_FAILED
    assert why in capsys.readouterr().err
    assert main(["env", "select", str(base)]) == 0
    assert main(call) == EXIT_FAILED
    assert "or say --system" in capsys.readouterr().err
    assert not said.exists()
    assert main([*call, "--env", str(base), "--system"]) == EXIT_FAILED
    assert said.exists()


def test_that_nothing_is_listed_is_said(made: Path, capsys: Output) -> None:
    assert main(["env", "list", "--outdated"]) == 0
    assert capsys.readouterr().out == "No newer version is known of what .venv holds.\n"
    shutil.rmtree(next(made.glob(".venv/lib/python*/site-packages")))
    assert main(["env", "list"]) == 0
    assert capsys.readouterr().out == ".venv holds no packages.\n"
    assert main(["env", "list", "--format", "json"]) == 0
    assert capsys.readouterr().out == "[]\n"


def test_a_project_is_installed_editable(
    made: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    (made / "requirements.txt").write_text("click\n", encoding="utf-8")
    folder = buildable(made / "my lib $x", "thing")
    assert main(["env", "install", "flask==2.0.0", "-e", "my lib $x"]) == 0
    assert "Installed flask==2.0.0, my lib $x into .venv." in capsys.readouterr().out
    assert installed(made) == ["flask-2.0.0"]
    assert main(["env", "freeze"]) == 0
    assert "-e ./my" in capsys.readouterr().out.replace("file://", "").replace(str(made), ".")
    monkeypatch.chdir(folder)
    assert main(["env", "install", "-e", ".[dev]", "--env", str(made / ".venv")]) == 0
    assert "Installed .[dev] into " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("nowhere", "nowhere is no folder"),
        ("nowhere[dev]", "nowhere is no folder"),
        ("git+https://host.example/${SECRET}#egg=x", "without blanks and variables"),
        ("git+https://host.example/x\n--index-url=https://host.example", "without blanks"),
    ],
)
def test_what_cannot_be_installed_editable(
    project: Path, capsys: Output, word: str, told: str
) -> None:
    del project
    assert main(["env", "install", "-e", word]) == EXIT_FAILED
    assert told in capsys.readouterr().err


def test_what_a_marker_rules_out_is_not_called_installed(made: Path, capsys: Output) -> None:
    old = "requests; python_version < '3'"
    assert main(["env", "install", "flask", old]) == 0
    out = capsys.readouterr().out
    assert out == f"Installed flask into .venv.\nNot for this Python, by its marker: {old}.\n"
    assert installed(made) == ["flask-3.0.0"]
