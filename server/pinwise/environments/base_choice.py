"""Which base Python a new environment is made from."""

from __future__ import annotations

import importlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.base.tuples import NamedTuple
from pinwise.environments.base_installs import base_install
from pinwise.environments.discovery import base_interpreters, by_preference
from pinwise.environments.inspection import inspect
from pinwise.environments.small_files import read_small
from pinwise.environments.version_numbers import feature_version, is_complete

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pinwise.base.cancellation import CancelToken
    from pinwise.environments.types import Environment

_LARGEST_PROJECT: Final = 1_048_576
_VERSION_LINE = re.compile(
    r"(?:(?:c?python|cpython)[-@]?)?(?P<version>3(?:\.\d+){0,2}(?:(?:a|b|rc)\d+)?)(?P<threads>t|\+freethreaded)?(?:[-+].*)?"
)


_INTERPRETERS: Final = ("python", "pypy", "graalpy")


class PythonRequest(NamedTuple):
    """What a new environment's Python has to be.

    Attributes:
        text: a version, "3.12" or "3.12.1", or a specifier set, ">=3.10,<3.13"; "" for any.
        origin: who asks for it, for a person: "`.python-version`"; "" for nobody.
    """

    text: str = ""
    origin: str = ""


class NoSuchPythonError(Exception):
    """No base interpreter is what was asked for; the message is a sentence for a person."""


def requested_python(folder: Path) -> PythonRequest:
    """Return what the project at `folder` asks for.

    `.python-version` counts first, of this folder or of one above it up to the root of the
    repository, as pyenv and uv read it: the first line that is a version. Lines that name an
    environment of pyenv-virtualenv, or `system`, ask for nothing. Then `requires-python` of the
    folder's `pyproject.toml`. Files that cannot be read ask for nothing.
    """
    for place in (folder, *folder.parents):
        version = _version_file(place / ".python-version")
        if version:
            return PythonRequest(version, "`.python-version`")
        # `Path.exists` raises where the folder may not be looked into.
        if os.path.exists(place / ".git"):  # noqa: PTH110
            break
    specifier = _requires_python(folder / "pyproject.toml")
    return PythonRequest(specifier, "`requires-python` of pyproject.toml" if specifier else "")


def choose_base(request: PythonRequest, bases: Iterable[Environment]) -> Environment:
    """Return the best of `bases` that the request allows (`by_preference`, newest first).

    Where an exact version is asked for that is not there, another one of the same X.Y is taken:
    what a project pins is usually what its author happened to have.

    Raises:
        NoSuchPythonError: none fits, or the request is no version.
    """
    ordered = [base for base in by_preference(bases) if base.version and not base.broken]
    fitting = [base for base in ordered if _fits(base, request.text)]
    if not fitting and is_complete(request.text) and request.text[0].isdigit():
        fitting = [base for base in ordered if _fits(base, feature_version(request.text))]
    if fitting:
        return fitting[0]
    if not ordered:
        message = "No Python was found on this machine to make the environment from."
        raise NoSuchPythonError(message)
    asks = f"{request.origin} asks for" if request.origin else "The request is for"
    there = list(dict.fromkeys(base.version for base in ordered))
    installed = f"installed {'is' if len(there) == 1 else 'are'} {', '.join(there)}"
    message = f"{asks} Python {request.text}, which is not installed; {installed}."
    raise NoSuchPythonError(message)


def find_base(
    folder: Path,
    named: Path | None = None,
    request: str = "",
    *,
    workspace: tuple[Path, ...] = (),
    cancel: CancelToken | None = None,
) -> tuple[Path, str]:
    """Return the interpreter to make an environment from, and its version; "" where not known.

    Args:
        folder: the project's.
        named: an interpreter, or the prefix of one; of an environment, that which it was made
            from is taken, since it may itself be about to be replaced.
        request: without `named`, a version or a specifier set; "" for what the project asks for.
        workspace: the workspace folders, in which no base interpreter is looked for.
        cancel: ends the search.

    Raises:
        NoSuchPythonError: there is none.
        CancelledError: `cancel` was cancelled.
    """
    if named is None:
        wanted = PythonRequest(request) if request else requested_python(folder)
        base = choose_base(wanted, base_interpreters(workspace or (folder,), cancel=cancel))
        return base.executable, base.version
    found = inspect(named)
    if found is not None and not found.broken:
        return _below(found)
    # What the user names is tried even where its files are of no known layout.
    if found is None and _may_be_python(named):
        return named.absolute(), ""
    message = f"There is no usable Python at {named}."
    raise NoSuchPythonError(message)


def is_of(environment: Environment, named: Path | None, request: str) -> bool:
    """Whether an environment has the Python that somebody asked for, as `find_base` is asked.

    Another patch release of one X.Y is as good: environments follow those of their base. True
    where nothing was asked for, or a version is not known; False where a request is none.
    """
    if not environment.version:
        return True
    if named is not None:
        found = inspect(named)
        request = found.version if found is not None else ""
    if is_complete(request) and request[0].isdigit():
        request = feature_version(request)
    try:
        return fits(environment.version, request)
    except NoSuchPythonError:
        return False


def _may_be_python(path: Path) -> bool:
    """Whether a file is a program that is called a Python, by its own name or where it leads."""
    names = (path.name.lower(), os.path.basename(os.path.realpath(path)).lower())  # noqa: PTH119
    named = any(kind in name for name in names for kind in _INTERPRETERS)
    return named and path.is_file() and os.access(path, os.X_OK)


def _below(environment: Environment) -> tuple[Path, str]:
    """Return the interpreter that an environment was made from, and its version."""
    if not environment.is_base and environment.base_prefix != environment.prefix:
        install = base_install(str(environment.executable))
        if install is not None:
            return Path(install.executable), install.version
    return environment.executable, environment.version


def fits(version: str, request: str) -> bool:
    """Whether a version is what a request asks for: "3.12" allows 3.12.1, ">=3.10" all later.

    Raises:
        NoSuchPythonError: the request is neither a version nor a specifier set (PEP 440).
    """
    if not request:
        return True
    if request[0].isdigit():
        bare = request.rstrip("t")
        return version == bare or version.startswith(f"{bare}.") or feature_version(version) == bare
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - rarely needed

    try:
        return SpecifierSet(request).contains(version, prereleases=True)
    except InvalidSpecifier as error:
        message = f"`{request}` is neither a Python version nor a version specifier."
        raise NoSuchPythonError(message) from error


def _fits(base: Environment, request: str) -> bool:
    # A trailing `t` asks for a build without the GIL; without it such builds merely come last.
    wants_threads = request[:1].isdigit() and request.endswith("t")
    return fits(base.version, request) and (base.free_threaded or not wants_threads)


def _version_file(path: Path) -> str:
    try:
        text = read_small(path)
    except OSError:
        return ""
    for line in text.splitlines():
        match = _VERSION_LINE.fullmatch(line.strip())
        if match is not None:
            return match["version"] + ("t" if match["threads"] else "")
    return ""


def _requires_python(path: Path) -> str:
    # The reader is part of Python from 3.11 on; importing it takes a few milliseconds.
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        project = toml.loads(read_small(path, limit=_LARGEST_PROJECT)).get("project")
    except (OSError, ValueError):
        return ""
    value = project.get("requires-python") if isinstance(project, dict) else None
    return value.strip() if isinstance(value, str) else ""
