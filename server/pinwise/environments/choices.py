"""The record of what the user chose: which environment, and which notices are not wanted."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pinwise.base.files import write_atomically
from pinwise.environments.locks import locked

if TYPE_CHECKING:
    from collections.abc import Callable

_FILE: Final = "selections.json"


class Choices:
    """The choices of the user by project folder, shared by every editor and the command line.

    One JSON file in `state_folder`, read anew at each question (some 50 microseconds) and written
    atomically under a lock, so that two windows do not lose each other's writes. A file that is
    damaged counts as empty.
    """

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / _FILE

    def choice(self, folder: Path) -> Path | None:
        """Return the prefix or interpreter that the user chose for this very folder."""
        value = self._entry(folder).get("choice")
        return Path(value) if isinstance(value, str) and value else None

    def folders_below(self, folder: Path) -> tuple[Path, ...]:
        """Return the folders inside `folder` for which the user chose, spelt as it is."""
        root = folder_key(folder)
        beginning = os.path.join(root, "")  # noqa: PTH118 - for its final separator
        return tuple(
            folder / os.path.relpath(key, root)
            for key, entry in self._read().items()
            if key.startswith(beginning) and isinstance(entry, dict) and entry.get("choice")
        )

    def set_choice(self, folder: Path, path: Path | None) -> None:
        """Record what the user chose for `folder`; None returns to the automatic selection.

        Args:
            folder: the workspace folder, or that of a project inside it.
            path: a prefix, or an interpreter where several share a prefix, as base ones do.

        Raises:
            OSError: the record cannot be written.
        """

        def change(entry: dict[str, Any]) -> None:
            if path is None:
                entry.pop("choice", None)
            else:
                entry["choice"] = os.path.abspath(path)  # noqa: PTH100 - a link stays itself

        self._change(folder, change)

    def silenced(self, folder: Path) -> frozenset[str]:
        """Return the names of the notices that the user silenced in `folder`."""
        names = self._entry(folder).get("silenced")
        if not isinstance(names, list):
            return frozenset()
        return frozenset(name for name in names if isinstance(name, str))

    def silence(self, folder: Path, notice: str) -> None:
        """Record that the user does not want to see `notice` in `folder` again.

        Raises:
            OSError: the record cannot be written.
        """

        def change(entry: dict[str, Any]) -> None:
            names = entry.get("silenced")
            known = [name for name in names if name != notice] if isinstance(names, list) else []
            entry["silenced"] = [*known, notice]

        self._change(folder, change)

    def _entry(self, folder: Path) -> dict[str, Any]:
        entry = self._read().get(folder_key(folder))
        return entry if isinstance(entry, dict) else {}

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        folders = content.get("folders") if isinstance(content, dict) else None
        return folders if isinstance(folders, dict) else {}

    def _change(self, folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
        with locked(self._path.with_suffix(".lock")):
            folders = self._read()
            key = folder_key(folder)
            entry = folders.setdefault(key, {})
            if not isinstance(entry, dict):
                entry = folders[key] = {}
            change(entry)
            if not entry:
                del folders[key]
            content = json.dumps({"version": 1, "folders": folders}, indent=2)
            write_atomically(self._path, content.encode())


def folder_key(folder: Path) -> str:
    """Return what names a folder whichever way leads to it: its real path."""
    return os.path.normcase(os.path.realpath(folder))
