"""Environments of poetry, in its cache or where its configuration says."""
# ruff: noqa: PTH117, PTH118, PTH119 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pinwise.environments.layout import on_network
from pinwise.environments.locators.digests import projects_by_digest
from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.small_files import read_toml, table
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator


def poetry_environments(places: Places) -> Iterator[Candidate]:
    """Yield poetry's environments, with the project whose digest stands in their names.

    The one that `poetry env use` made current (`envs.toml`) comes before its siblings. Those
    that poetry keeps inside projects are found where they lie.
    """
    projects: dict[str, str] | None = None
    for root in dict.fromkeys(_roots(places)):
        folders = list(children(root))
        if not folders:
            continue
        if projects is None:
            projects = projects_by_digest(places)
        current = _current(root)
        for folder in sorted(folders, key=lambda folder: os.path.basename(folder) not in current):
            stem = os.path.basename(folder).rpartition("-py")[0]
            yield Candidate(folder, EnvironmentKind.POETRY, projects.get(stem[-8:]))


def _roots(places: Places) -> Iterator[str]:
    """Yield the folders of environments: for every project, and for those with a `poetry.toml`.

    Poetry's order is the environment variable, the project's file, the user's file, the default.
    """
    folder = places.variable("POETRY_CONFIG_DIR") or places.config_folder("pypoetry")
    user = read_toml(os.path.join(folder, "config.toml"))
    cache = (
        places.variable("POETRY_CACHE_DIR")
        or places.path_of_user(user.get("cache-dir"))
        or places.cache_folder("pypoetry")
    )
    configured = table(user, "virtualenvs").get("path")
    fixed = places.variable("POETRY_VIRTUALENVS_PATH")
    yield fixed or _expanded(configured, cache, "", places) or os.path.join(cache, "virtualenvs")
    for project in () if fixed else places.known_projects():
        local = os.path.join(project, "poetry.toml")
        yield from filter(None, [_local_root(read_toml(local), cache, project, places)])


def _local_root(content: dict[str, Any], cache: str, project: str, places: Places) -> str:
    path = _expanded(table(content, "virtualenvs").get("path"), cache, project, places)
    return "" if on_network(path, windows=places.windows) else path


def _expanded(value: object, cache: str, project: str, places: Places) -> str:
    """Return `virtualenvs.path` as an absolute path, or ""."""
    if not isinstance(value, str) or not value:
        return ""
    path = value.replace("{cache-dir}", cache)
    if project:
        path = path.replace("{project-dir}", project)
        if not os.path.isabs(path) and not path.startswith("~"):
            path = os.path.join(project, path)
    return places.path_of_user(path)


def _current(root: str) -> frozenset[str]:
    """Return the names of the environments that `poetry env use` chose."""
    return frozenset(
        f"{name}-py{entry['minor']}"
        for name, entry in read_toml(os.path.join(root, "envs.toml")).items()
        if isinstance(entry, dict) and isinstance(entry.get("minor"), str)
    )
