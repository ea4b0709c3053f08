"""Installations of Python: what their files tell, without starting them.

An installation is recognised by its standard library (`os.py`), so that a script that merely
bears the name `python`, or a version manager's shim, is none.
"""
# ruff: noqa: PTH112, PTH113, PTH118, PTH119, PTH120, PTH123, PTH206, PTH208 - plain strings, for speed

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Final

from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.environments.binaries import Program, program
from pinwise.environments.layout import (
    WINDOWS,
    StdlibName,
    is_interpreter_name,
    library_folder,
    prefix_of_executable,
    stdlib_name,
    version_in_name,
)
from pinwise.environments.small_files import read_small
from pinwise.environments.version_numbers import (
    feature_version,
    is_complete,
    normalised_version,
    version_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_PATCHLEVEL = re.compile(r'^#define\s+PY_VERSION\s+"([^"]+)"', re.MULTILINE)
_DPKG_STATUS = "/var/lib/dpkg/status"
_MARKER = "EXTERNALLY-MANAGED"


@record(frozen=True, slots=True)
class BaseInstall:
    """An installation of Python, from its files.

    Attributes:
        prefix: its `sys.prefix`.
        executable: its interpreter; the one with the version in its name where there is one,
            because `python3` may be another version tomorrow.
        version: "3.12.1", or "3.12" where no file tells more.
        version_source: where that was read, for a person.
        stdlib: the folder of its standard library.
        implementation: "cpython" or "pypy".
        free_threaded: whether it is a build without the GIL (PEP 703).
        site_packages: its folders of distributions that exist, in the order of `sys.path`.
        program: what the interpreter is built for, where that could be read.
    """

    prefix: str
    executable: str
    version: str
    version_source: str
    stdlib: str
    implementation: str = "cpython"
    free_threaded: bool = False
    site_packages: tuple[str, ...] = ()
    program: Program | None = None

    @property
    def architecture(self) -> str:
        """The machine, or the machines with `+` between them; "" where that is not known."""
        return "+".join(self.program.machines) if self.program else ""

    @property
    def marker(self) -> str:
        """The path of the file that forbids installing into it (PEP 668), whether or not it is."""
        return os.path.join(self.stdlib, _MARKER)

    @property
    def externally_managed(self) -> bool:
        """Whether PEP 668 forbids installing into it."""
        return os.path.isfile(self.marker)

    @property
    def has_ensurepip(self) -> bool:
        """Whether `python -m venv` can put pip into what it makes; Debian splits that off."""
        return os.path.isfile(os.path.join(self.stdlib, "ensurepip", "__init__.py"))


def base_install(
    executable: str, *, real: str | None = None, windows: bool = WINDOWS
) -> BaseInstall | None:
    """Return the installation that an interpreter belongs to; None where it belongs to none.

    The path itself is looked at first and then what it links to, so that `/usr/bin/python3` is
    `/usr`'s and `/usr/local/bin/python3` may be that of a folder in `/opt`. About 30
    microseconds; what depends on the installation alone is remembered until it changes.

    Args:
        executable: the interpreter, which may be a link.
        real: where its links end, if the caller knows.
        windows: whether to expect the layout of Windows.
    """
    if real is None:
        real = os.path.realpath(executable)
    key = (executable, real, windows)
    remembered = _REMEMBERED.get(key)
    if remembered is not None and all(_stamp(path) == stamp for path, stamp in remembered.seen):
        return remembered.install
    install = _found(executable, real, windows=windows)
    if install is not None:
        if len(_REMEMBERED) >= _MOST_REMEMBERED:
            _REMEMBERED.clear()
        seen = tuple((path, _stamp(path)) for path in _watched(install, real, windows=windows))
        _REMEMBERED[key] = _Remembered(install, seen)
    return install


class _Remembered(NamedTuple):
    """An answer, and what was seen of the files that it depends on."""

    install: BaseInstall
    seen: tuple[tuple[str, tuple[int, int]], ...]


_REMEMBERED: Final[dict[tuple[str, str, bool], _Remembered]] = {}
_MOST_REMEMBERED: Final = 256


def _watched(install: BaseInstall, real: str, *, windows: bool) -> set[str]:
    """Return the files and folders whose change makes the answer doubtful."""
    watched = {
        os.path.dirname(install.executable),
        os.path.dirname(real),
        library_folder(install.prefix, windows=windows),
        install.stdlib,
        *install.site_packages,
    }
    if install.version_source == "dpkg":
        watched.add(_DPKG_STATUS)
    return watched


def _stamp(path: str) -> tuple[int, int]:
    """Return what changes when a file is replaced or a folder's entries change."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a string, for speed
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_ino


def _found(executable: str, real: str, *, windows: bool) -> BaseInstall | None:
    for candidate in dict.fromkeys((executable, real)):
        prefix = prefix_of_executable(candidate, windows=windows)
        if os.path.dirname(prefix) == prefix:
            # `/bin` is a link to `/usr/bin` on most systems; the prefix is `/usr` nevertheless.
            folder, name = os.path.split(candidate)
            candidate = os.path.join(os.path.realpath(folder), name)  # noqa: PLW2901 - see above
            prefix = prefix_of_executable(candidate, windows=windows)
        found = _standard_library(prefix, os.path.basename(real), windows=windows)
        if found is None:
            continue
        stdlib, library = found
        version, source = _version(prefix, stdlib, library, windows=windows)
        return BaseInstall(
            prefix=prefix,
            executable=_versioned(candidate, real, library, windows=windows),
            version=version,
            version_source=source,
            stdlib=stdlib,
            implementation=library.implementation,
            free_threaded=library.free_threaded,
            site_packages=_site_packages(prefix, stdlib, library, windows=windows),
            program=program(real),
        )
    return None


def _standard_library(
    prefix: str, real_name: str, *, windows: bool
) -> tuple[str, StdlibName] | None:
    """Return the folder of the standard library that the interpreter `real_name` uses."""
    library = library_folder(prefix, windows=windows)
    if windows:
        if not os.path.isfile(os.path.join(library, "os.py")):
            return None
        name = _windows_name(prefix, threads=_is_free_threaded(real_name))
        return None if name is None else (library, name)
    try:
        folders = os.listdir(library)
    except OSError:
        return None
    wanted = version_in_name(real_name)
    threads = _is_free_threaded(real_name)
    candidates = [
        (folder, name)
        for folder in folders
        if (name := stdlib_name(folder)) is not None and (not wanted or name.version == wanted)
    ]
    # Several versions share a prefix such as `/usr`; without a version in the name, the newest.
    candidates.sort(
        key=lambda item: (item[1].free_threaded == threads, version_key(item[1].version)),
        reverse=True,
    )
    for folder, name in candidates:
        stdlib = f"{library}/{folder}"
        if os.path.isfile(f"{stdlib}/os.py"):
            return stdlib, name
        # Fedora keeps the standard library in `lib64`.
        if os.path.isfile(f"{prefix}/lib64/{folder}/os.py"):
            return f"{prefix}/lib64/{folder}", name
    return None


def _is_free_threaded(executable_name: str) -> bool:
    """Whether an interpreter's file name is that of a build without the GIL: `python3.13t.exe`."""
    return executable_name.lower().removesuffix(".exe").endswith("t")


def _windows_name(prefix: str, *, threads: bool) -> StdlibName | None:
    """Read X.Y from the name of the interpreter's library: `python312.dll`, `python313t.dll`.

    One folder may hold both builds, of which `threads` says the one that is meant.
    """
    names: list[StdlibName] = []
    for entry in _listed(prefix):
        match = re.fullmatch(r"(python|libpypy)(3)\.?(\d+)(t?)(?:-c)?\.dll", entry.lower())
        if match is not None:
            implementation = "pypy" if match[1] == "libpypy" else "cpython"
            names.append(StdlibName(implementation, f"{match[2]}.{match[3]}", bool(match[4])))
    meant = [name for name in names if name.free_threaded == threads]
    return next(iter([*meant, *names]), None)


def _listed(folder: str) -> list[str]:
    """List a folder; empty where that is not possible."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _versioned(executable: str, real: str, name: StdlibName, *, windows: bool) -> str:
    """Return the path of the same interpreter with X.Y in its name, if it stands beside."""
    stem = os.path.basename(executable)
    if windows or not is_interpreter_name(stem) or version_in_name(stem):
        return executable
    prefix = "pypy" if name.implementation == "pypy" else "python"
    suffix = "t" if name.free_threaded else ""
    versioned = f"{os.path.dirname(executable)}/{prefix}{name.version}{suffix}"
    return versioned if os.path.realpath(versioned) == real else executable


def _version(prefix: str, stdlib: str, name: StdlibName, *, windows: bool) -> tuple[str, str]:
    """Return version and its source.

    The first that tells X.Y.Z wins: `build-details.json` (PEP 739), `patchlevel.h`, the name of
    the installation's folder, Debian's list of packages.
    """
    sources: tuple[tuple[str, Callable[[], str]], ...] = (
        ("build-details.json", lambda: _from_build_details(stdlib)),
        ("patchlevel.h", lambda: _from_patchlevel(prefix, name, windows=windows)),
        ("folder name", lambda: _from_folder_name(prefix, name.version)),
        ("dpkg", lambda: _from_dpkg(prefix, name.version)),
    )
    for source, read in sources:
        version = read()
        if is_complete(version) and feature_version(version) == name.version:
            return version, source
    return name.version, "library folder"


def _from_build_details(stdlib: str) -> str:
    """Read PEP 739's file, which 3.14 and later have."""
    try:
        details = json.loads(read_small(os.path.join(stdlib, "build-details.json")))
        info = details["language"]["version_info"]
        return normalised_version(
            f"{info['major']}.{info['minor']}.{info['micro']}.{info['releaselevel']}.{info['serial']}"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _from_patchlevel(prefix: str, name: StdlibName, *, windows: bool) -> str:
    """Read the C header; Debian and Fedora ship it in a package of their own."""
    if windows:
        folders = [os.path.join(prefix, "include")]
    else:
        stem = ("pypy" if name.implementation == "pypy" else "python") + name.version
        # 3.7 and older carry build flags in the folder's name, of which `m` is the usual one.
        names = (stem + "t",) if name.free_threaded else (stem, stem + "m")
        folders = [f"{prefix}/include/{folder}" for folder in names]
    for folder in folders:
        try:
            match = _PATCHLEVEL.search(read_small(os.path.join(folder, "patchlevel.h")))
        except OSError:
            continue
        if match is not None:
            return normalised_version(match[1])
    return ""


def _from_folder_name(prefix: str, feature: str) -> str:
    """Read pyenv's `3.12.1`, uv's `cpython-3.12.1-linux-x86_64-gnu`, Homebrew's Cellar."""
    for part in reversed(os.path.realpath(prefix).split(os.sep)[-5:]):
        version = normalised_version(part)
        if version != feature and feature_version(version) == feature:
            return version
    return ""


def _from_dpkg(prefix: str, feature: str) -> str:
    """Read the version of Debian's `python3.X-minimal`, for machines without its headers.

    A millisecond or two for the file of a desktop; the answer is remembered.
    """
    if prefix != "/usr":
        return ""
    try:
        with open(_DPKG_STATUS, "rb") as file:
            status = file.read()
    except OSError:
        return ""
    start = status.find(f"\nPackage: python{feature}-minimal\n".encode())
    if start < 0:
        return ""
    match = re.compile(rb"\nVersion: (?:\d+:)?([^\n]+)").search(
        status, start, status.find(b"\n\n", start)
    )
    # Debian writes a candidate as `3.14.0~rc2-1`.
    return normalised_version(match[1].decode("ascii", "replace").replace("~", "")) if match else ""


def _site_packages(prefix: str, stdlib: str, name: StdlibName, *, windows: bool) -> tuple[str, ...]:
    """Return the folders of distributions that exist; Debian names its own `dist-packages`."""
    if windows:
        candidates = [os.path.join(stdlib, "site-packages")]
    else:
        folder = os.path.basename(stdlib)
        candidates = [
            f"{prefix}/lib/{folder}/site-packages",
            f"{prefix}/lib64/{folder}/site-packages",
        ]
        if prefix == "/usr":
            candidates += [
                f"/usr/local/lib/{folder}/dist-packages",
                "/usr/lib/python3/dist-packages",
                f"/usr/lib/python{name.version}/dist-packages",
            ]
    return tuple(path for path in dict.fromkeys(candidates) if os.path.isdir(path))
