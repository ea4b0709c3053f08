"""Which files of a release an interpreter can install, as pip judges them.

The checks are those of `LinkEvaluator` in pip's `pip/_internal/index/package_finder.py`.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from datetime import datetime

    from pinwise.index.types import DistributionFile, Release


@lru_cache(maxsize=4096)
def python_fits(requires_python: str, python_version: str) -> bool:
    """Return whether an interpreter satisfies a `Requires-Python`; like pip, ignore a bad one.

    Where either is not known (""), nothing is held against the file.
    """
    if not requires_python or not python_version:
        return True
    specifiers = specifier_set(requires_python)
    return specifiers is None or specifiers.contains(python_version, prereleases=True)


def tags_fit(file: DistributionFile, tags: frozenset[str]) -> bool:
    """Return whether a file is a source archive, or a wheel with any of the tags.

    Without tags any wheel fits: what the interpreter takes is not known.
    """
    return not file.is_wheel or not tags or not _expanded(file.tags).isdisjoint(tags)


def file_fits(file: DistributionFile, python_version: str, tags: frozenset[str]) -> bool:
    """Return whether an interpreter can install a file, yanked or not."""
    return python_fits(file.requires_python, python_version) and tags_fit(file, tags)


def python_needed(release: Release, python_version: str, *, yanked: bool = False) -> str:
    """Return the `Requires-Python` that keeps every file from an interpreter, "" if none does.

    Args:
        release: the release; what its yanked files need counts only with `yanked`.
        python_version: the interpreter's, "" where it is not known.
        yanked: whether pip may take a yanked file, as it does for a pin.
    """
    needed = ""
    for file in release.files:
        if yanked or file.yanked is None:
            if python_fits(file.requires_python, python_version):
                return ""
            needed = file.requires_python
    return needed


def too_young(release: Release, uploaded_before: datetime | None) -> bool:
    """Return whether a release came out at or after a moment; None is no such moment.

    Its first file counts. A release whose index tells no times is not: its age is not known.
    """
    if uploaded_before is None:
        return False
    times = [file.uploaded for file in release.files if file.uploaded is not None]
    return bool(times) and min(times) >= uploaded_before


@lru_cache(maxsize=4096)
def _expanded(compressed: str) -> frozenset[str]:
    """Return the tags that `py2.py3-none-any` stands for."""
    return frozenset(
        "-".join(parts) for parts in product(*(part.split(".") for part in compressed.split("-")))
    )
