"""Asks the indexes for what the analyses missed, once nobody types any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.lsp.requests import Request, names_in_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.analysis.workspace import Analysis
    from pinwise.index.types import Index
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.host import Host

TYPING_PAUSE = 0.4
"""Seconds without an edit before a name is looked up: half-typed names are nobody's business."""

ADDRESS_PAUSE = 3.0
"""The same where an edit changed which index is asked; saving the file ends the pause."""


NEAR = 30
"""Lines above and below the cursor that are supposed to be visible."""


class Lookups:
    """What each tree asked, and of which index.

    Args:
        again: called on the engine thread with a root whose analysis is to be handed to `ask`.
        clock: seconds; the moments of edits are told in them.
    """

    def __init__(
        self, host: Host, again: Callable[[Path], None], clock: Callable[[], float]
    ) -> None:
        self._host = host
        self._again = again
        self._clock = clock
        self._waiting: set[Path] = set()
        """The roots that a timer is set for."""
        self._first: dict[Path, Index] = {}
        """The index of each root's first analysis: that one is no half-typed address."""
        self._requests: dict[Path, Request] = {}
        """What each root asked of its index, the last one that it asked."""
        self._seen: dict[Path, tuple[int, int]] = {}
        """The lines that somebody looked at last, by file."""
        self._told: set[Path] = set()
        """The files of which the editor tells the visible lines."""
        self._allowed = False
        """Whether the client's settings, which may forbid it, are known."""

    def allow(self) -> None:
        """Ask from now on: the client's settings are known."""
        self._allowed = True

    def analysed(self, analysis: Analysis) -> None:
        """Note the index of a tree that was analysed for the first time."""
        self._first.setdefault(analysis.context.tree.root, analysis.index)

    def forget(self, root: Path) -> None:
        """Let go of a tree that nobody needs any more."""
        self._first.pop(root, None)
        request = self._requests.pop(root, None)
        if request is not None:
            request.close()

    def look_at(
        self, path: Path, lines: tuple[int, int], analyses: Iterable[Analysis] = ()
    ) -> None:
        """Note which lines of a file somebody looks at: what they need goes before all else.

        Args:
            path: the file.
            lines: the first and the last one, from 0.
            analyses: those of the trees that have it; what they wait for moves up.
        """
        self._told.add(path)
        self._see(path, lines, analyses)

    def look_near(self, path: Path, line: int, analyses: Iterable[Analysis] = ()) -> None:
        """Note where in a file the cursor is: the same, where nothing tells what is visible."""
        first, last = self._seen.get(path, (0, -1))
        if path not in self._told and not first <= line <= last:
            self._see(path, (max(0, line - NEAR), line + NEAR), analyses)

    def _see(self, path: Path, lines: tuple[int, int], analyses: Iterable[Analysis]) -> None:
        """Have what some lines need looked up before all else."""
        if self._seen.get(path) == lines:
            return
        self._seen[path] = lines
        for analysis in analyses:
            request = self._requests.get(analysis.context.tree.root)
            if request is not None and request.index is analysis.index:
                request.hurry(names_in_lines(analysis, {path: lines}))

    def closed(self, path: Path) -> None:
        """Nobody looks at a file any more."""
        self._seen.pop(path, None)
        self._told.discard(path)

    def ask(self, analysis: Analysis, edited: float, *, more: bool = False) -> bool:
        """Ask for what an analysis missed, now or after a pause.

        Args:
            analysis: one of the texts as they are.
            edited: when its files were typed in last; 0.0 where there is nothing to wait for.
            more: whether something else waits for the pause to end.

        Returns:
            whether the pause is over, and the client's settings are known.
        """
        report, root = analysis.report, analysis.context.tree.root
        missing = report.gaps or report.version_gaps
        if not missing and self._index_of(root) is not analysis.index:
            # Nobody may be asked any more, say: what waits in the queue must not be sent then.
            self.forget(root)
            self.analysed(analysis)
        if not self._allowed or not (missing or more):
            return False
        pause = edited and edited + self._pause_for(analysis) - self._clock()
        if pause > 0:
            self._ask_later(root, pause)
            return False
        request = self._requests.get(root)
        if request is None or request.index is not analysis.index:
            if request is not None:
                request.close()
            request = self._requests[root] = Request(analysis.index, self._host.fetched)
        request.ask(analysis, names_in_lines(analysis, self._seen))
        return True

    def ask_at_once(
        self,
        analysis: Analysis,
        name: NormalizedName,
        version: Version | None,
        arrived: Callable[[], None],
    ) -> bool:
        """Ask for one project, or for one version's metadata: somebody waits for it.

        Args:
            analysis: of the tree that it is asked for.
            name: the project.
            version: None for the project's listing.
            arrived: called from any thread once there is an answer.

        Returns:
            whether it was asked: not before the client's settings are known, and not while the
            address of an index is being typed.
        """
        index = analysis.index
        if not self._allowed:
            return False
        if self._index_of(analysis.context.tree.root) is not index:
            return False

        def fetched(names: frozenset[NormalizedName]) -> None:
            self._host.fetched(names)
            arrived()

        if version is None:
            index.fetch((name,), fetched, urgent=True)
        else:
            index.fetch_metadata(((name, version),), lambda _pairs: arrived(), urgent=True)
        return True

    def _pause_for(self, analysis: Analysis) -> float:
        """Return the seconds without an edit after which a tree's index may be asked.

        An address that is being typed is another index at every keystroke. But where no host of
        the workspace's is asked, none is asked by half of its name either.
        """
        configured = analysis.context.configured
        same = self._index_of(analysis.context.tree.root) is analysis.index
        asks_any = configured.trusted and not configured.offline
        return TYPING_PAUSE if same or not asks_any else ADDRESS_PAUSE

    def _index_of(self, root: Path) -> Index | None:
        """Return the index that a root asked last, or would have."""
        request = self._requests.get(root)
        return request.index if request is not None else self._first.get(root)

    def _ask_later(self, root: Path, pause: float) -> None:
        """Look at a root again after a pause; one timer a root is enough."""
        if root in self._waiting:
            return
        self._waiting.add(root)

        def again(_backend: Backend) -> None:
            self._waiting.discard(root)
            self._again(root)

        self._host.later(pause, again)
