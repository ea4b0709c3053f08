"""What the packages and projects that lines name by path say of themselves, unbuilt.

Only texts are read: `[project]` of a `pyproject.toml` (PEP 621), the `PKG-INFO` of an unpacked
source archive where it is final (PEP 643), and the `METADATA` of a wheel.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import InvalidVersion

from pinwise.base.files import read_regular
from pinwise.base.tuples import NamedTuple
from pinwise.manifests.pyproject import StaticProject, makes_no_project, read_project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pinwise.project.graph import Tree
    from pinwise.project.settings_file import OpenText

MAX_SIZE = 1024 * 1024
"""Bytes of a `pyproject.toml` that is read: none is larger."""

_BUILT_OTHERWISE = ("setup.py", "setup.cfg")


class _Unclear(NamedTuple):
    """Something that only a build would tell of."""


def local_projects(
    tree: Tree, open_texts: Mapping[Path, OpenText], within: Path | None = None
) -> dict[tuple[Path, int], StaticProject]:
    """Return what is known of the paths of a tree, by file and the place where the line begins.

    Where a path leads to several projects from the folders that pip may be started in, nobody
    knows which is meant, and there is none. Never raises.

    Args:
        tree: whose lines name them.
        open_texts: the texts that count over the disk.
        within: a folder that nothing may lead out of, links followed; None for any place.

    Cost: a look at the disk for each file, which is read again only where it changed.
    """
    found: dict[tuple[Path, int], StaticProject] = {}
    for local in tree.local:
        told = [_project_at(target, open_texts, within) for target in local.targets]
        meant = [project for project in told if project is not None]
        if len(meant) == 1 and isinstance(meant[0], StaticProject):
            found[local.document.path, local.line.span.start] = meant[0]
    return found


def _project_at(
    target: Path, open_texts: Mapping[Path, OpenText], within: Path | None
) -> StaticProject | _Unclear | None:
    """Return what is at a path; None for a folder that holds settings of tools alone."""
    if target.suffix.lower() == ".whl":
        return _wheel_at(target, within) or _Unclear()
    file = target / "pyproject.toml"
    text = open_texts[file].text if file in open_texts else _text_of(file, within)
    declared = read_project(text) if text is not None else None
    if declared is not None and declared.requires_dist is not None:
        return declared
    archived = _archived_at(target / "PKG-INFO", within)
    if archived is not None and (declared is None or declared.name == archived.name):
        return archived
    if text is not None and makes_no_project(text) and not _is_built_otherwise(target):
        return None
    return declared or _Unclear()


def _is_built_otherwise(folder: Path) -> bool:
    """Return whether a folder holds a project that `pyproject.toml` says nothing of."""
    return any((folder / name).exists() for name in _BUILT_OTHERWISE)


def _archived_at(file: Path, within: Path | None) -> StaticProject | None:
    """Return what the metadata of a source archive tells, where building may not change it."""
    stamp = _stamp(file, within)
    return _read_archived(file, stamp) if stamp is not None else None


def _text_of(file: Path, within: Path | None) -> str | None:
    """Return the text of a file; None where it cannot or may not be read."""
    stamp = _stamp(file, within)
    return _read(file, stamp) if stamp is not None else None


def _wheel_at(file: Path, within: Path | None) -> StaticProject | None:
    stamp = _stamp(file, within)
    return _read_wheel(file, stamp) if stamp is not None else None


def _stamp(file: Path, within: Path | None) -> tuple[int, int, int] | None:
    """Return what tells one content of a file from another; None where it may not be read."""
    try:
        if within is not None and not file.resolve().is_relative_to(within.resolve()):
            return None
        found = file.stat()
    except (OSError, ValueError, RuntimeError):
        # A loop of links is a `RuntimeError` before Python 3.13.
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=64)
def _read(file: Path, _stamp: tuple[int, int, int]) -> str | None:
    try:
        return read_regular(file, MAX_SIZE).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


@lru_cache(maxsize=64)
def _read_archived(file: Path, _stamp: tuple[int, int, int]) -> StaticProject | None:
    from pinwise.index.core_metadata import (  # noqa: PLC0415 - only where there is such a file
        UnreadableFileError,
        read_described,
    )

    try:
        name, version, core = read_described(read_regular(file, MAX_SIZE))
    except (OSError, InvalidVersion, UnreadableFileError):
        return None
    if not core.static:
        return None
    metadata = core.metadata
    known = None if "version" in core.dynamic else version
    extras = frozenset(metadata.provides_extra)
    return StaticProject(name, known, metadata.requires_dist, extras, metadata.requires_python)


@lru_cache(maxsize=64)
def _read_wheel(file: Path, _stamp: tuple[int, int, int]) -> StaticProject | None:
    """Read the metadata of a wheel, of which nothing else is unpacked."""
    # Half a dozen modules that unpack; few files name a wheel.
    from pinwise.index.archives import metadata_of_wheel  # noqa: PLC0415
    from pinwise.index.core_metadata import UnreadableFileError, read_core_metadata  # noqa: PLC0415

    try:
        name, version, _, _ = parse_wheel_filename(file.name)
        if not file.is_file():
            return None
        with file.open("rb") as opened:
            data = metadata_of_wheel(opened, name)
        metadata = read_core_metadata(data, name, version).metadata
    except (OSError, InvalidWheelFilename, UnreadableFileError):
        return None
    extras = frozenset(metadata.provides_extra)
    return StaticProject(name, version, metadata.requires_dist, extras, metadata.requires_python)
