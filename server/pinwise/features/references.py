"""References, definition and highlights of the packages and includes in requirements files.

A package is one name for all its spellings (PEP 503), in every file of every include tree that
the file belongs to. What comes from a variable is none: what it means is not in the files.

The definition of a package is the line that constrains it, in a file that `-c` names; without
one, it is the line itself, for which editors offer the references instead. The definition of an
include, an editable or a path is the file that it leads to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.features.layout import line_at
from pinwise.manifests.declarations import Role
from pinwise.project.graph import includes_of, target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.base.text import Span
    from pinwise.features.targets import TargetFinder
    from pinwise.project.files import Document
    from pinwise.project.graph import Tree


class Place(NamedTuple):
    """A part of a file that was read."""

    document: Document
    span: Span


@record(frozen=True, slots=True)
class Package:
    """A package's name at a place."""

    name: NormalizedName
    place: Place


@record(frozen=True, slots=True)
class IncludedFile:
    """The file that a `-r` or `-c` at a place names."""

    path: Path
    place: Place


@record(frozen=True, slots=True)
class Definition:
    """Where a definition is.

    Attributes:
        origin: the part that it is the definition of.
        path: the file.
        place: the part of the file; None for its beginning.
    """

    origin: Span
    path: Path
    place: Place | None = None


def subject_at(document: Document, offset: int) -> Package | IncludedFile | None:
    """Return what is named at an offset of a file, at the edges of the name too."""
    line = None if document.prose else line_at(document.file, offset)
    if line is None:
        return None
    requirement = line.requirement
    if requirement is not None:
        span = requirement.name_span
        named = requirement.name and span.start <= offset <= span.end
        if not named or document.file.takes_variable(span):
            return None
        return Package(canonicalize_name(requirement.name), Place(document, span))
    if line.target is None or line.target_span is None:
        return None
    path = target_of(document.path, line.target)
    if path is None or not line.target_span.start <= offset <= line.target_span.end:
        return None
    return IncludedFile(path, Place(document, line.target_span))


def references(
    subject: Package | IncludedFile, trees: Iterable[Tree], *, declaration: bool = True
) -> list[Place]:
    """Return where a package or an included file is named, each place once, in pip's order.

    Args:
        subject: what to look for.
        trees: where to look; for an included file, the trees that it belongs to.
        declaration: whether the definition of a package is among them. The definition of an
            included file is no place that names it, so that this changes nothing there.

    Cost: linear in the size of the trees.
    """
    trees = tuple(trees)
    left_out: set[tuple[Path, Span]] = set()
    if isinstance(subject, Package) and not declaration:
        left_out = {_key(place) for place in constraints_of(subject, trees)}
    return [
        place
        for document in _documents(trees)
        for place in _places_in(document, subject)
        if _key(place) not in left_out
    ]


def highlights(document: Document, subject: Package | IncludedFile) -> list[Span]:
    """Return where one file names a package or an included file. Cost: linear in the file."""
    return [place.span for place in _places_in(document, subject)]


def constraints_of(package: Package, trees: Iterable[Tree]) -> list[Place]:
    """Return the definition of a package: the constraints on it, else the place itself.

    A constraint is its own definition. Cost: linear in the size of the trees.
    """
    found: dict[tuple[Path, Span], Place] = {}
    for tree in trees:
        for member in tree.members:
            if member.role is Role.CONSTRAINT and not member.document.prose:
                for place in _places_in(member.document, package):
                    found[_key(place)] = place
    own = _key(package.place)
    return list(found.values()) if found and own not in found else [package.place]


def definitions(
    document: Document, offset: int, finder: TargetFinder, trees: Callable[[], Iterable[Tree]]
) -> list[Definition]:
    """Return the definitions of what stands at an offset of a file; nothing for prose.

    Args:
        document: the file.
        offset: the place; the edges of a name count.
        finder: finds the targets of the file's lines.
        trees: the trees that the file belongs to, read only if they are needed.
    """
    line = None if document.prose else line_at(document.file, offset)
    if line is None:
        return []
    subject = subject_at(document, offset)
    if isinstance(subject, Package):
        origin = subject.place.span
        places = constraints_of(subject, trees())
        return [Definition(origin, place.document.path, place) for place in places]
    return [
        Definition(target.span, target.path)
        for target in finder.targets(line)
        if target.span.start <= offset <= target.span.end
        and target.path is not None
        and target.is_file
    ]


def _documents(trees: Iterable[Tree]) -> Iterator[Document]:
    """Yield the files of trees, each once; a file that is prose names nothing."""
    seen: set[Path] = set()
    for tree in trees:
        for member in tree.members:
            document = member.document
            if document.path not in seen and not document.prose:
                seen.add(document.path)
                yield document


def _places_in(document: Document, subject: Package | IncludedFile) -> Iterator[Place]:
    """Yield where one file names a package or an included file, in order."""
    if isinstance(subject, IncludedFile):
        for include in includes_of(document):
            if include.target == subject.path:
                yield Place(document, include.span)
        return
    for declaration in document.declarations(Role.REQUIREMENT):
        if declaration.name == subject.name and not document.file.takes_variable(
            declaration.name_span
        ):
            yield Place(document, declaration.name_span)


def _key(place: Place) -> tuple[Path, Span]:
    """Return what tells two places apart: a file may have been read twice."""
    return place.document.path, place.span
