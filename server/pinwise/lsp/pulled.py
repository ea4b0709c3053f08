"""Diagnostics for a client that asks for them: what each file has, and who waits for it.

The engine tells of each file as it would publish it; here that is kept until the client asks, and
where it has what is old, it is told to ask again. Everything here runs on the event loop, so that
an answer that is known waits for no solve.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from pinwise.base.tuples import NamedTuple
from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pinwise.lsp.session import Session


class Report(NamedTuple):
    """What was found in a file.

    Attributes:
        items: its diagnostics.
        version: that of the text, None where it is the one on disk.
        number: its place among all reports of the session: another one is another result.
    """

    items: Sequence[types.Diagnostic]
    version: int | None
    number: int


class PulledDiagnostics:
    """Answers `textDocument/diagnostic` and `workspace/diagnostic`, and asks to be asked.

    A client asks for the files that it shows. Findings in others, such as those that an open file
    includes, stand beside such an answer where the client understands that, and in the answers to
    `workspace/diagnostic` in any case.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._numbers = itertools.count(1)
        self._last = 0
        self._key = os.urandom(4).hex()
        """Begins our result ids: a client may still have some of a server that has ended."""
        self._reports: dict[Path, Report] = {}
        """The newest one last, so that what is news need not be looked for among all others."""
        self._turns = itertools.count(1)
        self._streamed: dict[Path, int] = {}
        """When something became of a file that streams tell of, counted; the last one last."""
        self._versions: dict[Path, int] = {}
        """Of the open texts, as the client sent them last."""
        self._stale: set[Path] = set()
        """The files that were opened anew: their reports are about another text."""
        self._asked_for: set[Path] = set()
        """The open files that the client asks about itself."""
        self._told: dict[Path, Report] = {}
        """What the client was told of each file last, with the version of the text that it had."""
        self._waiting: dict[Path, set[asyncio.Future[None]]] = {}
        """The requests that wait for a file to be judged."""
        self._changed: set[Path] = set()
        """What may be other than what the client was told."""
        self._news = asyncio.Event()
        """Set, and made anew, at every change."""
        self._refreshing = False
        self._again = False

    # What the client tells.

    def opened(self, path: Path, version: int) -> None:
        """A file was opened."""
        self._versions[path] = version
        self._stale.add(path)

    def changed(self, path: Path, version: int) -> None:
        """The text of a file was changed."""
        self._versions[path] = version

    def closed(self, path: Path) -> None:
        """A file was closed: from now on it is told of beside others, if at all."""
        self._versions.pop(path, None)
        self._stale.discard(path)
        self._asked_for.discard(path)
        self._tell_streams(path)

    # What the engine tells.

    def take(self, params: types.PublishDiagnosticsParams) -> None:
        """Keep what was found in a file."""
        path = path_of(params.uri)
        if path is None:
            return
        before = self._reports.get(path)
        # What stands at the same place of another text is shown at another place until it is told.
        if (
            before is None
            or before.version != params.version
            or before.items != params.diagnostics
            or path in self._stale
        ):
            self._last = next(self._numbers)
            self._reports.pop(path, None)
            self._reports[path] = Report(params.diagnostics, params.version, self._last)
            self._changed.add(path)
            self._tell_streams(path)
        if params.version == self._versions.get(path):
            self._stale.discard(path)
            for waiter in self._waiting.pop(path, ()):
                _wake(waiter)

    def judged(self) -> None:
        """Every tree was looked at: what the client has not asked for by now, it is told of."""
        if self._changed:
            # Requests that were just answered come first, and have what they ask for.
            asyncio.get_running_loop().call_soon(self._refresh_if_owed)

    # What the client asks.

    async def document(self, path: Path, previous: str | None) -> types.DocumentDiagnosticReport:
        """Return what was found in the text of a file as it is now, as far as no solve is needed.

        Args:
            path: the file.
            previous: the result id that the client has of it.
        """
        if path in self._versions:
            self._asked_for.add(path)
        if not self._is_fresh(path):
            await self._wait_for(path)
        report = self._reports.get(path) or Report((), self._versions.get(path), 0)
        self._told[path] = report._replace(version=self._versions.get(path))
        own, seen = self._numbers_in(previous)
        beside = self._beside(seen) if self._session.features.related_documents else None
        result = self._result_id(report)
        if own == report.number:
            return types.RelatedUnchangedDocumentDiagnosticReport(result, beside)
        return types.RelatedFullDocumentDiagnosticReport(report.items, beside, result_id=result)

    async def workspace(
        self,
        previous: Sequence[types.PreviousResultId],
        send: Callable[[types.WorkspaceDiagnosticReport], None] | None,
    ) -> types.WorkspaceDiagnosticReport:
        """Return what was found in any file and the client has not.

        Without anything new it waits for that, so that a client which asks again and again is
        answered when there is something to tell.

        Args:
            previous: what the client has.
            send: takes a part of the answer, for a client that takes it in parts: then it goes on
                until it is cancelled, and leaves out what the client asks about itself.
        """
        has = {
            path: self._numbers_in(item.value)[0]
            for item in previous
            if (path := path_of(item.uri)) is not None
        }
        first, seen = not previous, 0
        while True:
            news = self._news
            changed = self._streamed_since(seen)
            seen = max((self._streamed[path] for path in changed), default=seen)
            found = [
                (path, report)
                for path in changed
                if (report := self._reports.get(path)) is not None
                and not (send is not None and path in self._asked_for)
                and has.get(path, 0) != report.number
                and (report.items or path in has)
            ]
            if found or (first and send is None):
                has.update((path, report.number) for path, report in found)
                answer = types.WorkspaceDiagnosticReport(
                    [self._in_workspace(path, report) for path, report in found]
                )
                if send is None:
                    return answer
                send(answer)
            await news.wait()

    # Inside.

    def _is_fresh(self, path: Path) -> bool:
        """Return whether there is a report about the text that the client has."""
        report = self._reports.get(path)
        return (
            report is not None
            and report.version == self._versions.get(path)
            and path not in self._stale
        )

    async def _wait_for(self, path: Path) -> None:
        """Wait until a file was judged; one that belongs to no tree, until the others were."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(path, set()).add(waiter)
        self._session.when_judged(lambda: _wake(waiter))
        try:
            await waiter
        finally:
            waiters = self._waiting.get(path, set())
            waiters.discard(waiter)
            if not waiters:
                self._waiting.pop(path, None)

    def _beside(
        self, seen: int
    ) -> (
        dict[str, types.FullDocumentDiagnosticReport | types.UnchangedDocumentDiagnosticReport]
        | None
    ):
        """Return the reports of files that the client does not ask about and has not got."""
        found = dict(self._not_asked_for(seen))
        self._told.update(found)
        return {
            uri_of(path): types.FullDocumentDiagnosticReport(
                report.items, result_id=self._result_id(report)
            )
            for path, report in found.items()
        } or None

    def _not_asked_for(self, seen: int) -> Iterator[tuple[Path, Report]]:
        for path, report in reversed(self._reports.items()):
            if report.number <= seen:
                return
            if path not in self._asked_for and (report.items or path in self._told):
                yield path, report

    def _refresh_if_owed(self) -> None:
        """Have the client ask again where it has something else than we have."""
        owed = any(map(self._is_owed, self._changed))
        self._changed.clear()
        if not owed or self._session.stopped:
            return
        if self._refreshing:
            self._again = True
            return
        self._refreshing = True
        self._session.spawn(self._refresh())

    def _is_owed(self, path: Path) -> bool:
        """Return whether the client would not learn of a file's report by itself."""
        report, told = self._reports[path], self._told.get(path)
        if path in self._asked_for:
            # Once it has another text than it was told of, it asks by itself. The report may have
            # no version though the text has: then no tree has the file any more.
            return (
                told is not None
                and told.version == self._versions.get(path)
                and told.items != report.items
            )
        if not self._session.features.related_documents:
            return False
        return list(told.items if told is not None else ()) != list(report.items)

    async def _refresh(self) -> None:
        """Tell the client to ask again; many changes meanwhile are one more time."""
        try:
            while True:
                self._again = False
                try:
                    await self._session.server.workspace_diagnostic_refresh_async(None)
                except JsonRpcException:
                    # A client that refuses shows what it has.
                    return
                if not self._again:
                    return
        finally:
            self._refreshing = False

    def _tell_streams(self, path: Path) -> None:
        """Let the requests for the whole workspace look at a file."""
        self._streamed.pop(path, None)
        self._streamed[path] = next(self._turns)
        self._news.set()
        self._news = asyncio.Event()

    def _streamed_since(self, seen: int) -> list[Path]:
        """Return the files that something became of after a turn, in that order."""
        found = [
            path
            for path, _ in itertools.takewhile(
                lambda item: item[1] > seen, reversed(self._streamed.items())
            )
        ]
        return found[::-1]

    def _in_workspace(
        self, path: Path, report: Report
    ) -> types.WorkspaceFullDocumentDiagnosticReport:
        return types.WorkspaceFullDocumentDiagnosticReport(
            uri_of(path), report.items, report.version, result_id=self._result_id(report)
        )

    def _result_id(self, report: Report) -> str:
        """Return an id that says which report it is, and what was told beside it by then."""
        return f"{self._key}-{report.number}-{self._last}"

    def _numbers_in(self, result: str | None) -> tuple[int, int]:
        """Return the number of a report, and the last one when it was told; -1 and 0 if unknown."""
        key, _, numbers = (result or "").partition("-")
        own, _, seen = numbers.partition("-")
        if key != self._key or not (own.isdecimal() and seen.isdecimal()):
            return -1, 0
        return int(own), int(seen)


def _wake(waiter: asyncio.Future[None]) -> None:
    """Let a request go on that may have been cancelled meanwhile."""
    if not waiter.done():
        waiter.set_result(None)
