"""A proof that a person can follow: which line, which need, which line, and nothing is left.

The solver's derivation proves by whatever it tried first. Most conflicts have a straight proof:
from the lines, the versions that are left of each package follow one after the other, until none
is left of one. That proof is looked for here, among the facts that the derivation rests on.
"""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple
from pinwise.resolver.incompatibility import Excluded, Needs, Package
from pinwise.resolver.problem import Requirement
from pinwise.resolver.versions import NOT_INSTALLED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from packaging.utils import NormalizedName

    from pinwise.resolver.incompatibility import Incompatibility
    from pinwise.resolver.outcome import Conflict
    from pinwise.resolver.provider import Dependency


class Need(NamedTuple):
    """Versions of a package need something: facts with the same words taken together.

    Attributes:
        package: with the extra that adds the need, if one does.
        versions: the states of the package that need it.
        allowed: the states that the needed package may then have.
        dependencies: what is needed, each text once.
    """

    package: Package
    versions: int
    name: NormalizedName
    allowed: int
    dependencies: tuple[Dependency, ...]


class Follows(NamedTuple):
    """All versions that are left of a package need another.

    Attributes:
        package: whose versions they are, with the extra that adds the need.
        versions: the states that are left of it.
        needs: of which each of them has one.
        because: why no others are left of it.
        asked_extra: why the extra is on: the first reason that was met; None without an extra.
    """

    package: Package
    versions: int
    needs: tuple[Need, ...]
    because: tuple[Reason, ...]
    asked_extra: Requirement | Follows | None = None

    @property
    def text(self) -> str:
        """The words of the need where all share them, else ""."""
        texts = {need.shown for each in self.needs for need in each.dependencies}
        return texts.pop() if len(texts) == 1 else ""

    @property
    def name(self) -> NormalizedName:
        """The package that is needed."""
        return self.needs[0].name


class Assumed(NamedTuple):
    """One version of a package, taken as an example of those that are left."""

    name: NormalizedName


class Reason(NamedTuple):
    """Why a package can have no states but these."""

    states: int
    cause: Requirement | Follows | Excluded | Assumed


class Proof(NamedTuple):
    """Nothing is left of one package.

    Attributes:
        name: the package.
        reasons: a smallest set of reasons that leave nothing.
    """

    name: NormalizedName
    reasons: tuple[Reason, ...]

    def lines(self) -> tuple[Requirement, ...]:
        """Return the lines that the proof uses, as they are met."""
        return tuple(dict.fromkeys(_lines_of(self.reasons)))

    def links(self) -> tuple[Follows, ...]:
        """Return the needs that it uses, each after those that it rests on."""
        found: dict[int, Follows] = {}
        _collect(self.reasons, found)
        return tuple(found.values())


def grouped_needs(conflict: Conflict) -> list[Need]:
    """Return the needs that a conflict rests on; those with the same words are one."""
    groups: dict[tuple[Package, NormalizedName, str], list[Need]] = {}
    for statement in conflict.leaves():
        if isinstance(statement.cause, Needs):
            need = _need(statement, statement.cause, conflict)
            key = (need.package, need.name, need.dependencies[0].shown)
            groups.setdefault(key, []).append(need)
    return [_merged(group) for group in groups.values()]


def _need(statement: Incompatibility, cause: Needs, conflict: Conflict) -> Need:
    number = conflict.packages.index(Package(cause.package.name))
    dependency = cause.dependency
    universe = conflict.universes[dependency.name]
    allowed = universe.mask("" if dependency.direct else dependency.specifier)
    versions = statement.terms[number]
    return Need(cause.package, versions, dependency.name, allowed, (dependency,))


def _merged(group: Sequence[Need]) -> Need:
    versions = allowed = 0
    for need in group:
        versions |= need.versions
        allowed |= need.allowed
    dependencies = {need.dependencies[0].shown: need.dependencies[0] for need in group}
    return group[0]._replace(
        versions=versions, allowed=allowed, dependencies=tuple(dependencies.values())
    )


def straight_proof(
    conflict: Conflict, assumed: Mapping[NormalizedName, int] | None = None
) -> Proof | None:
    """Return a proof without case distinctions, or None where the conflict needs some.

    O(facts x packages) of the derivation.

    Args:
        conflict: which may have another proof.
        assumed: versions that are taken as examples, by name; the proof is about them alone.
    """
    return Propagation(conflict, assumed).find()


class Propagation:
    """Looks for the proof: the states that are left of each package, and why.

    Attributes:
        universes: the conflict's.
        reasons: why a package can have no other states than it has, by name.
        on: why an extra is turned on.
        needs: by the package and what it needs.
    """

    def __init__(
        self, conflict: Conflict, assumed: Mapping[NormalizedName, int] | None = None
    ) -> None:
        self.universes = conflict.universes
        self.reasons: dict[NormalizedName, list[Reason]] = {}
        self.on: dict[Package, Requirement | Follows] = {}
        self.needs: dict[tuple[Package, NormalizedName], list[Need]] = {}
        for need in grouped_needs(conflict):
            self.needs.setdefault((need.package, need.name), []).append(need)
        for line in conflict.lines():
            universe = self.universes[line.name]
            states = universe.mask_of_line(line)
            if line.constraint:
                states |= NOT_INSTALLED
            else:
                for extra in line.extras:
                    self.on.setdefault(Package(line.name, extra), line)
            self._add(line.name, Reason(states, line))
        for statement in conflict.leaves():
            if isinstance(statement.cause, Excluded):
                name = statement.cause.package.name
                (mask,) = statement.terms.values()
                self._add(name, Reason(self.universes[name].full & ~mask, statement.cause))
        for name, states in (assumed or {}).items():
            self._add(name, Reason(states, Assumed(name)))

    def find(self) -> Proof | None:
        """Return a proof, or None; `reasons` has all that follows then."""
        new = True
        while new:
            for name in self.reasons:
                if not self.left(name):
                    return Proof(name, self.against(name, self.universes[name].full))
            new = False
            for package, name in self.needs:
                new |= self._follow(package, name)
        return None

    def left(self, name: NormalizedName) -> int:
        """Return the states that are left of a package."""
        return self._left(self.reasons.get(name, []), name)

    def against(self, name: NormalizedName, states: int) -> tuple[Reason, ...]:
        """Return a smallest set of reasons by which a package has none of the states."""
        return self.smallest(
            self.reasons.get(name, []), lambda chosen: not self._left(chosen, name) & states
        )

    def _add(self, name: NormalizedName, reason: Reason) -> None:
        self.reasons.setdefault(name, []).append(reason)

    def _left(self, reasons: Sequence[Reason], name: NormalizedName) -> int:
        return reduce(and_, (reason.states for reason in reasons), self.universes[name].full)

    def _follow(self, package: Package, name: NormalizedName) -> bool:
        """Draw the conclusion of a package's needs; return whether it says something new."""
        if package.extra and package not in self.on:
            return False
        reasons = self.reasons.get(package.name, [])
        found = self._conclude(package, name, reasons)
        if found is None:
            return False
        states, needs = found
        extras = set.intersection(*({*need.dependencies[0].extras} for need in needs))
        switches = [Package(name, extra) for extra in sorted(extras)]
        before = self.left(name)
        if before & states == before and all(switch in self.on for switch in switches):
            return False

        def enough(chosen: Sequence[Reason]) -> bool:
            concluded = self._conclude(package, name, chosen)
            return concluded is not None and concluded[0] & ~states == 0

        because = self.smallest(reasons, enough)
        versions = self._left(because, package.name)
        # Fewer reasons leave more versions: these have their needs too.
        again = self._conclude(package, name, because)
        needs = again[1] if again is not None else needs
        link = Follows(package, versions, needs, because, self.on.get(package))
        for switch in switches:
            self.on.setdefault(switch, link)
        self._add(name, Reason(states, link))
        return True

    def _conclude(
        self, package: Package, name: NormalizedName, reasons: Sequence[Reason]
    ) -> tuple[int, tuple[Need, ...]] | None:
        """Return what a package's needs leave of another, None if not every version has one."""
        left = self._left(reasons, package.name)
        if not left or left & NOT_INSTALLED:
            return None
        needs = [need for need in self.needs[package, name] if need.versions & left]
        covered = allowed = 0
        for need in needs:
            covered |= need.versions
            allowed |= need.allowed
        return (allowed, tuple(needs)) if left & ~covered == 0 else None

    def smallest(
        self, reasons: Sequence[Reason], enough: Callable[[Sequence[Reason]], bool]
    ) -> tuple[Reason, ...]:
        """Drop reasons as long as the rest is enough."""
        kept = list(reasons)
        # Lines are kept rather than what follows from others: they say it shorter.
        order = sorted(kept, key=lambda reason: isinstance(reason.cause, Requirement))
        for reason in order:
            rest = [other for other in kept if other is not reason]
            if enough(rest):
                kept = rest
        return tuple(kept)


def _lines_of(reasons: Sequence[Reason]) -> Iterator[Requirement]:
    for reason in reasons:
        if isinstance(reason.cause, Requirement):
            yield reason.cause
        elif isinstance(reason.cause, Follows):
            yield from _lines_of_link(reason.cause)


def _lines_of_link(link: Follows) -> Iterator[Requirement]:
    yield from _lines_of(link.because)
    if isinstance(link.asked_extra, Requirement):
        yield link.asked_extra
    elif link.asked_extra is not None:
        yield from _lines_of_link(link.asked_extra)


def _collect(reasons: Sequence[Reason], found: dict[int, Follows]) -> None:
    for reason in reasons:
        link = reason.cause
        if isinstance(link, Follows) and id(link) not in found:
            _collect(link.because, found)
            if isinstance(link.asked_extra, Follows):
                _collect([Reason(0, link.asked_extra)], found)
            found[id(link)] = link
