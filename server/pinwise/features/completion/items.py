"""What completion offers, as plain data."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from pinwise.base.records import record

if TYPE_CHECKING:
    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.text import Span

MOST_ITEMS = 100
"""So many items are sent at once: nobody reads more, and typing on narrows them down."""


class ItemKind(Enum):
    """What an item is, for its picture."""

    PACKAGE = auto()
    VERSION = auto()
    EXTRA = auto()
    OPERATOR = auto()
    VARIABLE = auto()
    VALUE = auto()
    KEYWORD = auto()
    OPTION = auto()
    FILE = auto()
    FOLDER = auto()


@record(frozen=True, slots=True)
class Item:
    """One thing to choose.

    Attributes:
        label: what the list shows.
        new_text: what is put in place of the part under the cursor; the label where "".
        detail: a few words behind the label.
        documentation: plain sentences about it; "" where they are told on request, or not at all.
        filter: what the client compares with the typed text; the label where "".
        deprecated: whether it is better not chosen: a yanked release.
        preferred: whether it is the one to choose without looking.
        package: the project that the item is, or is a version of; None for others.
    """

    label: str
    kind: ItemKind
    new_text: str = ""
    detail: str = ""
    documentation: str = ""
    filter: str = ""
    deprecated: bool = False
    preferred: bool = False
    package: NormalizedName | None = None


@record(frozen=True, slots=True)
class Completion:
    """What may be written at a place.

    Attributes:
        span: the part that a choice replaces, on one line of the editor; the cursor is in it.
        items: best first.
        incomplete: whether asking again, with more of the word, may bring others.
        pending: the project whose facts have to be fetched for better items; None if none.
        version: the version whose metadata are meant; None where the listing is.
    """

    span: Span
    items: tuple[Item, ...] = ()
    incomplete: bool = False
    pending: NormalizedName | None = None
    version: Version | None = None
