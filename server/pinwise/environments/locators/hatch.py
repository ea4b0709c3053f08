"""Environments and interpreters that hatch keeps."""
# ruff: noqa: PTH117, PTH118, PTH119 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pinwise.environments.locators.digests import projects_by_digest
from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.small_files import read_toml, table
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator


def hatch_environments(places: Places) -> Iterator[Candidate]:
    """Yield `env/virtual/PROJECT/DIGEST/NAME` of hatch's data, and of where its user keeps them.

    `dirs.env.virtual` of its configuration may be a folder inside each project, which then holds
    the environments themselves.
    """
    data = places.variable("HATCH_DATA_DIR") or places.data_folder("hatch")
    configured = _configured(places)
    projects: dict[str, str] | None = None
    roots = [os.path.join(data, "env", "virtual")]
    if os.path.isabs(configured):
        roots.append(configured)
    elif configured:
        for project in places.known_projects():
            for folder in children(os.path.join(project, configured)):
                yield Candidate(folder, EnvironmentKind.HATCH, project)
    for root in roots:
        for named in children(root):
            for digest in children(named):
                if projects is None:
                    projects = projects_by_digest(places)
                for folder in children(digest):
                    owner = projects.get(os.path.basename(digest))
                    yield Candidate(folder, EnvironmentKind.HATCH, owner)


def _configured(places: Places) -> str:
    """Return `dirs.env.virtual` of hatch's configuration: a path, absolute or relative, or ""."""
    file = places.variable("HATCH_CONFIG") or os.path.join(
        places.config_folder("hatch"), "config.toml"
    )
    value = table(read_toml(file), "dirs", "env").get("virtual")
    if not isinstance(value, str):
        return ""
    relative = value and not value.startswith("~") and not os.path.isabs(value)
    return os.path.normpath(value) if relative else places.path_of_user(value)
