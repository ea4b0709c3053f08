"""Paths of the command line: what a person calls them, and which project they belong to."""

from __future__ import annotations

import os
from pathlib import Path

from pinwise.base.paths import absolute
from pinwise.manifests.recognise import is_requirements_file

_ENVIRONMENTS = ("venv", "env", ".env")
_MARKERS = ("pyproject.toml", "pinwise.toml", "pixi.toml", ".git")


def show(path: Path) -> str:
    """Return a path as it is read most easily: from here where it lies below.

    So are those of the same git repository: it is one folder to its owner, wherever it lies.
    """
    start = Path.cwd()
    if path.is_relative_to(start):
        return str(path.relative_to(start))
    for folder in (start, *start.parents):
        if os.path.lexists(folder / ".git"):
            return os.path.relpath(path, start) if path.is_relative_to(folder) else str(path)
    return str(path)


def existing(given: Path) -> Path:
    """Return the absolute path of what a call names.

    Raises:
        ValueError: nothing is there; the message has the path as it was written.
        OSError: nobody knows, since a folder above may not be looked into.
    """
    path = absolute(Path.cwd() / given)
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError) as error:
        message = f"{given} does not exist"
        raise ValueError(message) from error
    return path


def project_folder(path: Path, start: Path) -> Path:
    """Return the folder to work on for an argument, as an editor would have it open.

    That is the nearest folder upward with an environment, as far as the git repository goes;
    else the nearest with a project's files; else the folder itself. Without a repository, an
    environment in a folder of no project is somebody else's, unless it lies beside the folder.
    Files below the current folder belong to the current folder's project, so that what an editor
    recorded of it counts.

    Args:
        path: a file or a folder, absolute; it need not exist.
        start: the current folder.
    """
    # `Path.is_dir` raises where a folder above may not be looked into.
    if os.path.isdir(path):  # noqa: PTH112
        return _project(path) or path
    if path.is_relative_to(start):
        return _project(start) or _project(path.parent) or start
    return _project(path.parent) or path.parent


def nothing_in(folder: Path) -> ValueError:
    """Return the error for a folder without requirements files.

    Raises:
        OSError: it cannot be read, so that nobody knows what it holds.
    """
    with os.scandir(folder):
        return ValueError(f"{show(folder)}: no requirements files found")


def file_of_project(path: Path) -> Path:
    """Return a file that stands for the project that is meant: any file of a project does.

    In a folder with several projects it tells which environment counts; see
    `Environments.state_of`.

    Args:
        path: a file, or the folder that a person is in or names; absolute.
    """
    # `Path.is_dir` raises where a folder above may not be looked into.
    return path / "requirements.txt" if os.path.isdir(path) else path  # noqa: PTH112


def _project(folder: Path) -> Path | None:
    """Return the project that holds a folder, looking upward; None where nothing tells."""
    environment = marked = None
    for current in (folder, *folder.parents):
        if environment is None and _has_environment(current):
            environment = current
        if marked is None and any(os.path.lexists(current / name) for name in _MARKERS):
            marked = current
        if os.path.lexists(current / ".git"):
            return environment or marked
    # Without a repository, an environment above the project may well be another one's.
    if environment and not (environment in {folder, folder.parent} or _is_project(environment)):
        environment = None
    found = [folder for folder in (environment, marked) if folder is not None]
    return max(found, key=lambda folder: len(folder.parts), default=None)


def _is_project(folder: Path) -> bool:
    """Return whether a folder holds a project's files, or requirements."""
    try:
        return any(
            entry.name in _MARKERS or is_requirements_file(entry) for entry in folder.iterdir()
        )
    except OSError:
        return False


def _has_environment(folder: Path) -> bool:
    """Return whether a folder holds an environment, or names those that it uses (PEP 832)."""
    names = (".venv", ".python-envs", *(f"{name}/pyvenv.cfg" for name in _ENVIRONMENTS))
    return any(os.path.lexists(folder / name) for name in names)


def another_is_active(prefix: Path) -> str:
    """Return a sentence for who has one environment active while a call is about another; or ""."""
    active = activated_environment()
    # A variable may be left of an environment that was deleted.
    if active is None or not os.path.isdir(active):  # noqa: PTH112 - as above
        return ""
    if os.path.realpath(active) == os.path.realpath(prefix):
        return ""
    return f"this is about {show(prefix)}, which the project uses; {show(active)} is active"


def activated_environment() -> Path | None:
    """Return the environment that is active in the terminal, which pip would install into.

    Conda's `base` is active in every terminal of its users, and says nothing about a project.
    """
    prefix = os.environ.get("VIRTUAL_ENV")
    if not prefix and os.environ.get("CONDA_DEFAULT_ENV") != "base":
        prefix = os.environ.get("CONDA_PREFIX")
    return Path(prefix) if prefix else None
