"""Making an environment anew with the same Python and the same packages: `repair`."""

from __future__ import annotations

import os
import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.base.paths import absolute
from pinwise.base.records import record
from pinwise.environments import creators
from pinwise.environments.aside import discard, kept_beside, put_back
from pinwise.environments.base_choice import (
    NoSuchPythonError,
    PythonRequest,
    choose_base,
    find_base,
    requested_python,
)
from pinwise.environments.base_installs import base_install
from pinwise.environments.creation import CreateRequest, CreationError, CreationFailure, create
from pinwise.environments.discovery import base_interpreters
from pinwise.environments.inspection import inspect
from pinwise.environments.installation import install
from pinwise.environments.kept_packages import packages_to_keep, sources_gone
from pinwise.environments.removal import RemovalError, RemovalFailure, removable
from pinwise.environments.types import EnvironmentKind
from pinwise.environments.version_numbers import feature_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.environments.types import Environment

_CONDA: Final = frozenset({EnvironmentKind.CONDA, EnvironmentKind.PIXI})
_CONDA_FILES: Final = ("environment.yml", "environment.yaml")


@record(frozen=True, slots=True)
class Repair:
    """What will be done, to be shown to a person before.

    Attributes:
        environment: the old one, which is replaced; where an earlier repair was interrupted, what
            it set aside.
        destination: where the new one will be.
        python: the interpreter to make it from.
        version: its version.
        same_python: whether that is the X.Y that the old one was made with.
        chosen: whether a person named the Python, who wants another one than it had.
        packages: what is installed in the old one, as lines of a requirements file; what came
            from a folder as `-e`.
        leftovers: what interrupted repairs set aside, oldest first; deleted in the end.
        lost: what cannot be installed again: it was to be edited, and its folder is gone.
    """

    environment: Environment
    destination: Path
    python: Path
    version: str
    same_python: bool
    packages: tuple[str, ...]
    leftovers: tuple[Path, ...] = ()
    lost: tuple[str, ...] = ()
    chosen: bool = False


def plan_repair(
    prefix: Path,
    *,
    base: Path | None = None,
    python_request: str = "",
    workspace: Sequence[Path] = (),
    cancel: CancelToken | None = None,
) -> Repair:
    """Work out how the environment at `prefix` can be made anew; changes nothing.

    The same Python is the one that it was made from, where that is there and still of the same
    X.Y; else another one of that X.Y; else the one that the project asks for.

    Args:
        prefix: its folder, or what an interrupted repair set aside from there.
        base: the interpreter to make it from, or the prefix of one.
        python_request: a version, "3.12", or a specifier set, where `base` is None; "" for the
            same Python.
        workspace: the workspace folders, in which no base interpreter is looked for.
        cancel: ends the search for one.

    Raises:
        RemovalError: what is there must not be replaced.
        CreationError: there is no Python to make it from, or another tool owns it.
        CancelledError: `cancel` was cancelled.

    Some milliseconds of reading folders.
    """
    prefix = absolute(prefix)
    destination = _behind_link(_destination(prefix), workspace)
    leftovers = kept_beside(destination)
    there = os.path.lexists(destination) and not _is_empty(destination)
    if not there and not leftovers:
        # It says what is missing.
        removable(destination, workspace)
    old = removable(destination if there else leftovers[0], workspace)
    # The oldest is the last one that was whole, and knows what was installed.
    oldest = inspect(leftovers[0]) if leftovers else None
    environment = oldest or old
    if environment.kind in _CONDA:
        raise _of_conda(environment, destination)
    chosen = base is not None or bool(python_request)
    try:
        if chosen:
            python, version = find_base(
                destination.parent,
                base,
                python_request,
                workspace=tuple(workspace),
                cancel=cancel,
            )
        else:
            python, version = _python(environment, destination.parent, workspace, cancel)
    except NoSuchPythonError as error:
        raise CreationError(str(error), CreationFailure.NO_PYTHON) from error
    made_with = feature_version(environment.version)
    return Repair(
        environment=environment,
        destination=destination,
        python=python,
        version=version,
        same_python=not made_with or feature_version(version) == made_with,
        packages=packages_to_keep(environment),
        leftovers=leftovers,
        lost=sources_gone(environment),
        chosen=chosen,
    )


def repair(  # noqa: PLR0913 - the settings of one call
    planned: Repair,
    *,
    creator: creators.Creator,
    files: Sequence[Path] = (),
    reinstall: bool = True,
    working_directory: Path | None = None,
    workspace: Sequence[Path] = (),
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Environment:
    """Make the environment anew, install into it, and only then delete the old one.

    The old one waits beside, and comes back if anything fails or is cancelled. A repair that is
    ended between two steps leaves it there, where the next one finds it.

    Args:
        planned: the answer of `plan_repair`.
        creator: the tool to make it with; what uv made is made by uv again, if it is there.
        files: the project's requirements files; without any, what was installed is installed
            again, in the versions that it had.
        reinstall: whether to install at all.
        working_directory: what relative paths in the files are relative to; the project's folder
            by default.
        workspace: the workspace folders, in which no tool is looked for.
        progress: told of each step.
        cancel: ends it.

    Raises:
        RemovalError: what is there now must not be replaced; nothing was changed.
        CreationError: it was not made; the old one is back.
        InstallationError: it was made, and an installation failed; the old one is back.
        CancelledError: `cancel` was cancelled; the old one is back.

    Seconds to minutes; blocks the thread.
    """
    destination = planned.destination
    folder = working_directory or destination.parent
    restored: list[Path | None] = []
    request = CreateRequest(
        destination.parent,
        destination.name,
        planned.python,
        _creator(planned.environment, creator, workspace),
        replace=True,
        workspace=tuple(workspace) or (folder,),
        system_site_packages=planned.environment.system_site_packages,
        prompt=planned.environment.prompt,
    )

    def prepare() -> None:
        # What looks like the leavings of a repair may be those of one that is under way.
        restored.append(_restore(planned))
        # Since the plan, while a question stood, anything may have come into it.
        if os.path.lexists(destination) and not _is_empty(destination):
            removable(destination, workspace)

    def fill(environment: Environment) -> None:
        if files:
            _install(environment, files)
        elif planned.packages:
            with tempfile.TemporaryDirectory(prefix="pinwise-") as place:
                listed = Path(place) / "installed.txt"
                listed.write_text("\n".join(planned.packages) + "\n", encoding="utf-8")
                _install(environment, [listed])

    def _install(environment: Environment, chosen: Sequence[Path]) -> None:
        install(
            environment,
            chosen,
            working_directory=folder,
            progress=progress,
            cancel=cancel,
            workspace=workspace,
        )

    made = create(
        request,
        progress=progress,
        cancel=cancel,
        prepare=prepare,
        finish=fill if reinstall else None,
    )
    for kept in planned.leftovers:
        if kept not in restored:
            _forget(kept)
    return made


def _of_conda(environment: Environment, destination: Path) -> CreationError:
    """Return what to tell of an environment that conda or pixi makes, from their own files."""
    name = destination.name
    if environment.kind is EnvironmentKind.PIXI:
        message = f"`{name}` belongs to pixi, which makes it anew from its own files."
        return CreationError(message, CreationFailure.CANNOT, command="pixi clean && pixi install")
    homes = [environment.project, destination.parent]
    files = (home / file for home in homes if home is not None for file in _CONDA_FILES)
    file = next(filter(Path.is_file, files), None)
    if file is None:
        message = f"`{name}` belongs to conda, and no environment.yml says what was in it."
        return CreationError(message, CreationFailure.CANNOT)
    message = f"`{name}` belongs to conda, which makes it anew from {file.name}."
    prefix = shlex.quote(str(destination))
    command = f"conda env remove --prefix {prefix} && conda env create --prefix {prefix}"
    command += f" --file {shlex.quote(str(file))}"
    return CreationError(message, CreationFailure.CANNOT, command=command)


def _restore(planned: Repair) -> Path | None:
    """Give the oldest of what was set aside its place again where that is free.

    Returns:
        where it was aside; None where nothing was moved.
    """
    destination = planned.destination
    if not planned.leftovers or (os.path.lexists(destination) and not _is_empty(destination)):
        return None
    try:
        if destination.is_dir():
            destination.rmdir()
        put_back(planned.leftovers[0], destination)
    except OSError as error:
        message = f"`{planned.leftovers[0].name}` cannot be renamed: {error.strerror}."
        raise CreationError(message, CreationFailure.NO_PERMISSION) from error
    return planned.leftovers[0]


def _is_empty(path: Path) -> bool:
    """Whether it is a folder without anything in it: what a repair makes first."""
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def _forget(kept: Path) -> None:
    """Delete what an earlier repair left, if it still is what may be deleted."""
    try:
        removable(kept)
        discard(kept)
    except (RemovalError, OSError):
        # It stays where it is, and is told again.
        return


def _destination(prefix: Path) -> Path:
    """Return where the environment belongs that is, or was once, at `prefix`."""
    environment = inspect(prefix) if prefix.is_dir() else None
    name = environment.kept_for if environment is not None else ""
    return prefix.with_name(name) if name else prefix


def _behind_link(destination: Path, workspace: Sequence[Path]) -> Path:
    """Return where a link leads that stands for an environment: a link stays one.

    Raises:
        RemovalError: it leads out of the project, where others may use what is there.
    """
    if not destination.is_symlink():
        return destination
    target = Path(os.path.realpath(destination))
    homes = (destination.parent, *workspace)
    if any(target.is_relative_to(os.path.realpath(home)) for home in homes):
        return target
    message = f"`{destination.name}` is a link to {target}, outside of this folder."
    message = f"{message} Recreate that one, or delete the link."
    raise RemovalError(message, RemovalFailure.PROTECTED)


def _python(
    environment: Environment,
    folder: Path,
    workspace: Sequence[Path],
    cancel: CancelToken | None,
) -> tuple[Path, str]:
    """Return the interpreter to make it from, and its version."""
    made_with = feature_version(environment.version)
    for own in _bases_of(environment):
        if not made_with or feature_version(own[1]) == made_with:
            return own
    bases = tuple(base_interpreters(tuple(workspace) or (folder,), cancel=cancel))
    if not made_with:
        base = choose_base(requested_python(folder), bases)
    else:
        base = _another(environment.version, folder, bases)
    return base.executable, base.version


def _another(version: str, folder: Path, bases: Sequence[Environment]) -> Environment:
    """Return another base of that X.Y, else the one that the project asks for."""
    try:
        return choose_base(PythonRequest(version), bases)
    except NoSuchPythonError:
        return choose_base(requested_python(folder), bases)


def _bases_of(environment: Environment) -> Iterator[tuple[Path, str]]:
    """Yield the base interpreter that it links to, and that of the installation it names."""
    linked = base_install(str(environment.executable))
    if linked is not None:
        yield Path(linked.executable), linked.version
    # A copied interpreter, as on Windows, links to none.
    named = inspect(environment.base_prefix) if environment.base_prefix else None
    if named is not None and named.is_base:
        yield named.executable, named.version


def _creator(
    environment: Environment, wanted: creators.Creator, workspace: Sequence[Path]
) -> creators.Creator:
    """Return the tool to make it with: uv's users expect what uv makes."""
    if environment.kind is not EnvironmentKind.UV:
        return wanted
    try:
        creators.find_uv(workspace)
    except creators.PlanError:
        return wanted
    return "uv"
