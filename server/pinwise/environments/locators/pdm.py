"""Environments that pdm keeps outside of projects."""
# ruff: noqa: PTH118, PTH119 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pinwise.environments.locators.digests import projects_by_digest
from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.small_files import read_toml, table
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator


def pdm_environments(places: Places) -> Iterator[Candidate]:
    """Yield `PROJECT-DIGEST-NAME` of pdm's folder, with the project that the digest names."""
    file = places.variable("PDM_CONFIG_FILE") or os.path.join(
        places.config_folder("pdm"), "config.toml"
    )
    roots = [
        places.path_of_user(table(read_toml(file), "venv").get("location")),
        os.path.join(places.data_folder("pdm"), "venvs"),
    ]
    projects: dict[str, str] | None = None
    for root in filter(None, roots):
        for folder in children(root):
            if projects is None:
                projects = projects_by_digest(places, algorithm="md5")
            yield Candidate(folder, EnvironmentKind.PDM, _project(folder, projects))


def _project(folder: str, projects: dict[str, str]) -> str | None:
    name = os.path.basename(folder)
    for digest, project in projects.items():
        if name.startswith(f"{os.path.basename(project)}-{digest}-"):
            return project
    return None
