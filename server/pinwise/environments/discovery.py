"""Finding environments and base interpreters, by reading folders: `discover`."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.base.cancellation import CancelToken
from pinwise.environments.inspection import inspect
from pinwise.environments.layout import WINDOWS
from pinwise.environments.locating import Locator, run_locators
from pinwise.environments.locators.active import active_environments
from pinwise.environments.locators.ancestors import ancestor_environments
from pinwise.environments.locators.conda_roots import conda_environments
from pinwise.environments.locators.hatch import hatch_environments
from pinwise.environments.locators.homes import collected_environments
from pinwise.environments.locators.isolated import isolated_environments
from pinwise.environments.locators.managers import managed_pythons
from pinwise.environments.locators.named import named_environments
from pinwise.environments.locators.pdm import pdm_environments
from pinwise.environments.locators.places import Candidate, Places
from pinwise.environments.locators.poetry import poetry_environments
from pinwise.environments.locators.project import project_environments
from pinwise.environments.locators.registry import system_registry
from pinwise.environments.locators.system import system_pythons
from pinwise.environments.locators.windows import windows_pythons
from pinwise.environments.locators.workon import workon_environments
from pinwise.environments.types import Environment, EnvironmentKind
from pinwise.environments.version_numbers import is_prerelease, version_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pinwise.environments.locators.registry import Registry
    from pinwise.environments.types import SkippedPlace

_BASES: Final = (
    Locator("managers", "Pythons of version managers", managed_pythons),
    Locator("windows", "Pythons of Windows", windows_pythons),
    Locator("system", "Pythons of the system", system_pythons),
)
_ALL: Final = (
    # A large repository takes longer than a list of environments does, and asks for more.
    Locator("project", "folders of the project", project_environments, seconds=5.0),
    Locator("ancestors", "folders above", ancestor_environments),
    Locator("active", "activated environments", active_environments),
    Locator("poetry", "environments of poetry", poetry_environments),
    Locator("workon", "environments of virtualenvwrapper and pipenv", workon_environments),
    Locator("hatch", "environments of hatch", hatch_environments),
    Locator("pdm", "environments of pdm", pdm_environments),
    Locator("homes", "environments in the home folder", collected_environments),
    Locator("named", "environments that settings name", named_environments),
    Locator("conda", "environments of conda and pixi", conda_environments),
    *_BASES,
    Locator("isolated", "environments of pipx and uv tools", isolated_environments),
)
_KINDS_OF_BASES: Final = frozenset(
    {
        EnvironmentKind.PYENV,
        EnvironmentKind.UV_PYTHON,
        EnvironmentKind.ASDF,
        EnvironmentKind.MISE,
        EnvironmentKind.RYE,
        EnvironmentKind.STORE,
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
    root: str = "/",
    registry: Registry | None = None,
    named: Iterable[Path] = (),
    tell_skipped: Callable[[SkippedPlace], None] | None = None,
    give_way: Callable[[], None] | None = None,
) -> Iterator[Environment]:
    """Yield every environment and base interpreter, as it is found, without starting anything.

    Those of `folders` come first, then the active one, those that tools and conda keep, and the
    base interpreters. Each comes once, under the path where it was found first; only where a slow
    locator was overtaken, and then finds what another one had found, it comes again, and the
    later one counts (`complete_list`). A locator that fails is logged, one that exceeds its
    deadline is left behind, and the others go on.

    Args:
        folders: the workspace folders; environments are looked for down to depth 4 in each.
        environ: the environment variables; those of this process by default.
        home: the home folder; that of this user by default.
        cancel: stops between two folders.
        windows: whether to expect the layouts of Windows.
        macos: whether to look where macOS keeps Pythons.
        root: where the system's own folders begin.
        registry: the registry of Windows; this machine's by default.
        named: further folders that hold environments, which settings name.
        tell_skipped: is told of what was not looked at to the end.
        give_way: called on other threads before each folder of the workspace; waits while
            something else is more urgent.

    Raises:
        CancelledError: `cancel` was cancelled.

    A few milliseconds for a usual machine, and about 20 microseconds for each folder of the
    workspace; 5 seconds at most where a disk hangs.
    """
    places = _places(folders, environ, home, cancel, windows=windows, macos=macos)
    places = dataclasses.replace(
        places,
        root=root,
        registry=registry or places.registry,
        named=tuple(map(str, named)),
        give_way=give_way or places.give_way,
    )
    yield from _find(places, _ALL, tell_skipped)


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
    return by_preference(found for found in _find(places, _BASES, None) if found.is_base)


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
        registry=system_registry(),
    )


def _find(
    places: Places,
    locators: Sequence[Locator],
    tell_skipped: Callable[[SkippedPlace], None] | None,
) -> Iterator[Environment]:
    best: dict[str, int] = {}
    skip = tell_skipped or (lambda _skipped: None)
    for environment, rank, identity in run_locators(locators, places, _identified, skip):
        if rank < best.get(identity, len(locators)):
            best[identity] = rank
            yield environment


def complete_list(
    found: Iterable[Environment],
    previous: Iterable[Environment] = (),
    skipped: Iterable[SkippedPlace] = (),
) -> list[Environment]:
    """Return findings in the order of what to prefer, each once: for when `discover` has ended.

    Environments come in the order of the locators, and then the base interpreters
    (`by_preference`). Of one that came twice the later counts, as `discover` says. What was found
    before by locators that were skipped now is kept: a list must not lose its environments
    because a disk did not answer this once.

    Args:
        found: what `discover` yielded.
        previous: the last list.
        skipped: what `discover` told of.

    Some 20 microseconds for each.
    """
    order = {locator.name: rank for rank, locator in enumerate(_ALL)}
    unique = {_identity(environment): environment for environment in found}
    now = {(environment.prefix, environment.executable) for environment in unique.values()}
    names = {place.locator for place in skipped}
    # Nothing of these is looked at, since their disk may still hang.
    kept = [
        environment
        for environment in previous
        if environment.found_by in names and (environment.prefix, environment.executable) not in now
    ]
    ordered = sorted(
        (*unique.values(), *kept),
        key=lambda environment: order.get(environment.found_by, len(order)),
    )
    bases = by_preference(environment for environment in ordered if environment.is_base)
    return [environment for environment in ordered if not environment.is_base] + bases


def _identity(environment: Environment) -> str:
    """Return what makes two findings the same: the real prefix, or a base's real interpreter.

    Several base interpreters share a prefix such as `/usr`.
    """
    path = environment.executable if environment.is_base else environment.prefix
    return os.path.normcase(os.path.realpath(path))


def _identified(candidate: Candidate, places: Places) -> tuple[Environment, str] | None:
    environment = inspect(Path(candidate.path), windows=places.windows)
    if environment is None:
        return None
    if environment.is_base and places.in_workspace(str(environment.executable)):
        return None
    kind = candidate.kind
    fits = kind is not None and (kind in _KINDS_OF_BASES) == environment.is_base
    project = None if candidate.project is None else Path(candidate.project)
    if kind is not None and fits:
        environment = dataclasses.replace(environment, kind=kind, project=project)
    elif project is not None:
        environment = dataclasses.replace(environment, project=project)
    return environment, _identity(environment)
