"""Which folders inside a workspace folder are projects of their own."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_PROJECT_FILES: Final = (
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "Pipfile",
    "pixi.toml",
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    ".python-version",
    ".python-envs",
    ".venv",
)
"""What makes a folder inside a workspace folder a project of its own."""

_REQUIREMENTS: Final = ("requirements.txt", "requirements.in")
"""What does so, too, where no folder above is a project."""

_PARTS_OF_PROJECTS: Final = frozenset(
    {"requirements", "reqs", "doc", "docs", "test", "tests", "tools", "scripts", "ci", ".github"}
)
"""Folders in which the project above keeps requirements of its own."""


def project_of(folder: Path, file: Path | None, known: Collection[Path] = ()) -> Path:
    """Return the project folder that a file belongs to: the nearest upward, or `folder`.

    Requirements alone make a project only in a monorepo without anything above: elsewhere they
    lie in folders such as `requirements` or `docs` of a project, too.

    Args:
        folder: the workspace folder.
        file: a file, or a folder that is meant itself; where it lies elsewhere, or is None, the
            answer is `folder`.
        known: folders that are projects whatever lies in them.

    Costs some twenty looks at the disk for each folder between the two.
    """
    inside = [*_between(folder, file)]
    for place in inside:
        if place in known or _has_any(place, _PROJECT_FILES):
            return place
    if not inside or _has_any(folder, _PROJECT_FILES):
        return folder
    return next((place for place in inside if _has_its_own_requirements(place, folder)), folder)


def _between(folder: Path, file: Path | None) -> Iterator[Path]:
    """Yield the folders from that of a file up to `folder`, without it."""
    if file is None:
        return
    # The methods of paths raise where a folder may not be looked into.
    start = file if os.path.isdir(file) else file.parent  # noqa: PTH112
    with contextlib.suppress(ValueError):
        parts = start.relative_to(folder).parts
        for length in range(len(parts), 0, -1):
            yield folder.joinpath(*parts[:length])


def _has_its_own_requirements(place: Path, folder: Path) -> bool:
    if not _PARTS_OF_PROJECTS.isdisjoint(place.relative_to(folder).parts):
        return False
    return _has_any(place, _REQUIREMENTS)


def _has_any(place: Path, names: tuple[str, ...]) -> bool:
    return any(os.path.exists(place / name) for name in names)  # noqa: PTH110 - likewise
