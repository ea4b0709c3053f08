"""Making an environment: `create`."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from enum import Enum
from typing import TYPE_CHECKING, Final, get_args

from pinwise.base.paths import absolute
from pinwise.base.progress import NoProgress, Progress
from pinwise.base.records import record
from pinwise.environments import creators
from pinwise.environments.alone import alone
from pinwise.environments.aside import clear, discard, put_back, set_aside, sweep
from pinwise.environments.base_choice import NoSuchPythonError, find_base
from pinwise.environments.half_made import half_made
from pinwise.environments.inspection import inspect
from pinwise.environments.locks import HeldError
from pinwise.environments.processes import run
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pinwise.base.cancellation import CancelToken
    from pinwise.environments.types import Environment

_TIMEOUT_SECONDS: Final = 300.0
_SHOWN_LINES: Final = 12
_LEAST_SPACE: Final = 16 * 1024 * 1024
"""Bytes: an environment with pip takes about as much."""
_FORBIDDEN_IN_NAMES: Final = re.compile(
    r'[<>:"|?*\x00-\x1f/\\]|^\.{1,2}$|[ .]$|^$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)',
    re.IGNORECASE,
)
"""What Windows refuses is refused everywhere: a project is shared."""
_RESERVED: Final = frozenset({".git", ".hg", ".svn", ".bzr", "node_modules", "__pycache__"})
"""Folders of other tools, in lower case: an environment in their place confuses those."""

DOTENV: Final = ".env"
"""The name of a file of variables, which Docker Compose, dotenv and editors read."""


def name_warning(name: str) -> str:
    """Return a sentence about a name that other tools use for something else; "" for others."""
    if name != DOTENV:
        return ""
    return f"Many tools expect a file of variables at `{DOTENV}` and may stumble over a folder."


def there_already(environment: Environment) -> str:
    """Return a sentence about an environment that has the name that a new one was to have."""
    kind = "a broken environment" if environment.broken else "an environment"
    version = f" with Python {environment.version}" if environment.version else ""
    return f"`{environment.name}` is {kind}{version} already."


class CreationFailure(Enum):
    """Why an environment was not made."""

    EXISTS = "exists"
    """There is an environment already: offer to recreate it."""
    OCCUPIED = "occupied"
    """A file, or a folder with other things in it, has the name, or it is being made already."""
    INVALID_NAME = "invalid-name"
    NO_PYTHON = "no-python"
    """No base Python is what was asked for."""
    CANNOT = "cannot"
    """The creator lacks something: ensurepip, uv."""
    NO_PERMISSION = "no-permission"
    DISK_FULL = "disk-full"
    TOOL_FAILED = "tool-failed"


class CreationError(Exception):
    """The environment was not made, and nothing of it is left.

    Attributes:
        failure: the kind of obstacle.
        lines: the last lines that the tool printed; may be empty.
        command: what the user can run to remove the obstacle, or "".
    """

    def __init__(
        self,
        message: str,
        failure: CreationFailure,
        *,
        lines: Sequence[str] = (),
        command: str = "",
    ) -> None:
        super().__init__(message)
        self.failure = failure
        self.lines = tuple(lines[-_SHOWN_LINES:])
        self.command = command


class EnvironmentExistsError(CreationError):
    """There is an environment of that name already, and replacing it was not asked for.

    Attributes:
        environment: the one that is there, which may be broken.
    """

    def __init__(self, message: str, environment: Environment) -> None:
        super().__init__(message, CreationFailure.EXISTS)
        self.environment = environment


@record(frozen=True, slots=True)
class CreateRequest:
    """What to make.

    Attributes:
        folder: the project's folder, absolute.
        name: the name of the environment's folder in it.
        base: the base interpreter, or the prefix of one; None to choose by `python_request`.
        creator: the tool. "virtualenv" is the fastest that brings pip, and works where
            `ensurepip` is missing.
        python_request: a version, "3.12", or a specifier set, ">=3.10"; "" for what the project
            asks for, else the newest.
        replace: whether to replace an environment that is there. It is kept until the new one is
            whole, and comes back if that fails.
        workspace: the workspace folders, in which no base interpreter or tool is looked for.
        system_site_packages: whether it is to see the packages of its base Python.
        prompt: what activated shells show instead of its name; "" for the name.
    """

    folder: Path
    name: str = ".venv"
    base: Path | None = None
    creator: creators.Creator = "virtualenv"
    python_request: str = ""
    replace: bool = False
    workspace: tuple[Path, ...] = ()
    system_site_packages: bool = False
    prompt: str = ""


def create(
    request: CreateRequest,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    prepare: Callable[[], None] | None = None,
    finish: Callable[[Environment], None] | None = None,
) -> Environment:
    """Make an environment and return it, as inspection sees it.

    It is made in place, because an environment records its own path. What this call did not make
    is never deleted; what it made is deleted again if it fails or is cancelled. Of several calls
    for the same place at a time, in whatever process, one makes it and the others are refused.

    Args:
        request: what to make.
        progress: told of each step.
        cancel: ends it.
        prepare: changes what is there before, as no other call for the same place can meanwhile;
            what it raises ends this one.
        finish: belongs to the making, such as an installation: called with the new environment
            while one that is replaced still waits; what it raises undoes everything.

    Raises:
        CreationError: it was not made; `EnvironmentExistsError` where there is one already.
        CancelledError: `cancel` was cancelled; nothing is left.

    About half a second with virtualenv, several seconds with `venv`; blocks the thread.
    """
    progress = progress or NoProgress()
    # A link to the folder stays itself: the environment records the path that the user knows.
    folder = absolute(request.folder)
    if not _is_name(request.name):
        message = f"`{_text(request.name)}` cannot be the name of an environment's folder."
        raise CreationError(message, CreationFailure.INVALID_NAME)
    destination = folder / request.name
    if os.pathsep in str(folder):
        # virtualenv and `venv` refuse it too, since no shell could put it on PATH.
        message = f"The path {folder} holds `{os.pathsep}`, which separates the folders of PATH."
        message = f"{message} Rename the folder to make an environment there."
        raise CreationError(message, CreationFailure.INVALID_NAME)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(alone(destination))
        except HeldError as error:
            message = f"`{request.name}` is being made, changed or deleted already."
            raise CreationError(message, CreationFailure.OCCUPIED) from error
        if prepare is not None:
            prepare()
        sweep(destination)
        environment = _create(request, destination, progress, cancel, finish)
    progress.report(f"Made {request.name}", 1.0)
    return environment


def _is_name(name: str) -> bool:
    """Whether an environment's folder may have a name, which has to be text."""
    if _FORBIDDEN_IN_NAMES.search(name) or name.lower() in _RESERVED:
        return False
    return _text(name) == name


def _text(name: str) -> str:
    """Return a name with a mark in place of what is no text, such as bytes of the shell."""
    return name.encode(errors="replace").decode()


def _create(
    request: CreateRequest,
    destination: Path,
    progress: Progress,
    cancel: CancelToken | None,
    finish: Callable[[Environment], None] | None,
) -> Environment:
    """Make it, while nobody else of ours makes the same."""
    folder = destination.parent
    previous = _occupant(destination, replace=request.replace)
    progress.report("Choosing a Python")
    workspace = request.workspace or (folder,)
    try:
        base, version = find_base(
            folder, request.base, request.python_request, workspace=workspace, cancel=cancel
        )
    except NoSuchPythonError as error:
        raise CreationError(str(error), CreationFailure.NO_PYTHON) from error
    progress.report(f"Making {request.name} with Python {version}".rstrip())
    _refuse_full_disk(folder)
    with _owned(destination, previous):
        plan = _plan(request, destination, base, version, workspace)
        _run(plan, progress, cancel)
        environment = inspect(destination)
        if environment is None or environment.broken:
            problems = [problem.message for problem in environment.problems] if environment else []
            message = f"{plan.tool} ended without an error, but made no usable environment."
            raise CreationError(message, CreationFailure.TOOL_FAILED, lines=problems)
        _ignore_in_git(destination)
        if finish is not None:
            finish(environment)
        # Between its last step and here the user may have cancelled.
        if cancel is not None:
            cancel.check()
    return environment


def _occupant(destination: Path, *, replace: bool) -> Environment | None:
    """Return the environment that will be replaced, or None where the name is free.

    Raises:
        CreationError: the name is taken by something that must not be replaced.
    """
    name = destination.name
    if not os.path.lexists(destination):
        return None
    if not destination.is_dir():
        kind = _kind_of(destination)
        if name == DOTENV:
            kind += " of variables that other tools read"
        message = f"`{name}` is {kind}, which Pinwise does not replace: choose another name."
        raise CreationError(message, CreationFailure.OCCUPIED)
    unfinished = half_made(destination)
    environment = unfinished or inspect(destination)
    if environment is not None and not environment.is_base:
        if environment.kind is EnvironmentKind.UNKNOWN and unfinished is None:
            # Scripts alone do not prove that everything else in the folder may be deleted.
            message = f"`{name}` lacks its pyvenv.cfg and holds other things: delete it by hand."
            raise CreationError(message, CreationFailure.OCCUPIED)
        if replace:
            return environment
        raise EnvironmentExistsError(there_already(environment), environment)
    _refuse_other_things(destination)
    return None


def _kind_of(path: Path) -> str:
    """Return what is at a path that is no folder."""
    try:
        path.stat()
    except OSError as error:
        in_circle = error.errno == errno.ELOOP
        return f"a link that leads {'in a circle' if in_circle else 'nowhere'}"
    return "a file"


def _refuse_other_things(destination: Path) -> None:
    if destination.is_symlink():
        message = f"`{destination.name}` is a link to a folder: choose another name."
        raise CreationError(message, CreationFailure.OCCUPIED)
    if any(destination.iterdir()):
        message = f"The folder `{destination.name}` holds other things: choose another name."
        raise CreationError(message, CreationFailure.OCCUPIED)


def _refuse_full_disk(folder: Path) -> None:
    """Refuse where not even an empty environment has room: half of one would be written first."""
    with contextlib.suppress(OSError):
        usage = shutil.disk_usage(folder)
        # Some network drives tell no sizes.
        if usage.total and usage.free < _LEAST_SPACE:
            raise _disk_full()


def _plan(
    request: CreateRequest,
    destination: Path,
    base: Path,
    version: str,
    workspace: tuple[Path, ...],
) -> creators.Plan:
    if request.creator not in get_args(creators.Creator):
        # Settings come from files, which may hold any word.
        message = f"`{request.creator}` is no creator: it is virtualenv, venv or uv."
        raise CreationError(message, CreationFailure.CANNOT)
    try:
        if request.creator == "uv":
            plan = creators.plan_uv(destination, base, workspace)
        elif request.creator == "venv":
            plan = creators.plan_venv(destination, base, version)
        else:
            plan = creators.plan_virtualenv(destination, base, version)
    except creators.PlanError as error:
        raise CreationError(str(error), CreationFailure.CANNOT, command=error.command) from error
    # All three have these options.
    options = ["--system-site-packages"] if request.system_site_packages else []
    if request.prompt:
        options.append(f"--prompt={request.prompt}")
    return plan._replace(command=(*plan.command, *options))


def _run(plan: creators.Plan, progress: Progress, cancel: CancelToken | None) -> None:
    def show(line: str) -> None:
        step = creators.step_of(line)
        if step is not None:
            progress.report(step)

    try:
        completed = run(
            plan.command,
            environ=plan.environ,
            timeout=_TIMEOUT_SECONDS,
            cancel=cancel,
            on_line=show,
        )
    except OSError as error:
        message = f"{plan.tool} cannot be started: {error.strerror}."
        raise CreationError(message, CreationFailure.TOOL_FAILED) from error
    if completed.timed_out:
        message = f"{plan.tool} took longer than {_TIMEOUT_SECONDS:.0f} seconds and was ended."
        raise CreationError(message, CreationFailure.TOOL_FAILED, lines=completed.lines)
    if completed.code != 0:
        message, failure = creators.diagnosis(plan.tool, completed.lines)
        raise CreationError(message, CreationFailure(failure), lines=completed.lines)


@contextlib.contextmanager
def _owned(destination: Path, previous: Environment | None) -> Iterator[None]:
    """Own the folder for the length of the block; undo everything if the block raises.

    An environment that is replaced waits beside under another name, and returns to its own if the
    block raises: it records its path, so that it works again only there.
    """
    kept: Path | None = None
    existed = previous is None and destination.is_dir()
    if existed:
        # Choosing a Python takes its time, in which other programs may have used the folder.
        _refuse_other_things(destination)
    try:
        if previous is not None:
            kept = set_aside(destination)
        if not existed:
            destination.mkdir()
    except OSError as error:
        _put_back(kept, destination)
        raise _refusal(destination, error) from error
    try:
        yield
    except BaseException:
        clear(destination)
        if existed:
            destination.mkdir(exist_ok=True)
        _put_back(kept, destination)
        raise
    if kept is not None:
        # The new one is whole: an old one that cannot be deleted is no failure of it.
        with contextlib.suppress(OSError):
            discard(kept)


def _put_back(kept: Path | None, destination: Path) -> None:
    if kept is not None:
        put_back(kept, destination)


def _disk_full() -> CreationError:
    return CreationError("The disk is full.", CreationFailure.DISK_FULL)


def _refusal(destination: Path, error: OSError) -> CreationError:
    """Return what to say where the folder itself cannot be made."""
    folder = destination.parent
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        message = f"There is no permission to write in {folder}."
        return CreationError(message, CreationFailure.NO_PERMISSION)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _disk_full()
    if error.errno == errno.ENOENT:
        message = f"The folder {folder} does not exist."
        return CreationError(message, CreationFailure.NO_PERMISSION)
    if error.errno == errno.EEXIST:
        message = f"`{destination.name}` is being made by another program."
        return CreationError(message, CreationFailure.OCCUPIED)
    message = f"The folder {destination} cannot be made: {error.strerror}."
    return CreationError(message, CreationFailure.TOOL_FAILED)


def _ignore_in_git(destination: Path) -> None:
    """Keep the environment out of git, as virtualenv, uv and `venv` from 3.13 on do themselves."""
    ignore = destination / ".gitignore"
    # Without the file the environment is whole nevertheless.
    with contextlib.suppress(OSError):
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
