"""Which environment a folder uses, and the record of what the user chose."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pinwise.base.files import write_atomically
from pinwise.environments.discovery import by_preference
from pinwise.environments.inspection import inspect
from pinwise.environments.locators.places import is_inside
from pinwise.environments.locators.project import pointed_at
from pinwise.environments.locks import locked
from pinwise.environments.types import Environment, EnvironmentKind, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_FILE: Final = "selections.json"
_CONVENTIONAL: Final = (".venv", "venv", "env", ".env")
_TEST_RUNNERS: Final = frozenset({EnvironmentKind.TOX, EnvironmentKind.NOX})


class Selections:
    """The choices of the user by workspace folder, shared by every editor and the command line.

    One JSON file in `state_folder`, read anew at each question (some 50 microseconds) and written
    atomically under a lock, so that two windows do not lose each other's writes. A file that is
    damaged counts as empty.
    """

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / _FILE

    def select(
        self,
        folder: Path,
        found: Iterable[Environment],
        *,
        file: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Selection:
        """Return the environment that `folder` uses, and why.

        The order: the user's choice; VIRTUAL_ENV, where it lies in the folder or is made for it;
        the default of `.python-envs` (PEP 832); `.venv`; the folder's other environments, whole
        ones first; else the base interpreter to prefer. What the user or PEP 832 names is never
        silently replaced by another: broken, it is selected with its problems.

        Args:
            folder: the workspace folder.
            found: what `discover` found. What an earlier step of the order answers needs none of
                it, so that an empty collection serves at the start.
            file: a file in the folder that is being looked at. In a folder with several projects
                the environment nearest to it, upward, is selected.
            environ: the environment variables; those of this process by default.

        A few hundred microseconds.
        """
        environ = os.environ if environ is None else environ
        found = tuple(found)
        missing = ""
        for owner in _upward(folder, file):
            choice = self.choice(owner)
            if choice is None:
                continue
            chosen = _at(choice, found)
            if chosen is not None:
                return Selection(chosen, explicit=True, reason="chosen by you")
            missing = f"; the one that you chose, {choice}, is gone"
            break
        for owner in _upward(folder, file):
            selection = _automatic(owner, found, environ)
            if selection is not None:
                return _with_note(selection, missing)
        bases = by_preference(environment for environment in found if environment.is_base)
        if bases:
            return _with_note(
                Selection(
                    bases[0],
                    explicit=False,
                    reason="the folder has no environment; this is the newest Python found",
                ),
                missing,
            )
        reason = f"the folder has no environment, and no Python was found{missing}"
        return Selection(None, explicit=False, reason=reason)

    def choice(self, folder: Path) -> Path | None:
        """Return the prefix or interpreter that the user chose for this very folder."""
        value = self._entry(folder).get("choice")
        return Path(value) if isinstance(value, str) and value else None

    def set_choice(self, folder: Path, path: Path | None) -> None:
        """Record what the user chose for `folder`; None returns to the automatic selection.

        Args:
            folder: the workspace folder.
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
        entry = self._read().get(_key(folder))
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
            entry = folders.setdefault(_key(folder), {})
            if not isinstance(entry, dict):
                entry = folders[_key(folder)] = {}
            change(entry)
            if not entry:
                del folders[_key(folder)]
            content = json.dumps({"version": 1, "folders": folders}, indent=2)
            write_atomically(self._path, content.encode())


def _key(folder: Path) -> str:
    """Return the name of a folder in the record: its real path."""
    return os.path.normcase(os.path.realpath(folder))


def _upward(folder: Path, file: Path | None) -> Iterator[Path]:
    """Yield the folders to ask, from that of `file` up to `folder`."""
    if file is not None:
        with contextlib.suppress(ValueError):
            parts = file.parent.relative_to(folder).parts
            for length in range(len(parts), 0, -1):
                yield folder.joinpath(*parts[:length])
    yield folder


def _at(path: Path, found: Iterable[Environment]) -> Environment | None:
    """Return the environment at a recorded path, as discovery found it if it did."""
    if not os.path.lexists(path):
        # It may have been deleted since discovery.
        return None
    for environment in found:
        if path == environment.executable or (
            path == environment.prefix and not environment.is_base
        ):
            return environment
    return inspect(path)


def _automatic(
    folder: Path, found: tuple[Environment, ...], environ: Mapping[str, str]
) -> Selection | None:
    """Return the environment that belongs to `folder` itself, or None."""
    own = [environment for environment in found if _belongs(environment, folder)]
    active = _active(folder, own, environ)
    if active is not None:
        return Selection(active, explicit=False, reason="activated in the terminal")
    named = _named(folder, found)
    if named is not None:
        return named
    return _conventional(folder, own)


def _belongs(environment: Environment, folder: Path) -> bool:
    """Whether an environment is this folder's own, and not that of a project inside it."""
    return (
        not environment.is_base
        and environment.kind not in _TEST_RUNNERS
        and environment.project is not None
        and _key(environment.project) == _key(folder)
        # It may have been deleted since discovery.
        and environment.prefix.exists()
    )


def _active(folder: Path, own: list[Environment], environ: Mapping[str, str]) -> Environment | None:
    """Return the environment of VIRTUAL_ENV, if it is one for this folder."""
    value = environ.get("VIRTUAL_ENV", "")
    if not os.path.isabs(value):  # noqa: PTH117 - it may be empty
        return None
    prefix = Path(value)
    for environment in own:
        if environment.prefix == prefix:
            return environment
    return inspect(prefix) if _key(prefix.parent) == _key(folder) else None


def _named(folder: Path, found: tuple[Environment, ...]) -> Selection | None:
    """Return what `.python-envs` makes the default: its last line, after which `.venv` counts.

    PEP 832: if the default cannot be used, another must not be picked silently. A path that
    leaves the folder is shown by the picker, but not selected without being asked.
    """
    lines = pointed_at(str(folder / ".python-envs"))
    if not lines or os.path.lexists(folder / ".venv"):
        return None
    default = Path(lines[-1])
    if not is_inside(str(default), (folder,)):
        return Selection(
            None, explicit=False, reason=f".python-envs names {default}, outside the folder"
        )
    environment = _at(default, found)
    if environment is None:
        reason = f".python-envs names {default.name} as the default, which is no environment"
        return Selection(None, explicit=False, reason=reason)
    return Selection(environment, explicit=False, reason="the default of .python-envs")


def _conventional(folder: Path, own: list[Environment]) -> Selection | None:
    """Return `.venv`, else the best of the folder's others."""
    environment = inspect(folder / ".venv")
    if environment is not None and not environment.is_base:
        return Selection(environment, explicit=False, reason=".venv in the folder")
    for path in pointed_at(str(folder / ".venv")):
        environment = inspect(Path(path))
        if environment is not None and not environment.is_base:
            return Selection(environment, explicit=False, reason="named by the file .venv")
    if not own:
        # Before discovery has found anything, the usual names are worth a look.
        usual = (inspect(folder / name) for name in _CONVENTIONAL)
        own = [environment for environment in usual if environment and not environment.is_base]
    best = min(own, key=_rank, default=None)
    if best is None:
        return None
    where = "in the folder" if best.prefix.is_relative_to(folder) else "made for the folder"
    return Selection(best, explicit=False, reason=f"{best.name} {where}")


def _rank(environment: Environment) -> tuple[bool, int, str]:
    """Return the place in the order: whole before broken, usual names first, then by name."""
    name = environment.prefix.name
    usual = _CONVENTIONAL.index(name) if name in _CONVENTIONAL else len(_CONVENTIONAL)
    return environment.broken, usual, str(environment.prefix)


def _with_note(selection: Selection, note: str) -> Selection:
    return Selection(selection.environment, selection.explicit, selection.reason + note)
