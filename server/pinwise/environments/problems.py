"""What is wrong with a virtual environment, found by reading its files."""
# ruff: noqa: PTH110, PTH112, PTH113, PTH115, PTH116, PTH118, PTH119, PTH120, PTH121, PTH208 - plain strings, for speed

from __future__ import annotations

import errno
import os
import re
import sys
from typing import TYPE_CHECKING

from pinwise.environments.binaries import runs_here, this_machine
from pinwise.environments.layout import library_folder, on_network, stdlib_name
from pinwise.environments.recorded_paths import commands_prefix, recorded_prefix
from pinwise.environments.types import KEPT, EnvironmentKind, EnvironmentProblem, ProblemKind
from pinwise.environments.version_numbers import feature_version

if TYPE_CHECKING:
    from pinwise.environments.base_installs import BaseInstall
    from pinwise.environments.virtual import Reading

_MAXIMUM_LINKS = 40


def missing_target(path: str) -> str:
    """Follow a dangling link and return the file that is missing: what a person must look for."""
    for _ in range(_MAXIMUM_LINKS):
        try:
            target = os.readlink(path)
        except OSError:
            return path
        path = os.path.normpath(os.path.join(os.path.dirname(path), target))
    return path


def _leads_in_circle(path: str) -> bool:
    """Whether links lead back to themselves, so that nothing is missing at their end."""
    try:
        os.stat(path)
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def problems_of(reading: Reading) -> tuple[EnvironmentProblem, ...]:
    """Return what is wrong with the environment, the most basic problem first."""
    foreign = _other_system(reading)
    if foreign is not None:
        # Everything else would follow from this one.
        return (foreign,)
    checks = (
        _unreadable,
        _base_missing,
        _other_architecture,
        _incomplete,
        _moved,
        _version_changed,
    )
    found = [problem for check in checks if (problem := check(reading)) is not None]
    if found and found[0].kind is ProblemKind.UNREADABLE:
        # What cannot be read must not be called missing.
        return (found[0],)
    if not found and not reading.cfg.system_site_packages and not reading.has_pip:
        message = "It holds no pip; Pinwise and uv install into it nevertheless."
        found.append(EnvironmentProblem(ProblemKind.NO_PIP, message, broken=False))
    return tuple(found)


def _unreadable(reading: Reading) -> EnvironmentProblem | None:
    """Tell what this user may not read, such as a Python in the home of another one."""
    for folder in (reading.scripts, library_folder(reading.prefix, windows=reading.windows)):
        if os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK):
            return _not_allowed(folder)
    try:
        os.stat(reading.executable)
    except PermissionError:
        return _not_allowed(missing_target(reading.executable))
    except OSError:
        pass
    return None


def _not_allowed(path: str) -> EnvironmentProblem:
    return EnvironmentProblem(ProblemKind.UNREADABLE, f"You are not allowed to read {path}.")


def _base_missing(reading: Reading) -> EnvironmentProblem | None:
    home = reading.cfg.home
    if _leads_in_circle(reading.executable):
        message = f"The link {reading.executable} leads in a circle, and to no Python."
        return EnvironmentProblem(ProblemKind.BASE_MISSING, message)
    if _dangles(reading.executable):
        missing = missing_target(reading.executable)
    elif reading.base is not None or on_network(home, windows=reading.windows):
        return None
    elif home and not os.path.isdir(home):
        missing = home
    elif home and reading.windows and not os.path.exists(os.path.join(home, "python.exe")):
        missing = os.path.join(home, "python.exe")
    else:
        return None
    return EnvironmentProblem(
        ProblemKind.BASE_MISSING, f"The Python that it was made from is gone: {missing}."
    )


def _other_architecture(reading: Reading) -> EnvironmentProblem | None:
    if reading.base is None:
        return None
    return architecture_problem(reading.base, windows=reading.windows)


def architecture_problem(
    base: BaseInstall, *, windows: bool, machine: str | None = None
) -> EnvironmentProblem | None:
    """Return the problem of a Python that was built for another kind of processor, or None.

    Args:
        base: the installation.
        windows: whether this is Windows.
        machine: the machine; this one by default.
    """
    machine = this_machine() if machine is None else machine
    system = "windows" if windows else "macos" if sys.platform == "darwin" else "linux"
    if base.program is None or runs_here(base.program, machine, system):
        return None
    return EnvironmentProblem(
        ProblemKind.OTHER_ARCHITECTURE,
        f"Its Python is built for {base.architecture}, and this machine is {machine}.",
    )


def _dangles(path: str) -> bool:
    return os.path.lexists(path) and not os.path.exists(path)


def _incomplete(reading: Reading) -> EnvironmentProblem | None:
    if not os.path.lexists(reading.executable):
        what = "it has no interpreter"
    elif os.path.exists(reading.executable) and not os.path.isfile(reading.executable):
        what = f"{reading.executable} is no program"
    elif os.path.exists(os.path.join(reading.scripts, "activate")):
        # Creators write the scripts last. What is missing then went later: pip deletes the folder
        # for packages with the last one of them, and makes it again.
        return None
    elif not os.path.isdir(reading.site_packages):
        what = "it has no folder for packages"
    elif (reading.kind is EnvironmentKind.VENV and not reading.has_pip) or _was_left(reading):
        # `python -m venv` stops before the scripts without ensurepip.
        what = "it has neither activation scripts nor pip"
        if reading.has_pip:
            what = "it has no activation scripts, and not all of pip"
    else:
        return None
    return EnvironmentProblem(ProblemKind.INCOMPLETE, f"It was made only in part: {what}.")


def _was_left(reading: Reading) -> bool:
    """Whether nothing is installed but perhaps pip, whose command is missing.

    So a creator leaves it that is killed. virtualenv can be told to write no activation scripts, so
    that one of its environments that has pip's command, or is in use, is whole.
    """
    try:
        packages = os.listdir(reading.site_packages)
        commands = os.listdir(reading.scripts)
    except OSError:
        return False
    records = [name for name in packages if name.endswith((".dist-info", ".egg-info", ".egg-link"))]
    return not any(name.startswith("pip") for name in commands) and all(
        name.startswith("pip-") for name in records
    )


def _moved(reading: Reading) -> EnvironmentProblem | None:
    """Tell whether it was made at another path; a link to the recorded folder is no move."""
    recorded = recorded_prefix(reading.scripts)
    if recorded is not None and not _same_folder(recorded, reading):
        place, mark, _ = reading.prefix.rpartition(KEPT)
        if mark and os.path.normcase(recorded) == os.path.normcase(place):
            name = os.path.basename(place)
            message = f"It waits here since recreating {name} was interrupted: recreate {name}."
            return EnvironmentProblem(ProblemKind.MOVED, message)
        return EnvironmentProblem(
            ProblemKind.MOVED,
            f"It was made at {recorded} and then moved or copied: its commands still point there.",
        )
    if reading.windows:
        return None
    other = commands_prefix(reading.scripts)
    if other is None or _same_folder(other, reading):
        return None
    return EnvironmentProblem(
        ProblemKind.MOVED,
        f"Its commands, such as pip, still run the Python of {other}: it was moved or copied.",
    )


def _same_folder(recorded: str, reading: Reading) -> bool:
    prefix = reading.prefix
    if os.path.normcase(recorded) == os.path.normcase(prefix):
        return True
    if on_network(recorded, windows=reading.windows):
        # No server that a file of the workspace names is asked.
        return False
    try:
        return os.path.samefile(recorded, prefix)
    except OSError:
        return os.path.realpath(recorded) == os.path.realpath(prefix)


def _version_changed(reading: Reading) -> EnvironmentProblem | None:
    """Tell whether its Python looks for packages in another folder than theirs (PEP 838)."""
    if reading.base is None or not reading.made_with or _dangles(reading.executable):
        return None
    now = feature_version(reading.base.version)
    versions = {name.version for folder in reading.libraries if (name := stdlib_name(folder))}
    if now in versions and (now == reading.made_with or reading.made_with not in versions):
        # What `pyvenv.cfg` says is out of date at most: the packages are where they are seen.
        return None
    if now == reading.made_with:
        if not versions:
            return None
        where = ", ".join(sorted(f"python{version}" for version in versions))
        message = f"It runs Python {now}, but its packages are in {where}, where it looks for none."
        return EnvironmentProblem(ProblemKind.VERSION_CHANGED, message)
    return EnvironmentProblem(
        ProblemKind.VERSION_CHANGED,
        f"It was made with Python {reading.made_with}, but its base is Python {now} now, "
        f"which does not see its packages.",
    )


def _other_system(reading: Reading) -> EnvironmentProblem | None:
    """Tell whether it was made on the other family of systems: WSL, containers, shared folders."""
    windows_executable = os.path.join(reading.prefix, "Scripts", "python.exe")
    if reading.windows:
        foreign = reading.cfg.home.startswith("/") and not os.path.isfile(windows_executable)
        system = "a POSIX system (Linux, macOS, WSL)"
    else:
        drive = re.match(r"[A-Za-z]:[\\/]", reading.cfg.home) is not None
        foreign = drive or os.path.isfile(windows_executable)
        system = "Windows"
    if not foreign:
        return None
    return EnvironmentProblem(
        ProblemKind.OTHER_SYSTEM, f"It was made on {system} and does not work on this system."
    )
