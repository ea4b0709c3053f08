"""What holds for outline, folds, links, references and selections, whatever the text is."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from pinwise.features.folding import folds
from pinwise.features.links import links
from pinwise.features.references import highlights, references, subject_at
from pinwise.features.selection_range import Selections
from pinwise.features.symbols import symbols
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from tests.harness import FOLDER
from tests.syntax.corpus import corpus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pinwise.base.text import Span
    from pinwise.features.symbols import Symbol
    from pinwise.project.files import Document

FILES = corpus()
PIECES = ("\\\n", "\n", "\x0c", "\u2028", " ", "#", "# ---", "-r ", "--pre ", "[", ";", "${A}", "'")
"""What changes how lines are read."""


@pytest.mark.parametrize("name", FILES)
def test_what_always_holds(name: str) -> None:
    text = FILES[name]
    _hold(text)
    chance = random.Random(name)  # noqa: S311 - the same at every run
    for _ in range(20):
        at = chance.randrange(len(text) + 1)
        cut = chance.randrange(3)
        _hold(text[:at] + chance.choice(PIECES) + text[at + cut :])


def _hold(text: str) -> None:
    """Ask everything of a text."""
    documents = Documents(environment={"A": "b ; ${B}", "B": "'"})
    path = FOLDER / "requirements.txt"
    document = documents.open(path, text, 1)
    whole = len(document.text)
    _hold_symbols(symbols(document), 0, whole)
    found = folds(document)
    assert all(fold.start < fold.end < document.source.line_count for fold in found)
    assert all(one.start < other.start for one, other in pairwise(found))
    for link in links(document, documents, FOLDER):
        _within(link.span, 0, whole)
    if not document.prose:
        _hold_places(document, documents)


def _hold_symbols(found: Iterable[Symbol], start: int, end: int) -> None:
    """Symbols have names, and lie in what they belong to."""
    for symbol in found:
        assert symbol.name.strip()
        _within(symbol.span, start, end)
        _within(symbol.name_span, symbol.span.start, symbol.span.end)
        _hold_symbols(symbol.children, symbol.span.start, symbol.span.end)


def _hold_places(document: Document, documents: Documents) -> None:
    """A selection grows up to the whole file; a highlight is a reference, its own too."""
    selections = Selections(document)
    whole = len(document.text)
    tree = read_tree(document.path, documents)
    for offset in range(0, whole + 1, 7):
        spans = selections.at(offset)
        assert (spans[-1].start, spans[-1].end) == (0, whole)
        assert all(span.start <= offset <= span.end for span in spans)
        for inner, outer in pairwise(spans):
            assert inner != outer
            _within(inner, outer.start, outer.end)
        subject = subject_at(document, offset)
        if subject is not None and offset % 5 == 0:
            marked = highlights(document, subject)
            assert {place.span for place in references(subject, [tree])} >= set(marked)


def _within(span: Span, start: int, end: int) -> None:
    assert start <= span.start <= span.end <= end
