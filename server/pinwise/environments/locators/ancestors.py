"""Environments above a workspace folder: one opened folder of a larger repository."""
# ruff: noqa: PTH100, PTH110, PTH118, PTH120, PTH208 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.locators.pointers import pointers
from pinwise.environments.locators.project import is_project_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES: Final = (".venv", "venv", "env", ".env")
_MOST: Final = 32
"""How far up the root of a repository is looked for."""


def ancestor_environments(places: Places) -> Iterator[Candidate]:
    """Yield the usual environments of the folders above, up to the root of the repository.

    The members of a uv or pixi workspace share the one at its root. Outside of a repository
    nothing above is looked at: who opens `~/work/x` does not mean `~/.venv`.
    """
    for folder in places.folders:
        for above in _up_to_root(os.path.abspath(folder)):
            try:
                names = set(os.listdir(above))
            except OSError:
                continue
            if is_project_folder(names):
                places.projects.append(above)
            yield from pointers(above, names, places)
            for name in _NAMES:
                if name in names:
                    yield Candidate(os.path.join(above, name), None, above)
            for path in children(os.path.join(above, ".pixi", "envs")):
                yield Candidate(path, None, above)


def _up_to_root(folder: str) -> list[str]:
    """Return the folders above `folder` up to the root of its repository; none without one."""
    if os.path.exists(os.path.join(folder, ".git")):
        return []
    found: list[str] = []
    for _ in range(_MOST):
        above = os.path.dirname(folder)
        if above == folder:
            break
        found.append(above)
        if os.path.exists(os.path.join(above, ".git")):
            return found
        folder = above
    return []
