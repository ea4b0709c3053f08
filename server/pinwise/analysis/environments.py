"""The environments of the workspace's folders: found, selected, created, installed into."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import platformdirs
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pinwise.advice.context import EnvironmentState
from pinwise.environments.base_choice import (
    NoSuchPythonError,
    choose_base,
    requested_python,
)
from pinwise.environments.discovery import by_preference, discover
from pinwise.environments.inspection import inspect
from pinwise.environments.installed import installed
from pinwise.environments.selection import Selections
from pinwise.environments.target import target_of
from pinwise.environments.types import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.environments.types import Environment, Target

_PIP = canonicalize_name("pip")


class SelectionError(Exception):
    """A path that cannot be selected; the message says why, for a person."""


class Environments:
    """What is known of environments, by workspace folder.

    Args:
        interpreter: used everywhere instead of the selected one (`--python`).
        activated: the environment that is active where the command line was called. It counts
            for folders without one of their own: test runners and hooks activate theirs, too.

    Raises:
        SelectionError: `interpreter` is none.
    """

    def __init__(self, interpreter: Path | None = None, activated: Path | None = None) -> None:
        self._selections = Selections(platformdirs.user_state_path("pinwise", appauthor=False))
        self._found: dict[Path, tuple[Environment, ...]] = {}
        self._states: dict[tuple[Path, Path | None], EnvironmentState] = {}
        self._given = _inspected(interpreter) if interpreter else None
        active = inspect(activated) if activated else None
        # A base Python that a variable names is none that anybody chose for a project.
        self._activated = active if active is None or not active.is_base else None
        self._lock = threading.Lock()
        self._generation = 0

    # Finding.

    def discover(
        self, folder: Path, tell: Callable[[Environment], None] | None = None
    ) -> tuple[Environment, ...]:
        """Look for environments from scratch, and remember them. Safe from any thread.

        Reads folders for some milliseconds, more on a slow disk. `tell` is called with each as
        it is found; what is returned has environments before base interpreters, and of these
        the ones to prefer first.
        """
        found = []
        for environment in discover((folder,)):
            found.append(environment)
            if tell:
                tell(environment)
        bases = by_preference(environment for environment in found if environment.is_base)
        found = [environment for environment in found if not environment.is_base] + bases
        with self._lock:
            self._found[folder] = tuple(found)
            self._forget(folder)
        return tuple(found)

    def known(self, folder: Path) -> bool:
        """Return whether `discover` was called for a folder."""
        with self._lock:
            return folder in self._found

    def state_of(self, folder: Path, file: Path | None = None) -> EnvironmentState | None:
        """Return what is known of a folder's environments; None before `discover` was called.

        In a folder with several projects, `file` says which one is meant: the environments that
        count are those between it and the folder.
        """
        with self._lock:
            found = self._found.get(folder)
            state = self._states.get((folder, file))
            generation = self._generation
        if found is None or state is not None:
            return state
        # Who names an interpreter asks about that one, whatever else there is.
        own = () if self._given else tuple(item for item in found if _counts(item, folder, file))
        state = EnvironmentState(folder, self._selection(folder, found, file), own)
        with self._lock:
            # What was concluded while a choice or a discovery came in may be out of date.
            if generation == self._generation:
                self._states[folder, file] = state
        return state

    def _selection(
        self, folder: Path, found: tuple[Environment, ...], file: Path | None
    ) -> Selection:
        """Return the environment to use, and why."""
        if self._given:
            return Selection(self._given, explicit=True, reason="named by --python")
        selection = self._selections.select(folder, found, file=file)
        chosen = selection.environment
        if selection.explicit or (chosen is not None and not chosen.is_base):
            return selection
        if self._activated:
            return Selection(self._activated, explicit=True, reason="activated in the terminal")
        return selection if chosen is None else _requested(selection, folder, found, file)

    def target_of(self, folder: Path, file: Path | None = None) -> Target | None:
        """Return the interpreter to judge requirements for; None where none is known."""
        state = self.state_of(folder, file)
        if state is not None:
            chosen = state.selection.environment
        else:
            # At the very start the usual places are looked at, so that a first answer is right.
            chosen = self._selection(folder, (), file).environment
        return target_of(chosen) if chosen else None

    def pip_of(self, folder: Path, file: Path | None = None) -> Version | None:
        """Return the version of pip in the selected environment; None where it is not known.

        The pip of a base interpreter counts only where the user chose that one, by selection or
        `--python`: an environment made from another has a pip of its own. Costs a look at the
        environment's folder of distributions.
        """
        state = self.state_of(folder, file)
        selection = state.selection if state is not None else self._selection(folder, (), file)
        chosen = selection.environment
        if chosen is None or (chosen.is_base and not selection.explicit):
            return None
        try:
            return Version(installed(chosen).get(_PIP, ""))
        except InvalidVersion:
            return None

    def installed_of(
        self, folder: Path, file: Path | None = None
    ) -> Mapping[NormalizedName, str] | None:
        """Return the version of each distribution in the selected environment, by name.

        None where there is no environment: what is installed in a base interpreter that nobody
        chose is not meant for the project. Costs a look at the environment's folders.
        """
        state = self.state_of(folder, file)
        chosen = state.selection.environment if state is not None else None
        if state is None or chosen is None or (chosen.is_base and not state.selection.explicit):
            return None
        return installed(chosen)

    def at(self, folder: Path, path: Path | None) -> Environment | None:
        """Return the environment at a prefix or interpreter, or with None the selected one."""
        if path is not None:
            return inspect(path)
        state = self.state_of(folder)
        return state.selection.environment if state else None

    # The user's choices.

    def select(self, folder: Path, path: Path | None) -> None:
        """Record the user's choice for a folder; None returns to the automatic selection.

        Args:
            folder: the workspace folder.
            path: a prefix or an interpreter.

        Raises:
            SelectionError: there is no environment or interpreter at `path`.
            OSError: the choice cannot be stored.
        """
        if path is not None:
            chosen = _inspected(path)
            path = chosen.executable if chosen.is_base else chosen.prefix
        self._selections.set_choice(folder, path)
        with self._lock:
            self._forget(folder)

    def silence(self, folder: Path, notice: str) -> None:
        """Record that a notice is not wanted in a folder any more.

        Raises:
            OSError: it cannot be stored.
        """
        self._selections.silence(folder, notice)

    def silenced(self, folder: Path, notice: str) -> bool:
        """Return whether the user does not want a notice in a folder."""
        return notice in self._selections.silenced(folder)

    def _forget(self, folder: Path) -> None:
        """Forget what was concluded about a folder; the caller holds the lock."""
        self._generation += 1
        for key in [key for key in self._states if key[0] == folder]:
            del self._states[key]


def _inspected(path: Path) -> Environment:
    """Return the environment at a path that a person gave."""
    path = path.expanduser()
    if not path.exists():
        message = f"{path} does not exist."
        raise SelectionError(message)
    environment = inspect(path)
    if environment is None:
        message = f"{path} is neither a Python interpreter nor an environment."
        raise SelectionError(message)
    return environment


def _counts(environment: Environment, folder: Path, file: Path | None) -> bool:
    """Whether an environment belongs to the folder, or to the project that holds `file`."""
    if environment.is_base:
        return False
    owner = environment.project or environment.prefix.parent
    if not owner.is_relative_to(folder):
        return False
    return file is None or file.is_relative_to(owner)


def _requested(
    selection: Selection, folder: Path, found: tuple[Environment, ...], file: Path | None
) -> Selection:
    """Return the base Python that the project asks for, else the selection as it is.

    Without an environment, what counts is the Python that one would be made from.
    """
    request = requested_python(file.parent if file else folder)
    if not request.text:
        return selection
    try:
        base = choose_base(request, (item for item in found if item.is_base))
    except NoSuchPythonError:
        return selection
    reason = f"the folder has no environment; {request.origin} asks for this Python"
    return Selection(base, explicit=False, reason=reason)
