from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.environments.project_folders import project_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.scenario(2)
@pytest.mark.parametrize(
    ("there", "file", "project"),
    [
        ("", "requirements.txt", ""),
        ("", "api/requirements/dev.txt", ""),
        # A project's file makes one, whatever lies above.
        ("pyproject.toml api/pyproject.toml", "api/requirements.txt", "api"),
        ("requirements.txt services/api/uv.lock", "services/api/src/app.py", "services/api"),
        ("api/pyproject.toml api/lib/setup.py", "api/lib/requirements.txt", "api/lib"),
        ("api/pyproject.toml api/lib/requirements.txt", "api/lib/requirements.txt", "api"),
        ("docs/pyproject.toml", "docs/requirements.txt", "docs"),
        # Requirements alone do where nothing above is a project.
        ("services/api/requirements.txt", "services/api/requirements.txt", "services/api"),
        ("requirements.txt api/requirements.in", "api/app.py", "api"),
        ("pyproject.toml api/requirements.txt", "api/requirements.txt", ""),
        (".venv api/requirements.txt", "api/requirements.txt", ""),
        ("docs/requirements.txt", "docs/requirements.txt", ""),
        ("requirements/requirements.txt", "requirements/requirements.txt", ""),
        ("api/requirements.txt api/tests/requirements.txt", "api/tests/requirements.txt", "api"),
    ],
)
def test_the_project_of_a_file(tmp_path: Path, there: str, file: str, project: str) -> None:
    for name in there.split():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert project_of(tmp_path, tmp_path / file) == tmp_path / project


def test_a_folder_is_meant_itself(tmp_path: Path) -> None:
    (tmp_path / "api" / "lib").mkdir(parents=True)
    (tmp_path / "api" / "pyproject.toml").touch()

    assert project_of(tmp_path, tmp_path / "api") == tmp_path / "api"
    assert project_of(tmp_path, tmp_path / "api" / "lib") == tmp_path / "api"
    assert project_of(tmp_path, tmp_path) == tmp_path


def test_what_is_known_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    known = tmp_path / "tools"

    assert project_of(tmp_path, known / "requirements.txt", [known]) == known


def test_a_file_elsewhere_belongs_to_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "work"

    assert project_of(folder, None) == folder
    assert project_of(folder, tmp_path / "other" / "requirements.txt") == folder
