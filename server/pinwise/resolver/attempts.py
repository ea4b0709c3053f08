"""In which order the versions of a package are tried: newest first, and then by halving.

A family in lockstep (boto3 and botocore, s3fs and fsspec) has thousands of versions of which each
fits one or a few of the other's. Newest first, all that are too new are read one by one.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.resolver.universe import Universe

MOST_AHEAD = 3

_AT_LEAST = frozenset({">=", ">", "~=", "=="})
_AT_MOST = frozenset({"<=", "<", "~=", "=="})


class Attempts:
    """The versions of one package that were tried in one search.

    Whatever is noted here decides only what is tried next, never what holds.

    Attributes:
        count: how often one was tried.
        tried: their mask.
        too_new: the mask of those that need something newer than there may be, and of all that
            are newer than they.
        too_old: the same for what is older.
    """

    __slots__ = ("count", "patience", "too_new", "too_old", "tried")

    def __init__(self, patience: int | None) -> None:
        self.patience = patience
        self.count = self.tried = self.too_new = self.too_old = 0

    @property
    def is_impatient(self) -> bool:
        """Whether so many were tried newest first that the others are worth it."""
        return self.patience is not None and self.count >= self.patience

    def next(self, states: int) -> int:
        """Choose one of some equally good states, and count it."""
        bit = self._choice(states, self.tried) if self.is_impatient else states & -states
        self.count += 1
        self.tried |= bit
        return bit

    def _choice(self, states: int, tried: int) -> int:
        likely = states & ~(self.too_new | self.too_old)
        return middle_one(likely or states, tried)

    def note(self, versions: int, specifier: str, other: Universe, left: int) -> None:
        """Learn from versions that need what there may not be of another package.

        Args:
            versions: which.
            specifier: what they need of the other package.
            other: that package.
            left: the versions that there may be of it, none of which they allow.
        """
        if self.patience is None or not left:
            return
        newest, oldest = other.version(left & -left), other.version(1 << left.bit_length() - 1)
        if newest is None or oldest is None:
            return
        bit = versions & -versions
        for operator, bound in _bounds_of(specifier):
            if operator in _AT_LEAST and newest < bound:
                # The lower the bit, the newer the version.
                self.too_new |= (bit << 1) - 1
            elif operator in _AT_MOST and oldest >= bound:
                self.too_old |= -bit

    def following(
        self, universe: Universe, left: int, *, prereleases: bool | None
    ) -> Iterator[Version]:
        """Yield the versions that would be tried next, at most 3: every answer halves the rest."""
        tried = self.tried
        for _ in range(MOST_AHEAD):
            left &= universe.versions.all
            if not left:
                return
            bit = self._choice(universe.equally_good(left, prereleases=prereleases), tried)
            left &= ~bit
            tried |= bit
            version = universe.version(bit)
            if version is not None:
                yield version


@lru_cache(maxsize=4096)
def _bounds_of(specifier: str) -> tuple[tuple[str, Version], ...]:
    """Return the operators of a specifier, each with its version; without wildcards."""
    found = []
    for part in specifier_set(specifier) or ():
        with suppress(InvalidVersion):
            found.append((part.operator, Version(part.version.removesuffix(".*"))))
    return tuple(found)


def middle_one(states: int, tried: int) -> int:
    """Return one of the states: in the middle of the most of them that lie between two tried ones.

    O(tried) operations on masks.
    """
    most, best, start = 0, states, 0
    while tried >> start:
        rest = tried >> start
        end = start + (rest & -rest).bit_length() - 1
        between = states >> start & (1 << end - start) - 1
        if between.bit_count() > most:
            most, best = between.bit_count(), between << start
        start = end + 1
    beyond = states >> start
    if beyond.bit_count() > most:
        best = beyond << start
    lowest = (best & -best).bit_length() - 1
    upper = best >> (lowest + best.bit_length() - 1) // 2
    return (upper & -upper) << (lowest + best.bit_length() - 1) // 2
