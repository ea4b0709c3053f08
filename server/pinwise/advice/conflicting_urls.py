"""Lines that take one package from different addresses: pip installs it from one only."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from pinwise.advice.conflicts import MOST_COMPARED, wheel_version
from pinwise.advice.context import same_marker
from pinwise.advice.memo import IdentityMemo
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.advice.context import Context, Located
    from pinwise.syntax.nodes import Requirement

    Address: TypeAlias = tuple[str, ...]

_HASHES = ("sha512", "sha384", "sha256", "sha224", "sha1", "md5")


class UrlConflict(NamedTuple):
    """A line with an address, and those that give the same package another."""

    located: Located
    others: Sequence[Located]


def url_conflicts(ctx: Context) -> tuple[UrlConflict, ...]:
    """Return each line that gives a package another address than others of the tree.

    Two addresses count as different where pip finds them so (`links_equivalent` in its
    `models/link.py`): users, `#egg=` and the spelling of characters do not matter. A path is
    compared with paths only, because what it means depends on where pip is started. Worked out
    once for a context, as `conflicts` is.
    """
    return _CONFLICTS(ctx)


def _find(ctx: Context) -> Iterator[UrlConflict]:
    for lines in ctx.by_name.values():
        if len(lines) < 2:  # noqa: PLR2004 - two can differ
            continue
        groups: dict[tuple[str, str], list[tuple[Address, Located]]] = {}
        for located in lines:
            requirement = located.declaration.requirement
            address = _address(requirement)
            if address is None:
                continue
            marker = requirement.marker
            holds = marker is None or ctx.applies(located.declaration) is True
            when = "" if holds or marker is None else same_marker(marker.text)
            groups.setdefault((when, address[0]), []).append((address, located))
        for group in groups.values():
            if len({address for address, _ in group}) > 1:
                yield from _conflicts(group[:MOST_COMPARED])


def _conflicts(group: Sequence[tuple[Address, Located]]) -> Iterator[UrlConflict]:
    for address, located in group:
        others = [
            other
            for theirs, other in group
            if theirs != address and not _versions_differ(located, other)
        ]
        if others:
            yield UrlConflict(located, others)


def _versions_differ(first: Located, second: Located) -> bool:
    """Return whether two wheels conflict by their versions, which is said of them already."""
    ours = wheel_version(first.declaration.requirement)
    theirs = wheel_version(second.declaration.requirement)
    return ours is not None and theirs is not None and ours != theirs


def _address(requirement: Requirement) -> Address | None:
    """Return what two equal addresses have in common; None without one that can be compared."""
    written = requirement.url or requirement.path
    if written is None or "${" in written:
        return None
    if requirement.url is None:
        return "path", posixpath.normpath(written)
    try:
        parts = urlsplit(written)
    except ValueError:
        return None
    if not parts.scheme:
        return None
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme == "file" and not host:
        host = "localhost"
    fragment = parse_qs(parts.fragment)
    kept = [
        f"{name}={fragment[name][0]}" for name in ("subdirectory", *_HASHES) if name in fragment
    ]
    query = repr(sorted(parse_qs(parts.query).items()))
    return "url", parts.scheme, host, unquote(parts.path), query, *kept


def _all(ctx: Context) -> tuple[UrlConflict, ...]:
    return tuple(_find(ctx))


_CONFLICTS = IdentityMemo(_all)
