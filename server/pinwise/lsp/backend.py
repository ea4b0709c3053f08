"""The open files and what was found in them. Lives on the engine thread alone."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from pinwise.base.cancellation import CancelledError
from pinwise.lsp.lookups import Lookups
from pinwise.lsp.not_checked import unchecked_in
from pinwise.lsp.publisher import Publisher
from pinwise.project.files import Document, Unreadable
from pinwise.project.settings_file import is_settings_file
from pinwise.project.watched import names_to_watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from lsprotocol import types
    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.analysis.report import Diagnostic, Unchecked
    from pinwise.analysis.workspace import Analysis, Workspace
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.text import Span
    from pinwise.lsp.capabilities import ClientFeatures
    from pinwise.lsp.host import Host
    from pinwise.project.settings_file import SettingsFile
    from pinwise.syntax.source import Encoding, Source

logger = logging.getLogger(__name__)

MOST_PUT_OFF = 3
"""So often in a row an analysis is begun anew because something came in: whoever types on and on,
or asks and asks, is shown something in the end."""

WATCH_PAUSE = 1.0
"""Seconds before other files are watched: at a half-typed name a keystroke would change them."""


class Backend:
    """Keeps the analyses of the open files up to date, one include tree at a time."""

    def __init__(
        self,
        workspace: Workspace,
        features: ClientFeatures,
        encoding: Encoding,
        host: Host,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.workspace = workspace
        self.features = features
        self.encoding = encoding
        self._host = host
        self._clock = clock
        self._publisher = Publisher(features, encoding, host, self.source_of)
        self._lookups = Lookups(host, self._fetch, clock)
        self._open: dict[Path, float] = {}
        """The open files, and when each was last typed in, 0.0 where it was saved since."""
        self._analyses: dict[Path, Analysis] = {}
        """By root."""
        self._dirty: dict[Path, None] = {}
        """The roots to analyse, oldest request first."""
        self._unsolved: dict[Path, None] = {}
        """The roots to ask the solver about, once none is dirty: nobody waits for it to type."""
        self._untried: dict[Path, None] = {}
        """The roots with fixes to try out, once everything is solved and nobody types."""
        self._put_off = 0
        """How many analyses in a row were given up."""
        self._suggested: set[Path] = set()
        """The folders for which an environment was suggested: once is enough."""
        self._watched: tuple[frozenset[str], frozenset[Path]] = frozenset(), frozenset()
        """The names of files and folders, and single files."""
        self._watch_soon = False
        self._underived = False
        """Whether the roots are to be derived before the next analysis: many files may be opened
        at once, and to derive them looks at every file of the folder for each open one."""
        self._typed = False
        """Whether a text was changed since the roots were derived."""
        self._when_judged: list[Callable[[], None]] = []
        """Whom to tell once no tree is to be looked at."""

    # What the editor tells.

    def open(self, path: Path, text: str, version: int) -> None:
        """A file was opened."""
        if is_settings_file(path):
            self.workspace.open_settings_file(path, text, version)
            self._mark_below(path.parent)
            return
        self.workspace.documents.open(path, text, version)
        self._open[path] = 0.0
        self.workspace.shown.add(path)
        self._underived = True
        self._mark(self._roots_with(path))
        self._look_outside(path)

    def change(self, path: Path, text: str, version: int) -> None:
        """A file's text is now `text`."""
        if is_settings_file(path):
            self.workspace.open_settings_file(path, text, version)
            self._mark_below(path.parent)
            return
        self.workspace.documents.change(path, text, version)
        self._open[path] = self._clock()
        self._typed = True
        self._mark(self._roots_with(path) or self.workspace.roots_of(path))

    def save(self, path: Path) -> None:
        """A file was saved: its author is done with it, and wants to know what failed before."""
        if path in self._open:
            self._open[path] = 0.0
        # A host that asked for a pause has it, and a locked keyring is not asked at every save.
        self.workspace.forget_failures(patiently=True)
        # Not every client watches files, and what was saved may be what others depend on.
        self.workspace.forget_disk()
        self.refresh()

    def close(self, path: Path) -> None:
        """A file was closed: what is on disk counts again, and unneeded roots are dropped."""
        if is_settings_file(path):
            self.workspace.close_settings_file(path)
            self._mark_below(path.parent)
            return
        self.workspace.documents.close(path)
        self._lookups.closed(path)
        self._open.pop(path, None)
        self.workspace.shown.discard(path)
        self._underived = True
        self._mark(self._roots_with(path))

    def look_at(self, path: Path, first: int, last: int) -> None:
        """Note which lines of a file the user looks at, from 0: their facts are asked for first."""
        self._lookups.look_at(path, (first, last), self._with(path))

    def look_near(self, path: Path, line: int) -> None:
        """Note the line of the cursor, from 0: for an editor that shows no inlay hints."""
        self._lookups.look_near(path, line, self._with(path))

    def files_changed(self, changed: Sequence[Path], *, only_texts: bool) -> None:
        """Files changed on disk; with `only_texts`, none of them came or went.

        Of a file that is open its text counts, whatever is on disk: it was just saved, mostly.
        """
        if only_texts and all(path in self._open for path in changed):
            return
        self.workspace.forget_disk()
        self.refresh()

    def refresh(self) -> None:
        """Something outside the texts changed: files on disk, settings, trust, environments."""
        self._underived = True
        self._mark(self._analyses)
        for path in self._open:
            self._look_outside(path)

    def index_changed(self, names: frozenset[NormalizedName]) -> None:
        """Facts about `names` arrived."""
        self._mark(
            root
            for root, analysis in self._analyses.items()
            if not names.isdisjoint(analysis.report.asked)
        )

    def settings_arrived(self) -> None:
        """The client's settings are known: what they allow may be fetched."""
        self._lookups.allow()
        for root in self._analyses:
            self._fetch(root)

    # What the handlers ask.

    def when_judged(self, tell: Callable[[], None]) -> None:
        """Call `tell` once every tree was looked at, but for what takes a solve."""
        if self._dirty or self._underived:
            self._when_judged.append(tell)
        else:
            tell()

    def document(self, path: Path) -> Document | None:
        """Return a file as it was analysed last; None if it is in no analysed tree."""
        for analysis in self._with(path):
            for document in analysis.context.documents:
                if document.path == path:
                    return document
        return None

    def source_of(self, path: Path) -> Source | None:
        """Return the text of an analysed file, of one with settings, or of one compared with."""
        text = self.text(path)
        if text is None and any(path in a.context.compared for a in self._analyses.values()):
            opened = self.workspace.settings_texts.get(path)
            if opened is not None:
                return Document(path, *opened).source
            found = self.workspace.documents.read(path)
            return None if isinstance(found, Unreadable) else found.source
        return text.source if text else None

    def text(self, path: Path) -> Document | SettingsFile | None:
        """Return an analysed file, or one with settings, as it was read last."""
        texts = (analysis.context.texts.get(path) for analysis in self._with(path))
        return next((text for text in texts if text is not None), None)

    def texts(self) -> Mapping[Path, Document | SettingsFile]:
        """Return all analysed files by path, and those with settings."""
        return {
            path: text
            for analysis in self._analyses.values()
            for path, text in analysis.context.texts.items()
        }

    def analysis_of(self, path: Path) -> Analysis | None:
        """Return the analysis that speaks for a file: its own tree's, else one including it."""
        return self._analyses.get(path) or next(self._with(path), None)

    def look_up(
        self,
        path: Path,
        name: NormalizedName,
        version: Version | None,
        arrived: Callable[[], None],
    ) -> bool:
        """Ask for one project, or for the metadata of one version, at once: somebody waits for it.

        Args:
            path: the file that it is asked for.
            name: the project.
            version: None for the project's listing.
            arrived: called from any thread once there is an answer.

        Returns:
            whether it was asked: not before the client's settings are known, and not while the
            address of an index is being typed.
        """
        analysis = self.analysis_of(path)
        if analysis is None or analysis.context.tree.root in self._dirty:
            return False
        return self._lookups.ask_at_once(analysis, name, version, arrived)

    def settings_file_to_edit(self, path: Path) -> SettingsFile | None:
        """Return the file that takes settings which hold for a file; None if there is none."""
        analysis = self.analysis_of(path)
        if analysis is None:
            return None
        return self.workspace.settings_file_to_edit(analysis.context.tree.root)

    def diagnostics_at(self, path: Path, where: Span) -> list[Diagnostic]:
        """Return the diagnostics of a file that share a character or an edge with `where`."""
        return [item for item in self._diagnostics(path) if item.finding.span.touches(where)]

    def unchecked_in(self, path: Path) -> tuple[Analysis, Sequence[Unchecked]] | None:
        """Return the tree whose quiet item stands in a file, and what it tells of."""
        return unchecked_in(path, self._with(path))

    def diagnostics_of(self, path: Path) -> list[Diagnostic]:
        """Return what all trees say of a file, each diagnostic once."""
        return self._diagnostics(path)

    def diagnostics_supposing(self, path: Path, text: str) -> list[Diagnostic]:
        """Return what would be found in an analysed file if that were its text.

        Without what takes a solve.
        """
        return self.workspace.supposing(path, text, [*self._with(path)])

    def convert(self, path: Path, diagnostic: Diagnostic) -> types.Diagnostic | None:
        """Return a diagnostic as the client was sent it."""
        source = self.source_of(path)
        return self._publisher.convert(source, diagnostic) if source else None

    # The work.

    def judge(self, path: Path) -> None:
        """Analyse the trees with a file now, but for what takes a solve: somebody waits for it."""
        if self._underived:
            self._derive_roots()
        for root in self.workspace.roots_of(path):
            if root in self._dirty:
                self._begin(root)

    def work(self, token: CancelToken | None = None) -> bool:
        """Do one step for one root; return whether there are more.

        Every root is first judged by what needs no solve, and that is published. Then the solver
        is asked, and what it finds is published where it is news. The trials of fixes come last.

        Args:
            token: ends an analysis between two rules, a solve or a trial, which is then begun
                anew by the next call.
        """
        if self._underived:
            self._derive_roots()
        try:
            if self._dirty:
                give_way = token if self._put_off < MOST_PUT_OFF else None
                self._begin(next(iter(self._dirty)), give_way)
            elif self._unsolved:
                self._solve(next(iter(self._unsolved)), token)
            elif self._untried:
                self._try_fixes(next(iter(self._untried)), token)
        except CancelledError:
            return True
        if self._dirty:
            return True
        self._host.judged()
        told, self._when_judged = self._when_judged, []
        for tell in told:
            tell()
        # The last tree with a name of its own may just have been closed.
        self._watch()
        return bool(self._unsolved or self._untried)

    def _begin(self, root: Path, token: CancelToken | None = None) -> None:
        """Analyse a root but for what takes a solve, and publish that.

        Raises:
            CancelledError: the token was cancelled; the root is still to be analysed.
        """
        before = self._files_of(root)
        analysis = None
        try:
            analysis = self.workspace.begin(root, self._analyses.get(root), token)
        except CancelledError:
            self._put_off += 1
            raise
        except Exception:
            # The other roots must not wait for this one's next change.
            logger.exception("the analysis of %s failed", root)
        self._put_off = 0
        del self._dirty[root]
        self._unsolved.pop(root, None)
        self._untried.pop(root, None)
        if analysis is None:
            self._analyses.pop(root, None)
            self._publish_files(before)
            return
        self._analyses[root] = analysis
        self._lookups.analysed(analysis)
        if not analysis.is_solved:
            self._unsolved[root] = None
        after = self._files_of(root)
        if before != after and self._typed:
            self._derive_roots()
        self._publish_files(before | after)
        self._fetch(root)
        self._suggest(analysis)

    def _solve(self, root: Path, token: CancelToken | None) -> None:
        """Ask the solver about a root, and publish what changes by it."""
        before = self._analyses[root]
        after = self._analyses[root] = before.solved(token)
        del self._unsolved[root]
        told, known = after.report, before.report
        if told.diagnostics is not known.diagnostics or told.unchecked != known.unchecked:
            self._publish_files(self._files_of(root), again=True)
        self._fetch(root)

    def _try_fixes(self, root: Path, token: CancelToken | None) -> None:
        """Find out what has to be known for the fixes of a root, and ask for it."""
        self._analyses[root] = self._analyses[root].with_fixes(token)
        del self._untried[root]
        self._fetch(root)

    def _watch(self) -> None:
        """Have what the trees name watched, in a moment, where that is not watched already."""
        if not self.features.watch_files or self._watch_soon or self._to_watch() == self._watched:
            return
        self._watch_soon = True

        def now(backend: Backend) -> None:
            backend._watch_soon = False
            watched = backend._to_watch()
            if watched != backend._watched:
                backend._watched = watched
                names, files = watched
                # Where even the folder is missing there is nothing to be watched. The disk is
                # asked here, because a home on a network that is gone must not stop the event loop.
                there = frozenset(file for file in files if file.parent.is_dir())
                backend._host.watch(names, there)

        self._host.later(WATCH_PAUSE, now)

    def _to_watch(self) -> tuple[frozenset[str], frozenset[Path]]:
        """Return the names of the files that the trees depend on, and those of pip's settings."""
        trees = (analysis.context.tree for analysis in self._analyses.values())
        names = frozenset().union(*map(names_to_watch, trees))
        files = self.workspace.configuration_files() if self.features.watch_outside else ()
        return names, frozenset(files)

    def _suggest(self, analysis: Analysis) -> None:
        """Have an environment suggested where one is missing, once for each folder.

        Whoever types the first lines of a file is not asked before it is saved.
        """
        state = analysis.context.environment
        if state is None or state.folder in self._suggested:
            return
        if any(self._open.get(path) for path in self._files_of(analysis.context.tree.root)):
            return
        if self.workspace.suggests_environment(analysis):
            self._suggested.add(state.folder)
            self._host.suggest(state.folder, analysis.context.tree.root)

    def _fetch(self, root: Path) -> None:
        """Ask for what an analysis missed, once nobody types in its files any more."""
        analysis = self._analyses.get(root)
        # What it was analysed with may be forbidden by now; the next analysis asks again.
        if analysis is not None and root not in self._dirty:
            edited = max((self._open.get(path, 0.0) for path in self._files_of(root)), default=0.0)
            tries = root not in self._unsolved and analysis.has_fixes_to_try
            if self._lookups.ask(analysis, edited, more=tries) and tries:
                self._untried[root] = None

    def _look_outside(self, path: Path) -> None:
        """Have the environments of a file looked for that lies in no workspace folder."""
        folder = self.workspace.folder_of(path)
        if folder not in self.workspace.folders and not self.workspace.environments.known(folder):
            self._host.look_for_environments(folder)

    def _derive_roots(self) -> None:
        """Find the roots that the open files need; drop the others, and analyse new ones."""
        self._underived = self._typed = False
        needed = dict.fromkeys(
            root for path in self._open for root in self.workspace.roots_of(path)
        )
        gone = [root for root in self._analyses if root not in needed]
        left = set().union(*map(self._files_of, gone))
        for root in gone:
            del self._analyses[root]
            self._unsolved.pop(root, None)
            self._untried.pop(root, None)
            self._lookups.forget(root)
        self._dirty = {root: None for root in self._dirty if root in needed}
        self._mark(root for root in needed if root not in self._analyses)
        self._publish_files(left)

    def _mark(self, roots: Iterable[Path]) -> None:
        """Have the roots analysed when there is time."""
        self._dirty.update(dict.fromkeys(roots))

    def _mark_below(self, folder: Path) -> None:
        """Have the roots analysed that settings in a folder may hold for, or that install it."""
        self._mark(
            root
            for root, analysis in self._analyses.items()
            if root.is_relative_to(folder)
            or any(folder in local.targets for local in analysis.context.tree.local)
        )

    def _files_of(self, root: Path) -> set[Path]:
        """Return the files of a root's tree; none before its first analysis."""
        analysis = self._analyses.get(root)
        return set(analysis.report.diagnostics) if analysis else set()

    def _roots_with(self, path: Path) -> tuple[Path, ...]:
        """Return the analysed roots whose tree has the file, or is compared with it."""
        return tuple(
            root
            for root, a in self._analyses.items()
            if path in a.report.diagnostics or path in a.context.compared
        )

    def _with(self, path: Path) -> Iterator[Analysis]:
        """Yield the analyses whose tree has the file."""
        return (a for a in self._analyses.values() if path in a.report.diagnostics)

    def _diagnostics(self, path: Path) -> list[Diagnostic]:
        """Return what all trees say of a file, each diagnostic once."""
        return self.workspace.findings_in(path, self._with(path))

    def _publish_files(self, paths: set[Path], *, again: bool = False) -> None:
        """Send the diagnostics of each file: always for open ones, else where there are any.

        A file that another root is still to be analysed for waits for that: what was found in
        that tree before is about another text. With `again`, what was sent last is not repeated.
        """
        waiting = set().union(*map(self._files_of, self._dirty))
        for path in sorted(paths - waiting):
            self._publisher.publish(
                path,
                self.text(path),
                self._diagnostics(path),
                [*self._with(path)],
                is_open=path in self._open,
                again=again,
            )
