"""Newer releases than the one that is pinned, and what holds the newest of them back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from pinwise.advice.installable import file_fits, python_needed, too_young
from pinwise.advice.memo import IdentityMemo
from pinwise.advice.versions import first_difference, parse_version
from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from packaging.version import Version

    from pinwise.environments.types import Target
    from pinwise.index.types import Listing, Release


class Level(Enum):
    """How big a step an update is; the value is the word for a message."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


@dataclass(frozen=True, slots=True)
class Update:
    """A version to change a pin to.

    Attributes:
        text: the version as a requirement writes it.
    """

    version: Version
    text: str
    level: Level


@dataclass(frozen=True, slots=True)
class Updates:
    """What is newer than a pinned version.

    Attributes:
        candidates: what to offer, newest first: the newest of all, of the same major version
            and of the same minor version, each once. Empty where there is none.
        newest: the newest release that the interpreter can install, whatever other lines say;
            None where that is not newer than the pin.
        too_new: a release newer than `newest` that needs another Python, as written, and its
            `Requires-Python`; None where there is none.
    """

    candidates: tuple[Update, ...] = ()
    newest: Update | None = None
    too_new: tuple[str, str] | None = None


def update_title(update: Update) -> str:
    """Return the title of the fix that changes a pin: what names it to a user names it to us."""
    return f"Update to {update.text} ({update.level.value})"


class Question(NamedTuple):
    """What is asked of a listing. A tuple of texts, because it is a key at every keystroke.

    Attributes:
        pinned: the version that is pinned, as written.
        python_version: the interpreter's, "" where it is not known and so excludes nothing.
        tags: the wheel tags that it can install; empty where any wheel will do.
        bounds: the specifiers of the other lines about the package.
        prereleases: a value of the setting `prerelease`; if necessary, which is where the pinned
            version is one, pre-releases are newer.
        uploaded_before: releases that came out later are too young to be suggested.
    """

    pinned: str
    python_version: str = ""
    tags: frozenset[str] = frozenset()
    bounds: tuple[str, ...] = ()
    prereleases: str = "if-necessary"
    uploaded_before: datetime | None = None


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
    listing: Listing, target: Target, uploaded_before: datetime | None = None
) -> Release | None:
    """Return the newest stable release, not yanked, that the interpreter can install.

    With `uploaded_before`, of those that came out before that moment.
    """
    question = Question("", target.python_version, target.tags)
    for release in listing.releases:
        stable = not release.version.is_prerelease and release.yanked is None
        if not stable or too_young(release, uploaded_before):
            continue
        if _fits_platform(release, question):
            return release
    return None


def level_of(old: Version, new: Version) -> Level:
    """Return which part of the version changes; an epoch is above all of them."""
    place = first_difference(old, new)
    if place <= 0:
        return Level.MAJOR
    return Level.MINOR if place == 1 else Level.PATCH


def _find(listing: Listing, question: Question, pinned: Version) -> Updates:
    """Go through the newer releases once."""
    bounds = [found for text in question.bounds if (found := specifier_set(text)) is not None]
    newest: Update | None = None
    too_new: tuple[str, str] | None = None
    candidates: dict[Level, Update] = {}
    for release in _newer(listing, pinned, question):
        needed = python_needed(release, question.python_version)
        if needed:
            if newest is None and too_new is None:
                too_new = (str(release.version), needed)
            continue
        if not _fits_platform(release, question):
            continue
        level = level_of(pinned, release.version)
        update = Update(release.version, str(release.version), level)
        newest = newest or update
        if all(bound.contains(release.version, prereleases=True) for bound in bounds):
            candidates.setdefault(update.level, update)
            if update.level is Level.PATCH:
                # Everything below is an older patch release.
                break
    return Updates(tuple(candidates.values()), newest, too_new)


def _newer(listing: Listing, pinned: Version, question: Question) -> Iterator[Release]:
    """Yield the releases above the pinned one that may be suggested, newest first."""
    policy = question.prereleases
    prereleases = policy == "allow" or (policy == "if-necessary" and pinned.is_prerelease)
    for release in listing.releases:
        if release.version <= pinned:
            return
        if (
            (prereleases or not release.version.is_prerelease)
            and release.yanked is None
            and not too_young(release, question.uploaded_before)
        ):
            yield release


def _fits_platform(release: Release, question: Question) -> bool:
    """Return whether a file can be installed: a source archive, or a wheel with a fitting tag."""
    return any(
        file.yanked is None and file_fits(file, question.python_version, question.tags)
        for file in release.files
    )
