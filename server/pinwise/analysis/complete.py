"""Analysing until nothing more can be learnt: what the command line does."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pinwise.analysis.report import Unchecked
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.index.client import IndexClient
from pinwise.index.types import IndexOptions, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from pinwise.analysis.first_questions import Question
    from pinwise.analysis.workspace import Analysis, Workspace
    from pinwise.index.types import Index

ROUNDS = 60
"""Bounds the waves of look-ups after the first: each is caused by what the one before brought.
What a package needs takes two: its versions, and the metadata of one of them."""

LONGEST_LOOK_UP = 60.0
"""Seconds that one look-up at one place takes at most, unless the user's time limit is longer;
twice what the index layer allows itself."""


def analyse_completely(
    workspace: Workspace, roots: Iterable[Path], *, patience: float | None = None
) -> list[Analysis]:
    """Analyse the trees of `roots`, fetching what is missing, until no gap is left.

    Blocks for as long as the indexes take; their own time limits bound it. What could not be
    had, or did not come, is in the reports' `unchecked`.

    Args:
        workspace: asked again after each wave of look-ups.
        roots: the files to start from.
        patience: seconds without any arrival after which the rest is given up; by default more
            than the slowest look-up may take.
    """
    roots = tuple(roots)
    asked: dict[int, set[Question]] = {}
    # What a cache lacks, or has had for some minutes, is no reason to run all rules in vain.
    first = list(_first_arrivals(workspace, roots, asked))
    for arrivals in first:
        arrivals.wait(patience)
    analyses = {root: workspace.analyse(root) for root in roots}
    for _ in range(ROUNDS):
        waits = []
        for analysis in analyses.values():
            known = asked.setdefault(id(analysis.index), set())
            missing = (analysis.report.gaps | analysis.report.version_gaps) - known
            if missing:
                known |= missing
                waits.append(_Arrivals(analysis.index, missing))
        if not waits:
            break
        for arrivals in waits:
            arrivals.wait(patience)
        # A tree may have waited for names that another one asked for.
        for root, analysis in analyses.items():
            if analysis.report.gaps or analysis.report.version_gaps:
                analyses[root] = workspace.analyse(root)
    return [_with_leftovers(analysis) for analysis in analyses.values()]


def look_up(index: Index, wanted: Iterable[Question]) -> None:
    """Fetch projects, and the metadata of versions, and block until all have come or failed.

    The index layer's own time limits bound it.
    """
    _Arrivals(index, frozenset(wanted)).wait(None)


def _first_arrivals(
    workspace: Workspace, roots: Iterable[Path], asked: dict[int, set[Question]]
) -> Iterator[_Arrivals]:
    """Ask for what any analysis of the trees looks up first, and note that in `asked`."""
    for root in roots:
        index, questions = workspace.first_questions(root)
        known = asked.setdefault(id(index), set())
        missing = frozenset(filter(partial(_is_gap, index), questions)) - known
        known |= missing
        yield _Arrivals(index, missing)


def _is_gap(index: Index, question: Question) -> bool:
    """Return whether facts are missing or old, and can be asked for."""
    fact = index.listing(question) if isinstance(question, str) else index.metadata(*question)
    match fact:
        case Known(Listing() as listing):
            return listing.stale
        case NotChecked(reason):
            return reason is Reason.PENDING
        case _:
            return False


class _Arrivals:
    """Waits until each name and version has come back, whether or not it could be had."""

    def __init__(self, index: Index, wanted: frozenset[Question]) -> None:
        options = index.options if isinstance(index, IndexClient) else IndexOptions()
        places = 1 + len(options.extra_index_urls) + len(options.find_links)
        self._patience = places * max(LONGEST_LOOK_UP, 2 * options.timeout)
        # Held, so that no other can take its identity meanwhile.
        self._index = index
        self._missing = set(wanted)
        self._changed = threading.Condition()
        names = [item for item in wanted if isinstance(item, str)]
        versions = [item for item in wanted if not isinstance(item, str)]
        if names:
            index.fetch(names, self._arrived)
        if versions:
            index.fetch_metadata(versions, self._arrived)

    def _arrived(self, found: AbstractSet[Question]) -> None:
        with self._changed:
            self._missing -= found
            self._changed.notify()

    def wait(self, patience: float | None) -> None:
        """Block until the last name has come, or none has for `patience` seconds."""
        patience = self._patience if patience is None else patience
        with self._changed:
            while self._missing:
                if not self._changed.wait(patience):
                    return


def _with_leftovers(analysis: Analysis) -> Analysis:
    """Return an analysis that says of what is still missing that it was not checked."""
    report = analysis.report
    why = NotChecked(Reason.TIMED_OUT, "not every look-up came to its end")
    missing = {*report.gaps, *(name for name, _ in report.version_gaps)}
    leftovers = tuple(
        Unchecked(located[0].path, located[0].name_span, name, why)
        for name, located in analysis.context.by_name.items()
        if name in missing
    )
    return replace(analysis, report=replace(report, unchecked=(*report.unchecked, *leftovers)))
