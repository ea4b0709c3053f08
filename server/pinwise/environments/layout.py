"""Where things lie in an environment or an installation, on POSIX and on Windows.

Only joins paths: nothing here looks at the disk, so that the Windows layouts are tested anywhere.
Paths are plain strings, because inspection runs for every environment of a machine and `pathlib`
would be most of its cost.
"""
# ruff: noqa: PTH118, PTH119, PTH120 - plain strings, see above

from __future__ import annotations

import os
import re
from typing import Final

from pinwise.base.tuples import NamedTuple

WINDOWS: Final = os.name == "nt"
"""Whether this process runs on Windows; the default of every function that asks."""

_STDLIB = re.compile(r"(?P<name>python|pypy)(?P<version>[23]\.\d+)(?P<threads>t?)")
_EXECUTABLE = re.compile(r"(?:python|pypy)(?P<version>\d(?:\.\d+)?)?(?P<threads>t?)(?:\.exe)?")


class StdlibName(NamedTuple):
    """What the name of a library folder such as `python3.13t` says.

    Attributes:
        implementation: "cpython" or "pypy".
        version: "3.13".
        free_threaded: whether the name ends in `t` (PEP 703).
    """

    implementation: str
    version: str
    free_threaded: bool


def stdlib_name(folder: str) -> StdlibName | None:
    """Read the name of a folder inside `lib`; None where it holds no standard library."""
    match = _STDLIB.fullmatch(folder)
    if match is None:
        return None
    implementation = "pypy" if match["name"] == "pypy" else "cpython"
    return StdlibName(implementation, match["version"], bool(match["threads"]))


def is_interpreter_name(name: str) -> bool:
    """Whether a file of this name is an interpreter: `python`, `python3.12`, `pypy3.exe`."""
    return _EXECUTABLE.fullmatch(name.lower()) is not None


def version_in_name(name: str) -> str:
    """Return the X.Y of an interpreter's file name, or "": `python3.12` gives "3.12"."""
    match = _EXECUTABLE.fullmatch(name.lower())
    version = match["version"] if match else None
    return version if version and "." in version else ""


def scripts_folder(prefix: str, *, windows: bool = WINDOWS) -> str:
    """Return the folder of an environment's commands: `bin`, or `Scripts` on Windows."""
    return os.path.join(prefix, "Scripts" if windows else "bin")


def environment_executables(prefix: str, *, windows: bool = WINDOWS) -> tuple[str, ...]:
    """Return where the interpreter of a virtual environment may be, most likely first.

    MSYS2's Python is a Windows program that lays its environments out as POSIX does.
    """
    names = (
        ("Scripts/python.exe", "bin/python.exe", "bin/python")
        if windows
        else ("bin/python", "bin/python3", "bin/pypy3")
    )
    return tuple(f"{prefix}/{name}" if not windows else _windows(prefix, name) for name in names)


def base_executables(prefix: str, *, windows: bool = WINDOWS) -> tuple[str, ...]:
    """Return where the interpreter of an installation (or a conda environment) may be."""
    if windows:
        return tuple(_windows(prefix, name) for name in ("python.exe", "python3.exe", "pypy3.exe"))
    root = prefix.rstrip("/")
    return tuple(f"{root}/bin/{name}" for name in ("python3", "python", "pypy3"))


def library_folder(prefix: str, *, windows: bool = WINDOWS) -> str:
    """Return the folder that holds `pythonX.Y` on POSIX, or the standard library on Windows."""
    return os.path.join(prefix, "Lib" if windows else "lib")


def prefix_of_executable(executable: str, *, windows: bool = WINDOWS) -> str:
    r"""Return the prefix that an interpreter's path alone suggests.

    `P/bin/python` and `P\Scripts\python.exe` suggest `P`; on Windows `P\python.exe` does, too.
    """
    folder = os.path.dirname(executable)
    name = os.path.basename(folder).lower()
    if windows and name not in {"scripts", "bin"}:
        return folder
    return os.path.dirname(folder)


def _windows(prefix: str, name: str) -> str:
    """Join with the separator of the system that runs, so that a test on POSIX finds its files."""
    return os.path.join(prefix, *name.split("/"))


def on_network(path: str, *, windows: bool = WINDOWS) -> bool:
    r"""Whether looking at a path would ask another machine: `\\server\share` on Windows.

    Windows signs in to whatever server such a path names, so that one which a file of the
    workspace names is not looked at.
    """
    return windows and path[:2].replace("/", "\\") == "\\\\"
