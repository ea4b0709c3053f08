"""What to write in the place of a pinned version that should not be installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, Fix
from pinwise.advice.memo import IdentityMemo
from pinwise.advice.pin_changes import change_pin
from pinwise.advice.pins import pinned_line, question_of
from pinwise.advice.updates import why_held
from pinwise.advice.versions import distance, parse_version
from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from pinwise.advice.context import Context, Located
    from pinwise.advice.updates import Question
    from pinwise.advice.versions import Pin
    from pinwise.index.types import Listing

_answers: IdentityMemo[Listing, dict[Question, tuple[Version, ...]]] = IdentityMemo(
    lambda _listing: {}
)
_newest: IdentityMemo[Listing, dict[Question, Version | None]] = IdentityMemo(lambda _listing: {})


def substitute_fixes(ctx: Context, located: Located, pin: Pin, listing: Listing) -> tuple[Fix, ...]:
    """Return fixes that change a pin to the nearest versions which can be installed.

    The nearest is preferred. There are none where the line's hashes belong to the pinned version,
    nor where other lines exclude it anyway: that is another rule's to say.
    """
    line = pinned_line(ctx, located, pin)
    if line.in_conflict():
        return ()
    return tuple(
        Fix(
            f"Change to `{version}`",
            Applicability.SUGGESTED,
            edits,
            preferred=rank == 0,
        )
        for rank, version in enumerate(find_substitutes(listing, question_of(ctx, line)))
        if (edits := change_pin(ctx, line, version))
    )


def find_substitutes(listing: Listing, question: Question) -> tuple[Version, ...]:
    """Return the nearest installable version on either side of the pinned one, nearest first.

    They are not yanked, satisfy the other lines, and are final unless the pinned one is not, or
    pre-releases are allowed. Of two as near, the newer comes first. Remembered while the listing
    lives: the first call reads all releases down to the answer.
    """
    known = _answers(listing)
    found = known.get(question)
    if found is None:
        pinned = parse_version(question.pinned)
        found = () if pinned is None else _nearest(listing, question, pinned)
        known[question] = found
    return found


def newest_fitting(listing: Listing, question: Question) -> Version | None:
    """Return the newest version that can be installed beside the other lines; None without one.

    It may be older or newer than the pinned one, and is chosen as `find_substitutes` chooses.
    Remembered while the listing lives.
    """
    known = _newest(listing)
    if question not in known:
        known[question] = next(_fitting(listing, question, parse_version(question.pinned)), None)
    return known[question]


def _nearest(listing: Listing, question: Question, pinned: Version) -> tuple[Version, ...]:
    """Sort both sides by how much of the pinned version they keep."""
    sides = _sides(listing, question, pinned)
    return tuple(sorted(sides, key=lambda version: distance(version, pinned)))


def _sides(listing: Listing, question: Question, pinned: Version) -> Iterator[Version]:
    """Yield the nearest version above, and the nearest below."""
    above: Version | None = None
    below: Version | None = None
    for version in _fitting(listing, question, pinned):
        if version < pinned:
            below = version
            break
        above = version
    if above is not None:
        yield above
    if below is not None:
        yield below


def _fitting(listing: Listing, question: Question, pinned: Version | None) -> Iterator[Version]:
    """Yield the versions that may be offered in the place of `pinned`, newest first."""
    bounds = [found for text in question.bounds if (found := specifier_set(text)) is not None]
    for release in listing.releases:
        version = release.version
        if (
            version != pinned
            and all(bound.contains(version, prereleases=True) for bound in bounds)
            and why_held(release, question, pinned) is None
            and question.admission.admits(release)
        ):
            yield version
