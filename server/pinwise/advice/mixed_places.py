"""Projects that pip takes from several indexes as if they were one (PEP 708)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.index.types import Listing, Place


def mixed_with_default(listing: Listing) -> Place | None:
    """Return the index that has a project besides the default one, or None.

    None also where the indexes say that the project is the same: one tracks the other, or each
    names the other among its alternate locations. Links are no index: whoever writes them means
    those very files.
    """
    indexes = [place for place in listing.places if place.index]
    default = next((place for place in indexes if place.default), None)
    others = [place for place in indexes if not place.default]
    if default is None or not others or _agree(indexes):
        return None
    return others[0]


def _agree(places: Sequence[Place]) -> bool:
    """Return whether places say of each other that they may be mixed, as PEP 708 has it.

    What tracks another place here belongs to it. Those that are left have to name each other.
    """
    urls = {_key(place.url) for place in places if place.url}
    owners = [
        place
        for place in places
        if not (urls - {_key(place.url)}) & {_key(url) for url in place.tracks}
    ]
    owning = {_key(place.url) for place in owners}
    if "" in owning or not owners:
        return False
    if len(owners) == 1:
        return True
    return all(
        owning <= {_key(place.url), *map(_key, place.alternate_locations)} for place in owners
    )


def _key(url: str) -> str:
    """Return an address without the slash at its end."""
    return url.rstrip("/")
