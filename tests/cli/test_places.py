from __future__ import annotations

import errno
import os
import platform
import sys
from pathlib import Path

import pytest

from pinwise.cli.main import main
from pinwise.cli.places import project_folder, show
from tests.environments.beds import fake_venv


def environment_in(folder: Path) -> None:
    fake_venv(folder / ".venv", Path(sys.executable).resolve(), platform.python_version())


@pytest.fixture
def other(project: Path) -> Path:
    """Another project, which has an environment, beside the current folder."""
    folder = project.parent / "other"
    (folder / "requirements").mkdir(parents=True)
    (folder / "requirements" / "dev.txt").write_text("click>2,<1\n", "utf-8")
    environment_in(folder)
    return folder


@pytest.mark.parametrize("place", ["../project", "..", ".", "requirements", "/"])
@pytest.mark.parametrize("argument", [".", "requirements", "requirements/dev.txt"])
def test_the_result_is_the_same_from_everywhere(
    other: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
    argument: str,
) -> None:
    settings = '[rules]\nunsatisfiable-specifier = "hint"\n'
    (other / "pinwise.toml").write_text(settings, "utf-8")
    monkeypatch.chdir(other / place)
    assert main(["check", os.path.relpath(other / argument)]) == 0
    out = capsys.readouterr().out
    assert "hint[unsatisfiable-specifier]" in out
    assert "missing-environment" not in out


def test_without_arguments_the_project_of_the_current_folder_counts(
    other: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(other / "requirements")
    main(["check"])
    out = capsys.readouterr().out
    assert out.startswith("dev.txt:1:")
    assert "missing-environment" not in out


@pytest.mark.parametrize("mark", ["pyproject.toml", "pinwise.toml", "pixi.toml", ".git"])
def test_a_file_belongs_to_the_nearest_folder_with_a_mark(tmp_path: Path, mark: str) -> None:
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    (tmp_path / "a" / mark).touch()
    assert project_folder(inner / "x.txt", tmp_path / "elsewhere") == tmp_path / "a"
    (inner / mark).touch()
    assert project_folder(inner / "x.txt", tmp_path / "elsewhere") == inner


def test_an_environment_counts_as_far_as_the_repository_goes(tmp_path: Path) -> None:
    service = tmp_path / "repository" / "service"
    service.mkdir(parents=True)
    (service / "pyproject.toml").touch()
    environment_in(tmp_path)
    assert project_folder(service, tmp_path) == service
    environment_in(tmp_path / "repository")
    assert project_folder(service, tmp_path) == service
    (tmp_path / "repository" / ".git").mkdir()
    assert project_folder(service, tmp_path) == tmp_path / "repository"


def test_a_folder_without_any_mark_is_its_own_project(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    assert project_folder(folder, tmp_path) == folder
    assert project_folder(folder / "x.txt", tmp_path) == tmp_path
    assert project_folder(folder / "x.txt", tmp_path / "elsewhere") == folder


def test_an_environment_far_above_counts_for_a_project_only(tmp_path: Path) -> None:
    folder = tmp_path / "code" / "a"
    folder.mkdir(parents=True)
    environment_in(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    assert project_folder(folder, elsewhere) == folder
    assert project_folder(folder / "x.txt", elsewhere) == folder
    (tmp_path / "requirements.txt").touch()
    assert project_folder(folder, elsewhere) == tmp_path


@pytest.mark.parametrize("argument", [".", "requirements"])
def test_envs_speaks_of_the_project_that_check_does(
    other: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], argument: str
) -> None:
    monkeypatch.chdir(other)
    assert main(["envs", argument]) == 0
    assert "selected: .venv: .venv in the folder." in capsys.readouterr().out


def test_files_are_named_from_here_as_far_as_the_repository_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "repository" / "services" / "a"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    (tmp_path / "repository" / ".git").mkdir()
    assert show(here / "x.txt") == "x.txt"
    assert show(here / "b" / "x.txt") == os.path.join("b", "x.txt")  # noqa: PTH118 - a name
    assert show(here.parent / "base.txt") == os.path.join("..", "base.txt")  # noqa: PTH118 - a name
    assert show(tmp_path / "repository") == os.path.join("..", "..")  # noqa: PTH118 - a name
    assert show(tmp_path / "x.txt") == str(tmp_path / "x.txt")
    assert show(tmp_path / "repository-2" / "x.txt") == str(tmp_path / "repository-2" / "x.txt")
    # One that lies in another one is its own.
    (here / ".git").touch()
    assert show(here.parent / "base.txt") == str(here.parent / "base.txt")


@pytest.mark.parametrize(
    "call",
    [
        ["check", "--baseline", "sub/gone"],
        ["check", "--baseline", "sub"],
        ["check", "--format", "json", "--output", "sub"],
        ["explain", "sub/gone", "1"],
        ["explain", "sub", "1"],
        ["parse", "sub/gone"],
        ["format", "sub/gone"],
        ["check", "sub/gone"],
        ["fix", "sub/gone"],
    ],
    ids=" ".join,
)
def test_a_message_names_a_file_as_it_was_given(
    project: Path, capsys: pytest.CaptureFixture[str], call: list[str]
) -> None:
    (project / "sub").mkdir()
    (project / "requirements.txt").write_text("flask\n", "utf-8")
    name = next(word for word in call if word.startswith("sub"))
    assert main(call) == 2
    told = next(line for line in capsys.readouterr().err.splitlines() if line.startswith("pinw"))
    assert told.startswith(f"pinwise: {name}")
    assert str(project) not in told


@pytest.mark.parametrize("command", ["check", "fix", "format"])
def test_a_name_that_may_not_be_looked_at_keeps_nothing_else_from_being_done(
    project: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    # To ask for such a name is an error, as it is for what lies in a closed folder.
    file = project / "requirements.txt"
    file.write_text("flask >1\nclick=2\n", "utf-8")
    assert main([command, "x" * 5_000, "requirements.txt"]) == 2
    out, err = capsys.readouterr()
    assert "requirements.txt" in out
    assert "pinwise: xxxx" in err


@pytest.mark.parametrize("command", ["check", "fix", "format"])
def test_a_folder_that_cannot_be_read_is_not_called_empty(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    closed = project / "closed"
    closed.mkdir()
    scandir = os.scandir

    def refuse(path: str | Path) -> object:
        if Path(path) == closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert main([command, "closed"]) == 2
    assert capsys.readouterr().err == f"pinwise: closed: {os.strerror(errno.EACCES)}\n"
