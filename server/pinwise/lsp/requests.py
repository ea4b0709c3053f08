"""What one tree waits for from one index: in which order it is asked for, and until when."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pinwise.syntax.source import Encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.analysis.workspace import Analysis
    from pinwise.index.types import Index
    from pinwise.project.files import Document


def names_in_lines(
    analysis: Analysis, lines: Mapping[Path, tuple[int, int]]
) -> frozenset[NormalizedName]:
    """Return the projects that the lines of some files name. Linear in the lines of the tree.

    Args:
        analysis: of the tree that has the files.
        lines: the first and the last one of each file, from 0.
    """

    def start_of(document: Document, line: int) -> int:
        return document.source.offset(line, 0, Encoding.UTF32)

    bounds = {
        document.path: (
            start_of(document, lines[document.path][0]),
            start_of(document, lines[document.path][1] + 1),
        )
        for document in analysis.context.documents
        if document.path in lines
    }
    if not bounds:
        return frozenset()
    found = set()
    for name, lines_of in analysis.context.by_name.items():
        for located in lines_of:
            first, end = bounds.get(located.path, (0, 0))
            if first <= located.name_span.start < end:
                found.add(name)
    return frozenset(found)


class Request:
    """What is under way is not asked for again; once closed, nothing more is begun for it.

    Args:
        fetched: called from any thread with the projects about which something came.
    """

    def __init__(self, index: Index, fetched: Callable[[frozenset[NormalizedName]], None]) -> None:
        self.index = index
        self._fetched = fetched
        self._closed = False
        self._lock = threading.Lock()
        self._names: set[NormalizedName] = set()
        self._versions: set[tuple[NormalizedName, Version]] = set()

    def ask(self, analysis: Analysis, seen: Collection[NormalizedName]) -> None:
        """Ask for what an analysis missed, that of `seen` first, then by lines, then the rest."""
        report = analysis.report
        with self._lock:
            names = report.gaps - self._names
            versions = report.version_gaps - self._versions
            self._names |= names
            self._versions |= versions
        if not (names or versions):
            return
        places = {name: place for place, name in enumerate(analysis.context.by_name)}
        last = len(places)

        def place(name: NormalizedName) -> tuple[int, str]:
            return places.get(name, last), name

        for urgent in (True, False):
            some = [name for name in names if (name in seen) is urgent]
            pairs = [pair for pair in versions if (pair[0] in seen) is urgent]
            if some:
                self._ask_names(sorted(some, key=place), self._names_came, urgent=urgent)
            if pairs:
                self.index.fetch_metadata(
                    sorted(pairs, key=lambda pair: (place(pair[0]), pair[1])),
                    self._versions_came,
                    urgent=urgent,
                    is_wanted=self._is_wanted,
                )

    def hurry(self, seen: Iterable[NormalizedName]) -> None:
        """Let what is under way of `seen` go before the rest."""
        with self._lock:
            waiting = [name for name in seen if name in self._names]
        if waiting:
            # Those who asked for them first are told.
            self._ask_names(sorted(waiting), lambda _names: None, urgent=True)

    def close(self) -> None:
        """Let go of what waits in the queue: nobody has the tree open any more."""
        self._closed = True

    def _ask_names(
        self,
        names: Iterable[NormalizedName],
        receive: Callable[[frozenset[NormalizedName]], None],
        *,
        urgent: bool,
    ) -> None:
        self.index.fetch(names, receive, urgent=urgent, is_wanted=self._is_wanted)

    def _is_wanted(self, _item: object) -> bool:
        return not self._closed

    def _names_came(self, names: frozenset[NormalizedName]) -> None:
        with self._lock:
            self._names -= names
        self._fetched(names)

    def _versions_came(self, versions: frozenset[tuple[NormalizedName, Version]]) -> None:
        with self._lock:
            self._versions -= versions
        self._fetched(frozenset(name for name, _ in versions))
