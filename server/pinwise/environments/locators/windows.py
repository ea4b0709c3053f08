"""Base interpreters of Windows: installers, the install manager, the Store, scoop, WinPython.

Everything is found by folders and by the registry (PEP 514). `py list` would tell the same, but
starts a process.
"""
# ruff: noqa: PTH113, PTH118, PTH119, PTH202 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.locators.registry import registered_pythons, store_packages
from pinwise.environments.locators.system import interpreters_in
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator

_STORE_PACKAGE: Final = "PythonSoftwareFoundation.Python."


def windows_pythons(places: Places) -> Iterator[Candidate]:
    """Yield the installations of Windows; nothing on other systems.

    What the registry names is looked at before it is believed: uninstallers leave keys behind. A
    file of no bytes is the Store's alias, which opens the Store when it is started.
    """
    if not places.windows:
        return
    seen: set[str] = set()
    for executable in registered_pythons(places.registry) if places.registry else ():
        places.cancel.check()
        if is_program(executable) and not places.in_workspace(executable):
            yield Candidate(executable)
    for folder, kind in _folders(places):
        places.cancel.check()
        if folder in seen:
            continue
        seen.add(folder)
        for executable in interpreters_in(folder, windows=True):
            if not places.in_workspace(executable):
                yield Candidate(executable, kind)


def is_program(path: str) -> bool:
    """Whether a file is there and is no alias of zero bytes."""
    try:
        return os.path.isfile(path) and os.path.getsize(path) > 0
    except OSError:
        return False


def _folders(places: Places) -> Iterator[tuple[str, EnvironmentKind | None]]:
    local = places.variable("LOCALAPPDATA") or places.in_home("AppData", "Local")
    # The installers of python.org, and the install manager (PEP 773).
    for parent in (os.path.join(local, "Programs", "Python"), os.path.join(local, "Python")):
        for folder in children(parent):
            yield folder, None
    for variable in ("ProgramFiles", "ProgramFiles(x86)", "SystemDrive"):
        root = places.environ.get(variable, "")
        for folder in children(root + os.sep) if root else ():
            if os.path.basename(folder).lower().startswith("python"):
                yield folder, None
    yield from _store(places)
    for root in (places.variable("SCOOP"), places.in_home("scoop"), _scoop_for_all(places)):
        for application in children(os.path.join(root, "apps")) if root else ():
            if os.path.basename(application).lower().startswith(("python", "pypy", "winpython")):
                # `current` is a link to one of the versions beside it, and comes last.
                for version in children(application):
                    yield version, None
    yield from _winpython(places)


def _store(places: Places) -> Iterator[tuple[str, EnvironmentKind | None]]:
    """Yield the folders of the Store's packages.

    Listing their parent is forbidden to most users; what lies in a package may be read, and the
    registry names each.
    """
    if places.registry:
        for package in store_packages(places.registry, _STORE_PACKAGE):
            yield package, EnvironmentKind.STORE
    programs = places.environ.get("ProgramFiles", "")
    for package in children(os.path.join(programs, "WindowsApps")) if programs else ():
        if os.path.basename(package).startswith(_STORE_PACKAGE):
            yield package, EnvironmentKind.STORE


def _scoop_for_all(places: Places) -> str:
    data = places.variable("PROGRAMDATA")
    return places.variable("SCOOP_GLOBAL") or (os.path.join(data, "scoop") if data else "")


def _winpython(places: Places) -> Iterator[tuple[str, EnvironmentKind | None]]:
    """Yield `WPy64-31241/python-3.12.4.amd64`, which is unpacked wherever its user likes."""
    drive = places.environ.get("SystemDrive", "")
    for parent in (
        places.in_home(),
        places.in_home("Downloads"),
        places.in_home("Desktop"),
        places.in_home("Documents"),
        drive + os.sep if drive else "",
    ):
        for folder in children(parent) if parent else ():
            if os.path.basename(folder).lower().startswith(("wpy64-", "wpy32-", "winpython")):
                for inner in children(folder):
                    if os.path.basename(inner).lower().startswith("python"):
                        yield inner, None
