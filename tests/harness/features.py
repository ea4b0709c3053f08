"""Asking the editor features that look at nothing but the files, over fixtures."""

from __future__ import annotations

import difflib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pinwise.advice.context import Context
from pinwise.base.text import Span
from pinwise.features.folding import folds
from pinwise.features.links import links
from pinwise.features.references import definitions, highlights, references, subject_at
from pinwise.features.selection_range import Selections
from pinwise.features.symbols import symbols
from pinwise.features.targets import TargetFinder
from pinwise.project.files import Document, Documents
from pinwise.project.graph import read_tree
from pinwise.project.include_graph import IncludeGraph
from pinwise.project.settings import Settings
from tests.harness.facts import FOLDER, listing_function, metadata_function, target_of
from tests.harness.fixture import Fixture, Mark, Place, parse_fixture, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pinwise.features.symbols import Symbol
    from pinwise.project.graph import Tree
    from tests.harness.facts import ExtraFacts, IndexFacts


@dataclass(frozen=True)
class Files:
    """The files of a fixture, open in an editor.

    Attributes:
        fixture: the files, with the marks and the cursor.
        documents: the same as documents, over what is on disk.
        folder: the folder that they lie in.
    """

    fixture: Fixture
    documents: Documents
    folder: Path

    @property
    def document(self) -> Document:
        """The file with the cursor, else the first."""
        cursor = self.fixture.cursor
        return self.read(cursor.file if cursor is not None else next(iter(self.fixture.files)))

    @property
    def offset(self) -> int:
        """The place of the cursor."""
        if self.fixture.cursor is None:
            message = "the fixture has no $0"
            raise ValueError(message)
        return self.fixture.cursor.start

    def read(self, name: str) -> Document:
        """Return a file by its name."""
        document = self.documents.read(self.folder / name)
        assert isinstance(document, Document), document
        return document

    def trees(self, path: Path) -> list[Tree]:
        """Return the trees that a file belongs to."""
        candidates = [self.folder / name for name in self.fixture.files]
        roots = IncludeGraph(candidates, self.documents).roots_of(path)
        return [read_tree(root, self.documents) for root in roots]

    def mark(self, path: Path, span: Span, rule: str, message: str | None = None) -> Mark:
        """Return something found as a mark."""
        name = path.relative_to(self.folder).as_posix()
        return Mark(Place(name, span.start, span.end), rule, message)

    def compare(self, found: Iterable[Mark]) -> None:
        """Compare what was found with the marks of the fixture: no more and no less."""
        __tracebackhide__ = True
        files = self.fixture.files
        expected = render(files, self.fixture.marks).splitlines()
        shown = render(files, found).splitlines()
        if shown != expected:
            difference = difflib.unified_diff(expected, shown, "expected", "found", lineterm="")
            pytest.fail("\n".join(difference), pytrace=False)


def open_files(
    text: str,
    *,
    folder: Path = FOLDER,
    newline: str = "\n",
    variables: Mapping[str, str] | None = None,
) -> Files:
    """Return the files of a fixture, with `variables` for their `${NAME}`s."""
    fixture = parse_fixture(text, newline)
    documents = Documents(environment=variables or {})
    for name, content in fixture.files.items():
        documents.open(folder / name, content, 1)
    return Files(fixture, documents, folder)


def open_context(
    text: str, index: IndexFacts, needs: ExtraFacts, settings: Settings | None = None
) -> Context:
    """Return what features know of a fixture, judged for Python 3.12.

    Args:
        text: the fixture; its first file is the root.
        index: what the package index has.
        needs: what versions need, by `"name version"`.
        settings: the project's; none by default.
    """
    files = open_files(text)
    return Context(
        read_tree(files.document.path, files.documents),
        settings or Settings(),
        listing_function(index),
        target_of("3.12"),
        metadata=metadata_function(needs),
    )


def outline(text: str, variables: Mapping[str, str] | None = None) -> str:
    """Return the symbols of the first file, one a line: kind, name, detail, children indented."""
    return "\n".join(_lines(symbols(open_files(text, variables=variables).document), ""))


def _lines(found: Iterable[Symbol], indent: str) -> Iterator[str]:
    for symbol in found:
        yield f"{indent}{symbol.kind.value} {symbol.name} {symbol.detail}".rstrip()
        yield from _lines(symbol.children, f"{indent}  ")


def fold_lines(text: str, limit: int | None = None) -> list[str]:
    """Return the folds of the first file: the numbers of their lines, from 1, and their kind."""
    return [
        f"{fold.start + 1}-{fold.end + 1}{f' {fold.kind.value}' if fold.kind else ''}"
        for fold in folds(open_files(text).document, limit)
    ]


def check_links(
    text: str, *, folder: Path = FOLDER, variables: Mapping[str, str] | None = None
) -> None:
    """Compare the links of the first file with its marks: `^^^^ link: where it leads`.

    Paths are told from `folder` on.
    """
    files = open_files(text, folder=folder, variables=variables)
    document = files.document
    files.compare(
        files.mark(document.path, found.span, "link", found.shown.removeprefix(f"{folder}/"))
        for found in links(document, files.documents, folder)
    )


def check_definition(text: str, *, folder: Path = FOLDER) -> None:
    """Compare where the definition of what is at the `$0` is: `^^^^ definition`.

    The beginning of a file is a mark without width.
    """
    files = open_files(text, folder=folder)
    document = files.document
    finder = TargetFinder(document, files.documents, folder)
    found = definitions(document, files.offset, finder, lambda: files.trees(document.path))
    files.compare(
        files.mark(item.path, item.place.span if item.place else Span(0, 0), "definition")
        for item in found
    )


def check_references(text: str, *, declaration: bool = True) -> None:
    """Compare the references to what is at the `$0` with the marks: `^^^^ reference`."""
    files = open_files(text)
    document = files.document
    subject = subject_at(document, files.offset)
    trees = files.trees(getattr(subject, "path", document.path))
    found = references(subject, trees, declaration=declaration) if subject else []
    files.compare(files.mark(place.document.path, place.span, "reference") for place in found)


def check_highlights(text: str) -> None:
    """Compare what is highlighted for the `$0` with the marks: `^^^^ highlight`."""
    files = open_files(text)
    document = files.document
    subject = subject_at(document, files.offset)
    found = highlights(document, subject) if subject else []
    files.compare(files.mark(document.path, span, "highlight") for span in found)


def selections(
    text: str, *, newline: str = "\n", variables: Mapping[str, str] | None = None
) -> list[str]:
    """Return the texts that "expand selection" takes in at the `$0`, the innermost first."""
    files = open_files(text, newline=newline, variables=variables)
    document = files.document
    spans = Selections(document).at(files.offset)
    pairs = itertools.pairwise(spans)
    assert all(o.start <= i.start <= i.end <= o.end and i != o for i, o in pairs), spans
    assert all(span.start <= files.offset <= span.end for span in spans), spans
    return [span.of(document.text) for span in spans]
