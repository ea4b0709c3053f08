"""Environments inside the workspace folders: `.venv`, `svc-a/venv`, `.tox/py312`, ..."""
# ruff: noqa: PTH100, PTH112, PTH113, PTH118, PTH119 - plain strings, for speed

from __future__ import annotations

import os
import re
from collections import deque
from typing import TYPE_CHECKING, Final

from pinwise.base.tuples import NamedTuple
from pinwise.environments.aside import DOOMED
from pinwise.environments.conda import FOLDER as CONDA_META
from pinwise.environments.layout import scripts_folder
from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.locators.pointers import pointers
from pinwise.environments.pyvenv_cfg import NAME as PYVENV_CFG
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPTH: Final = 4
"""How far below a workspace folder an environment may lie."""
BUDGET: Final = 20_000
"""How many folders are listed for one workspace folder at most."""

_SKIPPED: Final = frozenset(
    {
        "node_modules",
        "bower_components",
        "site-packages",
        "dist-packages",
        "__pycache__",
        "__pypackages__",
        ".git",
        ".hg",
        ".svn",
        ".bzr",
        ".jj",
        ".cache",
        ".eggs",
        ".gradle",
        ".idea",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".next",
        ".npm",
        ".pytest_cache",
        ".ruff_cache",
        ".terraform",
        ".vscode",
        ".vscode-test",
        ".yarn",
        "build",
        "dist",
        "htmlcov",
        "target",
    }
)
_CONVENTIONAL: Final = re.compile(r"\.?(?:venv|env|virtualenv|conda)(?:[-_.].*|\d.*)?|.*[-_.]venv")
_MARKERS: Final = frozenset(
    {
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "Pipfile",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "pixi.toml",
        "environment.yml",
        "environment.yaml",
        ".python-version",
        ".python-envs",
    }
)
_REQUIREMENTS: Final = re.compile(r".*(?:requirements|constraints).*\.(?:txt|in)")
_INSIDE_ENVIRONMENT: Final = frozenset(
    {"bin", "include", "lib", "lib64", "share", "Scripts", "Include", "Lib", CONDA_META}
)
_KEEPERS: Final = {
    ".tox": EnvironmentKind.TOX,
    ".nox": EnvironmentKind.NOX,
    ".hatch": EnvironmentKind.HATCH,
}


_PIXI_LINK: Final = os.path.join(".pixi", "envs")


class _Folder(NamedTuple):
    path: str
    depth: int
    project: str
    """The nearest folder, from here upward, that looks like a project."""
    kind: EnvironmentKind | None


def project_environments(places: Places) -> Iterator[Candidate]:
    """Yield the environments in the workspace folders, nearest to the top first.

    Folders that look like projects are added to `places.projects`. Goes down to `DEPTH` and stops
    inside environments. Links are looked at, so that a linked `.venv` is found, but not followed
    down, so that there are no cycles. About 20 microseconds a folder listed, `BUDGET` folders at
    most.
    """
    for folder in places.folders:
        yield from _walk(os.path.abspath(folder), places)


def _walk(root: str, places: Places) -> Iterator[Candidate]:
    queue = deque([_Folder(root, 0, root, None)])
    budget = BUDGET
    while queue and budget:
        places.cancel.check()
        places.give_way()
        folder = queue.popleft()
        if folder.depth == DEPTH:
            # Only its own nature matters: two look-ups are cheaper than a listing.
            if _is_environment(folder.path):
                yield Candidate(folder.path, folder.kind, folder.project)
            continue
        budget -= 1
        yield from _look(folder, queue, places)
    if queue:
        places.notes.append(
            f"Only the first {BUDGET:,} folders of {os.path.basename(root)} were looked at."
        )


def _look(folder: _Folder, queue: deque[_Folder], places: Places) -> Iterator[Candidate]:
    """Yield what one folder is or holds, and add the folders in it to the queue."""
    try:
        with os.scandir(folder.path) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    names = {entry.name for entry in entries}
    environment = _is_named_environment(names)
    if environment or _is_remnant(folder.path, names, windows=places.windows):
        yield Candidate(folder.path, folder.kind, folder.project)
        if folder.depth:
            return
    if is_project_folder(names):
        places.projects.append(folder.path)
        folder = folder._replace(project=folder.path)
    yield from pointers(folder.path, names, places)
    for child, entry in _below(folder, entries, names):
        if _is_folder(entry):
            queue.append(child)
        elif entry.is_symlink():
            yield from _linked(child)


def _linked(child: _Folder) -> Iterator[Candidate]:
    """Yield what a link leads to, if that is an environment, or pixi's folder of them."""
    if _is_environment(child.path):
        yield Candidate(child.path, child.kind, child.project)
    elif child.path.endswith(_PIXI_LINK):
        # Pixi can keep the environments elsewhere, and leaves this link.
        for path in children(child.path):
            yield Candidate(path, child.kind, child.project)


def _below(
    folder: _Folder, entries: list[os.DirEntry[str]], names: set[str]
) -> Iterator[tuple[_Folder, os.DirEntry[str]]]:
    """Yield what may hold environments, with the project that an environment there belongs to."""
    # Where the workspace folder is an environment itself, projects are kept beside its `bin`.
    skipped = _SKIPPED | _INSIDE_ENVIRONMENT if _is_named_environment(names) else _SKIPPED
    kind = _KEEPERS.get(os.path.basename(folder.path))
    for entry in entries:
        if entry.name not in skipped and DOOMED not in entry.name:
            project = folder.path if _CONVENTIONAL.fullmatch(entry.name) else folder.project
            yield _Folder(entry.path, folder.depth + 1, project, kind), entry


def _is_named_environment(names: set[str]) -> bool:
    return PYVENV_CFG in names or CONDA_META in names


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_environment(path: str) -> bool:
    return os.path.lexists(os.path.join(path, PYVENV_CFG)) or os.path.isdir(
        os.path.join(path, CONDA_META)
    )


def _is_remnant(path: str, names: set[str], *, windows: bool) -> bool:
    """Whether it was an environment, of which only a part is left."""
    scripts = scripts_folder(path, windows=windows)
    return os.path.basename(scripts) in names and os.path.isfile(os.path.join(scripts, "activate"))


def is_project_folder(names: set[str]) -> bool:
    """Whether a folder with these entries looks like the root of a project."""
    return not _MARKERS.isdisjoint(names) or any(_REQUIREMENTS.fullmatch(name) for name in names)
