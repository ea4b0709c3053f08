"""A conflict without a straight proof, as a person can follow it: every choice ends badly.

Most often the choice is between versions of one package, and each of them needs one of a few
things that nothing leaves possible. Else one choice is told as an example of all.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple
from pinwise.resolver.proof import (
    Follows,
    Proof,
    Propagation,
    Reason,
    grouped_needs,
    straight_proof,
)
from pinwise.resolver.versions import NOT_INSTALLED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.utils import NormalizedName

    from pinwise.resolver.outcome import Conflict
    from pinwise.resolver.proof import Need

MOST_CHOICES = 3
"""Of more packages, or of more needs of one, nobody reads."""


class Alternatives(NamedTuple):
    """Whatever version is taken of a package, it needs something that cannot be had.

    Attributes:
        every: the versions that are left of the package, with all their needs, and why no others
            are left.
        proofs: for each thing that is needed, why it cannot be had; the need is among the
            reasons, the last.
    """

    every: Follows
    proofs: tuple[Proof, ...]


def choices(conflict: Conflict) -> list[NormalizedName]:
    """Return the packages of a conflict that need something, those that lines ask for first."""
    asked = {line.name for line in conflict.lines()}
    names = dict.fromkeys(need.package.name for need in grouped_needs(conflict))
    return sorted(names, key=lambda name: name not in asked)


def alternatives(conflict: Conflict) -> Alternatives | None:
    """Return what the versions of one package need, if that is all that it takes, else None.

    O(facts x packages) of the derivation.
    """
    known = Propagation(conflict)
    if known.find() is not None:
        return None
    for name in choices(conflict):
        found = _alternatives_of(name, known)
        if found is not None:
            return found
    return None


def _alternatives_of(name: NormalizedName, known: Propagation) -> Alternatives | None:
    left = known.left(name)
    if left & NOT_INSTALLED or not _several(left):
        return None
    # What the newest versions need comes first.
    groups = sorted(_impossible(name, left, known), key=lambda group: _newest(_versions([group])))
    for group in reversed(groups):
        others = [other for other in groups if other is not group]
        if not left & ~_versions(others):
            groups = others
    if left & ~_versions(groups) or not 1 < len(groups) <= MOST_CHOICES:
        return None
    covered = _versions(groups)
    because = known.against(name, known.universes[name].full & ~covered)
    proofs = []
    for group in groups:
        allowed = reduce(or_, (need.allowed for need in group))
        package, target = group[0].package, group[0].name
        link = Follows(package, left & _versions([group]), group, because, known.on.get(package))
        against = known.against(target, allowed)
        proofs.append(Proof(target, (*against, Reason(allowed, link))))
    # What an extra adds is told as such only if all of it comes from the same one.
    packages = {group[0].package for group in groups}
    package = packages.pop() if len(packages) == 1 else groups[0][0].package._replace(extra="")
    needs = tuple(need for group in groups for need in group)
    every = Follows(package, left, needs, because, known.on.get(package))
    return Alternatives(every, tuple(proofs))


def _impossible(name: NormalizedName, left: int, known: Propagation) -> Iterator[tuple[Need, ...]]:
    """Yield the needs of a package that nothing can satisfy, those of another one together."""
    for (package, target), needs in known.needs.items():
        if package.name != name or target == name or (package.extra and package not in known.on):
            continue
        possible = known.left(target)
        group = [need for need in needs if need.versions & left and not need.allowed & possible]
        if group:
            yield tuple(group)


def _versions(groups: Sequence[Sequence[Need]]) -> int:
    return reduce(or_, (need.versions for group in groups for need in group), 0)


def example(conflict: Conflict) -> Proof | None:
    """Return what follows where the newest versions are taken that are left; None if too long.

    Of one package if that is enough to make it a straight proof, else of two or three.
    """
    assumed: dict[NormalizedName, int] = {}
    names = choices(conflict)
    for _ in range(MOST_CHOICES):
        known = Propagation(conflict, assumed)
        known.find()
        newest = {
            name: _newest(left)
            for name in names
            if name not in assumed
            and (left := known.left(name) & ~NOT_INSTALLED & ~known.universes[name].other)
        }
        for name, states in newest.items():
            proof = straight_proof(conflict, {**assumed, name: states})
            if proof is not None:
                return proof
        if not newest:
            return None
        first = next(iter(newest))
        assumed[first] = newest[first]
    return None


def _newest(states: int) -> int:
    return states & -states


def _several(states: int) -> bool:
    return bool(states & (states - 1))
