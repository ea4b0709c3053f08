"""What a client is told that asks for diagnostics, without a process: in every order of events."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from pinwise.lsp.capabilities import ClientFeatures
from pinwise.lsp.pulled import PulledDiagnostics
from pinwise.lsp.uris import uri_of
from tests.harness.counting import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from pinwise.lsp.session import Session

A, B = Path("/project/requirements.txt"), Path("/project/base.txt")


class FakeSession:
    """Notes what the client is asked, which answers when the test says so."""

    def __init__(self, *, related: bool) -> None:
        self.features = ClientFeatures(pull=True, related_documents=related)
        self.stopped = False
        self.server = self
        self.refreshes: list[asyncio.Future[None]] = []
        self.waiting: list[Callable[[], None]] = []
        self.tasks: list[asyncio.Task[None]] = []

    def when_judged(self, tell: Callable[[], None]) -> None:
        self.waiting.append(tell)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    async def workspace_diagnostic_refresh_async(self, _params: None) -> None:
        self.refreshes.append(asyncio.get_running_loop().create_future())
        await self.refreshes[-1]


def make(*, related: bool = False) -> tuple[FakeSession, PulledDiagnostics]:
    session = FakeSession(related=related)
    return session, PulledDiagnostics(cast("Session", session))


def found(path: Path, version: int | None, *messages: str) -> types.PublishDiagnosticsParams:
    here = types.Range(types.Position(0, 0), types.Position(0, 1))
    items = [types.Diagnostic(here, message) for message in messages]
    return types.PublishDiagnosticsParams(uri_of(path), items, version)


def messages(report: object) -> list[str]:
    assert isinstance(
        report,
        types.RelatedFullDocumentDiagnosticReport
        | types.FullDocumentDiagnosticReport
        | types.WorkspaceFullDocumentDiagnosticReport,
    )
    return [str(item.message) for item in report.items]


def beside(report: types.DocumentDiagnosticReport) -> dict[str, list[str]]:
    return {uri: messages(each) for uri, each in (report.related_documents or {}).items()}


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_an_answer_waits_for_the_text_that_the_client_has() -> None:
    _, pulled = make()
    pulled.opened(A, 1)
    pulled.changed(A, 2)
    answer = asyncio.ensure_future(pulled.document(A, None))
    await settle()
    pulled.take(found(A, 1, "old"))
    await settle()
    assert not answer.done()
    pulled.take(found(A, 2, "new"))
    assert messages(await answer) == ["new"]


async def test_what_is_known_is_answered_at_once() -> None:
    session, pulled = make()
    pulled.opened(A, 1)
    pulled.take(found(A, 1, "one"))
    assert messages(await pulled.document(A, None)) == ["one"]
    assert session.waiting == []


async def test_a_file_of_no_tree_is_answered_when_all_trees_were_looked_at() -> None:
    session, pulled = make()
    pulled.opened(A, 1)
    answer = asyncio.ensure_future(pulled.document(A, None))
    await settle()
    session.waiting.pop()()
    assert messages(await answer) == []


async def test_a_file_opened_again_is_not_answered_for_with_what_it_was() -> None:
    _, pulled = make()
    pulled.opened(A, 1)
    pulled.take(found(A, 1, "before"))
    pulled.closed(A)
    pulled.opened(A, 1)
    answer = asyncio.ensure_future(pulled.document(A, None))
    await settle()
    assert not answer.done()
    pulled.take(found(A, 1, "now"))
    assert messages(await answer) == ["now"]


async def test_a_request_that_is_cancelled_leaves_nothing_behind() -> None:
    session, pulled = make()
    pulled.opened(A, 1)
    answer = asyncio.ensure_future(pulled.document(A, None))
    await settle()
    answer.cancel()
    await settle()
    pulled.take(found(A, 1, "one"))
    session.waiting.pop()()
    await settle()
    assert messages(await pulled.document(A, None)) == ["one"]


async def test_another_text_is_another_result_and_the_same_is_not() -> None:
    _, pulled = make()
    pulled.opened(A, 1)
    pulled.take(found(A, 1, "one"))
    first = (await pulled.document(A, None)).result_id
    pulled.take(found(A, 1, "one"))
    again = await pulled.document(A, first)
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    # The client has moved what it shows with the text; that may be wrong by now.
    pulled.changed(A, 2)
    pulled.take(found(A, 2, "one"))
    assert messages(await pulled.document(A, again.result_id)) == ["one"]


async def test_a_burst_is_one_refresh() -> None:
    session, pulled = make()
    paths = [Path(f"/project/requirements-{number}.txt") for number in range(50)]
    for path in paths:
        pulled.opened(path, 1)
        pulled.take(found(path, 1))
        await pulled.document(path, None)
    for path in paths:
        pulled.take(found(path, 1, "news"))
        await settle()
    assert session.refreshes == []
    pulled.judged()
    pulled.judged()
    await settle()
    assert len(session.refreshes) == 1
    # What comes until the client has answered is one more.
    for path in paths:
        pulled.take(found(path, 1, "more"))
        pulled.judged()
        await settle()
    assert len(session.refreshes) == 1
    session.refreshes[0].set_result(None)
    await settle()
    assert len(session.refreshes) == 2


async def test_who_asks_anyway_is_not_told_to() -> None:
    session, pulled = make()
    pulled.opened(A, 1)
    pulled.take(found(A, 1))
    await pulled.document(A, None)
    # Typed: the client asks with every change.
    pulled.changed(A, 2)
    pulled.take(found(A, 2, "news"))
    pulled.judged()
    await settle()
    # The request was on its way, and is answered first.
    pulled.changed(A, 3)
    answer = asyncio.ensure_future(pulled.document(A, None))
    await settle()
    pulled.take(found(A, 3, "other"))
    pulled.judged()
    await settle()
    assert messages(await answer) == ["other"]
    assert session.refreshes == []


async def test_a_file_that_leaves_its_tree_and_comes_back_is_asked_about_again() -> None:
    session, pulled = make()
    pulled.opened(A, 1)
    pulled.take(found(A, 1, "one"))
    await pulled.document(A, None)
    # The last tree that had it was closed: nothing is said of its text, which is the same.
    pulled.take(found(A, None))
    pulled.judged()
    await settle()
    assert len(session.refreshes) == 1
    session.refreshes[0].set_result(None)
    answer = asyncio.ensure_future(pulled.document(A, None))
    await settle()
    session.waiting.pop()()
    assert messages(await answer) == []
    pulled.take(found(A, 1, "one"))
    pulled.judged()
    await settle()
    assert len(session.refreshes) == 2


async def test_what_stands_beside_is_told_until_the_client_has_it() -> None:
    session, pulled = make(related=True)
    pulled.opened(A, 1)
    pulled.take(found(A, 1, "mine"))
    first = await pulled.document(A, None)
    assert beside(first) == {}
    pulled.take(found(B, None, "beside"))
    pulled.judged()
    await settle()
    assert len(session.refreshes) == 1
    lost = await pulled.document(A, first.result_id)
    assert isinstance(lost, types.RelatedUnchangedDocumentDiagnosticReport)
    assert beside(lost) == {uri_of(B): ["beside"]}
    # The client threw that answer away, and asks with what it has.
    second = await pulled.document(A, first.result_id)
    assert beside(second) == {uri_of(B): ["beside"]}
    assert beside(await pulled.document(A, second.result_id)) == {}
    pulled.take(found(B, None))
    assert beside(await pulled.document(A, second.result_id)) == {uri_of(B): []}


async def test_what_the_client_asks_about_itself_does_not_stand_beside() -> None:
    _, pulled = make(related=True)
    for path in (A, B):
        pulled.opened(path, 1)
        pulled.take(found(path, 1, path.name))
    await pulled.document(B, None)
    assert beside(await pulled.document(A, None)) == {}
    pulled.closed(B)
    pulled.take(found(B, None, "on disk"))
    assert beside(await pulled.document(A, None)) == {uri_of(B): ["on disk"]}


async def test_a_stream_tells_of_what_is_not_asked_about() -> None:
    _, pulled = make()
    sent: list[tuple[str, list[str]]] = []

    def send(part: types.WorkspaceDiagnosticReport) -> None:
        sent.extend((item.uri, messages(item)) for item in part.items)

    pulled.opened(A, 1)
    pulled.take(found(A, 1, "asked about"))
    await pulled.document(A, None)
    stream = asyncio.ensure_future(pulled.workspace([], send))
    await settle()
    assert sent == []
    pulled.take(found(B, None, "beside"))
    pulled.take(found(A, 1, "another"))
    await settle()
    assert sent == [(uri_of(B), ["beside"])]
    pulled.take(found(B, None))
    await settle()
    assert sent.pop() == (uri_of(B), [])
    # What nobody asks about any more belongs to the stream.
    pulled.closed(A)
    pulled.take(found(A, None, "on disk"))
    await settle()
    assert sent.pop() == (uri_of(A), ["on disk"])
    assert not stream.done()
    stream.cancel()


def test_a_stream_looks_at_what_is_news_alone() -> None:
    async def told(files: int) -> int:
        _, pulled = make()
        parts: list[types.WorkspaceDiagnosticReport] = []
        stream = asyncio.ensure_future(pulled.workspace([], parts.append))
        for number in range(files):
            pulled.take(found(Path(f"/project/requirements-{number}.txt"), None, "one"))
            await settle()
        stream.cancel()
        return sum(len(part.items) for part in parts)

    few, for_few = counted(lambda: asyncio.run(told(40)))
    many, for_many = counted(lambda: asyncio.run(told(320)))
    assert (few, many) == (40, 320)
    assert for_many < 8 * for_few * 1.2


def test_what_stands_beside_is_looked_for_among_the_news_alone() -> None:
    async def told(files: int) -> int:
        _, pulled = make(related=True)
        pulled.opened(A, 1)
        pulled.take(found(A, 1))
        result, number = None, 0
        for place in range(files):
            pulled.take(found(Path(f"/project/requirements-{place}.txt"), None, "one"))
            answer = await pulled.document(A, result)
            result = answer.result_id
            number += len(answer.related_documents or ())
        return number

    few, for_few = counted(lambda: asyncio.run(told(40)))
    many, for_many = counted(lambda: asyncio.run(told(320)))
    assert (few, many) == (40, 320)
    assert for_many < 8 * for_few * 1.2


async def test_who_has_everything_waits_for_news() -> None:
    _, pulled = make()
    first = await pulled.workspace([], None)
    assert first.items == []
    pulled.take(found(B, None, "one"))
    (item,) = (await pulled.workspace([], None)).items
    has = [types.PreviousResultId(item.uri, str(item.result_id))]
    waiting = asyncio.ensure_future(pulled.workspace(has, None))
    await settle()
    assert not waiting.done()
    pulled.take(found(B, None, "two"))
    assert [messages(each) for each in (await waiting).items] == [["two"]]
