"""What lies in the workspace, on disks that ignore the case of letters too."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.locators.places import Places, is_inside

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def other_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder `work`, as a disk that ignores case knows it by another name.

    Elsewhere a link stands in for that, which is not followed: of such disks, too, a real path
    keeps the letters that were given.
    """
    (tmp_path / "work" / "bin").mkdir(parents=True)
    other = tmp_path / "WORK"
    if not other.exists():
        other.symlink_to("work")
        monkeypatch.setattr(os.path, "realpath", os.path.abspath)
    return other


def test_a_folder_in_other_letters_is_the_same(tmp_path: Path, other_case: Path) -> None:
    work = tmp_path / "work"
    assert is_inside(str(other_case / "bin" / "python"), (work,))
    assert is_inside(str(work / "bin" / "python"), (other_case,))
    assert is_inside(str(other_case), (work,))
    assert not is_inside(str(tmp_path / "WORKS" / "python"), (work,))
    assert not is_inside(str(tmp_path), (work,))


def test_the_home_folder_in_other_letters_is_the_same(tmp_path: Path, other_case: Path) -> None:
    places = Places((tmp_path / "work",), {}, other_case)
    assert not places.in_workspace(str(tmp_path / "work" / "bin" / "uv"))


def test_other_letters_are_another_folder_where_the_disk_says_so(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    other = tmp_path / "WORK"
    if other.exists():
        pytest.skip("this disk ignores case")
    assert not is_inside(str(other / "python"), (tmp_path / "work",))
    other.mkdir()
    assert not is_inside(str(other / "python"), (tmp_path / "work",))
