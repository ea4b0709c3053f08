"""Analysing until nothing more can be learnt: what the command line does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.analysis.workspace import Analysis, Workspace

ROUNDS = 8
"""Bounds the waves of look-ups: each is caused by what the one before brought."""


def analyse_completely(workspace: Workspace, roots: Iterable[Path]) -> list[Analysis]:
    """Analyse the trees of `roots`, fetching what is missing, until no gap is left.

    Blocks for as long as the indexes take; their own time limits bound it. What could not be
    had is in the reports' `unchecked`.
    """
    analyses = {root: workspace.analyse(root) for root in roots}
    asked: dict[int, set[NormalizedName]] = {}
    for _ in range(ROUNDS):
        waits = []
        for root, analysis in analyses.items():
            known = asked.setdefault(id(analysis.index), set())
            missing = analysis.report.gaps - known
            if missing:
                known |= missing
                waits.append((root, _Arrivals(analysis, missing)))
        if not waits:
            break
        for _root, arrivals in waits:
            arrivals.wait()
        # A tree may have waited for names that another one asked for.
        for root, analysis in analyses.items():
            if analysis.report.gaps:
                analyses[root] = workspace.analyse(root)
    return list(analyses.values())


class _Arrivals:
    """Waits until each of the names has come back, whether or not it could be had."""

    def __init__(self, analysis: Analysis, names: frozenset[NormalizedName]) -> None:
        self._missing = set(names)
        self._done = threading.Event()
        analysis.index.fetch(names, self._arrived)

    def _arrived(self, names: frozenset[NormalizedName]) -> None:
        self._missing -= names
        if not self._missing:
            self._done.set()

    def wait(self) -> None:
        """Block until the last name has come."""
        self._done.wait()
