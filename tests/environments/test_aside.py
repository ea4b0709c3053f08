from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from pinwise.environments import aside
from pinwise.environments.aside import clear, discard, kept_beside, put_back, set_aside, sweep
from pinwise.environments.inspection import inspect
from pinwise.environments.types import Environment, EnvironmentKind
from tests.environments.beds import fake_base, fake_venv


@pytest.fixture
def old(tmp_path: Path) -> Path:
    base = fake_base(tmp_path / "opt", "3.12.1")
    return fake_venv(tmp_path / "work" / ".venv", base, "3.12.1")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_there_and_back(old: Path) -> None:
    kept = set_aside(old)

    assert not old.exists()
    assert kept_beside(old) == (kept,)
    assert Environment(kept, kept, EnvironmentKind.VENV).kept_for == ".venv"
    waiting = inspect(kept)
    assert waiting is not None
    assert [problem.message for problem in waiting.problems] == [
        "It waits here since recreating .venv was interrupted: recreate .venv."
    ]
    put_back(kept, old)
    assert kept_beside(old) == ()
    found = inspect(old)
    assert found is not None
    assert found.problems == ()
    assert found.kept_for == ""


def test_what_took_the_place_meanwhile_stays(old: Path) -> None:
    kept = set_aside(old)
    old.mkdir()

    put_back(kept, old)

    assert kept.exists()
    assert list(old.iterdir()) == []


def test_the_oldest_comes_first(old: Path) -> None:
    first = set_aside(old)
    old.mkdir()
    os.utime(first)  # Its time of change is what counts, whatever its name is.
    second = set_aside(old)
    assert set(kept_beside(old)) == {first, second}


def test_others_of_similar_names_are_left_alone(old: Path) -> None:
    for name in (".venv.pinwise-old-", ".venv.pinwise-old-xyz", ".venv.pinwise-trash-notahex1"):
        (old.parent / name).mkdir()
    (old.parent / "x.venv.pinwise-trash-00000000").mkdir()
    before = names(old.parent)

    sweep(old)

    assert kept_beside(old) == ()
    assert names(old.parent) == before


def test_a_deletion_that_is_interrupted_leaves_nothing_that_looks_whole(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = set_aside(old)
    monkeypatch.setattr("pinwise.environments.aside.clear", lambda _path: None)

    discard(kept)

    (left,) = names(old.parent)
    assert left.startswith(".venv.pinwise-trash-")
    assert kept_beside(old) == ()
    monkeypatch.undo()
    sweep(old)
    assert names(old.parent) == []


def test_of_links_only_the_link_goes(old: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    (old / "link").symlink_to(tmp_path / "precious")
    (tmp_path / "to-it").symlink_to(old)

    discard(tmp_path / "to-it")
    assert (old / "pyvenv.cfg").exists()
    discard(old)

    assert not old.exists()
    assert (tmp_path / "precious" / "file").exists()
    clear(tmp_path / "missing")


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such modes there")
def test_write_protected_folders_are_deleted(old: Path) -> None:
    protected = old / "lib" / "protected"
    protected.mkdir()
    (protected / "file").touch()
    protected.chmod(0o500)

    clear(old)

    assert not old.exists()


def test_what_a_link_leads_to_keeps_its_modes(old: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "folder").mkdir(parents=True)
    file = outside / "file"
    for path in (file, outside / "folder" / "file"):
        path.touch()
        path.chmod(0o444)
    (old / "link").symlink_to(file)
    (old / "folder").symlink_to(outside / "folder")
    own = old / "own"
    own.touch()
    own.chmod(0o444)

    # Windows, which deletes no file that is read-only.
    aside.make_writable(old, windows=True)

    assert own.stat().st_mode & 0o200
    assert not file.stat().st_mode & 0o200
    assert not (outside / "folder" / "file").stat().st_mode & 0o200


def test_a_junction_is_not_followed(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = old / "junction" / "file"
    inside.parent.mkdir()
    inside.touch()
    inside.chmod(0o444)
    real = os.lstat

    def lstat(path: str) -> object:
        if Path(path).name == "junction":
            return SimpleNamespace(st_mode=stat.S_IFDIR, st_reparse_tag=0xA0000003)
        return real(path)

    monkeypatch.setattr(os, "lstat", lstat)

    aside.make_writable(old, windows=True)

    assert not inside.stat().st_mode & 0o200
