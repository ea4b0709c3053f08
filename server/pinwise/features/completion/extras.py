"""Completion of extras: those that a version's metadata name, and those used elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.advice.updates import newest_installable
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.features.completion.items import Completion, Item, ItemKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.installable import Admission
    from pinwise.base.facts import Fact
    from pinwise.features.completion.part import Place
    from pinwise.index.types import Listing, Metadata


def complete_extras(
    place: Place,
    used: Iterable[str],
    listing: Callable[[NormalizedName], Fact[Listing]] | None,
    metadata: Callable[[NormalizedName, Version], Fact[Metadata]] | None,
    admission: Admission | None,
) -> Completion:
    """Return the extras of a project.

    The metadata are those of the newest version that the interpreter can install: what a line
    pins is often not typed yet.

    Args:
        place: of an extra.
        used: extras of the project that other lines name, as written.
        listing: answers from what is known; None where nothing can be asked yet.
        metadata: likewise, for one version.
        admission: which files of it pip would take; None where there is no interpreter.
    """
    name = canonicalize_name(place.name)
    extras: dict[str, None] = {}
    pending: NormalizedName | None = None
    version: Version | None = None
    fact = listing(name) if listing is not None else NotChecked(Reason.PENDING)
    if isinstance(fact, Known):
        version = _version(fact.value, admission)
        known = metadata(name, version) if metadata is not None and version is not None else None
        if isinstance(known, Known):
            extras |= dict.fromkeys(known.value.provides_extra)
        elif known == NotChecked(Reason.PENDING):
            pending = name
    elif fact == NotChecked(Reason.PENDING):
        pending = name
    extras |= dict.fromkeys(canonicalize_name(extra) for extra in used)
    written = {canonicalize_name(extra) for extra in place.extras}
    items = tuple(Item(extra, ItemKind.EXTRA) for extra in extras if extra not in written)
    return Completion(
        place.span,
        items,
        incomplete=pending is not None,
        pending=pending,
        version=version if pending is not None else None,
    )


def _version(listing: Listing, admission: Admission | None) -> Version | None:
    """Return the version whose extras are offered; None where there is none."""
    best = newest_installable(listing, admission) if admission is not None else None
    best = best or next((r for r in listing.releases if not r.version.is_prerelease), None)
    best = best or next(iter(listing.releases), None)
    return best.version if best is not None else None
