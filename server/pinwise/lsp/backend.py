"""The open files and what was found in them. Lives on the engine thread alone."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Protocol

from lsprotocol import types

from pinwise.analysis.report import merge
from pinwise.features.not_checked import describe_unchecked
from pinwise.lsp.convert import SOURCE, DiagnosticConverter, range_of
from pinwise.lsp.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.analysis.report import Diagnostic
    from pinwise.analysis.workspace import Analysis, Workspace
    from pinwise.base.text import Span
    from pinwise.lsp.capabilities import ClientFeatures
    from pinwise.project.files import Document
    from pinwise.syntax.source import Encoding, Source

logger = logging.getLogger(__name__)

TYPING_PAUSE = 0.4
"""Seconds without an edit before a name is looked up: half-typed names are nobody's business."""


class Host(Protocol):
    """What the backend needs of the session; every method is called on the engine thread."""

    def publish(self, params: types.PublishDiagnosticsParams) -> None:
        """Send the diagnostics of one file."""

    def later(self, seconds: float, job: Callable[[Backend], None]) -> None:
        """Run a job on the engine thread after so many seconds."""

    def fetched(self, names: frozenset[NormalizedName]) -> None:
        """Facts arrived: have `index_changed` called. The index calls this from any thread."""

    def suggest(self, folder: Path) -> None:
        """A folder has requirements and no environment: suggest to create one."""


class Backend:
    """Keeps the analyses of the open files up to date, one include tree at a time."""

    def __init__(
        self, workspace: Workspace, features: ClientFeatures, encoding: Encoding, host: Host
    ) -> None:
        self.workspace = workspace
        self.features = features
        self.encoding = encoding
        self._host = host
        self._converter = DiagnosticConverter(features, encoding, self.source_of)
        self._open: dict[Path, float] = {}
        """The open files, and when each was last typed in."""
        self._analyses: dict[Path, Analysis] = {}
        """By root."""
        self._dirty: dict[Path, None] = {}
        """The roots to analyse, oldest request first."""
        self._published: set[Path] = set()
        self._suggested: set[Path] = set()
        """The folders for which an environment was suggested: once is enough."""

    # What the editor tells.

    def open(self, path: Path, text: str, version: int) -> None:
        """A file was opened."""
        self.workspace.documents.open(path, text, version)
        self._open[path] = 0.0
        self._mark(self.workspace.roots_of(path))

    def change(self, path: Path, text: str, version: int) -> None:
        """A file's text is now `text`."""
        self.workspace.documents.change(path, text, version)
        self._open[path] = time.monotonic()
        self._mark(self._roots_with(path))

    def save(self, path: Path) -> None:
        """A file was saved: its includes may have changed which files belong together."""
        self._mark(self.workspace.roots_of(path))

    def close(self, path: Path) -> None:
        """A file was closed: what is on disk counts again, and unneeded roots are dropped."""
        self.workspace.documents.close(path)
        self._open.pop(path, None)
        needed = {root for other in self._open for root in self.workspace.roots_of(other)}
        for root in [root for root in self._analyses if root not in needed]:
            del self._analyses[root]
            self._dirty.pop(root, None)
        self._mark(needed & set(self._roots_with(path)))
        self._publish_files(self._published - self._files())

    def refresh(self) -> None:
        """Something outside the texts changed: files on disk, settings, trust, environments."""
        self._mark(root for path in self._open for root in self.workspace.roots_of(path))

    def index_changed(self, names: frozenset[NormalizedName]) -> None:
        """Facts about `names` arrived."""
        self._mark(
            root
            for root, analysis in self._analyses.items()
            if not names.isdisjoint(analysis.report.asked)
        )

    # What the handlers ask.

    def is_open(self, path: Path) -> bool:
        """Whether the file is open in the editor."""
        return path in self._open

    def document(self, path: Path) -> Document | None:
        """Return the file as it was analysed last, else as it is."""
        for analysis in self._with(path):
            for document in analysis.context.documents:
                if document.path == path:
                    return document
        return None

    def source_of(self, path: Path) -> Source | None:
        """Return the text of an analysed file."""
        document = self.document(path)
        return document.source if document else None

    def documents(self) -> Mapping[Path, Document]:
        """Return all analysed files by path."""
        return {
            document.path: document
            for analysis in self._analyses.values()
            for document in analysis.context.documents
        }

    def analysis_of(self, path: Path) -> Analysis | None:
        """Return the analysis that speaks for a file: its own tree's, else one including it."""
        return self._analyses.get(path) or next(self._with(path), None)

    def diagnostics_at(self, path: Path, where: Span) -> list[Diagnostic]:
        """Return the diagnostics of a file that share a character or an edge with `where`."""
        return [item for item in self._diagnostics(path) if item.finding.span.touches(where)]

    def convert(self, path: Path, diagnostic: Diagnostic) -> types.Diagnostic | None:
        """Return a diagnostic as the client was sent it."""
        source = self.source_of(path)
        return self._converter.convert(source, diagnostic) if source else None

    # The work.

    def work(self) -> bool:
        """Analyse one root; return whether there are more."""
        if not self._dirty:
            return False
        root = next(iter(self._dirty))
        del self._dirty[root]
        before = set(self._analyses[root].report.diagnostics) if root in self._analyses else set()
        analysis = self._analyses[root] = self.workspace.analyse(root)
        self._publish_files(before | set(analysis.report.diagnostics))
        if analysis.report.gaps:
            self._fetch(root)
        self._suggest(analysis)
        return bool(self._dirty)

    def _suggest(self, analysis: Analysis) -> None:
        """Have an environment suggested where one is missing, once for each folder."""
        state = analysis.context.environment
        if state is None or state.folder in self._suggested:
            return
        if self.workspace.suggests_environment(analysis):
            self._suggested.add(state.folder)
            self._host.suggest(state.folder)

    def _fetch(self, root: Path) -> None:
        """Ask for what an analysis missed, once nobody types in its files any more."""
        analysis = self._analyses.get(root)
        if analysis is None or not analysis.report.gaps:
            return
        edited = max(
            (self._open.get(path, 0.0) for path in analysis.report.diagnostics), default=0.0
        )
        pause = edited + TYPING_PAUSE - time.monotonic()
        if pause > 0:
            self._host.later(pause, lambda backend: backend._fetch(root))  # noqa: SLF001 - ourselves
        else:
            analysis.index.fetch(analysis.report.gaps, self._host.fetched)

    def _mark(self, roots: Iterable[Path]) -> None:
        """Have the roots analysed when there is time."""
        self._dirty.update(dict.fromkeys(roots))

    def _roots_with(self, path: Path) -> tuple[Path, ...]:
        """Return the roots whose tree has the file; looked up where none was analysed yet."""
        known = tuple(root for root, a in self._analyses.items() if path in a.report.diagnostics)
        return known or self.workspace.roots_of(path)

    def _with(self, path: Path) -> Iterator[Analysis]:
        """Yield the analyses whose tree has the file."""
        return (a for a in self._analyses.values() if path in a.report.diagnostics)

    def _files(self) -> set[Path]:
        """Return every file of every analysed tree."""
        return {path for a in self._analyses.values() for path in a.report.diagnostics}

    def _diagnostics(self, path: Path) -> list[Diagnostic]:
        """Return what all trees say of a file, each diagnostic once."""
        return merge(
            item for analysis in self._with(path) for item in analysis.report.diagnostics[path]
        )

    def _publish_files(self, paths: Iterable[Path]) -> None:
        """Send the diagnostics of each file: always for open ones, else where there are any."""
        for path in sorted(paths):
            source = self.source_of(path)
            items = (
                [self._converter.convert(source, d) for d in self._diagnostics(path)]
                if (source)
                else []
            )
            items += self._not_checked(path)
            if not items and path not in self._open and path not in self._published:
                continue
            document = self.document(path)
            self._host.publish(
                types.PublishDiagnosticsParams(
                    uri=uri_of(path),
                    diagnostics=items,
                    version=document.version if document else None,
                )
            )
            if items:
                self._published.add(path)
            else:
                self._published.discard(path)

    def _not_checked(self, path: Path) -> Iterator[types.Diagnostic]:
        """Yield the one quiet item that says what of a tree could not be checked, and why.

        It stands on the first line concerned, in the root's file where possible.
        """
        for analysis in self._with(path):
            unchecked = analysis.report.unchecked
            if not unchecked or unchecked[0].path != path:
                continue
            source = self.source_of(path)
            if source is None:
                continue
            yield types.Diagnostic(
                range=range_of(source, unchecked[0].span, self.encoding),
                message=describe_unchecked(unchecked),
                severity=types.DiagnosticSeverity.Information,
                code="not-checked",
                source=SOURCE,
            )
            return
