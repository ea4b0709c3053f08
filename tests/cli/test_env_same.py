"""All commands about environments mean the same one, wherever they are called."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import EXIT_FAILED, main
from tests.environments.beds import fake_base, fake_venv, place_file
from tests.environments.creating import BASE

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[str]


@pytest.fixture
def inner(project: Path) -> Path:
    """A folder that pixi makes an environment for, in a repository."""
    (project / ".git").mkdir()
    folder = project / "inner"
    prefix = folder / ".pixi" / "envs" / "default"
    for made in (folder / "deeper", prefix / "conda-meta", prefix / "bin"):
        made.mkdir(parents=True)
    place_file(folder / "pixi.toml", "")
    place_file(prefix / "conda-meta" / "python-3.12.4-h0_0.json", "{}")
    place_file(prefix / "bin" / "python", "#!/bin/sh\n", 0o755)
    return folder


@pytest.mark.parametrize("above", ["", ".venv"])
@pytest.mark.parametrize("place", [".", "deeper"])
def test_the_environment_of_the_nearest_project(
    inner: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, above: str, place: str
) -> None:
    prefix = inner / ".pixi" / "envs" / "default"
    if above:
        fake_venv(inner.parent / above, BASE, "3.12.4")
    monkeypatch.chdir(inner / place)

    assert main(["env", "select"]) == 0
    assert "the environment that pixi uses" in capsys.readouterr().out
    assert main(["env", "recreate", "--yes"]) == EXIT_FAILED
    assert "`default` belongs to pixi" in capsys.readouterr().err
    assert main(["env", "list"]) == 0
    assert capsys.readouterr().err == ""
    main(["env", "activation", "--shell", "bash"])
    assert str(prefix) in capsys.readouterr().out
    assert main(["envs", "--format", "json"]) == 0
    selected = [item for item in json.loads(capsys.readouterr().out) if item["selected"]]
    assert [item["path"] for item in selected] == [str(prefix)]
    assert main(["doctor", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)["environments"]
    assert told["because"] == "the environment that pixi uses"


def test_where_a_project_inside_has_none_its_own_venv_is_meant(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    place_file(project / "pyproject.toml", "")
    fake_venv(project / "other" / ".venv", BASE, "3.12.4")
    (project / "api").mkdir()
    place_file(project / "api" / "setup.py", "")
    monkeypatch.chdir(project / "api")

    assert main(["env", "recreate", "--yes"]) == EXIT_FAILED

    missing = "pinwise: .venv does not exist: make it with `pinwise env create`\n"
    assert capsys.readouterr().err == missing


@pytest.mark.parametrize("own", [True, False])
def test_one_that_is_active_elsewhere_counts_for_a_project_without_any(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, *, own: bool
) -> None:
    active = project.parent / "envs" / "active"
    base = fake_base(project.parent / "opt", "3.12.4")
    fake_venv(active, base, "3.12.4")
    place_file(project / "requirements.txt", "flask\n")
    if own:
        fake_venv(project / ".venv", base, "3.12.4")
    monkeypatch.setenv("VIRTUAL_ENV", str(active))
    used = project / ".venv" if own else active

    assert main(["env", "select"]) == 0
    assert ("activated in the terminal" in capsys.readouterr().out) is not own
    assert main(["env", "activation", "--shell", "bash"]) == 0
    assert str(used) in capsys.readouterr().out
    for command in (["list"], ["freeze"], ["select"]):
        assert main(["env", *command]) == 0
    told = f"pinwise: this is about .venv, which the project uses; {active} is active\n"
    assert capsys.readouterr().err == told * 2 * own
    assert main(["env", "list", "--env", str(active)]) == 0
    shutil.rmtree(active)
    if own:
        assert main(["env", "list"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["env", "select", "--auto"]) == 0
    capsys.readouterr()
    # What one terminal has active is nobody's choice.
    monkeypatch.delenv("VIRTUAL_ENV")
    assert main(["env", "select"]) == 0
    assert "activated" not in capsys.readouterr().out


def test_one_that_is_active_elsewhere_is_made_anew_only_by_its_name(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    active = project.parent / "envs" / "active"
    fake_venv(active, BASE, "3.12.4")
    monkeypatch.setenv("VIRTUAL_ENV", str(active))

    assert main(["env", "recreate", "--yes"]) == EXIT_FAILED

    told = f"`pinwise env recreate {active}` means the one that is active"
    assert told in capsys.readouterr().err
    fake_venv(project / ".venv", BASE, "3.12.4")
    # There is no terminal to ask on.
    assert main(["env", "recreate"]) == EXIT_FAILED
    assert f"this is about .venv, which the project uses; {active}" in capsys.readouterr().err


def test_what_is_left_of_a_deleted_one_in_a_terminal_is_not_offered(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", str(project / ".venv"))
    assert main(["env", "recreate", "--yes"]) == EXIT_FAILED
    err = capsys.readouterr().err
    assert "is active" not in err
    assert ".venv does not exist: make it" in err
