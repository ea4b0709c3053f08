"""Environments of virtualenvwrapper and pipenv, which share WORKON_HOME and `.project`."""
# ruff: noqa: PTH110, PTH112, PTH117, PTH118, PTH119 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pinwise.environments.layout import on_network
from pinwise.environments.locators.digests import projects_by_digest
from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.small_files import read_small
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator


def workon_environments(places: Places) -> Iterator[Candidate]:
    """Yield both tools' environments, with the project where it is recorded.

    In a folder that both may use, an environment is pipenv's only if its project has a
    `Pipfile`: virtualenvwrapper writes `.project` files, too.
    """
    projects: dict[str, str] | None = None
    shared = places.variable("WORKON_HOME")
    for root in workon_homes(places):
        pipenvs_own = root == _pipenv_home(places) and root != shared
        for folder in children(root):
            project = _recorded_project(folder, places)
            if project is None:
                if projects is None:
                    projects = projects_by_digest(places, file="Pipfile")
                # `NAME-DIGEST`, and then perhaps the suffix of PIPENV_PYTHON.
                parts = _digests(os.path.basename(folder))
                project = next((projects[part] for part in parts if part in projects), None)
            by_pipenv = project is not None and os.path.exists(os.path.join(project, "Pipfile"))
            kind = (
                EnvironmentKind.PIPENV
                if by_pipenv or pipenvs_own
                else EnvironmentKind.VIRTUALENVWRAPPER
            )
            yield Candidate(folder, kind, project)


def workon_homes(places: Places) -> tuple[str, ...]:
    """Return the folders in which the two tools keep environments."""
    homes = (
        places.variable("WORKON_HOME"),
        places.in_home(".virtualenvs"),
        places.in_home("Envs") if places.windows else "",
        _pipenv_home(places),
    )
    return tuple(dict.fromkeys(filter(None, homes)))


def _pipenv_home(places: Places) -> str:
    """Return pipenv's default, which follows XDG on macOS, too; on Windows both share one."""
    if places.windows:
        return places.in_home(".virtualenvs")
    data = places.variable("XDG_DATA_HOME") or places.in_home(".local", "share")
    return os.path.join(data, "virtualenvs")


def _digests(name: str) -> list[str]:
    """Return what may be the digest in a name: it may hold hyphens, so that none separates it."""
    return [name[at + 1 : at + 9] for at, letter in enumerate(name) if letter == "-"]


def _recorded_project(environment: str, places: Places) -> str | None:
    """Read the file `.project` of an environment: the path of its project, if that exists."""
    try:
        path = read_small(os.path.join(environment, ".project")).strip()
    except OSError:
        return None
    if not os.path.isabs(path) or on_network(path, windows=places.windows):
        return None
    return os.path.normpath(path) if os.path.isdir(path) else None
