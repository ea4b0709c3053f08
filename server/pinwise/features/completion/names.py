"""Completion of package names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.name_search import search_names
from pinwise.base.facts import Absent
from pinwise.features.completion.items import MOST_ITEMS, Completion, Item, ItemKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from packaging.utils import NormalizedName

    from pinwise.base.facts import Fact
    from pinwise.features.completion.part import Place
    from pinwise.index.types import Listing


def complete_names(
    place: Place,
    known: Collection[NormalizedName],
    here: Collection[NormalizedName],
    seen: Collection[NormalizedName],
    listing: Callable[[NormalizedName], Fact[Listing]],
) -> Completion:
    """Return the names that may be meant by what is typed.

    Args:
        place: of a name.
        known: names that the workspace's files use.
        here: those of this file.
        seen: names that an index was seen to have.
        listing: answers from what is known; names that no index has are left out.

    The list is incomplete: other letters find other names.
    """
    names = search_names(place.typed, known, seen, here, MOST_ITEMS)
    # An index may lack what is popular elsewhere, and where it was asked, it said so.
    names = [name for name in names if not isinstance(listing(name), Absent)]
    items = tuple(_item(name, place.typed, here) for name in names)
    return Completion(place.span, items, incomplete=True)


def _item(name: NormalizedName, typed: str, here: Collection[NormalizedName]) -> Item:
    """Return a name as an item.

    Clients keep what they can find the typed letters in. Those of `foo_b` are not in `foo-bar`,
    nor are those of a misspelling in what is meant, so that the filter says otherwise there.
    """
    fits = name.startswith(typed.lower())
    return Item(
        name,
        ItemKind.PACKAGE,
        detail="in this file" if name in here else "",
        filter="" if fits else typed,
        package=name,
    )
