"""Completion: asks the module for what is being written at the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.base.facts import NotChecked, Reason
from pinwise.base.records import record
from pinwise.features.completion.extras import complete_extras
from pinwise.features.completion.hashes import complete_hashes
from pinwise.features.completion.items import Completion, Item, ItemKind
from pinwise.features.completion.markers import complete_marker
from pinwise.features.completion.names import complete_names
from pinwise.features.completion.options import complete_options, complete_values
from pinwise.features.completion.part import Place, Wanted
from pinwise.features.completion.paths import complete_paths
from pinwise.features.completion.place import place_at
from pinwise.features.completion.versions import complete_versions
from pinwise.manifests.declarations import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing, Metadata
    from pinwise.manifests.declarations import Declaration
    from pinwise.project.files import Document, Documents

_OPERATORS = (
    ("==", "this version"),
    (">=", "this version or newer"),
    ("~=", "this version or newer, with the same beginning"),
    ("<", "older than this version"),
    ("<=", "this version or older"),
    (">", "newer than this version"),
    ("!=", "any version but this"),
    ("===", "this very text"),
)
"""The comparisons of PEP 440, the most used first."""

_ON_NOTHING = 20
"""So many options follow the names where nothing is typed yet."""


@record(frozen=True, slots=True)
class Surroundings:
    """What completion may ask.

    Attributes:
        documents: the files on disk and in the editor.
        folder: the workspace folder of the file.
        files: the requirements files whose names are offered too.
        context: what the file was analysed with last; None before the first analysis.
        listing: what an index knows of a project, at once; None before the first analysis.
        metadata: likewise of one version.
        seen: names that an index was seen to have.
    """

    documents: Documents
    folder: Path
    files: tuple[Document, ...] = ()
    context: Context | None = None
    listing: Callable[[NormalizedName], Fact[Listing]] | None = None
    metadata: Callable[[NormalizedName, Version], Fact[Metadata]] | None = None
    seen: frozenset[NormalizedName] = frozenset()


def complete(
    document: Document, offset: int, around: Surroundings, *, by_space: bool = False
) -> Completion | None:
    """Return what may be written at an offset of a file; None where nothing can be offered.

    With `by_space`, a space was typed and nothing else asks for a list: it comes only where
    something must follow. Elsewhere the return key, meant to end the line, would take an item.

    Answers from what is known, and asks no network. Of the text, the logical line is read; the
    names come from trees that are there already. Costs a millisecond or two, for names up to ten.
    """
    if document.undecodable is not None:
        return None
    place = place_at(document.source, offset)
    if place is None or (by_space and place.wanted in _OPTIONAL):
        return None
    if place.wanted in _FROM_INDEX:
        return _from_index(place, document, offset, around)
    return _from_pip(place, document, offset, around)


_OPTIONAL = (Wanted.NAME, Wanted.OPERATOR, Wanted.OPTION, Wanted.MARKER_JOINT)
"""What a line may as well do without."""

_FROM_INDEX = (Wanted.NAME, Wanted.EXTRA, Wanted.VERSION)


def _from_index(place: Place, document: Document, offset: int, around: Surroundings) -> Completion:
    """Return what an index is asked for."""
    context = around.context
    if place.wanted is Wanted.NAME:
        return _names(place, document, offset, around)
    name = canonicalize_name(place.name)
    admission = None
    if context is not None and context.target is not None:
        admission = context.admission(name)
    if place.wanted is Wanted.EXTRA:
        used = _extras_of(name, document, offset, around)
        return complete_extras(place, used, around.listing, around.metadata, admission)
    return complete_versions(place, around.listing, context)


def _from_pip(
    place: Place, document: Document, offset: int, around: Surroundings
) -> Completion | None:
    """Return what pip itself knows, and what the disk has."""
    context = around.context
    if place.wanted is Wanted.OPERATOR:
        items = (Item(sign, ItemKind.OPERATOR, detail=word) for sign, word in _OPERATORS)
        return Completion(place.span, tuple(items))
    if place.wanted is Wanted.OPTION:
        return complete_options(place, _pip(context))
    if place.wanted in (Wanted.OPTION_VALUE, Wanted.PROJECT_PATH):
        if place.option is not None and place.option.name == "--hash":
            return complete_hashes(place, _declaration_at(document, offset), context)
        found = complete_values(place, _pip(context), _here(document, offset))
        return found or _paths(place, document, around)
    target = context.target if context is not None else None
    pythons = context.settings.python_versions if context is not None else ()
    return complete_marker(place, target, pythons)


def _pip(context: Context | None) -> Callable[[str], bool]:
    """Return what tells whether the project's pip is new enough; every one is, while unknown."""
    return context.pip_at_least if context is not None else lambda _version: True


def _names(place: Place, document: Document, offset: int, around: Surroundings) -> Completion:
    """Return names, and where nothing is typed yet, the options too."""
    here = _here(document, offset)
    known: set[NormalizedName] = set()
    for other in around.files:
        if other.path != document.path and not other.prose:
            known.update(declaration.name for declaration in _sound(other))
    found = complete_names(place, known, here, around.seen, around.listing or _not_asked)
    if place.typed:
        return found
    options = complete_options(place, _pip(around.context)).items
    return Completion(found.span, (*found.items, *options[:_ON_NOTHING]), incomplete=True)


_ROLE = Role.REQUIREMENT
"""Which of the two does not matter for names; asking for one alone spares the other."""


def _paths(place: Place, document: Document, around: Surroundings) -> Completion | None:
    """Return paths, where the value is one."""
    option = place.option.name if place.option is not None else ""
    takes_path = option in ("--requirement", "--constraint", "--editable", "--find-links")
    if not takes_path and place.wanted is not Wanted.PROJECT_PATH:
        return None
    return complete_paths(place, document, around.documents, around.folder)


def _here(document: Document, offset: int) -> set[NormalizedName]:
    """Return the names of a file, but for the one that is being written."""
    return {declaration.name for declaration in _others(document, offset)}


def _others(document: Document, offset: int) -> Iterator[Declaration]:
    """Yield the declarations of a file but for the one under the cursor."""
    for declaration in _sound(document):
        if not declaration.span.start <= offset <= declaration.span.end:
            yield declaration


def _declaration_at(document: Document, offset: int) -> Declaration | None:
    """Return the declaration under the cursor, sound or not."""
    for declaration in document.declarations(_ROLE):
        if declaration.span.start <= offset <= declaration.span.end:
            return declaration
    return None


def _sound(document: Document) -> Iterator[Declaration]:
    """Yield the declarations of a file that pip accepts and that no variable names."""
    for declaration in document.declarations(_ROLE):
        if declaration.clean and not document.file.takes_variable(declaration.name_span):
            yield declaration


def _extras_of(
    name: NormalizedName, document: Document, offset: int, around: Surroundings
) -> Iterable[str]:
    """Yield the extras of a project that other lines name."""
    others = (other for other in around.files if other.path != document.path)
    for declaration in (
        *_others(document, offset),
        *(found for other in others for found in _sound(other)),
    ):
        if declaration.name == name:
            yield from (extra.name for extra in declaration.requirement.extras)


def _not_asked(_name: NormalizedName) -> Fact[Listing]:
    """Answer before the first analysis."""
    return NotChecked(Reason.PENDING)
