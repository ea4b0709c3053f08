"""Completion of versions, from what is known of a project's releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.advice.updates import newest_installable
from pinwise.advice.versions import versions_of
from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.features.completion.items import MOST_ITEMS, Completion, Item, ItemKind
from pinwise.features.releases import release_detail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.base.facts import Fact
    from pinwise.features.completion.part import Place
    from pinwise.index.types import Listing, Release

_EXACT = ("==", "!=", "===")
"""The operators behind which a local version (`1.0+cpu`) may stand (PEP 440)."""

_FEWEST_NUMBERS = 2
"""`~=` compares all numbers but the last, so that there must be two (PEP 440)."""


def complete_versions(
    place: Place,
    listing: Callable[[NormalizedName], Fact[Listing]] | None,
    context: Context | None,
) -> Completion:
    """Return the published versions that may stand behind a comparison, newest first.

    Those that the setting `cooldown` lets ripen come after the others.

    Args:
        place: of a version.
        listing: answers from what is known, at once; None where nothing can be asked yet.
        context: of the tree that the file belongs to; None where it is not known yet.

    Where the listing is not known yet, or old, the answer names the project as pending.
    """
    name = canonicalize_name(place.name)
    fact = listing(name) if listing is not None else NotChecked(Reason.PENDING)
    match fact:
        case NotChecked(Reason.PENDING):
            return Completion(place.span, incomplete=True, pending=name)
        case NotChecked() | Absent():
            return Completion(place.span)
        case Known(found):
            fitting = [version for version in versions_of(found) if _may_stand(version, place)]
            fitting = [v for v in fitting if str(v).startswith(place.typed)] or fitting
            best = _best(found, context)
            releases = [found.by_version[version] for version in fitting[:MOST_ITEMS]]
            cooldown = context.cooldown if context is not None else None
            if cooldown is not None:
                releases.sort(key=cooldown.holds)
            return Completion(
                place.span,
                tuple(_items(name, releases, best, context)),
                incomplete=found.stale or len(fitting) > MOST_ITEMS,
                pending=name if found.stale else None,
            )


def _best(listing: Listing, context: Context | None) -> Release | None:
    """Return the release to take without looking: one that has ripened, where there is any."""
    if context is None or context.target is None:
        return None
    admission = context.admission(listing.name)
    ripe = newest_installable(listing, admission, context.cooldown)
    return ripe or newest_installable(listing, admission)


def _may_stand(version: Version, place: Place) -> bool:
    """Return whether PEP 440 lets a version stand behind the operator."""
    if version.local is not None and place.operator not in _EXACT:
        return False
    return place.operator != "~=" or len(version.release) >= _FEWEST_NUMBERS


def _items(
    name: NormalizedName,
    releases: Sequence[Release],
    best: Release | None,
    context: Context | None,
) -> Iterator[Item]:
    """Yield the releases as items."""
    for release in releases:
        yanked = release.yanked is not None
        yield Item(
            str(release.version),
            ItemKind.VERSION,
            detail=release_detail(context, name, release),
            deprecated=yanked,
            preferred=release is best,
            package=name,
        )
