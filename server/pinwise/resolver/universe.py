"""The states that a package can have in one problem: not installed, or one of its versions."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from pinwise.base.facts import Known, NotChecked
from pinwise.resolver.incompatibility import Asked, Excluded, Incompatibility, Package
from pinwise.resolver.problem import names_prerelease, pins
from pinwise.resolver.versions import NOT_INSTALLED, Candidate, UnknownVersion, Versions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.resolver.problem import Opaque, Problem, Requirement
    from pinwise.resolver.provider import Snapshot

NOTHING = Versions(())

SWITCH_ON = 0b10
SWITCH = 0b11


class Universe:
    """The states of one package, as the lines that pin it leave them.

    Where lines pin a package, only the versions that they name are looked up; all the others
    are one bit more, "some other version", which satisfies every specifier but theirs. So the
    pinning line stays part of every proof that leans on it.

    Attributes:
        versions: those that have a bit.
        full: every state.
        other: the bit of "some other version", 0 where all versions are listed.
        missing: why the versions are not known, or None; then only assumed ones have a bit.
    """

    def __init__(
        self,
        name: NormalizedName,
        versions: Versions,
        *,
        lines: tuple[Requirement, ...] = (),
        closed: bool = True,
        missing: NotChecked | None = None,
    ) -> None:
        self.name = name
        self.versions = versions
        self.lines = lines
        self.missing = missing
        self.other = 0 if closed else versions.all + 2
        self.full = NOT_INSTALLED | versions.all | self.other
        self.prereleases_named = versions.prereleases_wanted
        for line in lines:
            self.prereleases_named |= names_prerelease(line.specifier)
        self.preferred = 0

    @property
    def unlisted(self) -> bool:
        """Whether nothing is known about which versions there are."""
        return self.missing is not None and not self.versions.assumed

    def mask(self, specifier: str) -> int:
        """Return the states that satisfy a specifier of a dependency."""
        return self.versions.mask(specifier) | self.other

    def mask_of_line(self, line: Requirement) -> int:
        """Return the states that a line allows, without "not installed"."""
        if line.opaque is not None:
            return self.versions.all
        mask = self.versions.mask(line.specifier)
        return mask if line.pin is not None else mask | self.other

    def best(self, states: int, *, prereleases: bool | None) -> int:
        """Return the bit to try first: what is preferred, then the newest version.

        pip takes pre-releases after all final versions unless a specifier names one
        (`prereleases` is what its options say), then those that come last, and yanked ones at the
        very end.
        """
        chosen = self.equally_good(states, prereleases=prereleases)
        return chosen & -chosen

    def equally_good(self, states: int, *, prereleases: bool | None) -> int:
        """Return the states between which only their age decides; see `best`."""
        states &= ~NOT_INSTALLED
        if chosen := states & self.preferred:
            return chosen
        usable = states & ~(self.versions.yanked | self.other)
        if not (prereleases or self.prereleases_named):
            usable = usable & ~self.versions.prereleases or usable
        return usable & ~self.versions.last or usable or states & ~self.other or states

    def version(self, bit: int) -> Version | None:
        """Return the version of one bit; None where it is not known which it is."""
        listed = bit & self.versions.all
        # Asked thousands of times in a solve.
        return self.versions.versions[(listed & -listed).bit_length() - 2] if listed else None


def opaque_line(lines: Iterable[Requirement]) -> Opaque | None:
    """Return what the first line names that names a thing and not a project; None without one."""
    for line in lines:
        if line.opaque is not None:
            return line.opaque
    return None


def universe_of(
    name: NormalizedName, problem: Problem, facts: Snapshot, *, opaque: bool = False
) -> Universe:
    """Return the states of a package. One question to the provider for each pin, or one in all.

    Args:
        name: the package.
        problem: whose lines may pin it.
        facts: asked for its versions.
        opaque: whether a dependency names an address for it, so that nothing is known.
    """
    lines = problem.lines_of.get(name, ())
    if (given := opaque_line(lines)) is not None:
        # It provides the package, as in pip: what an index has plays no part.
        known = given.version
        versions = UnknownVersion() if known is None else Versions([Candidate(known)])
        return Universe(name, versions, lines=lines, closed=False)
    if opaque:
        return Universe(name, UnknownVersion(), lines=lines)
    if pinned := list(dict.fromkeys([line.pin for line in lines if line.pin is not None])):
        return _pinned_universe(name, pinned, lines, facts)
    found = facts.versions(name)
    missing = found if isinstance(found, NotChecked) else None
    universe = Universe(
        name, found.value if isinstance(found, Known) else NOTHING, lines=lines, missing=missing
    )
    if name in problem.preferred:
        universe.preferred = universe.versions.bit(problem.preferred[name])
    return universe


def _pinned_universe(
    name: NormalizedName,
    pinned: list[Version],
    lines: tuple[Requirement, ...],
    facts: Snapshot,
) -> Universe:
    """Return the versions that the lines name; those not looked up yet are taken to exist."""
    answers = [facts.pinned(name, version) for version in pinned]
    missing = next((answer for answer in answers if isinstance(answer, NotChecked)), None)
    if len(answers) == 1 and isinstance(answers[0], Known):
        # The object itself, because it remembers its masks.
        return Universe(name, answers[0].value, lines=lines, closed=False)
    candidates: dict[Version, Candidate] = {}
    for version, answer in zip(pinned, answers, strict=True):
        if isinstance(answer, Known):
            candidates |= {found.version: found for found in answer.value.offered()}
        elif isinstance(answer, NotChecked):
            candidates[version] = Candidate(version)
    newest_first = [candidates[version] for version in sorted(candidates, reverse=True)]
    versions = Versions(newest_first, assumed=missing is not None)
    return Universe(name, versions, lines=lines, closed=False, missing=missing)


def statements_about(
    universe: Universe,
    number: int,
    problem: Problem,
    admitted: Collection[tuple[NormalizedName, Version | None]],
) -> Iterator[Incompatibility]:
    """Yield what the lines and the index say of a package by itself.

    Args:
        universe: the package's states.
        problem: what its options say of pre-releases and yanks.
        number: the package's, in its solve.
        admitted: yanked versions that a dependency pins.
    """
    name = universe.name
    for line in universe.lines:
        states = universe.mask_of_line(line) | (NOT_INSTALLED if line.constraint else 0)
        outside = universe.full & ~states
        if outside == universe.full:
            # Nothing satisfies it: a contradiction by itself.
            yield Incompatibility({}, Asked(line))
        elif outside:
            yield Incompatibility({number: outside}, Asked(line))
    package = Package(name)
    for reason, mask in universe.versions.obstacles.items():
        yield Incompatibility({number: mask}, Excluded(package, reason))
    if problem.prereleases.get(name) is False and universe.versions.prereleases:
        mask = universe.versions.prereleases
        yield Incompatibility({number: mask}, Excluded(package, "is a pre-release"))
    if not problem.yanked and (mask := unpinned_yanks(universe, admitted)):
        yield Incompatibility({number: mask}, Excluded(package, "is yanked", yanked=True))


def unpinned_yanks(
    universe: Universe, admitted: Collection[tuple[NormalizedName, Version | None]]
) -> int:
    """Return the yanked versions of a package that no line pins, and no dependency that was met."""
    if not universe.versions.yanked:
        return 0
    pinned = (universe.mask_of_line(line) for line in universe.lines if pins(line.specifier))
    allowed = reduce(or_, pinned, 0)
    for known, version in admitted:
        if known == universe.name and version is not None:
            allowed |= universe.versions.bit(version)
    return universe.versions.yanked & ~allowed
