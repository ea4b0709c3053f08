"""What is told of a completion that a user looks at: sentences about a package or a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.advice.versions import parse_version
from pinwise.base.facts import Known
from pinwise.features.hover import listing_lines
from pinwise.features.releases import release_notes

if TYPE_CHECKING:
    from pinwise.advice.context import Context


def notes_on(context: Context, package: str, version: str) -> tuple[str, ...]:
    """Return sentences about a package, or about one version of it, from what is known.

    Args:
        context: of the tree that it is completed in.
        package: as written.
        version: "" for the package.
    """
    fact = context.listing(canonicalize_name(package))
    if not isinstance(fact, Known):
        return ()
    if not version:
        return tuple(listing_lines(context, fact.value))
    parsed = parse_version(version)
    release = fact.value.by_version.get(parsed) if parsed is not None else None
    if release is None:
        return ()
    return release_notes(context, fact.value.name, release, context.tree.root)
