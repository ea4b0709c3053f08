"""What `missing-file` offers for paths that leave the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.advice.context import Context
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules.missing_file import missing_file

if TYPE_CHECKING:
    from pathlib import Path


def titles(folder: Path, text: str) -> list[str]:
    """Return the titles of the fixes for a requirements file of a project folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "requirements.txt").write_text(text, "utf-8")
    tree = read_tree(folder / "requirements.txt", Documents(), folder=folder)
    return [
        fix.title for found in missing_file.check(Context(tree, Settings())) for fix in found.fixes
    ]


@pytest.mark.parametrize("path", ["../base.txt", "../../base.txt", "../elsewhere/base.txt"])
def test_nothing_outside_of_the_project_is_offered_or_made(tmp_path: Path, path: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    for near in ("bases.txt", "a/bases.txt", "elsewhere/bases.txt"):
        (tmp_path / near).parent.mkdir(exist_ok=True)
        (tmp_path / near).touch()
    assert titles(tmp_path / "a" / "project", f"-r {path}\n") == []


def test_the_repository_counts_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "bases.txt").touch()
    found = titles(tmp_path / "a" / "project", "-r ../../base.txt\n")
    assert found == ["Change to `../../bases.txt`", "Create `../../base.txt`"]


def test_what_lies_in_the_project_is_offered(tmp_path: Path) -> None:
    (tmp_path / "bases.txt").touch()
    assert titles(tmp_path, "-r base.txt\n") == ["Change to `bases.txt`", "Create `base.txt`"]
    assert titles(tmp_path, "-r ../base.txt\n") == []
