"""Versions of Python as they stand in files, brought into one spelling."""

from __future__ import annotations

import re

_VERSION = re.compile(
    r"""
    (?P<major>\d+)\.(?P<minor>\d+)
    (?:\.(?P<micro>\d+))?
    (?:[.]?(?P<level>final|candidate|alpha|beta|rc|a|b)[.]?(?P<serial>\d+)?)?
    """,
    re.VERBOSE,
)
_LEVELS = {"alpha": "a", "beta": "b", "candidate": "rc", "a": "a", "b": "b", "rc": "rc"}


def normalised_version(text: str) -> str:
    """Return a Python version in the spelling of `platform.python_version()`, or "".

    Reads what `pyvenv.cfg` (`version`, `version_info`, `python-version`), `patchlevel.h`, folder
    names and file names hold: "3.14.0.candidate.2" gives "3.14.0rc2", "3.11.2+" gives "3.11.2",
    "3.12" stays as it is.
    """
    match = _VERSION.search(text)
    if match is None:
        return ""
    version = f"{int(match['major'])}.{int(match['minor'])}"
    if match["micro"] is None:
        return version
    version += f".{int(match['micro'])}"
    level = _LEVELS.get(match["level"] or "")
    return f"{version}{level}{int(match['serial'] or 0)}" if level else version


def feature_version(version: str) -> str:
    """Return the X.Y of a version: "3.12" for "3.12.1"; "" for ""."""
    return ".".join(version.split(".")[:2])


def is_complete(version: str) -> bool:
    """Whether the version names its X.Y.Z, and not only its X.Y."""
    return version.count(".") >= 2  # noqa: PLR2004 - X.Y.Z has two dots


def is_prerelease(version: str) -> bool:
    """Whether it is an alpha, beta or candidate."""
    return any(letter in version for letter in "abr")


def version_key(version: str) -> tuple[int, ...]:
    """Return a key that sorts versions by age: 3.9.1 < 3.10 < 3.14.0a1 < 3.14.0rc1 < 3.14.0."""
    match = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?(?:(a|b|rc)(\d+))?", version)
    if match is None:
        return ()
    major, minor, micro, level, serial = match.groups()
    stage = {"a": 0, "b": 1, "rc": 2, None: 3}[level]
    return int(major), int(minor), int(micro or 0), stage, int(serial or 0)
