"""Which versions of a solution pip would not take by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.resolver.problem import names_prerelease, pins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.resolver.universe import Universe


def unoffered(
    chosen: Iterable[tuple[Universe, int]],
    asked: Mapping[NormalizedName, Sequence[str]],
    prereleases: Mapping[NormalizedName, bool],
) -> Iterator[tuple[NormalizedName, Version]]:
    """Yield the chosen versions that pip would not take by itself; see `Solution.unoffered`.

    Args:
        chosen: packages, each with the bit of the version chosen.
        asked: the specifiers of the lines and of the chosen versions for each package.
        prereleases: as `Problem.prereleases`.
    """
    for universe, bit in chosen:
        version = universe.version(bit)
        if version is None:
            continue
        specifiers = asked[universe.name]
        if bit & universe.versions.yanked:
            if not _takes_yanked(universe, specifiers):
                yield universe.name, version
        elif bit & universe.versions.prereleases:
            told = universe.versions.prereleases_wanted or universe.name in prereleases
            if not told and _has_final(universe, specifiers):
                yield universe.name, version


def _takes_yanked(universe: Universe, specifiers: Sequence[str]) -> bool:
    """Whether pip would take the yanked version chosen: pinned, and nothing else fits the pin.

    `==1.0` admits `1.0+cpu` as well.
    """
    if not any(map(pins, specifiers)):
        return False
    return not _fitting(universe, specifiers) & ~universe.versions.yanked


def _has_final(universe: Universe, specifiers: Sequence[str]) -> bool:
    """Whether pip has a final version that fits as well as the pre-release chosen.

    A yanked one counts, although pip does not take it: it looks at yanks in the end.
    """
    if any(map(names_prerelease, specifiers)):
        return False
    return bool(_fitting(universe, specifiers) & ~universe.versions.prereleases)


def _fitting(universe: Universe, specifiers: Sequence[str]) -> int:
    """Return the versions that satisfy all specifiers, yanked or not, without an obstacle."""
    fitting = universe.versions.all
    for mask in universe.versions.obstacles.values():
        fitting &= ~mask
    for specifier in specifiers:
        fitting &= universe.mask(specifier)
    return fitting
