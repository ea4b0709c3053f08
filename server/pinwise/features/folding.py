"""Folding ranges: what of a requirements file can be put away."""

from __future__ import annotations

from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING

from pinwise.base.records import record
from pinwise.features.headings import sections_of
from pinwise.features.layout import layout_of, runs_of
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.features.layout import Entry
    from pinwise.project.files import Document

_LEAST_HEAD = 3
"""Lines of options or includes that are worth a fold: one of two lines hides nothing."""

_HEAD = (Kind.INCLUDE, Kind.CONSTRAINT, Kind.OPTION)


class FoldKind(Enum):
    """What a fold holds, in LSP's words; a section and an entry have none."""

    COMMENT = "comment"
    IMPORTS = "imports"
    REGION = "region"


@record(frozen=True, slots=True)
class Fold:
    """Lines that can be put away behind the first of them.

    Attributes:
        start: the first line, from 0, which stays in view.
        end: the last line.
        start_offset: what stays in view of the first line, for editors that fold parts of lines.
        end_offset: where what is put away ends.
    """

    start: int
    end: int
    start_offset: int
    end_offset: int
    kind: FoldKind | None = None


def folds(document: Document, limit: int | None = None) -> list[Fold]:
    """Return what can be folded, ordered by the first line, one for each; nothing for prose.

    That is an entry with its hashes and the comments below it, comments of several lines,
    sections (`headings.py`), and options or includes of several lines. Cost: linear, and sorting.

    Args:
        document: the file.
        limit: how many the editor can take; the largest are kept.
    """
    if document.prose:
        return []
    found: dict[int, Fold] = {}
    for fold in _all(document):
        # Editors know one fold a line. Where two begin, the larger one is what the line is about.
        present = found.get(fold.start)
        if fold.end > fold.start and (present is None or present.end < fold.end):
            found[fold.start] = fold
    kept = sorted(found.values(), key=lambda fold: (fold.start - fold.end, fold.start))
    if limit is not None:
        kept = kept[: max(limit, 0)]
    return sorted(kept, key=lambda fold: fold.start)


def _all(document: Document) -> Iterator[Fold]:
    """Yield every fold, those of a single line too."""
    source = document.source
    layout = layout_of(document.file)
    for section in sections_of(source, layout):
        end = source.line_span(section.first).end
        yield Fold(section.first, section.last, end, section.span.end, FoldKind.REGION)
    for run in runs_of(layout.remarks):
        first, last = run[0], run[-1]
        end = source.line_span(first.first).end
        yield Fold(first.first, last.last, end, last.comment.span.end, FoldKind.COMMENT)
    for entry in layout.entries:
        end = source.line_span(entry.first).end
        yield Fold(entry.first, entry.last, _head_end(entry, end), entry.span.end)
    yield from _heads(document, layout.entries)


def _head_end(entry: Entry, end: int) -> int:
    """Return where what an entry is about ends in its first line."""
    requirement = entry.line.requirement
    return min(requirement.span.end, end) if requirement is not None else end


def _heads(document: Document, entries: tuple[Entry, ...]) -> Iterator[Fold]:
    """Yield the folds of options and includes that follow each other without another line."""
    run: list[Entry] = []
    for is_head, group in groupby(entries, lambda entry: entry.line.kind in _HEAD):
        if not is_head:
            continue
        run = []
        for entry in group:
            if run and entry.first > run[-1].last + 1:
                yield from _head(document, run)
                run = []
            run.append(entry)
        yield from _head(document, run)


def _head(document: Document, run: list[Entry]) -> Iterator[Fold]:
    """Yield the fold of such lines, if it is worth one."""
    first, last = run[0], run[-1]
    if last.last - first.first + 1 >= _LEAST_HEAD and len(run) > 1:
        includes = all(entry.line.kind is not Kind.OPTION for entry in run)
        end = document.source.line_span(first.first).end
        kind = FoldKind.IMPORTS if includes else None
        yield Fold(first.first, last.last, end, last.span.end, kind)
