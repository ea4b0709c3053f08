"""Which published versions a specifier allows, and what to write where it allows none.

Rules ask these questions for every line at every keystroke: each answer is remembered for as
long as the listing that it was drawn from lives.
"""

from __future__ import annotations

from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.version import Version

from pinwise.advice.installable import ANYTHING
from pinwise.advice.memo import IdentityMemo
from pinwise.base.tuples import NamedTuple
from pinwise.resolver.clash import Clash, find_clash, specifier_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.advice.installable import Admission, Obstacle
    from pinwise.index.types import Listing
    from pinwise.syntax.nodes import Clause, Requirement


class Availability(Enum):
    """What pip finds for a specifier among the published versions."""

    AVAILABLE = auto()
    YANKED = auto()
    """Only yanked releases satisfy it, and it pins none of them: pip takes none."""
    NONE = auto()


class Nearest(NamedTuple):
    """The neighbours of a version among others; None where there is none on that side."""

    below: Version | None
    above: Version | None


class Pin(NamedTuple):
    """The clause that pins a requirement to one version, and that version."""

    clause: Clause
    version: Version


class Repair(NamedTuple):
    """Another version for one clause, with which published versions satisfy the specifier."""

    place: int
    """The place of the clause among the requirement's."""
    text: str
    """What to write in place of the clause's version."""


class _Answers:
    """What was worked out about one listing."""

    __slots__ = ("allowed", "availability", "clashes", "neighbours", "repairs", "versions")

    def __init__(self) -> None:
        self.allowed: dict[tuple[tuple[str, ...], bool], Version | None] = {}
        self.availability: dict[str, Availability] = {}
        self.clashes: dict[tuple[str, ...], Clash | None] = {}
        self.neighbours: dict[tuple[Version, bool], Nearest] = {}
        self.repairs: dict[str, tuple[Repair, ...]] = {}
        self.versions: tuple[Version, ...] | None = None


_answers: IdentityMemo[Listing, _Answers] = IdentityMemo(lambda _listing: _Answers())


@lru_cache(maxsize=8192)
def parse_version(text: str) -> Version | None:
    """Read a version once; None where it is none of PEP 440's, or has absurdly many digits."""
    try:
        return Version(text)
    except ValueError:  # InvalidVersion is one; Python's limit on digits raises the plain one.
        return None


def pin_of(requirement: Requirement) -> Pin | None:
    """Return the clause that pins a requirement to exactly one version (`==` or `===`)."""
    for clause in requirement.clauses:
        if clause.operator in {"==", "==="} and not clause.version.endswith(".*"):
            version = parse_version(clause.version)
            if version is not None:
                return Pin(clause, version)
    return None


def availability(listing: Listing, requirement: Requirement) -> Availability:
    """Return whether any published version satisfies a requirement, as pip would choose.

    Pre-releases count, since pip takes them where nothing else fits. A yanked release counts
    only for a pin (PEP 592).
    """
    specifier = requirement.specifier
    known = _answers(listing).availability
    answer = known.get(specifier)
    if answer is None:
        answer = known[specifier] = _availability(listing, requirement)
    return answer


def _availability(listing: Listing, requirement: Requirement) -> Availability:
    """Look from the newest release on, and stop at the first that fits."""
    specifiers = specifier_set(requirement.specifier)
    if specifiers is None:
        return Availability.AVAILABLE
    pin = pin_of(requirement)
    # One look-up answers the usual case; `==1.0` also allows `1.0+local`, hence the loop below.
    published = pin is not None and pin.version in listing.by_version
    if published and pin is not None and specifiers.contains(pin.version, prereleases=True):
        return Availability.AVAILABLE
    answer = Availability.NONE
    for release in listing.releases:
        if specifiers.contains(release.version, prereleases=True):
            if pin is not None or release.yanked is None:
                return Availability.AVAILABLE
            answer = Availability.YANKED
    return answer


def obstacles_of(
    listing: Listing, requirement: Requirement, admission: Admission
) -> frozenset[Obstacle]:
    """Return what pip's options hold against the releases that satisfy a requirement.

    Reads them all; meant for a requirement of which nothing is left.
    """
    specifiers = specifier_set(requirement.specifier)
    pinned = pin_of(requirement) is not None
    found: set[Obstacle] = set()
    for release in listing.releases:
        if specifiers is None or specifiers.contains(release.version, prereleases=True):
            found |= admission.everywhere().obstacles(release, yanked=pinned)
    return frozenset(found)


def versions_of(listing: Listing) -> tuple[Version, ...]:
    """Return every published version, newest first."""
    answers = _answers(listing)
    if answers.versions is None:
        answers.versions = tuple(release.version for release in listing.releases)
    return answers.versions


def clash_of(listing: Listing | None, specifiers: tuple[str, ...]) -> Clash | None:
    """Return the smallest set of specifiers that cannot hold together; see `find_clash`.

    Args:
        listing: the published versions, all of them; None where they are not known.
        specifiers: one for each line.
    """
    if listing is None:
        return _clash_by_text(specifiers)
    known = _answers(listing).clashes
    if specifiers not in known:
        known[specifiers] = find_clash(specifiers, versions_of(listing))
    return known[specifiers]


@lru_cache(maxsize=4096)
def _clash_by_text(specifiers: tuple[str, ...]) -> Clash | None:
    """Return what PEP 440 alone proves."""
    return find_clash(specifiers, None)


def nearest(listing: Listing, wanted: Version, operator: str) -> Nearest:
    """Return the neighbours of `wanted` among the versions to offer in its place.

    The version itself, where it is published, is the neighbour on the side that the operator
    excludes: nothing above `>1.17.0` leaves 1.17.0 as the newest.
    """
    known = _answers(listing).neighbours
    upward = operator.startswith("<")
    if (wanted, upward) not in known:
        others = _choosable(listing, wanted)
        below = (v for v in others if v < wanted or (v == wanted and not upward))
        above = (v for v in others if v > wanted or (v == wanted and upward))
        known[wanted, upward] = Nearest(max(below, default=None), min(above, default=None))
    return known[wanted, upward]


def newest_allowed(
    listing: Listing, specifiers: tuple[str, ...], admission: Admission = ANYTHING
) -> Version | None:
    """Return the newest version, not yanked, that satisfies all specifiers, or None.

    It is final, unless pip was told to take pre-releases as well.
    """
    known = _answers(listing).allowed
    prereleases = admission.prereleases is True
    key = specifiers, prereleases
    if key not in known:
        everything = specifier_set(",".join(filter(None, specifiers)))
        known[key] = next(
            (
                release.version
                for release in listing.releases
                if everything is not None
                and release.yanked is None
                and everything.contains(release.version, prereleases=prereleases)
            ),
            None,
        )
    return known[key]


def repairs(listing: Listing, requirement: Requirement) -> tuple[Repair, ...]:
    """Return changes of one version that make a specifier satisfiable, the smallest first.

    The operator stays, and the version keeps its form: `==9.*` becomes `==3.*`, `~=9.9` becomes
    `~=3.2`. At most two are given for a clause, one on either side.
    """
    known = _answers(listing).repairs
    specifier = requirement.specifier
    if specifier not in known:
        clauses = requirement.clauses
        known[specifier] = tuple(
            Repair(place, text)
            for place in range(len(clauses))
            for text in _replacements(listing, clauses, place)
        )
    return known[specifier]


def _replacements(listing: Listing, clauses: Sequence[Clause], place: int) -> list[str]:
    """Return the nearest version on either side that leaves something to install, nearest first."""
    clause = clauses[place]
    wanted = parse_version(clause.version.removesuffix(".*"))
    others = specifier_set(",".join(str(other) for other in clauses if other is not clause))
    if wanted is None or others is None or clause.operator == "!=":
        return []
    allowed = sorted(others.filter(_choosable(listing, wanted), prereleases=True))
    below = [version for version in reversed(allowed) if version < wanted]
    above = [version for version in allowed if version > wanted]
    chosen = [
        version
        for side in (below, above)
        if (version := next((v for v in side if _leaves_any(clause, v, allowed)), None))
    ]
    chosen.sort(key=lambda version: distance(version, wanted))
    return [in_the_form_of(clause, version) for version in chosen]


def _leaves_any(clause: Clause, version: Version, allowed: Sequence[Version]) -> bool:
    """Return whether the clause, with another version, lets any of `allowed` through."""
    changed = specifier_set(f"{clause.operator}{in_the_form_of(clause, version)}")
    return changed is not None and any(changed.filter(allowed, prereleases=True))


def _choosable(listing: Listing, wanted: Version) -> list[Version]:
    """Return the versions to offer in place of `wanted`: not yanked, final where any is.

    A pre-release is offered where the author wrote one, or where there is nothing else.
    """
    usable = [release.version for release in listing.releases if release.yanked is None]
    final = [version for version in usable if not version.is_prerelease]
    return usable if wanted.is_prerelease or not final else final


def distance(version: Version, wanted: Version) -> tuple[int, int]:
    """Return how far a version is from another: the components that they share count first.

    `2.31.0` is nearer to `2.31.9` than `2.32.0` is.
    """
    shared = first_difference(version, wanted)
    return -shared, abs(_component(version, shared) - _component(wanted, shared))


def first_difference(first: Version, second: Version) -> int:
    """Return the place of the first release component that differs; the epoch counts as -1."""
    if first.epoch != second.epoch:
        return -1
    length = max(len(first.release), len(second.release))
    places = range(length)
    return next(
        (place for place in places if _component(first, place) != _component(second, place)),
        length,
    )


def _component(version: Version, place: int) -> int:
    """Return a component of the release segment; what is not written is zero."""
    if place < 0:
        return version.epoch
    return version.release[place] if place < len(version.release) else 0


def in_the_form_of(clause: Clause, version: Version) -> str:
    """Write a version as the clause's operator and wildcard ask for it."""
    wildcard = clause.version.endswith(".*")
    if not wildcard and clause.operator != "~=":
        return str(version)
    written = parse_version(clause.version.removesuffix(".*"))
    length = len(written.release) if written is not None else 1
    numbers = ".".join(str(_component(version, place)) for place in range(length))
    epoch = f"{version.epoch}!" if version.epoch else ""
    return f"{epoch}{numbers}{'.*' if wildcard else ''}"
