"""Deleting an environment, and what must never be deleted as one: `remove`."""

from __future__ import annotations

import contextlib
import os
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.base.paths import absolute
from pinwise.base.progress import NoProgress, Progress
from pinwise.environments.alone import alone
from pinwise.environments.aside import discard, sweep
from pinwise.environments.conda import FOLDER as CONDA_META
from pinwise.environments.contents import contents_of
from pinwise.environments.half_made import half_made
from pinwise.environments.inspection import inspect
from pinwise.environments.layout import WINDOWS, library_folder, stdlib_name
from pinwise.environments.locks import HeldError
from pinwise.environments.pyvenv_cfg import NAME as PYVENV_CFG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.environments.types import Environment

_SOURCES: Final = (
    *(".git", ".hg", ".svn", ".bzr"),
    *("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "requirements.in", "Pipfile"),
    *("package.json", "Cargo.toml", "go.mod", "Makefile", "README.md", "manage.py"),
)
"""What no tool puts into an environment, and every project has some of.

`python -m venv .` makes the project's own folder an environment: deleting it would delete both.
"""

_USUAL: Final = frozenset(
    {
        *("bin", "scripts", "lib", "lib64", "include", "src", "share", "etc", "man", "local"),
        *(PYVENV_CFG, ".gitignore", ".hgignore", ".lock", "cachedir.tag", "tcl", "doc", "var"),
        *(".ds_store", "pip-selfcheck.json", ".project", "sbin", "libs", "dlls"),
    }
)
"""What tools and packages put into an environment, in lower case."""

_MOST_NAMED: Final = 3


class RemovalFailure(Enum):
    """Why an environment was not deleted."""

    NO_ENVIRONMENT = "no-environment"
    """There is nothing, or something else."""
    PROTECTED = "protected"
    """More than an environment would go: a Python, a project, Pinwise itself."""
    IN_USE = "in-use"
    """There is no permission, another call is at work on it, or, on Windows, a program in it
    runs."""


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
    # The root of a disk has no name.
    name = prefix.name or str(prefix)
    if not os.path.lexists(prefix):
        message = f"{prefix} does not exist."
        raise RemovalError(message, RemovalFailure.NO_ENVIRONMENT)
    environment = inspect(prefix) if prefix.is_dir() else None
    if environment is not None and (environment.is_base or _holds_stdlib(prefix)):
        message = f"{prefix} is an installation of Python and no environment: it is not deleted."
        raise RemovalError(message, RemovalFailure.PROTECTED)
    recorded = any(os.path.lexists(prefix / record) for record in (PYVENV_CFG, CONDA_META))
    remains = environment
    if not recorded:
        environment = half_made(prefix)
    if environment is None or environment.prefix != prefix:
        message = f"`{name}` is no environment: it has neither {PYVENV_CFG} nor {CONDA_META}."
        if remains is not None:
            # Scripts of an environment are left: what else lies there is not known.
            message = f"{message} It holds other things: delete it by hand."
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
    places = [Path(), *(Path(entry) for entry in _unusual(prefix) if _is_folder(prefix / entry))]
    sources = (place / entry for place in places for entry in _SOURCES)
    found = next((entry for entry in sources if os.path.lexists(prefix / entry)), None)
    if found is not None:
        message = f"`{name}` holds a project too ({found}): nothing is deleted there."
        raise RemovalError(message, RemovalFailure.PROTECTED)
    others = contents_of(prefix).environments
    if others:
        message = f"`{name}` holds other environments ({_listed(others)}): delete those first."
        raise RemovalError(message, RemovalFailure.PROTECTED)


def _holds_stdlib(prefix: Path) -> bool:
    """Whether a folder with a `pyvenv.cfg` has the standard library itself, as an installation.

    A stray `pyvenv.cfg` makes no environment of a Python. Conda's environments have their own
    library too; old ones of virtualenv link to that of their base.
    """
    if not os.path.lexists(prefix / PYVENV_CFG):
        return False
    library = Path(library_folder(os.fspath(prefix)))
    try:
        folders = [entry for entry in library.iterdir() if stdlib_name(entry.name)]
    except OSError:
        return False
    modules = [folder / "os.py" for folder in ([library] if WINDOWS else folders)]
    return any(_is_own_file(module, prefix) for module in modules)


def _is_own_file(path: Path, prefix: Path) -> bool:
    """Whether a file is there, and lies in the folder by its real place too."""
    real, own = os.path.realpath(path), os.path.realpath(prefix)
    return path.is_file() and real.startswith(os.path.join(own, ""))  # noqa: PTH118 - final separator


def _listed(names: Sequence[str]) -> str:
    """Return the first of some names; of more it says so."""
    shown = [f"`{name}`" for name in names[:_MOST_NAMED]]
    if len(names) > _MOST_NAMED:
        shown.append("more")
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]


def source_code(prefix: Path) -> str:
    """Return a sentence about source code that would be deleted with an environment, or "".

    Nobody who says yes beforehand has seen it: `caution` tells of it in a question.
    """
    if prefix.is_symlink():
        return ""
    sources = contents_of(prefix).sources
    if not sources:
        return ""
    return (
        f"`{prefix.name}` holds source code ({_listed(sources)}), which would be deleted with it."
    )


def _unusual(prefix: Path) -> list[str]:
    """Return the names in an environment's folder that no tool makes there, sorted.

    None of conda's: its packages put files wherever they like.
    """
    if os.path.lexists(prefix / CONDA_META):
        return []
    try:
        names = [entry.name for entry in prefix.iterdir()]
    except OSError:
        return []
    return sorted(name for name in names if name.lower() not in _USUAL)


def _is_folder(path: Path) -> bool:
    """Whether a folder is there, and no link to one, behind which nothing is deleted."""
    return path.is_dir() and not path.is_symlink()


def _holds(prefix: Path, path: Path) -> bool:
    """Whether a path is, or lies in, the folder `prefix`, by its real place.

    Folders are compared as the disk knows them: on one that ignores case, and where a folder is
    mounted twice, the same one has several real paths.
    """
    try:
        here = prefix.stat()
    except OSError:
        return False
    real = Path(os.path.realpath(path))
    for place in (path, *path.parents, real, *real.parents):
        # What does not exist lies in what does.
        with contextlib.suppress(OSError):
            if os.path.samestat(here, place.stat()):
                return True
    return False


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
    others = _unusual(prefix)
    if not others:
        return ""
    verb = "are" if len(others) > 1 else "is"
    return f"It holds {_listed(others)}, which {verb} deleted with it."


def remove(
    prefix: Path, *, workspace: Sequence[Path] = (), progress: Progress | None = None
) -> Environment:
    """Delete the environment at `prefix`, and return what it was.

    It gets another name first, in one step: it is there, or it is gone. Of a link only the link
    goes, and links inside are not followed. Seconds for a large one; blocks the thread, and does
    not stop half way. What another call, in whatever process, is just making is left to it.

    Raises:
        RemovalError: it may not be deleted (`removable`), or cannot; nothing was.
    """
    progress = progress or NoProgress()
    environment = removable(prefix, workspace)
    # What was set aside belongs to the call that makes the new one in its place.
    name = environment.kept_for or environment.name
    try:
        with alone(environment.prefix.with_name(name)):
            # What was there may have been replaced until nobody else could.
            environment = removable(prefix, workspace)
            progress.report(f"Deleting {environment.name}")
            _discard(environment)
            sweep(environment.prefix)
    except HeldError as error:
        message = f"`{name}` is being made, changed or deleted already."
        raise RemovalError(message, RemovalFailure.IN_USE) from error
    return environment


def _discard(environment: Environment) -> None:
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
