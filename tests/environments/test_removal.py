from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pinwise.environments.discovery import discover
from pinwise.environments.removal import (
    RemovalError,
    RemovalFailure,
    caution,
    removable,
    remove,
    source_code,
)
from tests.environments.beds import fake_base, fake_venv


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A project with an environment, whose base lies elsewhere."""
    base = fake_base(tmp_path / "opt", "3.12.1")
    fake_venv(tmp_path / "work" / ".venv", base, "3.12.1")
    return tmp_path / "work"


def refusal(prefix: Path, *workspace: Path) -> RemovalError:
    """Have a deletion refused, and see that nothing changed."""
    before = sorted(prefix.parent.rglob("*"))
    with pytest.raises(RemovalError) as caught:
        remove(prefix, workspace=workspace)
    assert sorted(prefix.parent.rglob("*")) == before
    return caught.value


def test_an_environment_is_deleted(work: Path) -> None:
    (work / "requirements.txt").touch()

    removed = remove(work / ".venv", workspace=[work])

    assert removed.name == ".venv"
    assert [path.name for path in work.iterdir()] == ["requirements.txt"]
    assert (work.parent / "opt" / "bin" / "python3.12").exists()


def test_a_broken_one_too(work: Path) -> None:
    (work / ".venv" / "bin" / "python").unlink()

    remove(work / ".venv")

    assert list(work.iterdir()) == []


@pytest.mark.parametrize("script", ["activate", "pip3"])
def test_one_that_was_made_half(work: Path, script: str) -> None:
    (work / ".venv" / "pyvenv.cfg").unlink()
    (work / ".venv" / "bin" / "activate").unlink()
    (work / ".venv" / "bin" / script).touch()

    assert removable(work / ".venv").broken
    remove(work / ".venv")

    assert list(work.iterdir()) == []


@pytest.mark.parametrize("other", ["notes.txt", "bin/flask", "lib/python3.12/os.py", "lib/own/a"])
def test_what_may_be_half_made_and_more(work: Path, other: str) -> None:
    (work / ".venv" / "pyvenv.cfg").unlink()
    (work / ".venv" / other).parent.mkdir(exist_ok=True)
    (work / ".venv" / other).touch()

    assert refusal(work / ".venv").failure in {
        RemovalFailure.NO_ENVIRONMENT,
        RemovalFailure.PROTECTED,
    }


def test_a_conda_environment_too(work: Path) -> None:
    (work / "env" / "conda-meta").mkdir(parents=True)

    remove(work / "env")

    assert [path.name for path in work.iterdir()] == [".venv"]


def test_what_is_no_environment(work: Path) -> None:
    (work / "data").mkdir()
    (work / "data" / "precious").touch()
    (work / "scripts" / "bin").mkdir(parents=True)
    (work / "scripts" / "bin" / "activate").touch()
    (work / "file").touch()
    (work / "link").symlink_to("nowhere")

    for name in ("data", "scripts", "file", "link", "missing"):
        error = refusal(work / name)
        assert error.failure is RemovalFailure.NO_ENVIRONMENT
        assert name in str(error)
    # An interpreter names its environment elsewhere; a deletion needs the folder itself.
    assert refusal(work / ".venv" / "bin" / "python").failure is RemovalFailure.NO_ENVIRONMENT


def test_an_installation_of_python(work: Path) -> None:
    (work / "conda" / "conda-meta").mkdir(parents=True)
    (work / "conda" / "condabin").mkdir()

    assert refusal(work.parent / "opt").failure is RemovalFailure.PROTECTED
    assert refusal(work / "conda").failure is RemovalFailure.PROTECTED


def test_the_folder_that_is_open(work: Path) -> None:
    (work / ".venv" / "inner").mkdir()

    for folder in (work / ".venv", work / ".venv" / "inner"):
        error = refusal(work / ".venv", folder)
        assert error.failure is RemovalFailure.PROTECTED
        assert "that you work in" in str(error)


def test_the_folder_that_is_open_by_another_spelling(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On disks that ignore case, `realpath` leaves the letters as they were written.
    (work / "Spelt").symlink_to(work / ".venv")
    monkeypatch.setattr(os.path, "realpath", os.path.abspath)

    for folder in (work / "Spelt", work / "Spelt" / "lib"):
        assert refusal(work / ".venv", folder).failure is RemovalFailure.PROTECTED


def test_the_home_of_the_user(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(work / ".venv"))
    monkeypatch.setenv("USERPROFILE", str(work / ".venv"))

    assert refusal(work / ".venv").failure is RemovalFailure.PROTECTED


@pytest.mark.parametrize("entry", [".git", "pyproject.toml", "requirements.txt"])
def test_a_project_that_is_an_environment(work: Path, entry: str) -> None:
    # What `python -m venv .` makes.
    (work / ".venv" / entry).touch()

    error = refusal(work / ".venv", work)

    assert error.failure is RemovalFailure.PROTECTED
    assert entry in str(error)


@pytest.mark.parametrize("entry", [".git", "pyproject.toml", "manage.py"])
def test_a_project_in_an_environment(work: Path, entry: str) -> None:
    # What old tutorials make: an environment first, and the project in its folder.
    (work / ".venv" / "mysite").mkdir()
    (work / ".venv" / "mysite" / entry).touch()

    error = refusal(work / ".venv", work)

    assert error.failure is RemovalFailure.PROTECTED
    assert f"mysite/{entry}" in str(error).replace(os.sep, "/")


@pytest.mark.parametrize("record", ["pyvenv.cfg", "conda-meta/history"])
@pytest.mark.parametrize("place", ["inner", "envs/x", "src/library/.venv"])
def test_an_environment_that_holds_others(work: Path, place: str, record: str) -> None:
    inner = work / ".venv" / place / record
    inner.parent.mkdir(parents=True)
    inner.touch()

    error = refusal(work / ".venv", work)

    assert error.failure is RemovalFailure.PROTECTED
    assert f"other environments (`{place}`)" in str(error)


def test_a_root_of_micromamba(work: Path) -> None:
    for folder in ("bin", "conda-meta", "envs/x/conda-meta"):
        (work / "mamba" / folder).mkdir(parents=True)
    (work / "mamba" / "bin" / "python").touch()

    assert "`envs/x`" in str(refusal(work / "mamba"))


def test_an_installation_with_a_stray_record(work: Path) -> None:
    fake_base(work / "base", "3.12.1")
    (work / "base" / "pyvenv.cfg").write_text("home = /usr/bin\n", encoding="utf-8")

    error = refusal(work / "base")

    assert error.failure is RemovalFailure.PROTECTED
    assert "installation of Python" in str(error)


def test_what_links_to_the_library_of_its_base_is_an_environment(work: Path) -> None:
    # As virtualenv did before version 20.
    library = work / ".venv" / "lib" / "python3.12"
    (library / "os.py").symlink_to(work.parent / "opt" / "lib" / "python3.12" / "os.py")

    assert removable(work / ".venv").name == ".venv"


@pytest.mark.parametrize("entry", [".git", "pyproject.toml", "setup.py"])
def test_source_code_is_told(work: Path, entry: str) -> None:
    assert source_code(work / ".venv") == ""
    (work / ".venv" / "src" / "library").mkdir(parents=True)
    (work / ".venv" / "src" / "library" / entry).touch()

    assert "source code (`src/library`)" in source_code(work / ".venv")


def test_projects_that_were_installed_do_not_keep_an_environment(work: Path) -> None:
    for folder in ("src/library", "share/package", "lib/python3.12/site-packages/package"):
        (work / ".venv" / folder).mkdir(parents=True, exist_ok=True)
        (work / ".venv" / folder / "pyproject.toml").touch()
    (work / ".venv" / "share" / "setup.cfg").touch()

    remove(work / ".venv")

    assert list(work.iterdir()) == []


def test_the_environment_that_pinwise_runs_in(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / "link").symlink_to(work / ".venv")
    monkeypatch.setattr(sys, "prefix", str(work / "link"))

    error = refusal(work / ".venv")

    assert error.failure is RemovalFailure.PROTECTED
    assert "Pinwise itself" in str(error)


def test_of_a_link_only_the_link(work: Path) -> None:
    (work / "link").symlink_to(work / ".venv")
    assert "stays" in caution(removable(work / "link"), [work])

    remove(work / "link")

    assert (work / ".venv" / "pyvenv.cfg").exists()
    assert not os.path.lexists(work / "link")


def test_links_inside_are_not_followed(work: Path) -> None:
    (work / "precious").mkdir()
    (work / "precious" / "file").touch()
    (work / ".venv" / "precious").symlink_to(work / "precious")

    remove(work / ".venv")

    assert (work / "precious" / "file").exists()


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "I/O")])
def test_one_that_cannot_be_deleted_stays_whole(
    work: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def refuse(_self: Path, _target: Path) -> Path:
        raise error

    monkeypatch.setattr(Path, "rename", refuse)

    assert refusal(work / ".venv").failure is RemovalFailure.IN_USE


def test_what_to_know_before(work: Path) -> None:
    environment = removable(work / ".venv")

    assert caution(environment, [work]) == ""
    assert "outside this folder" in caution(environment, [work.parent / "opt"])
    (work / ".venv" / "src" / "library").mkdir(parents=True)
    assert "source code" in caution(environment, [work])


def test_what_no_tool_put_there_is_named_before(work: Path) -> None:
    (work / ".venv" / "thesis").mkdir()
    (work / ".venv" / "notes.txt").touch()
    for usual in ("share", "etc", ".lock", "CACHEDIR.TAG", ".gitignore"):
        (work / ".venv" / usual).touch()

    assert caution(removable(work / ".venv"), [work]) == (
        "It holds `notes.txt` and `thesis`, which are deleted with it."
    )
    (work / ".venv" / "thesis").rmdir()
    assert "`notes.txt`, which is deleted" in caution(removable(work / ".venv"), [work])


def test_what_is_being_deleted_is_not_found(
    work: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("pinwise.environments.aside.clear", lambda _path: None)
    remove(work / ".venv")
    (left,) = work.iterdir()
    assert (left / "pyvenv.cfg").exists()

    found = discover((work,), environ={"PATH": ""}, home=tmp_path / "home")

    assert [environment for environment in found if environment.prefix == left] == []
