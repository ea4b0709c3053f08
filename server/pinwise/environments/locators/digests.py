"""The digests of paths by which project tools name the environments that they keep elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinwise.environments.locators.places import Places


def path_digest(path: str, algorithm: str = "sha256") -> str:
    """Return the eight characters that tools derive from a path: URL-safe base64 of its digest.

    So do `EnvManager.generate_env_name` of poetry, `Project.virtualenv_name` of pipenv and
    `VirtualEnvironment` of hatch with SHA-256, and `get_venv_prefix` of pdm with MD5.
    """
    # Most machines have no such folder, and importing the two takes longer than all the rest.
    import base64  # noqa: PLC0415
    import hashlib  # noqa: PLC0415

    data = path.encode("utf-8", "surrogateescape")
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(digest).decode()[:8]


def projects_by_digest(
    places: Places, *, algorithm: str = "sha256", file: str = ""
) -> dict[str, str]:
    """Return the projects of the workspace by the digests of their paths.

    Args:
        places: the surroundings.
        algorithm: as the tool has it.
        file: what the tool appends to the folder before it takes the digest.

    Both the path as it is and its real path count, since tools differ in that.
    """
    found: dict[str, str] = {}
    for project in places.known_projects():
        for spelling in (project, os.path.realpath(project)):
            path = os.path.join(spelling, file) if file else spelling  # noqa: PTH118 - a string
            for written in {path, os.path.normcase(path)}:
                found.setdefault(path_digest(written, algorithm), project)
    return found
