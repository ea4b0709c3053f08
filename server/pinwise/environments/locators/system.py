"""Base interpreters of the system: on PATH, and where systems put them."""
# ruff: noqa: PTH113, PTH117, PTH118, PTH202, PTH208 - plain strings, for speed

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pinwise.environments.layout import is_interpreter_name
from pinwise.environments.locators.places import Candidate, Places, children

if TYPE_CHECKING:
    from collections.abc import Iterator


def system_pythons(places: Places) -> Iterator[Candidate]:
    """Yield the interpreters on PATH and of the system's usual folders, in this order.

    Entries of PATH that are empty or relative mean the working directory, which may be anyone's;
    those of version managers (`shims`) hold scripts; those in the workspace may be planted. All
    are left out.
    """
    for folder in dict.fromkeys((*_path(places), *_usual_folders(places))):
        places.cancel.check()
        for executable in interpreters_in(folder, windows=places.windows):
            if not places.in_workspace(executable):
                yield Candidate(executable)


def _path(places: Places) -> Iterator[str]:
    separator = ";" if places.windows else ":"
    for entry in places.environ.get("PATH", "").split(separator):
        folder = entry.strip('"') if places.windows else entry
        # Windows' own shortcuts open the store when started (an empty file stands for each).
        shims = {"shims", "windowsapps"}
        parts = {part.lower() for part in folder.replace("\\", "/").split("/")}
        if os.path.isabs(folder) and shims.isdisjoint(parts) and not places.in_workspace(folder):
            yield os.path.normpath(folder)


def _usual_folders(places: Places) -> Iterator[str]:
    if places.windows:
        yield from _windows_folders(places)
        return
    yield from ("/usr/local/bin", "/usr/bin")
    for folder in children("/opt"):
        if os.path.basename(folder).lower().startswith("python"):  # noqa: PTH119 - a string
            yield os.path.join(folder, "bin")
    if not places.macos:
        yield "/home/linuxbrew/.linuxbrew/bin"
        return
    yield from ("/opt/homebrew/bin",)
    for framework in (
        "/Library/Frameworks/Python.framework/Versions",
        "/Library/Developer/CommandLineTools/Library/Frameworks/Python3.framework/Versions",
        "/Applications/Xcode.app/Contents/Developer/Library/Frameworks/Python3.framework/Versions",
    ):
        for version in children(framework):
            yield os.path.join(version, "bin")


def _windows_folders(places: Places) -> Iterator[str]:
    """Yield the folders of python.org's installers and of the install manager (PEP 773)."""
    local = places.variable("LOCALAPPDATA") or places.in_home("AppData", "Local")
    yield from children(os.path.join(local, "Programs", "Python"))
    yield from children(os.path.join(local, "Python"))
    for variable in ("ProgramFiles", "ProgramFiles(x86)", "SystemDrive"):
        root = places.environ.get(variable, "")
        if root:
            for folder in children(root + os.sep):
                if os.path.basename(folder).lower().startswith("python"):  # noqa: PTH119 - a string
                    yield folder


def interpreters_in(folder: str, *, windows: bool) -> list[str]:
    """Return the files of a folder that bear an interpreter's name, one for each real file.

    Of several names for one file the shortest is returned: `python3`, and not `python3.12`.
    """
    try:
        names = [name for name in os.listdir(folder) if is_interpreter_name(name)]
    except OSError:
        return []
    found: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (len(name), name)):
        path = os.path.join(folder, name)
        try:
            usable = os.path.isfile(path) and (not windows or os.path.getsize(path) > 0)
        except OSError:
            continue
        if usable:
            found.setdefault(os.path.realpath(path), path)
    return list(found.values())
