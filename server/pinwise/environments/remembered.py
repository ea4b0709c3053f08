"""The environment that each workspace folder used last, so that a restart shows it at once.

Discovery takes milliseconds on most machines and seconds on some. What was selected is therefore
kept with a fingerprint of its files: while that holds, it is what discovery would find again.
"""
# ruff: noqa: PTH116, PTH118, PTH120 - plain strings, for speed

from __future__ import annotations

import dataclasses
import json
import os
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pinwise.base.files import write_atomically
from pinwise.environments.choices import folder_key
from pinwise.environments.locks import locked
from pinwise.environments.types import (
    Environment,
    EnvironmentKind,
    EnvironmentProblem,
    ProblemKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILE: Final = "environments.json"
_VERSION: Final = 1
_MOST_FOLDERS: Final = 200


class Remembered:
    """The environments that folders used last, in one JSON file.

    Shared by every editor and the command line, written atomically and under a lock. A file that
    is damaged, or of another version of this format, counts as empty: it is only a cache.
    """

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / _FILE

    def recall(self, folder: Path) -> Environment | None:
        """Return the environment that a folder used last, if its files are as they were.

        About 0.2 milliseconds: one file is read, and some six are looked at. None starts no
        search: whoever asks looks for environments afterwards in any case.
        """
        entry = self._read().get(folder_key(folder))
        if not isinstance(entry, dict):
            return None
        environment = _environment(entry.get("environment"))
        if environment is None or entry.get("fingerprint") != fingerprint(environment):
            return None
        return environment

    def remember(self, folder: Path, environment: Environment | None) -> None:
        """Record what a folder uses; None forgets. Nothing is written where nothing changed.

        Raises:
            OSError: the record cannot be written.
        """
        key = folder_key(folder)
        entry: dict[str, Any] | None = None
        if environment is not None:
            entry = {
                "environment": _plain(environment),
                "fingerprint": fingerprint(environment),
            }
        if self._read().get(key) == entry:
            return
        with locked(self._path.with_suffix(".lock")):
            folders = self._read()
            folders.pop(key, None)
            if entry is not None:
                folders[key] = entry
            # The ones that were written last are kept.
            kept = dict(list(folders.items())[-_MOST_FOLDERS:])
            content = json.dumps({"version": _VERSION, "folders": kept})
            write_atomically(self._path, content.encode())

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(content, dict) or content.get("version") != _VERSION:
            return {}
        folders = content.get("folders")
        return folders if isinstance(folders, dict) else {}


def fingerprint(environment: Environment) -> list[list[int]]:
    """Return what changes when an environment is made anew, moved, broken or updated.

    That is: the interpreter, itself and where its links lead (an update of the base Python puts
    another file there), what makes the folder an environment, and the folder that holds its
    libraries. Installing packages changes none of these.
    """
    prefix = os.fspath(environment.prefix)
    executable = os.fspath(environment.executable)
    paths = [
        executable,
        os.path.join(prefix, "pyvenv.cfg"),
        os.path.join(prefix, "conda-meta"),
        # Activation scripts tell of a move.
        os.path.join(os.path.dirname(executable), "activate"),
        *(os.path.dirname(os.fspath(path)) for path in environment.site_packages),
    ]
    return [_stamp(executable, follow=False), *(_stamp(path, follow=True) for path in paths)]


def _stamp(path: str, *, follow: bool) -> list[int]:
    try:
        status = os.stat(path) if follow else os.lstat(path)
    except OSError:
        return []
    return [status.st_mtime_ns, status.st_size, status.st_ino]


def _plain(environment: Environment) -> dict[str, Any]:
    """Return an environment as JSON has it."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(environment):
        value = getattr(environment, field.name)
        if isinstance(value, Path):
            value = os.fspath(value)
        elif field.name == "kind":
            value = environment.kind.value
        elif field.name == "site_packages":
            value = [os.fspath(path) for path in environment.site_packages]
        elif field.name == "problems":
            value = [
                [problem.kind.value, problem.message, problem.broken]
                for problem in environment.problems
            ]
        values[field.name] = value
    return values


def _environment(values: object) -> Environment | None:
    """Return the environment that JSON tells of; None where it tells of none that we know."""
    if not isinstance(values, dict):
        return None
    given = dict(values)
    try:
        for name in ("prefix", "executable"):
            given[name] = Path(given[name])
        for name in ("base_prefix", "project"):
            given[name] = None if given[name] is None else Path(given[name])
        given["kind"] = EnvironmentKind(given["kind"])
        given["site_packages"] = tuple(map(Path, _strings(given["site_packages"])))
        given["problems"] = tuple(
            EnvironmentProblem(ProblemKind(kind), str(message), bool(broken))
            for kind, message, broken in given["problems"]
        )
        environment = Environment(**given)
    except (KeyError, TypeError, ValueError):
        return None
    return environment if _is_sound(environment) else None


def _strings(values: Iterable[object]) -> list[str]:
    found = list(values)
    if not all(isinstance(value, str) for value in found):
        message = "no path"
        raise TypeError(message)
    return typing.cast("list[str]", found)


_TEXTS: Final = (
    "version",
    "version_source",
    "prompt",
    "implementation",
    "architecture",
    "found_by",
)
_TRUTHS: Final = ("is_base", "externally_managed", "system_site_packages", "free_threaded")


def _is_sound(environment: Environment) -> bool:
    texts = all(isinstance(getattr(environment, name), str) for name in _TEXTS)
    return texts and all(isinstance(getattr(environment, name), bool) for name in _TRUTHS)
