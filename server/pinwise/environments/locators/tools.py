"""Environments that project tools keep outside the project: poetry, pipenv, hatch, pdm, ..."""
# ruff: noqa: PTH118, PTH119 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.small_files import read_small
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator


def tool_environments(places: Places) -> Iterator[Candidate]:
    """Yield the environments of the tools, with the project where the tool recorded it."""
    yield from _poetry(places)
    yield from _workon_home(places)
    yield from _hatch(places)
    for folder in children(os.path.join(places.data_folder("pdm"), "venvs")):
        yield Candidate(folder, EnvironmentKind.PDM)
    for name in (".venvs", "envs", ".envs"):
        for folder in children(places.in_home(name)):
            yield Candidate(folder)


def _poetry(places: Places) -> Iterator[Candidate]:
    """Yield poetry's; the name `slug-HASH-py3.X` holds a digest of the project's path."""
    cache = places.variable("POETRY_CACHE_DIR") or places.cache_folder("pypoetry")
    root = places.variable("POETRY_VIRTUALENVS_PATH") or os.path.join(cache, "virtualenvs")
    folders = list(children(root))
    if not folders:
        return
    projects = {poetry_digest(str(folder)): str(folder) for folder in places.folders}
    for folder in folders:
        stem = os.path.basename(folder).rpartition("-py")[0]
        yield Candidate(folder, EnvironmentKind.POETRY, projects.get(stem[-8:]))


def poetry_digest(project: str) -> str:
    """Return the eight characters that poetry derives from a project's path.

    As `EnvManager.generate_env_name` of poetry does: URL-safe base64 of SHA-256 of the real path.
    """
    # Most machines have no such folder, and importing the two takes longer than all the rest.
    import base64  # noqa: PLC0415
    import hashlib  # noqa: PLC0415

    path = os.path.normcase(os.path.realpath(project))
    digest = hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest()
    return base64.urlsafe_b64encode(digest).decode()[:8]


def _workon_home(places: Places) -> Iterator[Candidate]:
    """Yield pipenv's and virtualenvwrapper's, which share WORKON_HOME and the file `.project`."""
    pipenv = places.in_home(".virtualenvs") if places.windows else _xdg_virtualenvs(places)
    roots = {
        pipenv: EnvironmentKind.PIPENV,
        places.in_home(".virtualenvs"): EnvironmentKind.VIRTUALENVWRAPPER,
        places.variable("WORKON_HOME"): EnvironmentKind.VIRTUALENVWRAPPER,
    }
    for root, usual in roots.items():
        for folder in children(root) if root else ():
            project = _recorded_project(folder)
            kind = usual
            if project is not None:
                used = os.path.exists(os.path.join(project, "Pipfile"))  # noqa: PTH110 - a string
                kind = EnvironmentKind.PIPENV if used else EnvironmentKind.VIRTUALENVWRAPPER
            yield Candidate(folder, kind, project)


def _xdg_virtualenvs(places: Places) -> str:
    """Return pipenv's default, which follows XDG on macOS, too."""
    data = places.variable("XDG_DATA_HOME") or places.in_home(".local", "share")
    return os.path.join(data, "virtualenvs")


def _recorded_project(environment: str) -> str | None:
    """Read the file `.project` of an environment: the path of its project, if that exists."""
    try:
        path = read_small(os.path.join(environment, ".project")).strip()
    except OSError:
        return None
    return os.path.normpath(path) if os.path.isabs(path) and os.path.isdir(path) else None  # noqa: PTH112, PTH117 - strings


def _hatch(places: Places) -> Iterator[Candidate]:
    """Yield hatch's: `env/virtual/PROJECT/HASH/NAME`."""
    root = places.variable("HATCH_DATA_DIR") or places.data_folder("hatch")
    for project in children(os.path.join(root, "env", "virtual")):
        for digest in children(project):
            for folder in children(digest):
                yield Candidate(folder, EnvironmentKind.HATCH)
