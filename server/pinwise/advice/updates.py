"""Newer releases than the one that is pinned, and what holds the newest of them back."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from pinwise.advice.installable import ANYTHING, Obstacle, python_needed
from pinwise.advice.memo import IdentityMemo
from pinwise.advice.versions import first_difference, parse_version
from pinwise.base.tuples import NamedTuple
from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from pinwise.advice.cooldown import Cooldown
    from pinwise.advice.installable import Admission
    from pinwise.index.types import Listing, Release


class Level(Enum):
    """How big a step an update is; the value is the word for a message."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


class Update(NamedTuple):
    """A version to change a pin to.

    Attributes:
        text: the version as a requirement writes it.
    """

    version: Version
    text: str
    level: Level


class Hold(Enum):
    """What keeps a release from being suggested, whatever other lines say."""

    PYTHON = auto()
    """Its files are for other Pythons."""
    PLATFORM = auto()
    """It has no file for the interpreter's platform."""
    OPTION = auto()
    """An option of pip forbids its files."""
    NO_WHEEL = auto()
    """It has source alone, and pip is told to prefer wheels."""
    COOLDOWN = auto()
    """It came out too recently."""
    PRERELEASE = auto()
    """It is a pre-release, and those are not wanted."""


class HeldBack(NamedTuple):
    """A release that is not suggested, and why.

    Attributes:
        needs: the `Requires-Python` that excludes the interpreter; "" for other holds.
        obstacle: what the option forbids; None for other holds.
    """

    release: Release
    hold: Hold
    needs: str = ""
    obstacle: Obstacle | None = None


class Updates(NamedTuple):
    """What is newer than a pinned version.

    Attributes:
        candidates: what to offer, newest first: the newest of all, of the same major version
            and of the same minor version, each once. Empty where there is none.
        newest: the newest release that the interpreter can install, whatever other lines say;
            None where that is not newer than the pin.
        held: the newest release above `newest` that is not suggested; a pre-release only where
            nothing else is. None where nothing is newer.
    """

    candidates: tuple[Update, ...] = ()
    newest: Update | None = None
    held: HeldBack | None = None


def update_title(update: Update) -> str:
    """Return the title of the fix that changes a pin: what names it to a user names it to us."""
    return f"Update to `{update.text}` ({update.level.value})"


class Question(NamedTuple):
    """What is asked of a listing. A tuple of texts, because it is a key at every keystroke.

    Attributes:
        pinned: the version that is pinned, as written.
        admission: which files pip would take.
        bounds: the specifiers of the other lines about the package.
        prereleases: a value of the setting `prerelease`; if necessary, which is where the pinned
            version is one, or pip was told so, pre-releases are newer.
        cooldown: how long a release ripens; None where any age will do.
    """

    pinned: str
    admission: Admission = ANYTHING
    bounds: tuple[str, ...] = ()
    prereleases: str = "if-necessary"
    cooldown: Cooldown | None = None

    def wants_prereleases(self, pinned: Version | None) -> bool:
        """Return whether pre-releases may be suggested in the place of a version."""
        told = self.admission.prereleases
        if told is False or self.prereleases == "disallow":
            return False
        return (
            told is True
            or self.prereleases == "allow"
            or (pinned is not None and pinned.is_prerelease)
        )


_answers: IdentityMemo[Listing, dict[Question, Updates]] = IdentityMemo(lambda _listing: {})


def find_updates(listing: Listing, question: Question) -> Updates:
    """Return what is newer than the pinned version; remembered while the listing lives.

    A version that is not published, and what is no version, has no updates.
    """
    known = _answers(listing)
    updates = known.get(question)
    if updates is None:
        pinned = parse_version(question.pinned)
        published = pinned is not None and pinned in listing.by_version
        updates = _find(listing, question, pinned) if published and pinned else Updates()
        known[question] = updates
    return updates


def newest_installable(
    listing: Listing, admission: Admission, cooldown: Cooldown | None = None
) -> Release | None:
    """Return the release that pip would take by itself, of those that have ripened.

    It is stable unless pip's options admit pre-releases, not yanked, and where wheels are
    preferred it has one if any has.
    """
    other = None
    for release in listing.releases:
        unstable = release.version.is_prerelease and not admission.prereleases
        if unstable or (cooldown is not None and cooldown.holds(release)):
            continue
        if admission.admits(release):
            if not admission.prefer_binary or admission.has_wheel(release):
                return release
            other = other or release
    return other


def level_of(old: Version, new: Version) -> Level:
    """Return which part of the version changes; an epoch is above all of them."""
    place = first_difference(old, new)
    if place <= 0:
        return Level.MAJOR
    return Level.MINOR if place == 1 else Level.PATCH


def why_held(release: Release, question: Question, pinned: Version | None) -> HeldBack | None:
    """Return what keeps a release from being suggested in the place of a version; None if nothing.

    That it is yanked, and what other lines say, is not looked at.
    """
    admission = question.admission
    obstacles = admission.obstacles(release)
    needs = ""
    if Obstacle.PYTHON in obstacles:
        needs = python_needed(release, admission.python_version)
    for obstacle in Obstacle:
        if obstacle in obstacles and obstacle not in {Obstacle.PYTHON, Obstacle.PLATFORM}:
            return HeldBack(release, Hold.OPTION, obstacle=obstacle)
    if release.version.is_prerelease and not question.wants_prereleases(pinned):
        return HeldBack(release, Hold.PRERELEASE)
    if needs:
        return HeldBack(release, Hold.PYTHON, needs)
    if obstacles:
        return HeldBack(release, Hold.PLATFORM)
    if question.cooldown is not None and question.cooldown.holds(release):
        return HeldBack(release, Hold.COOLDOWN)
    return None


def _find(listing: Listing, question: Question, pinned: Version) -> Updates:
    """Go through the newer releases once."""
    bounds = [found for text in question.bounds if (found := specifier_set(text)) is not None]
    own = listing.by_version.get(pinned)
    wheels = question.admission.prefer_binary and own is not None
    wheels = wheels and own is not None and question.admission.has_wheel(own)
    newest: Update | None = None
    held: HeldBack | None = None
    candidates: dict[Level, Update] = {}
    for release in _newer(listing, pinned):
        why = why_held(release, question, pinned)
        if why is None and wheels and not question.admission.has_wheel(release):
            why = HeldBack(release, Hold.NO_WHEEL)
        if why is not None:
            weak = held is None or held.hold is Hold.PRERELEASE
            if newest is None and weak and (held is None or why.hold is not Hold.PRERELEASE):
                held = why
            continue
        level = level_of(pinned, release.version)
        update = Update(release.version, str(release.version), level)
        newest = newest or update
        if all(bound.contains(release.version, prereleases=True) for bound in bounds):
            candidates.setdefault(update.level, update)
            if update.level is Level.PATCH:
                # Everything below is an older patch release.
                break
    return Updates(tuple(candidates.values()), newest, held)


def _newer(listing: Listing, pinned: Version) -> Iterator[Release]:
    """Yield the releases above the pinned one that are not yanked, newest first."""
    for release in listing.releases:
        if release.version <= pinned:
            return
        if release.yanked is None:
            yield release
