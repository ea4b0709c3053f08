"""Projects that pip takes from several indexes as if they were one (PEP 708)."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from pinwise.advice.memo import IdentityMemo
from pinwise.advice.names import is_popular

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.index.types import Listing, Place

_NEWEST = 4
"""So many releases are compared beside those that lines pin: a mirror may lag behind a little."""

_same: IdentityMemo[Listing, dict[Version, bool]] = IdentityMemo(lambda _listing: {})


def mixed_with_default(
    ctx: Context, listing: Listing, pinned: Iterable[Version] = ()
) -> Place | None:
    """Return the index that has another project of a name than the default one may have, or None.

    What is dangerous is a name that is private: whoever publishes it on the default index is then
    installed. So it is None as well where that cannot happen:

    - The indexes say that the project is the same: one tracks the other, or each names the other
      among its alternate locations (PEP 708).
    - The name belongs to a widely used public project, so that nobody else can publish under it,
      and the other index has a copy, or builds of its own.
    - Both have a file of the same name and the same SHA-256: the owner of the name on the default
      index made what the other one serves.

    Links are no index: whoever writes them means those very files.

    Args:
        ctx: where the hashes of files come from.
        listing: of the project.
        pinned: versions that lines pin, of which the files are compared first.

    Cost: a millisecond or two for each release that is compared, once while the listing lives;
    only for names on several indexes that no list knows.
    """
    indexes = [place for place in listing.places if place.index]
    default = next((place for place in indexes if place.default), None)
    others = [place for place in indexes if not place.default]
    if default is None or not others or is_popular(listing.name) or _agree(indexes):
        return None
    newest = (release.version for release in islice(listing.releases, _NEWEST))
    versions = dict.fromkeys((*pinned, *newest))
    return None if any(_same_file(ctx, listing, version) for version in versions) else others[0]


def _same_file(ctx: Context, listing: Listing, version: Version) -> bool:
    """Return whether every place has a certain file of a version; remembered with the listing."""
    known = _same(listing)
    if version not in known:
        files = Counter(
            (artifact.filename, artifact.hashes.get("sha256", "").lower())
            for artifact in ctx.artifacts(listing.name, version)
        )
        # Each place lists a file once.
        most = len(listing.places)
        known[version] = any(digest and count >= most for (_, digest), count in files.items())
    return known[version]


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
