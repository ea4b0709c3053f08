"""All commands about environments mean the same one, wherever they are called."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import EXIT_FAILED, main
from tests.environments.beds import fake_venv, place_file
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

    assert f"{project / 'api' / '.venv'} does not exist" in capsys.readouterr().err
