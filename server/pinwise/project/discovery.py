"""Which requirements files a folder holds."""

from __future__ import annotations

import os
from pathlib import Path

from pinwise.manifests.recognise import is_requirements_file

_SKIPPED = frozenset(
    {"__pycache__", "node_modules", "build", "dist", "site-packages", "venv", "env", "target"}
)
"""Folders that hold what tools made. Names with a dot or `.egg-info` are skipped as well."""

MAX_DEPTH = 4
MAX_ENTRIES = 20_000


def workspace_files(
    folder: Path, *, max_depth: int = MAX_DEPTH, max_entries: int = MAX_ENTRIES
) -> tuple[Path, ...]:
    """Return the requirements and constraints files of a folder, nearest first, then by name.

    Hidden folders, caches, build output and environments (folders with `pyvenv.cfg` or
    `conda-meta`) are not entered, links to folders not followed. What cannot be read is skipped.

    Args:
        folder: where to look, absolute.
        max_depth: how many folders below it to go.
        max_entries: how many directory entries to look at before giving up.
    """
    found: list[Path] = []
    level = [folder]
    budget = max_entries
    for _ in range(max_depth + 1):
        below: list[Path] = []
        for current in level:
            entries = _entries(current, budget)
            budget -= len(entries)
            names = {entry.name for entry in entries}
            if current != folder and not names.isdisjoint(("pyvenv.cfg", "conda-meta")):
                continue
            for entry in entries:
                path = Path(entry.path)
                if _is_folder(entry):
                    if not _is_skipped(entry.name):
                        below.append(path)
                elif is_requirements_file(path):
                    found.append(path)
        level = below
    return tuple(found)


def _entries(folder: Path, budget: int) -> list[os.DirEntry[str]]:
    """Return at most `budget` entries of a folder by name; none if it cannot be read."""
    if budget <= 0:
        return []
    entries = []
    try:
        with os.scandir(folder) as iterator:
            for entry in iterator:
                entries.append(entry)
                if len(entries) >= budget:
                    break
    except OSError:
        return []
    return sorted(entries, key=lambda entry: entry.name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_skipped(name: str) -> bool:
    return name in _SKIPPED or name.startswith(".") or name.endswith(".egg-info")
