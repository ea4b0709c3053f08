"""Base interpreters on PATH, and where Linux and macOS put them."""
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

    macOS's own `/usr/bin/python3` stands for the one of Xcode or its command line tools, and
    asks to install these where they are missing; what counts is what lies in their folders.

    Entries of PATH that are empty or relative mean the working directory, which may be anyone's;
    those of version managers (`shims`) hold scripts; those in the workspace may be planted. All
    are left out.
    """
    for folder in dict.fromkeys((*_path(places), *_usual_folders(places))):
        places.cancel.check()
        for executable in interpreters_in(folder, windows=places.windows):
            stub = places.macos and folder == places.system("/usr/bin")
            if not stub and not places.in_workspace(executable):
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
        return
    yield from map(places.system, ("/usr/local/bin", "/usr/bin"))
    for folder in children(places.system("/opt")):
        if os.path.basename(folder).lower().startswith("python"):  # noqa: PTH119 - a string
            yield os.path.join(folder, "bin")
    homebrew = ("/opt/homebrew", "/usr/local") if places.macos else ("/home/linuxbrew/.linuxbrew",)
    for prefix in map(places.system, homebrew):
        # What is linked into `bin` comes first; a version that is not linked is in `opt` alone.
        yield os.path.join(prefix, "bin")
        for formula in children(os.path.join(prefix, "opt")):
            if os.path.basename(formula).startswith(("python@", "pypy")):  # noqa: PTH119 - a string
                yield os.path.join(formula, "bin")
    if not places.macos:
        return
    for framework in (
        "/Library/Frameworks/Python.framework/Versions",
        "/Library/Frameworks/PythonT.framework/Versions",
        "/Library/Developer/CommandLineTools/Library/Frameworks/Python3.framework/Versions",
        "/Applications/Xcode.app/Contents/Developer/Library/Frameworks/Python3.framework/Versions",
    ):
        for version in children(places.system(framework)):
            yield os.path.join(version, "bin")


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
