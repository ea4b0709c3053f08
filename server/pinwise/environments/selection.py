"""Which environment a folder uses, and why: the order of the automatic selection."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.base.records import record
from pinwise.environments.choices import folder_key
from pinwise.environments.discovery import by_preference
from pinwise.environments.inspection import inspect
from pinwise.environments.layout import on_network
from pinwise.environments.locators.places import is_inside
from pinwise.environments.locators.pointers import pointed_at
from pinwise.environments.project_tools import environment_of_tool
from pinwise.environments.python_settings import (
    INTERPRETER,
    NO_SETTINGS,
    PythonSettings,
    named_interpreter,
)
from pinwise.environments.types import Environment, EnvironmentKind, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_CONVENTIONAL: Final = (".venv", "venv", "env", ".env")
_TEST_RUNNERS: Final = frozenset({EnvironmentKind.TOX, EnvironmentKind.NOX})


@record(frozen=True, slots=True)
class Followed:
    """The environment that another extension of the editor uses for a workspace folder.

    Attributes:
        path: its prefix or interpreter.
        by: the extension, for a person: "Python Environments".
    """

    path: Path
    by: str


@record(frozen=True, slots=True)
class Wishes:
    """What is asked for, as opposed to what is found.

    Attributes:
        choice: returns what the user chose for a folder.
        followed: what another extension uses.
        settings: the settings of the Python extensions.
        trusted: whether what the workspace's own settings name counts.
        environ: the environment variables; those of this process by default.
        home: the user's home folder, likewise.
    """

    choice: Callable[[Path], Path | None]
    followed: Followed | None = None
    settings: PythonSettings = NO_SETTINGS
    trusted: bool = True
    environ: Mapping[str, str] = dataclasses.field(default_factory=lambda: os.environ)
    home: Path = dataclasses.field(default_factory=Path.home)


def select(
    folder: Path, found: Iterable[Environment], wishes: Wishes, *, file: Path | None = None
) -> Selection:
    """Return the environment that `folder` uses, and why.

    The order, which docs/environments.md tells users, too:

    1. the user's choice, for the folder of `file` or the next one upward that has one;
    2. for each folder from that of `file` up to the workspace folder, and there only after what
       another extension uses and what the workspace's settings name:
       VIRTUAL_ENV or CONDA_PREFIX, where it lies in that folder or is made for it; the default of
       `.python-envs` (PEP 832); `.venv`; that of the tool which the lock file names; the folder's
       other environments, whole ones first;
    3. that of the nearest folder above, up to the root of the repository: the members of a uv or
       pixi workspace share it;
    4. what the user's settings name;
    5. the base interpreter to prefer.

    What the user or PEP 832 names is never silently replaced by another: broken, it is selected
    with its problems. Where it is gone, nothing is, but for the base interpreter that a folder
    without an environment is judged for: that one is installed into only where somebody says so.

    Args:
        folder: the workspace folder.
        found: what `discover` found. What an earlier step of the order answers needs none of
            it, so that an empty collection serves at the start.
        wishes: what is asked for.
        file: a file in the folder that is being looked at. In a folder with several projects
            the environment nearest to it, upward, is selected.

    A few hundred microseconds.
    """
    found = tuple(found)
    chosen = _chosen(folder, found, wishes, file)
    if chosen is not None and not chosen.unusable:
        return chosen
    automatic = _automatically(folder, found, wishes, file)
    if chosen is None:
        return automatic
    taken = automatic.environment
    if taken is None or not taken.is_base or automatic.asked_for:
        return chosen
    return dataclasses.replace(automatic, reason=f"{automatic.reason}; {chosen.reason}")


def _chosen(
    folder: Path, found: tuple[Environment, ...], wishes: Wishes, file: Path | None
) -> Selection | None:
    """Return what the user chose, None where they chose nothing."""
    for owner in _upward(folder, file):
        choice = wishes.choice(owner)
        if choice is None:
            continue
        chosen = _at(choice, found)
        if chosen is not None:
            return Selection(chosen, explicit=True, reason="chosen by you")
        shown = choice.relative_to(folder) if choice.is_relative_to(folder) else choice
        reason = f"the environment that you chose, {shown}, is gone"
        # Still a choice, which can be taken back.
        return Selection(None, explicit=True, reason=reason, unusable=True)
    return None


def _automatically(
    folder: Path, found: tuple[Environment, ...], wishes: Wishes, file: Path | None
) -> Selection:
    """Return what the folder uses where the user chose nothing."""
    notes: list[str] = []
    for step in (_nearest, _above, _default_of_user, _base):
        selection = step(folder, found, wishes, file, notes)
        if selection is not None:
            return dataclasses.replace(selection, reason="; ".join([selection.reason, *notes]))
    reason = "the folder has no environment, and no Python was found"
    return Selection(None, explicit=False, reason="; ".join([reason, *notes]))


def _nearest(
    folder: Path,
    found: tuple[Environment, ...],
    wishes: Wishes,
    file: Path | None,
    notes: list[str],
) -> Selection | None:
    """Return the environment of the nearest folder that has one."""
    for owner in _upward(folder, file):
        selection = _wished(folder, found, wishes, notes) if owner == folder else None
        selection = selection or _automatic(owner, found, wishes.environ)
        notes += _named_in_vain(owner)
        if selection is not None:
            return selection
    return None


def _above(
    folder: Path,
    found: tuple[Environment, ...],
    _wishes: Wishes,
    _file: Path | None,
    _notes: list[str],
) -> Selection | None:
    """Return the environment of the nearest folder above that has one.

    How far above is discovery's business: it links none to a folder outside of the repository.
    """
    shared = [
        environment
        for environment in found
        if not environment.is_base
        and environment.kind not in _TEST_RUNNERS
        and environment.project in folder.parents
        and environment.prefix.exists()
    ]
    best = min(
        shared,
        key=lambda environment: (-len((environment.project or folder).parts), _rank(environment)),
        default=None,
    )
    if best is None or best.project is None:
        return None
    return Selection(
        best, explicit=False, reason=f"{best.name} in {best.project.name}, the folder above"
    )


def _wished(
    folder: Path, found: tuple[Environment, ...], wishes: Wishes, notes: list[str]
) -> Selection | None:
    """Return what another extension uses for the workspace folder, or its settings name."""
    if wishes.followed is not None and not on_network(str(wishes.followed.path)):
        # What an extension names may be gone, or no Python at all: it is looked at like any path.
        environment = _at(wishes.followed.path, found)
        if environment is not None:
            reason = f"used by {wishes.followed.by}"
            return Selection(environment, explicit=False, reason=reason, named=True)
    if not wishes.settings.of_workspace:
        return None
    if not wishes.trusted:
        notes.append("the settings of the workspace count once you trust it")
        return None
    return _of_settings(wishes.settings.of_workspace, folder, wishes, notes)


def _default_of_user(
    folder: Path,
    _found: tuple[Environment, ...],
    wishes: Wishes,
    _file: Path | None,
    notes: list[str],
) -> Selection | None:
    """Return what the user's settings name, which is for folders that have nothing better."""
    return _of_settings(wishes.settings.of_user, folder, wishes, notes)


def _of_settings(written: str, folder: Path, wishes: Wishes, notes: list[str]) -> Selection | None:
    named = named_interpreter(written, folder, wishes.environ, wishes.home)
    if named is None:
        return None
    if named.environment is None:
        notes.append(named.problem)
        return None
    reason = f"named by {INTERPRETER}"
    return Selection(named.environment, explicit=False, reason=reason, named=True)


def _base(
    _folder: Path,
    found: tuple[Environment, ...],
    _wishes: Wishes,
    _file: Path | None,
    _notes: list[str],
) -> Selection | None:
    """Return the base interpreter to prefer."""
    bases = by_preference(environment for environment in found if environment.is_base)
    if not bases:
        return None
    reason = "the folder has no environment; this is the newest Python found"
    return Selection(bases[0], explicit=False, reason=reason)


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
    return (
        _named(folder, found)
        or _dot_venv(folder)
        or _of_tool(folder, own, environ)
        or _conventional(folder, own)
    )


def _belongs(environment: Environment, folder: Path) -> bool:
    """Whether an environment is this folder's own, and not that of a project inside it."""
    return (
        not environment.is_base
        and environment.kind not in _TEST_RUNNERS
        and environment.project is not None
        and folder_key(environment.project) == folder_key(folder)
        # It may have been deleted since discovery.
        and environment.prefix.exists()
    )


def _active(folder: Path, own: list[Environment], environ: Mapping[str, str]) -> Environment | None:
    """Return the environment that is activated, if it is one for this folder.

    One of conda's usually lies elsewhere, where nothing says which folder it is for: only one
    that is kept in the folder, or that discovery linked to it, counts.
    """
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        value = environ.get(name, "")
        if not os.path.isabs(value):  # noqa: PTH117 - it may be empty
            continue
        prefix = Path(value)
        for environment in own:
            if environment.prefix == prefix:
                return environment
        if folder_key(prefix.parent) == folder_key(folder):
            environment_here = inspect(prefix)
            if environment_here is not None and not environment_here.is_base:
                return environment_here
    return None


def _named(folder: Path, found: tuple[Environment, ...]) -> Selection | None:
    """Return what `.python-envs` makes the default: its last line, after which `.venv` counts.

    PEP 832: if the default cannot be used, another must not be picked silently. A path that
    leaves the folder is shown by the picker, but not selected without being asked.
    """
    lines = pointed_at(str(folder / ".python-envs"))
    if not lines or _dot_venv(folder) is not None:
        return None
    default = Path(lines[-1])
    if not is_inside(str(default), (folder,)):
        reason = f".python-envs names {default}, outside the folder: choose it if you want it"
        return Selection(None, explicit=False, reason=reason, unusable=True)
    environment = _at(default, found)
    if environment is None:
        reason = f".python-envs names {default.name} as the default, which is no environment"
        return Selection(None, explicit=False, reason=reason, unusable=True)
    return Selection(environment, explicit=False, reason="the default of .python-envs")


def _dot_venv(folder: Path) -> Selection | None:
    """Return `.venv`, a folder, a link, or a file that names one."""
    environment = inspect(folder / ".venv")
    if environment is not None and not environment.is_base:
        return Selection(environment, explicit=False, reason=".venv in the folder")
    for path in pointed_at(str(folder / ".venv")):
        environment = None if on_network(path) else inspect(Path(path))
        if environment is not None and not environment.is_base:
            return Selection(environment, explicit=False, reason="named by the file .venv")
    return None


def _named_in_vain(folder: Path) -> Iterator[str]:
    """Yield what files of the folder name that is not there: why they were passed over.

    A name alone in `.venv` may be one of virtualenvwrapper's, and servers are not asked.
    """
    for name in (".venv", ".pdm-python"):
        for path in pointed_at(str(folder / name)):
            if Path(path).parent != folder and not on_network(path) and inspect(Path(path)) is None:
                what = "is no environment" if os.path.lexists(path) else "does not exist"
                yield f"the file {name} names {path}, which {what}"


def _of_tool(folder: Path, own: list[Environment], environ: Mapping[str, str]) -> Selection | None:
    """Return the environment of the tool that the project is managed with."""
    found = environment_of_tool(folder, own, environ)
    if found is None:
        return None
    tool, environment = found
    return Selection(environment, explicit=False, reason=f"the environment that {tool.name} uses")


def _conventional(folder: Path, own: list[Environment]) -> Selection | None:
    """Return the best of the folder's others."""
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
