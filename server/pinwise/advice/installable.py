"""Which files of a project pip would take, as its options and an interpreter decide it.

The checks are those of `LinkEvaluator` in pip's `pip/_internal/index/package_finder.py`, and of
`CandidateEvaluator` beside it.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from functools import lru_cache
from itertools import product
from math import prod
from operator import contains
from typing import TYPE_CHECKING

from pinwise.advice.memo import IdentityMemo
from pinwise.base.tuples import NamedTuple
from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from datetime import datetime

    from pinwise.index.types import DistributionFile, Listing, Release, Shapes


class Obstacle(Enum):
    """Why pip would not take a file, or a release; those further up count first, as in pip."""

    PRERELEASE = auto()
    """An option forbids pre-releases."""
    WHEEL = auto()
    """An option forbids wheels."""
    PLATFORM = auto()
    """It is a wheel with none of the interpreter's tags."""
    LATE = auto()
    """It was uploaded too late for `--uploaded-prior-to`."""
    SOURCE = auto()
    """An option forbids source archives."""
    PYTHON = auto()
    """Its `Requires-Python` excludes the interpreter."""


class Admission(NamedTuple):
    """Which files of one project are candidates. Hashable, so that answers can be remembered.

    Attributes:
        python_version: the interpreter's, numbers alone; "" where it is not known, and so
            excludes nothing.
        tags: the wheel tags that it can install; empty where any wheel will do.
        wheels: whether wheels are candidates (`--no-binary`).
        sources: whether source archives are (`--only-binary`).
        prereleases: whether pre-releases are, as pip's options say: True as if they were final,
            False never; None where nothing else fits, or a specifier names one (PEP 440).
        uploaded_before: files that were uploaded at that moment or later are none. One whose time
            the index does not tell is held to be early: pip would refuse to work with an index
            that tells no times, and of files beside an index it asks for none.
        prefer_binary: whether an older wheel comes before a newer source archive.
    """

    python_version: str = ""
    tags: frozenset[str] = frozenset()
    wheels: bool = True
    sources: bool = True
    prereleases: bool | None = None
    uploaded_before: datetime | None = None
    prefer_binary: bool = False

    def everywhere(self) -> Admission:
        """Return what the options alone decide, whatever the interpreter and the platform."""
        return self._replace(python_version="", tags=frozenset())

    @property
    def by_options(self) -> bool:
        """Whether options make some files of the project no candidates."""
        return (
            not (self.wheels and self.sources)
            or self.prereleases is False
            or self.uploaded_before is not None
        )

    def obstacle(self, file: DistributionFile) -> Obstacle | None:
        """Return the first reason for which pip would not take a file, None if it would.

        Whether the file is yanked, or its version a pre-release, plays no part.
        """
        # Asked of tens of thousands of files in a solve.
        tags = file.tags
        if tags:
            if not self.wheels:
                return Obstacle.WHEEL
            if self.tags and not _overlap(tags, self.tags):
                return Obstacle.PLATFORM
        late = self.uploaded_before
        if late is not None and file.uploaded is not None and file.uploaded >= late:
            return Obstacle.LATE
        if not tags and not self.sources:
            return Obstacle.SOURCE
        if not python_fits(file.requires_python, self.python_version):
            return Obstacle.PYTHON
        return None

    def usable(self, shapes: Shapes) -> int:
        """Return the kinds of files that pip would take, as a mask; upload times play no part."""
        tags = [
            self.wheels and (not self.tags or _overlap(each, self.tags)) if each else self.sources
            for each in shapes.tags
        ]
        requires = [python_fits(each, self.python_version) for each in shapes.requires]
        return shapes.where([tags[tag] and requires[need] for tag, need, _ in shapes.kinds])

    def candidates(self, release: Release, *, yanked: bool = False) -> Iterator[DistributionFile]:
        """Yield the files of a release that pip would take; yanked ones only with `yanked`."""
        if self.prereleases is False and release.version.is_prerelease:
            return
        for file in release.files:
            if (yanked or file.yanked is None) and self.obstacle(file) is None:
                yield file

    def admits(self, release: Release, *, yanked: bool = False) -> bool:
        """Return whether pip would take any file of a release; yanked ones only with `yanked`."""
        return next(self.candidates(release, yanked=yanked), None) is not None

    def has_wheel(self, release: Release) -> bool:
        """Return whether any of the files that pip would take is a wheel that is not yanked."""
        return any(file.is_wheel for file in self.candidates(release))

    def obstacles(self, release: Release, *, yanked: bool = False) -> frozenset[Obstacle]:
        """Return why pip would take no file of a release; empty if it would take one.

        Yanked files count only with `yanked`; a release without others has no obstacle.
        """
        if self.prereleases is False and release.version.is_prerelease:
            return frozenset({Obstacle.PRERELEASE})
        found = set()
        for file in release.files:
            if yanked or file.yanked is None:
                obstacle = self.obstacle(file)
                if obstacle is None:
                    return frozenset()
                found.add(obstacle)
        return frozenset(found)


ANYTHING = Admission()
"""Nothing is held against any file."""

_MOST_REMEMBERED = 4
"""Admissions of one project that are in use at a time; another moment makes another one."""

_admitted: IdentityMemo[Listing, dict[Admission, Listing]] = IdentityMemo(lambda _listing: {})


def admitted(listing: Listing, admission: Admission) -> Listing:
    """Return a listing with the files alone that pip's options leave, for any interpreter.

    The listing itself where they leave all. Otherwise reads every release once, and is remembered
    while the listing lives.
    """
    if not admission.by_options:
        return listing
    key = admission.everywhere()
    known = _admitted(listing)
    if key not in known:
        if len(known) >= _MOST_REMEMBERED:
            known.clear()
        releases = (
            release._replace(files=files)
            for release in listing.releases
            if (files := tuple(key.candidates(release, yanked=True)))
        )
        known[key] = replace(listing, releases=tuple(releases))
    return known[key]


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
    return not file.is_wheel or not tags or _overlap(file.tags, tags)


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


_FEW = 1000
"""Tags that are written out; real wheels stand for some ten."""


@lru_cache(maxsize=8192)
def _overlap(compressed: str, tags: frozenset[str]) -> bool:
    """Return whether any of some tags is one that `py2.py3-none-any` stands for."""
    parts = [part.split(".") for part in compressed.split("-")]
    if prod(map(len, parts)) <= _FEW:
        return not tags.isdisjoint(map("-".join, product(*parts)))
    # A name of three thousand characters can stand for a thousand million of them.
    values = list(map(set, parts))
    return any(_is_one_of(tag.split("-"), values) for tag in tags)


def _is_one_of(tag: Sequence[str], values: Sequence[Container[str]]) -> bool:
    return len(tag) == len(values) and all(map(contains, values, tag))
