"""The environment that the process was started in, and those that its variables name."""
# ruff: noqa: PTH118 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pinwise.environments.locators.places import Candidate, Places

if TYPE_CHECKING:
    from collections.abc import Iterator


def active_environments(places: Places) -> Iterator[Candidate]:
    """Yield what VIRTUAL_ENV and CONDA_PREFIX name, and where uv is told to keep a project's.

    Relative paths would mean the working directory, which may be anyone's; that of
    UV_PROJECT_ENVIRONMENT is relative to the project, as uv reads it.
    """
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        path = places.variable(name)
        if path:
            yield Candidate(path)
    path = places.environ.get("UV_PROJECT_ENVIRONMENT", "")
    for folder in map(str, places.folders if path else ()):
        yield Candidate(os.path.normpath(os.path.join(folder, path)), None, folder)
