"""The hashes of published files, as their index tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.memo import IdentityMemo
from pinwise.base.facts import Known
from pinwise.base.patterns import late

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.index.types import Listing

DIGITS: Mapping[str, int] = {
    "md5": 32,
    "sha1": 40,
    "sha224": 56,
    "sha256": 64,
    "sha384": 96,
    "sha512": 128,
}
"""Hexadecimal digits of a digest, for what pip takes in a `--hash` or in a URL."""

_HEXADECIMAL = late(r"[0-9a-f]+")

_answers: IdentityMemo[Listing, dict[tuple[Version, str], tuple[str, ...] | None]] = IdentityMemo(
    lambda _listing: {}
)


def digests_of(
    ctx: Context, name: NormalizedName, version: Version, algorithm: str
) -> tuple[str, ...] | None:
    """Return the digests of a version's files, sorted and in lower case, each once.

    None where the index tells none, or not that of every file: nothing follows from a part of
    them. From the cache; a millisecond or two where it is asked first, then remembered while the
    listing lives.
    """
    fact = ctx.listing(name)
    if not isinstance(fact, Known):
        return None
    known = _answers(fact.value)
    key = (version, algorithm)
    if key not in known:
        known[key] = _read(ctx, name, version, algorithm)
    return known[key]


def _read(
    ctx: Context, name: NormalizedName, version: Version, algorithm: str
) -> tuple[str, ...] | None:
    found = {
        artifact.hashes.get(algorithm, "").lower() for artifact in ctx.artifacts(name, version)
    }
    # What an index sends is written into files: it has to be a digest.
    if not all(
        len(digest) == DIGITS.get(algorithm) and _HEXADECIMAL.fullmatch(digest) for digest in found
    ):
        return None
    return tuple(sorted(found)) or None
