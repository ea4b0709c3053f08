"""Requests that nobody wants any more, or that are about a text that was changed."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInvalidParams

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.lsp.asking import TextRequest, TextRequests
from pinwise.lsp.engine import EngineThread
from tests.fake_index import FakeIndex, Release

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pinwise.lsp.session import Session
    from tests.lsp.editor import Editor

R = TypeVar("R")

A, B = Path("/project/requirements.txt"), Path("/project/base.txt")
PATIENCE = 10


class Engine:
    """An engine thread, asked as the session asks."""

    def __init__(self) -> None:
        def idle(_engine: None, _token: CancelToken) -> bool:
            return False

        self.thread: EngineThread[None] = EngineThread(lambda: None, idle)
        self.thread.start()
        self.requests = TextRequests(cast("Session", self))

    async def ask(self, question: Callable[[Any], R], *, settled: bool = False) -> R:
        return await asyncio.wrap_future(self.thread.ask(question, settled=settled))


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.thread.stop(lambda _: None)


class Solve:
    """Work of the engine that goes on until its token is cancelled."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.ended = threading.Event()

    def __call__(self, _engine: object, token: CancelToken) -> None:
        self.begun.set()
        if token.wait(PATIENCE):
            self.ended.set()
            raise CancelledError

    async def run(self, requests: TextRequests, path: Path) -> None:
        with requests.about(path) as request:
            await request.ask(self, settled=True)


async def begin(engine: Engine, path: Path) -> tuple[Solve, asyncio.Task[None]]:
    solve = Solve()
    task = asyncio.ensure_future(solve.run(engine.requests, path))
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(None, solve.begun.wait, PATIENCE)
    return solve, task


async def test_a_request_that_is_cancelled_ends_its_solve(engine: Engine) -> None:
    solve, task = await begin(engine, A)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
    # The engine is free at once, and did not come to the end by itself.
    assert await engine.ask(lambda _: solve.ended.is_set())


async def test_a_change_of_the_text_ends_a_solve_for_a_place_in_it(engine: Engine) -> None:
    solve, task = await begin(engine, A)
    engine.requests.changed(B)
    assert not solve.ended.is_set()
    engine.requests.changed(A)
    with pytest.raises(JsonRpcContentModified):
        await task
    assert solve.ended.is_set()


async def test_a_place_is_not_looked_for_in_another_text(engine: Engine) -> None:
    asked = []

    async def answer(request: TextRequest) -> None:
        # Jobs run in order: the first question sees the text that the request is about.
        await request.ask(lambda *_: asked.append("in order"))
        await request.ask(lambda *_: asked.append("later"))

    async def about(path: Path) -> None:
        with engine.requests.about(path) as request:
            engine.requests.changed(A)
            await answer(request)

    with pytest.raises(JsonRpcContentModified):
        await about(A)
    assert asked == ["in order"]
    await about(B)
    assert asked[1:] == ["in order", "later"]


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex({"sluggish": {"1.0": Release()}}, {"sluggish": "slow"}) as found:
        yield found


def requests_that_wait(editor: Editor) -> dict[str, object]:
    """Return, by method, a request that waits for an index."""
    document = types.TextDocumentIdentifier(editor.uri("requirements.txt"))
    words: dict[str, object] = {"text": "sluggish=="}
    return {
        types.TEXT_DOCUMENT_HOVER: types.HoverParams(document, types.Position(0, 2)),
        types.TEXT_DOCUMENT_COMPLETION: types.CompletionParams(document, types.Position(0, 10)),
        types.WORKSPACE_EXECUTE_COMMAND: types.ExecuteCommandParams(
            "pinwise.completeRequirement", [words]
        ),
    }


async def test_what_waits_for_an_index_is_ended(editor: Editor, index: FakeIndex) -> None:
    editor.open("requirements.txt", "sluggish==1.0\n")
    await editor.wait_in_thread(index.slow_reached.wait)
    protocol = editor.client.protocol
    try:
        for method, params in requests_that_wait(editor).items():
            pending = asyncio.ensure_future(
                protocol.send_request_async(method, params, msg_id=method)
            )
            await asyncio.sleep(0)
            protocol.notify(types.CANCEL_REQUEST, types.CancelParams(method))
            with pytest.raises(JsonRpcException) as caught:
                await pending
            assert caught.value.code == types.LSPErrorCodes.RequestCancelled.value
            # Nothing is held up.
            assert await editor.command("pinwise.environmentStatus") is not None
    finally:
        index.release_slow()


async def test_what_changes_while_an_index_is_waited_for(editor: Editor, index: FakeIndex) -> None:
    editor.open("requirements.txt", "sluggish==1.0\n")
    await editor.wait_in_thread(index.slow_reached.wait)
    document = types.TextDocumentIdentifier(editor.uri("requirements.txt"))
    place = types.HoverParams(document, types.Position(0, 2))
    pending = asyncio.ensure_future(editor.client.text_document_hover_async(place))
    await asyncio.sleep(0)
    editor.type("requirements.txt", "# above\nsluggish==1.0\n")
    index.release_slow()
    with pytest.raises(JsonRpcException) as caught:
        await pending
    assert caught.value.code == types.LSPErrorCodes.ContentModified.value


async def test_a_request_of_a_wrong_shape_is_answered(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    protocol = editor.client.protocol
    send = protocol._send_data  # noqa: SLF001 - what pygls sends has the right shape, always

    def send_another(_message: object) -> None:
        wrong = {"id": "odd", "method": "textDocument/hover", "params": {"position": 7}}
        send({"jsonrpc": "2.0", **wrong})

    with monkeypatch.context() as patch:
        patch.setattr(protocol, "_send_data", send_another)
        answer = protocol.send_request("textDocument/hover", None, msg_id="odd")
    with pytest.raises(JsonRpcInvalidParams):
        await asyncio.wait_for(asyncio.wrap_future(answer), PATIENCE)
    # It goes on.
    assert await editor.command("pinwise.environmentStatus") is not None
