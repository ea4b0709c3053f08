"""Which versions of a package would be tried next: what is worth fetching together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from pinwise.resolver.universe import Universe

MOST_OTHERS = 64
"""How many further candidates a gap names."""


def best_first(universe: Universe, left: int, *, prereleases: bool | None) -> Iterator[Version]:
    """Yield the versions of a mask in the order in which they would be tried, at most 64."""
    for _ in range(MOST_OTHERS):
        left &= universe.versions.all
        if not left:
            return
        bit = universe.best(left, prereleases=prereleases)
        left &= ~bit
        version = universe.version(bit)
        if version is not None:
            yield version


def older_than(universe: Universe, bit: int) -> int:
    """Return the versions older than one that the lines and the index leave."""
    states = universe.versions.all & -(bit << 1)
    for line in universe.lines:
        states &= universe.mask_of_line(line)
    for mask in universe.versions.obstacles.values():
        states &= ~mask
    return states


def bits_of(mask: int) -> Iterator[int]:
    """Yield the single states of a mask, the newest version first."""
    while mask:
        lowest = mask & -mask
        yield lowest
        mask ^= lowest
