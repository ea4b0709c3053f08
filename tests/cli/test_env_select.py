from __future__ import annotations

from pathlib import Path

import pytest

from pinwise.analysis.environments import Environments
from pinwise.cli.main import main
from tests.environments.beds import fake_base, fake_venv


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two environments, and a project inside it with one of its own."""
    folder = tmp_path / "shop"
    base = fake_base(tmp_path / "opt", "3.12.4")
    for name in (".venv", "other", "svc/.venv", "svc/second"):
        fake_venv(folder / name, base, "3.12.4")
    (folder / "pyproject.toml").touch()
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr("platformdirs.user_state_path", lambda *_, **__: tmp_path / "state")
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    return folder


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["env", "select", *arguments]) == 0
    return capsys.readouterr().out.strip()


def test_a_choice_is_stored_and_forgotten(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys) == "Python 3.12.4 (.venv), .venv: .venv in the folder."
    assert told(capsys, "other") == "Python 3.12.4 (other), other: chosen by you."

    # Whoever asks next, in an editor or here, finds it.
    environments = Environments()
    environments.discover(project)
    state = environments.state_of(project)
    assert state is not None
    assert state.selection.environment is not None
    assert state.selection.environment.prefix == project / "other"
    assert told(capsys, "--auto") == "Python 3.12.4 (.venv), .venv: .venv in the folder."


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("path", ["nosuch", "../nosuch", "./svc/nosuch"])
@pytest.mark.parametrize("command", ["select", "create", "remove", "recreate", "activation"])
def test_a_path_that_leads_nowhere_is_told_as_it_was_written(
    capsys: pytest.CaptureFixture[str], command: str, path: str
) -> None:
    assert main(["env", command, path]) == 2
    assert capsys.readouterr().err.rstrip(".\n") == f"pinwise: {Path(path)} does not exist"


def test_a_file_is_no_folder_to_make_an_environment_in(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["env", "create", "pyproject.toml"]) == 2
    assert capsys.readouterr().err == "pinwise: pyproject.toml is not a folder\n"
    assert (project / "pyproject.toml").is_file()


@pytest.mark.usefixtures("project")
def test_a_choice_for_a_project_inside_the_folder(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = told(capsys, "svc/second", "--folder", "svc")
    assert chosen.endswith("chosen by you.")
    assert told(capsys) == "Python 3.12.4 (.venv), .venv: .venv in the folder."
    assert told(capsys, "--folder", "svc") == chosen


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["nothing"], "does not exist"),
        (["pyproject.toml"], "neither a Python interpreter nor an environment"),
        (["--folder", "nowhere"], "is not a folder"),
        ([".venv", "--auto"], "not both"),
    ],
)
def test_what_cannot_be_chosen(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    assert main(["env", "select", *arguments]) == 2
    assert why in capsys.readouterr().err
    assert (project / ".venv").is_dir()


def test_what_is_wrong_with_the_one_in_use_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.parent / "opt").rename(project.parent / "gone")

    assert main(["env", "select"]) == 0

    out, err = capsys.readouterr()
    assert out == "Python 3.12.4 (.venv), .venv: .venv in the folder.\n"
    assert err.startswith("pinwise: .venv is broken. The Python that it was made from is gone")
