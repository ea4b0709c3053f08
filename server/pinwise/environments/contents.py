"""What lies in an environment's folder that is more than the environment: `contents_of`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pinwise.base.tuples import NamedTuple
from pinwise.environments.conda import FOLDER as CONDA_META
from pinwise.environments.pyvenv_cfg import NAME as PYVENV_CFG

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DEPTH: Final = 3
"""How many folders down is looked: `src/library`, `envs/name`, and one more."""

_OF_PACKAGES: Final = frozenset(
    {
        *("bin", "scripts", "lib", "lib64", "include", "share", "etc", "man", "doc", "tcl"),
        *("sbin", "libs", "dlls", "pkgs", "__pycache__", "node_modules", CONDA_META),
    }
)
"""What tools and packages fill, in lower case: a `setup.cfg` in there is no one's work."""

_SOURCES: Final = (".git", ".hg", ".svn", ".bzr", "pyproject.toml", "setup.py")
_RECORDS: Final = (PYVENV_CFG, CONDA_META)


class Contents(NamedTuple):
    """What lies in an environment's folder, as paths relative to it.

    Attributes:
        environments: the folders of other environments, sorted.
        sources: the folders that hold source code, as those of `pip install -e` from version
            control in `src`, sorted.
    """

    environments: tuple[str, ...]
    sources: tuple[str, ...]


def contents_of(prefix: Path) -> Contents:
    """Look for other environments and source code in an environment's folder.

    Links are not followed: nothing behind them is deleted. Costs a listing of each folder that
    no package fills, three levels down; what cannot be read is passed over.
    """
    environments: list[str] = []
    sources: list[str] = []
    for folder, names in _folders(os.fspath(prefix)):
        relative = os.path.relpath(folder, prefix).replace(os.sep, "/")
        if not names.isdisjoint(_RECORDS):
            environments.append(relative)
        elif not names.isdisjoint(_SOURCES):
            sources.append(relative)
    return Contents(tuple(sorted(environments)), tuple(sorted(sources)))


def _folders(prefix: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the folders inside, the nearest first, each with the names in it."""
    level = [prefix]
    for _ in range(_DEPTH + 1):
        below: list[str] = []
        for folder in level:
            try:
                with os.scandir(folder) as entries:
                    listed = list(entries)
            except OSError:
                continue
            names = {entry.name for entry in listed}
            if folder != prefix:
                yield folder, names
                if not names.isdisjoint(_RECORDS) or ".git" in names:
                    # What lies in there goes, or stays, with it.
                    continue
            below += [
                entry.path
                for entry in listed
                if entry.name.lower() not in _OF_PACKAGES and entry.is_dir(follow_symlinks=False)
            ]
        level = below
