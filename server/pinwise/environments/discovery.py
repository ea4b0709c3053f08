"""Finding environments and base interpreters, by reading folders: `discover`."""

from __future__ import annotations

import dataclasses
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.environments.inspection import inspect
from pinwise.environments.layout import WINDOWS
from pinwise.environments.locators.active import active_environments
from pinwise.environments.locators.conda_roots import conda_environments
from pinwise.environments.locators.managers import managed_pythons
from pinwise.environments.locators.places import Candidate, Places
from pinwise.environments.locators.project import project_environments
from pinwise.environments.locators.system import system_pythons
from pinwise.environments.locators.tools import tool_environments
from pinwise.environments.types import Environment, EnvironmentKind
from pinwise.environments.version_numbers import is_prerelease, version_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_LOGGER = logging.getLogger(__name__)

_BASES: Final[tuple[Callable[[Places], Iterator[Candidate]], ...]] = (
    managed_pythons,
    system_pythons,
)
_ALL: Final = (
    project_environments,
    active_environments,
    tool_environments,
    conda_environments,
    *_BASES,
)
_KINDS_OF_BASES: Final = frozenset(
    {
        EnvironmentKind.PYENV,
        EnvironmentKind.UV_PYTHON,
        EnvironmentKind.ASDF,
        EnvironmentKind.MISE,
        EnvironmentKind.RYE,
    }
)


def discover(  # noqa: PLR0913 - the surroundings, which tests replace
    folders: Sequence[Path],
    *,
    environ: Mapping[str, str] | None = None,
    home: Path | None = None,
    cancel: CancelToken | None = None,
    windows: bool = WINDOWS,
    macos: bool = sys.platform == "darwin",
) -> Iterator[Environment]:
    """Yield every environment and base interpreter, as it is found, without starting anything.

    Those of `folders` come first, then the active one, those that tools and conda keep, and the
    base interpreters. Each comes once, under the path where it was found first. A locator that
    fails is logged and the others go on.

    Args:
        folders: the workspace folders; environments are looked for down to depth 4 in each.
        environ: the environment variables; those of this process by default.
        home: the home folder; that of this user by default.
        cancel: stops between two folders.
        windows: whether to expect the layouts of Windows.
        macos: whether to look where macOS keeps Pythons.

    Raises:
        CancelledError: `cancel` was cancelled.

    A few milliseconds for a usual machine, and about 20 microseconds for each folder of the
    workspace.
    """
    places = _places(folders, environ, home, cancel, windows=windows, macos=macos)
    yield from _find(places, _ALL)


def base_interpreters(
    folders: Sequence[Path] = (),
    *,
    environ: Mapping[str, str] | None = None,
    home: Path | None = None,
    cancel: CancelToken | None = None,
) -> list[Environment]:
    """Return the base interpreters, the one to prefer first (see `by_preference`).

    Args:
        folders: the workspace folders, in which no base interpreter is looked for.
        environ: the environment variables; those of this process by default.
        home: the home folder; that of this user by default.
        cancel: stops between two folders.

    Raises:
        CancelledError: `cancel` was cancelled.

    About a millisecond for each ten interpreters.
    """
    places = _places(
        folders, environ, home, cancel, windows=WINDOWS, macos=sys.platform == "darwin"
    )
    return by_preference(found for found in _find(places, _BASES) if found.is_base)


def by_preference(bases: Iterable[Environment]) -> list[Environment]:
    """Sort base interpreters, the one to prefer first.

    Usable ones come before broken ones, releases before pre-releases, ordinary builds before
    free-threaded ones, CPython before others, and then the newest first. Equal ones stay in the
    order given.
    """
    return sorted(
        bases,
        key=lambda base: (
            not base.broken,
            not is_prerelease(base.version),
            not base.free_threaded,
            base.implementation == "cpython",
            version_key(base.version),
        ),
        reverse=True,
    )


def _places(  # noqa: PLR0913 - fills in the defaults of the functions above
    folders: Sequence[Path],
    environ: Mapping[str, str] | None,
    home: Path | None,
    cancel: CancelToken | None,
    *,
    windows: bool,
    macos: bool,
) -> Places:
    return Places(
        folders=tuple(folders),
        environ=os.environ if environ is None else environ,
        home=Path.home() if home is None else home,
        cancel=CancelToken() if cancel is None else cancel,
        windows=windows,
        macos=macos,
    )


def _find(
    places: Places, locators: Iterable[Callable[[Places], Iterator[Candidate]]]
) -> Iterator[Environment]:
    seen: set[str] = set()
    for locator in locators:
        try:
            for candidate in locator(places):
                places.cancel.check()
                environment = _identified(candidate, places)
                if environment is None:
                    continue
                identity = _identity(environment)
                if identity not in seen:
                    seen.add(identity)
                    yield environment
        except CancelledError:
            raise
        except Exception:
            # A failing locator fails alone: the picker must not be empty because of one.
            _LOGGER.exception("looking for environments failed in %s", locator.__name__)


def _identity(environment: Environment) -> str:
    """Return what makes two findings the same: the real prefix, or a base's real interpreter.

    Several base interpreters share a prefix such as `/usr`.
    """
    path = environment.executable if environment.is_base else environment.prefix
    return os.path.normcase(os.path.realpath(path))


def _identified(candidate: Candidate, places: Places) -> Environment | None:
    environment = inspect(Path(candidate.path), windows=places.windows)
    if environment is None:
        return None
    if environment.is_base and places.in_workspace(str(environment.executable)):
        return None
    kind = candidate.kind
    fits = kind is not None and (kind in _KINDS_OF_BASES) == environment.is_base
    project = None if candidate.project is None else Path(candidate.project)
    if kind is not None and fits:
        return dataclasses.replace(environment, kind=kind, project=project)
    return dataclasses.replace(environment, project=project) if project else environment
