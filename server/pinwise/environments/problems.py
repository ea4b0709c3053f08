"""What is wrong with a virtual environment, found by reading its files."""
# ruff: noqa: PTH110, PTH112, PTH113, PTH115, PTH117, PTH118, PTH120 - plain strings, for speed

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from pinwise.environments.small_files import read_small
from pinwise.environments.types import EnvironmentKind, EnvironmentProblem, ProblemKind
from pinwise.environments.version_numbers import feature_version

if TYPE_CHECKING:
    from pinwise.environments.virtual import Reading

_PLAIN = re.compile(r"[\w@%+=:,./ -]*")
_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:export[ \t]+)?VIRTUAL_ENV=(?P<value>.*)$"
    r"|^[ \t]*set -gx VIRTUAL_ENV (?P<fish>.*)$",
    re.MULTILINE,
)
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


def recorded_prefix(scripts: str) -> str | None:
    """Return the path that an activation script sets VIRTUAL_ENV to.

    Args:
        scripts: the folder of the scripts, `bin` or `Scripts`.

    Returns:
        None where there is no script, or where it computes the path when it runs
        (`Activate.ps1`, `uv venv --relocatable`).
    """
    for name in ("activate", "activate.fish"):
        try:
            text = read_small(os.path.join(scripts, name))
        except OSError:
            continue
        for match in _ASSIGNMENT.finditer(text):
            value = _literal(match["value"] or match["fish"] or "")
            if value is not None and os.path.isabs(value):
                return value
    return None


def _literal(shell: str) -> str | None:
    """Return what a shell would make of a word, or None if it would have to compute it."""
    word = shell.strip().rstrip(";")
    if word.startswith("$(cygpath ") and word.endswith(")"):
        word = word[len("$(cygpath ") : -1].strip()
    if _PLAIN.fullmatch(word):
        return word
    if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" and _PLAIN.fullmatch(word[1:-1]):
        return word[1:-1]
    if not word.startswith("'") and ("$" in word or "`" in word):
        return None
    import shlex  # noqa: PLC0415 - only paths with unusual characters need it

    try:
        words = shlex.split(word)
    except ValueError:
        return None
    return words[0] if len(words) == 1 else None


def problems_of(reading: Reading) -> tuple[EnvironmentProblem, ...]:
    """Return what is wrong with the environment, the most basic problem first."""
    foreign = _other_system(reading)
    if foreign is not None:
        # Everything else would follow from this one.
        return (foreign,)
    checks = (_base_missing, _incomplete, _moved, _version_changed)
    found = [problem for check in checks if (problem := check(reading)) is not None]
    if not found and not reading.cfg.system_site_packages and not reading.has_pip:
        message = "It holds no pip; Pinwise and uv install into it nevertheless."
        found.append(EnvironmentProblem(ProblemKind.NO_PIP, message, broken=False))
    return tuple(found)


def _base_missing(reading: Reading) -> EnvironmentProblem | None:
    home = reading.cfg.home
    if _dangles(reading.executable):
        missing = missing_target(reading.executable)
    elif reading.base is not None:
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


def _dangles(path: str) -> bool:
    return os.path.lexists(path) and not os.path.exists(path)


def _incomplete(reading: Reading) -> EnvironmentProblem | None:
    if not os.path.lexists(reading.executable):
        what = "it has no interpreter"
    elif not reading.site_packages:
        what = "it has no folder for packages"
    elif (
        reading.kind is EnvironmentKind.VENV
        and not reading.has_pip
        and not os.path.exists(os.path.join(reading.scripts, "activate"))
    ):
        # `python -m venv` writes the scripts last: without ensurepip it stops before them.
        what = "it has neither activation scripts nor pip"
    else:
        return None
    return EnvironmentProblem(ProblemKind.INCOMPLETE, f"It was made only in part: {what}.")


def _moved(reading: Reading) -> EnvironmentProblem | None:
    """Tell whether it was made at another path; a link to the recorded folder is no move."""
    recorded = recorded_prefix(reading.scripts)
    if recorded is None or os.path.normcase(recorded) == os.path.normcase(reading.prefix):
        return None
    if os.path.realpath(recorded) == os.path.realpath(reading.prefix):
        return None
    return EnvironmentProblem(
        ProblemKind.MOVED,
        f"It was made at {recorded} and then moved or copied: its commands still point there.",
    )


def _version_changed(reading: Reading) -> EnvironmentProblem | None:
    if reading.base is None or not reading.made_with or _dangles(reading.executable):
        return None
    now = feature_version(reading.base.version)
    if now == reading.made_with:
        return None
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
