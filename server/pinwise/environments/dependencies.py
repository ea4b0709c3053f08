"""Which installed packages need which: `Requires-Dist`, judged for one interpreter."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from packaging.markers import Marker
    from packaging.utils import NormalizedName

    from pinwise.environments.packages import Package

SEEDS = frozenset(canonicalize_name(name) for name in ("pip", "setuptools", "wheel"))
"""What environments are made with: nobody asks for it in a line, and everybody misses it."""


class Need(NamedTuple):
    """A package with the extras that are wanted of it."""

    name: NormalizedName
    extras: frozenset[str] = frozenset()


def needs_of(
    package: Package, markers: Mapping[str, str], extras: frozenset[str] = frozenset()
) -> Iterator[Need]:
    """Yield what a package needs in an environment.

    Args:
        package: an installed one.
        markers: the variables of the interpreter (PEP 508).
        extras: those of its extras that are wanted, normalised.

    What cannot be read as a requirement is left out, as pip does with installed packages.
    """
    for text in package.requires:
        requirement = _read(text)
        if requirement is None:
            continue
        marker = requirement.marker
        if marker is None or any(_holds(marker, markers, extra) for extra in ("", *extras)):
            wanted = frozenset(canonicalize_name(extra) for extra in requirement.extras)
            yield Need(canonicalize_name(requirement.name), wanted)


def needed_by(
    packages: Iterable[Package], markers: Mapping[str, str]
) -> dict[NormalizedName, list[str]]:
    """Return which packages need each package, without extras, as `pip show` counts.

    Linear in the requirements of all packages.
    """
    found: dict[NormalizedName, list[str]] = {}
    for package in packages:
        for need in dict.fromkeys(need.name for need in needs_of(package, markers)):
            found.setdefault(need, []).append(package.name)
    return found


def kept_with(
    packages: Iterable[Package], wanted: Iterable[Need], markers: Mapping[str, str]
) -> frozenset[NormalizedName]:
    """Return what has to stay so that some packages work: themselves and all that they need.

    Args:
        packages: all that are installed.
        wanted: the packages, each with the extras that are wanted of it.
        markers: as for `needs_of`.

    Each package is looked at once for each set of extras that something wants of it.
    """
    by_name = {package.key: package for package in packages}
    pending = list(wanted)
    seen: dict[NormalizedName, frozenset[str]] = {}
    while pending:
        need = pending.pop()
        package = by_name.get(need.name)
        known = seen.get(need.name)
        if package is None or (known is not None and need.extras <= known):
            continue
        extras = need.extras | (known or frozenset())
        seen[need.name] = extras
        pending += needs_of(package, markers, extras)
    return frozenset(seen)


@functools.lru_cache(maxsize=16384)
def _read(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None


def _holds(marker: Marker, markers: Mapping[str, str], extra: str) -> bool:
    """Return whether a marker holds; one that cannot be judged does, so that nothing is lost."""
    try:
        return marker.evaluate({**markers, "extra": extra})
    except (UndefinedComparison, UndefinedEnvironmentName, ValueError):
        return True
