"""The environments of the workspace's folders: found, selected, created, installed into."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pinwise.advice.context import EnvironmentState
from pinwise.analysis.judged import judged_environment
from pinwise.analysis.verified import Verified
from pinwise.environments.choices import Choices
from pinwise.environments.inspection import inspect
from pinwise.environments.installed import installed
from pinwise.environments.project_folders import project_of
from pinwise.environments.project_tools import tool_of
from pinwise.environments.python_settings import NO_SETTINGS
from pinwise.environments.remembered import Remembered
from pinwise.environments.target import target_of
from pinwise.environments.types import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from packaging.utils import NormalizedName

    from pinwise.environments.python_settings import PythonSettings
    from pinwise.environments.selection import Followed, Wishes
    from pinwise.environments.types import (
        Environment,
        SkippedPlace,
        Target,
    )

_PIP = canonicalize_name("pip")


class SelectionError(Exception):
    """A path that cannot be selected; the message says why, for a person."""


class Environments:
    """What is known of environments, by workspace folder.

    Args:
        interpreter: used everywhere instead of the selected one (`--python`).
        activated: the environment that is active where the command line was called. It counts
            for folders without one of their own: test runners and hooks activate theirs, too.
        trusted: whether what the workspace's settings name counts, and programs may be started.

    Raises:
        SelectionError: `interpreter` is none.
    """

    def __init__(
        self,
        interpreter: Path | None = None,
        activated: Path | None = None,
        *,
        trusted: bool = True,
    ) -> None:
        state_folder = platformdirs.user_state_path("pinwise", appauthor=False)
        self._choices = Choices(state_folder)
        self._remembered = Remembered(state_folder)
        self._trusted = trusted
        self._followed: dict[Path, Followed] = {}
        self._python_settings: dict[Path | None, PythonSettings] = {}
        self._verified = Verified()
        self._found: dict[Path, tuple[Environment, ...]] = {}
        self._skipped: dict[Path, tuple[SkippedPlace, ...]] = {}
        self._states: dict[tuple[Path, Path | None], EnvironmentState] = {}
        self._given = _inspected(interpreter) if interpreter else None
        active = inspect(activated) if activated else None
        # A base Python that a variable names is none that anybody chose for a project.
        self._activated = active if active is None or not active.is_base else None
        self._lock = threading.Lock()
        self._generation = 0
        self._looks = 0
        self._latest: dict[Path, int] = {}
        """Which look the found ones of a folder are from."""

    # Finding.

    def discover(
        self,
        folder: Path,
        tell: Callable[[Environment], None] | None = None,
        give_way: Callable[[], None] | None = None,
    ) -> tuple[Environment, ...]:
        """Look for environments from scratch, and remember them. Safe from any thread.

        Reads folders for some milliseconds, more on a slow disk. `tell` is called with each as
        it is found; what is returned has environments before base interpreters, and of these
        the ones to prefer first. What a disk that does not answer kept from being found, and
        was found before, is returned, too; `skipped` tells of it. Of several looks at a time the
        one that began last counts. `give_way` is called between folders, on any thread, and may
        wait.
        """
        # Fifty modules, of which a command that names its interpreter needs none.
        from pinwise.environments.discovery import complete_list, discover  # noqa: PLC0415

        with self._lock:
            self._looks += 1
            look = self._looks
        found: list[Environment] = []
        skipped: list[SkippedPlace] = []
        named = self._settings_of(folder).folders_of_environments(os.environ, Path.home())
        looked = discover((folder,), named=named, tell_skipped=skipped.append, give_way=give_way)
        for environment in looked:
            found.append(self._verified(environment))
            if tell:
                tell(found[-1])
        with self._lock:
            previous = self._found.get(folder, ())
        listed = tuple(complete_list(found, previous, skipped))
        with self._lock:
            if look < self._latest.get(folder, 0):
                return self._found[folder]
            self._latest[folder] = look
            self._found[folder] = listed
            self._skipped[folder] = tuple(skipped)
            self._forget(folder)
        self._remember(folder)
        return listed

    def discover_unless_named(self, folder: Path) -> None:
        """Look for environments, unless `--python` names one: then no other counts for a check."""
        if self._given is None:
            self.discover(folder)
        else:
            with self._lock:
                self._found.setdefault(folder, ())

    def outdate(self, folder: Path) -> None:
        """Have looks at a folder that are under way count no more: what they see is changing.

        The first one counts: nothing is known without it.
        """
        with self._lock:
            self._looks += 1
            if folder in self._found:
                self._latest[folder] = self._looks

    def skipped(self, folder: Path) -> tuple[SkippedPlace, ...]:
        """Return what the last `discover` of a folder did not look at to the end."""
        with self._lock:
            return self._skipped.get(folder, ())

    def _remember(self, folder: Path) -> None:
        """Keep what a folder uses for the next start."""
        state = self.state_of(folder)
        chosen = state.selection.environment if state else None
        # What one call was given, or was started in, says nothing about the next.
        if self._given is None and (chosen is None or chosen is not self._activated):
            with contextlib.suppress(OSError):
                self._remembered.remember(folder, chosen)

    def _first_found(self, folder: Path) -> tuple[Environment, ...]:
        """Return what is known to be there before anything was looked for."""
        environment = self._remembered.recall(folder)
        return () if environment is None else (environment,)

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
        selection = self._selection(folder, found, file)
        project = self.project_of(folder, file)
        tool = tool_of(project) if not own else None
        command = tool.command if tool is not None else ""
        state = EnvironmentState(folder, selection, own, project, command)
        with self._lock:
            # What was concluded while a choice or a discovery came in may be out of date.
            if generation == self._generation:
                self._states[folder, file] = state
        return state

    def first_state_of(self, folder: Path, file: Path | None = None) -> EnvironmentState | None:
        """Return what is known of a folder before `discover` was called, from a few files.

        None where only discovery can tell: where a folder is new, and has none of the usual
        environments. Takes some hundred microseconds.
        """
        selection = self._selection(folder, self._first_found(folder), file)
        if selection.environment is None:
            return None
        return EnvironmentState(folder, selection, project=self.project_of(folder, file))

    def _selection(
        self, folder: Path, found: tuple[Environment, ...], file: Path | None
    ) -> Selection:
        """Return the environment to use, and why."""
        if self._given:
            return Selection(self._given, explicit=True, reason="named by --python")
        from pinwise.environments.selection import select  # noqa: PLC0415 - as for `discover`

        selection = select(folder, found, self._wishes(folder), file=file)
        if selection.environment is not None:
            environment = self._verified(selection.environment)
            selection = dataclasses.replace(selection, environment=environment)
        chosen = selection.environment
        if selection.asked_for or (chosen is not None and not chosen.is_base):
            return selection
        if self._activated:
            return Selection(self._activated, explicit=True, reason="activated in the terminal")
        if chosen is None:
            return selection
        return _requested(selection, self.project_of(folder, file), found)

    def _wishes(self, folder: Path) -> Wishes:
        """Return what is asked for in a workspace folder."""
        from pinwise.environments.selection import Wishes  # noqa: PLC0415 - as for `discover`

        return Wishes(
            choice=self._choices.choice,
            followed=self._followed.get(folder),
            settings=self._settings_of(folder),
            trusted=self._trusted,
        )

    def _settings_of(self, folder: Path) -> PythonSettings:
        """Return the settings of the Python extensions for a folder, else those for all."""
        for key in (folder, None):
            if key in self._python_settings:
                return self._python_settings[key]
        return NO_SETTINGS

    def project_of(self, folder: Path, file: Path | None) -> Path:
        """Return the project folder that a file belongs to: the nearest upward, or `folder`.

        A project has files or an environment of its own, or the user chose one for it; see
        `environments.project_folders`.
        """
        return project_of(folder, file, self.projects(folder)) if file else folder

    def home_of(self, folder: Path, environment: Environment) -> Path:
        """Return the project folder in `folder` that an environment was made for, else `folder`."""
        with self._lock:
            found = self._found.get(folder, ())
        known = (item.project for item in found if item.prefix == environment.prefix)
        home = environment.project or next(known, None)
        if environment.is_base or (home is not None and not home.is_relative_to(folder)):
            return folder
        return home or self.project_of(folder, environment.prefix)

    def projects(self, folder: Path) -> tuple[Path, ...]:
        """Return the folders inside a workspace folder that have an environment of their own.

        Those that discovery linked to an environment, or for which the user chose one; sorted.
        """
        with self._lock:
            found = self._found.get(folder, ())
        own = {item.project for item in found if item.project is not None and not item.is_base}
        inside = {place for place in own if place != folder and place.is_relative_to(folder)}
        return tuple(sorted(inside | {*self._choices.folders_below(folder)}))

    def target_of(self, folder: Path, file: Path | None = None) -> Target | None:
        """Return the interpreter to judge requirements for; None where none is known."""
        state = self.state_of(folder, file)
        if state is not None:
            chosen = state.selection.environment
        else:
            # At the very start the usual places are looked at, so that a first answer is right.
            chosen = self._selection(folder, self._first_found(folder), file).environment
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
        if chosen is None or (chosen.is_base and not selection.asked_for):
            return None
        try:
            return Version(installed(chosen).get(_PIP, ""))
        except InvalidVersion:
            return None

    def installed_of(
        self, folder: Path, file: Path | None = None
    ) -> Mapping[NormalizedName, str] | None:
        """Return the version of each distribution in the environment that is judged, by name.

        None where there is none (`judged_environment`). Costs a look at its folders.
        """
        judged = judged_environment(self.state_of(folder, file))
        return installed(judged) if judged is not None else None

    def at(self, folder: Path, path: Path | None, file: Path | None = None) -> Environment | None:
        """Return the environment at a prefix or interpreter.

        With None the one that the folder uses, or the project of `file` in it.
        """
        if path is not None:
            return inspect(path)
        state = self.state_of(folder, file)
        return state.selection.environment if state else None

    # The user's choices.

    def select(self, folder: Path, path: Path | None, file: Path | None = None) -> None:
        """Record the user's choice for a folder; None returns to the automatic selection.

        Args:
            folder: the workspace folder.
            path: a prefix or an interpreter.
            file: a file whose project is meant, where the folder holds several.

        Raises:
            SelectionError: there is no environment or interpreter at `path`.
            OSError: the choice cannot be stored.
        """
        if path is not None:
            chosen = _inspected(path)
            path = chosen.executable if chosen.is_base else chosen.prefix
        self._choices.set_choice(self.project_of(folder, file), path)
        with self._lock:
            self._forget(folder)

    def follow(self, folder: Path, path: Path | None, by: str, *, chosen_now: bool = False) -> None:
        """Use what another extension of the editor uses for a folder, until told otherwise.

        Args:
            folder: the workspace folder.
            path: a prefix or an interpreter; None where there is nothing to follow any more.
            by: the extension, for a person.
            chosen_now: whether the user chose it there this moment. The last choice counts, so
                that an earlier one made in Pinwise is forgotten.

        Raises:
            OSError: the earlier choice cannot be forgotten.
        """
        from pinwise.environments.selection import Followed  # noqa: PLC0415 - as for `discover`

        if path is None:
            self._followed.pop(folder, None)
        else:
            self._followed[folder] = Followed(path, by)
        if chosen_now and path is not None and self._choices.choice(folder) is not None:
            self._choices.set_choice(folder, None)
        with self._lock:
            self._forget(folder)

    def set_python_settings(self, folder: Path | None, settings: PythonSettings) -> bool:
        """Take the settings of the Python extensions for a folder, or with None those for all.

        Returns:
            whether they changed, so that environments are to be looked for anew.
        """
        if self._python_settings.get(folder, NO_SETTINGS) == settings:
            return False
        self._python_settings[folder] = settings
        with self._lock:
            for known in [*self._found]:
                self._forget(known)
        return True

    def drop(self, folders: Collection[Path]) -> None:
        """Drop what was found for folders that were closed, and what was followed there."""
        with self._lock:
            for folder in folders:
                self._forget(folder)
                self._found.pop(folder, None)
                self._skipped.pop(folder, None)
                self._latest.pop(folder, None)
                self._followed.pop(folder, None)
                self._python_settings.pop(folder, None)

    def set_trust(self, *, trusted: bool) -> None:
        """Follow the user's decision about the workspace."""
        self._trusted = trusted
        with self._lock:
            for folder in [*self._found]:
                self._forget(folder)

    def verify(self, folder: Path) -> bool:
        """Start the selected environment's interpreter once, and remember what is wrong with it.

        Only what the user's grant of trust allows: nothing of the environment's packages runs.

        Returns:
            whether that changed what is known. Takes some 10 milliseconds, 5 s at most. Safe from
            any thread.
        """
        state = self.state_of(folder) or self.first_state_of(folder)
        chosen = state.selection.environment if state else None
        if not self._trusted or chosen is None or chosen.broken:
            return False
        from pinwise.environments.verification import verify  # noqa: PLC0415 - starts a process

        problem = verify(chosen)
        if problem is None:
            return False
        self._verified.note(chosen, problem)
        with self._lock:
            self._forget(folder)
        return True

    def silence(self, folder: Path, notice: str) -> None:
        """Record that a notice is not wanted in a folder any more.

        Raises:
            OSError: it cannot be stored.
        """
        self._choices.silence(folder, notice)

    def silenced(self, folder: Path, notice: str) -> bool:
        """Return whether the user does not want a notice in a folder."""
        return notice in self._choices.silenced(folder)

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


def _requested(selection: Selection, project: Path, found: tuple[Environment, ...]) -> Selection:
    """Return the base Python that the project asks for, else the selection as it is.

    Without an environment, what counts is the Python that one would be made from.
    """
    from pinwise.environments.base_choice import (  # noqa: PLC0415 - as for `discover`
        NoSuchPythonError,
        choose_base,
        requested_python,
    )

    request = requested_python(project)
    if not request.text:
        return selection
    try:
        base = choose_base(request, (item for item in found if item.is_base))
    except NoSuchPythonError:
        return selection
    reason = f"the folder has no environment; {request.origin} asks for this Python"
    return Selection(base, explicit=False, reason=reason)
