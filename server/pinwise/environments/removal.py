"""Deleting an environment, and what must never be deleted as one: `remove`."""

from __future__ import annotations

import os
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.base.paths import absolute
from pinwise.base.progress import NoProgress, Progress
from pinwise.environments.aside import discard, sweep
from pinwise.environments.conda import FOLDER as CONDA_META
from pinwise.environments.inspection import inspect
from pinwise.environments.pyvenv_cfg import NAME as PYVENV_CFG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.environments.types import Environment

_SOURCES: Final = (
    *(".git", ".hg", ".svn", ".bzr"),
    *("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "requirements.in", "Pipfile"),
    *("package.json", "Cargo.toml", "go.mod", "Makefile", "README.md"),
)
"""What no tool puts into an environment, and every project has some of.

`python -m venv .` makes the project's own folder an environment: deleting it would delete both.
"""


class RemovalFailure(Enum):
    """Why an environment was not deleted."""

    NO_ENVIRONMENT = "no-environment"
    """There is nothing, or something else."""
    PROTECTED = "protected"
    """More than an environment would go: a Python, a project, Pinwise itself."""
    IN_USE = "in-use"
    """There is no permission, or, on Windows, a program in it runs."""


class RemovalError(Exception):
    """Nothing was deleted; the message is a sentence or two for a person.

    Attributes:
        failure: the kind of obstacle.
    """

    def __init__(self, message: str, failure: RemovalFailure) -> None:
        super().__init__(message)
        self.failure = failure


def removable(prefix: Path, workspace: Sequence[Path] = ()) -> Environment:
    """Return the environment at `prefix`, if it may be deleted.

    It may if its own record says that it is one (`pyvenv.cfg`, PEP 405, or `conda-meta`), and if
    nothing else would go with it. Costs an inspection and some looks at the disk.

    Args:
        prefix: its folder, or a link to it.
        workspace: the open folders.

    Raises:
        RemovalError: it may not.
    """
    prefix = absolute(prefix)
    name = prefix.name
    if not os.path.lexists(prefix):
        message = f"{prefix} does not exist."
        raise RemovalError(message, RemovalFailure.NO_ENVIRONMENT)
    environment = inspect(prefix) if prefix.is_dir() else None
    if environment is not None and environment.is_base:
        message = f"{prefix} is an installation of Python and no environment: it is not deleted."
        raise RemovalError(message, RemovalFailure.PROTECTED)
    recorded = any(os.path.lexists(prefix / record) for record in (PYVENV_CFG, CONDA_META))
    if environment is None or environment.prefix != prefix or not recorded:
        message = f"`{name}` is no environment: it has neither {PYVENV_CFG} nor {CONDA_META}."
        raise RemovalError(message, RemovalFailure.NO_ENVIRONMENT)
    # A link alone goes, and nothing behind it.
    if not prefix.is_symlink():
        _protect(prefix, workspace)
    return environment


def _protect(prefix: Path, workspace: Sequence[Path]) -> None:
    """Refuse what is more than an environment."""
    name = prefix.name
    ours = (Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable))
    if any(_holds(prefix, path) for path in ours):
        message = f"Pinwise itself runs in `{name}`: use one that is installed elsewhere."
        raise RemovalError(message, RemovalFailure.PROTECTED)
    if any(_holds(prefix, path) for path in (*workspace, Path.home())):
        message = f"`{name}` holds the folder that you work in: nothing is deleted there."
        raise RemovalError(message, RemovalFailure.PROTECTED)
    found = next((entry for entry in _SOURCES if os.path.lexists(prefix / entry)), None)
    if found is not None:
        message = f"`{name}` holds a project too ({found}): nothing is deleted there."
        raise RemovalError(message, RemovalFailure.PROTECTED)


def _holds(prefix: Path, path: Path) -> bool:
    """Whether a path is, or lies in, the folder `prefix`, by its real place."""
    here = os.path.normcase(os.path.realpath(prefix))
    there = os.path.normcase(os.path.realpath(path))
    return there == here or there.startswith(here.rstrip(os.sep) + os.sep)


def caution(environment: Environment, workspace: Sequence[Path]) -> str:
    """Return what a person should know before it is deleted, as one sentence; "" for nothing."""
    prefix = environment.prefix
    if prefix.is_symlink():
        return f"It is a link: what it leads to, {os.path.realpath(prefix)}, stays."
    if workspace and not any(_holds(folder, prefix) for folder in workspace):
        return "It lies outside this folder, and other projects may use it."
    checkouts = prefix / "src"
    # pip puts what is installed with `-e` from version control there, where people edit it.
    if checkouts.is_dir() and any(checkouts.iterdir()):
        return "It holds source code in `src`, which is deleted with it."
    return ""


def remove(
    prefix: Path, *, workspace: Sequence[Path] = (), progress: Progress | None = None
) -> Environment:
    """Delete the environment at `prefix`, and return what it was.

    It gets another name first, in one step: it is there, or it is gone. Of a link only the link
    goes, and links inside are not followed. Seconds for a large one; blocks the thread, and does
    not stop half way.

    Raises:
        RemovalError: it may not be deleted (`removable`), or cannot; nothing was.
    """
    progress = progress or NoProgress()
    environment = removable(prefix, workspace)
    progress.report(f"Deleting {environment.name}")
    try:
        discard(environment.prefix)
    except OSError as error:
        # Windows says the same of a folder in which a program runs.
        why = (
            "there is no permission, or a program in it runs"
            if isinstance(error, PermissionError)
            else str(error.strerror)
        )
        message = f"`{environment.name}` cannot be deleted: {why}."
        raise RemovalError(message, RemovalFailure.IN_USE) from error
    sweep(environment.prefix)
    return environment
