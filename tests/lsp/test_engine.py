"""The engine's thread: order, idle work, settled questions, failures."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.lsp.engine import EngineThread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.base.cancellation import CancelToken

TIMEOUT = 10


class Recorder:
    """An engine that notes what happens, with some idle work to do."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.pending = 0

    def note(self, what: str) -> None:
        self.log.append(what)

    def work(self, _token: CancelToken) -> bool:
        if not self.pending:
            return False
        self.pending -= 1
        self.log.append("idle")
        return self.pending > 0


@pytest.fixture
def thread() -> Iterator[EngineThread[Recorder]]:
    engine: EngineThread[Recorder] = EngineThread(Recorder, Recorder.work)
    engine.start()
    yield engine
    stopped = threading.Event()
    engine.stop(lambda _: stopped.set())
    assert stopped.wait(TIMEOUT)


def test_jobs_run_in_order(thread: EngineThread[Recorder]) -> None:
    for number in range(100):
        thread.post(partial(Recorder.note, what=str(number)))
    found = thread.ask(lambda engine: list(engine.log)).result(TIMEOUT)
    assert found == [str(number) for number in range(100)]


def test_settled_questions_wait_for_idle_work(thread: EngineThread[Recorder]) -> None:
    hold = threading.Event()
    thread.post(lambda _: hold.wait(TIMEOUT))
    settled = thread.ask(lambda engine: [*engine.log, "settled"], settled=True)
    thread.post(lambda engine: setattr(engine, "pending", 2))
    hold.set()
    assert settled.result(TIMEOUT) == ["idle", "idle", "settled"]


def test_questions_need_not_wait_for_idle_work(thread: EngineThread[Recorder]) -> None:
    hold = threading.Event()
    thread.post(lambda _: hold.wait(TIMEOUT))
    thread.post(lambda engine: setattr(engine, "pending", 1))
    at_once = thread.ask(lambda engine: list(engine.log))
    hold.set()
    assert at_once.result(TIMEOUT) == []


def test_an_answer_may_be_an_error(thread: EngineThread[Recorder]) -> None:
    with pytest.raises(ZeroDivisionError):
        thread.ask(lambda _: 1 // 0).result(TIMEOUT)


def test_a_failing_job_does_not_end_the_thread(
    thread: EngineThread[Recorder], caplog: pytest.LogCaptureFixture
) -> None:
    thread.post(lambda _: [].pop())
    assert thread.ask(lambda _: "alive").result(TIMEOUT) == "alive"
    assert "a job of the engine failed" in caplog.text


def test_a_cancelled_question_is_not_run(thread: EngineThread[Recorder]) -> None:
    hold = threading.Event()
    thread.post(lambda _: hold.wait(TIMEOUT))
    question = thread.ask(lambda engine: engine.log.append("asked"))
    assert question.cancel()
    hold.set()
    assert thread.ask(lambda engine: list(engine.log)).result(TIMEOUT) == []


class Solver:
    """An engine whose idle work goes on until it is cancelled, or told to end."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.end = threading.Event()
        self.pending = False
        self.ended: list[str] = []

    def work(self, token: CancelToken) -> bool:
        if not self.pending:
            return False
        self.begun.set()
        stop = threading.Event()
        token.on_cancel(stop.set)
        while not (stop.wait(0.001) or self.end.is_set()):
            pass
        self.ended.append("cancelled" if token.cancelled else "done")
        self.pending = False
        return False


def test_a_job_ends_a_long_piece_of_idle_work_unless_it_can_wait() -> None:
    made = Solver()
    thread: EngineThread[Solver] = EngineThread(lambda: made, Solver.work)
    thread.start()
    try:
        thread.post(lambda engine: setattr(engine, "pending", True))
        assert made.begun.wait(TIMEOUT)
        # Whoever typed is answered although the work would never end by itself.
        assert thread.ask(lambda engine: list(engine.ended)).result(TIMEOUT) == ["cancelled"]
        made.begun.clear()
        thread.post(lambda engine: setattr(engine, "pending", True))
        assert made.begun.wait(TIMEOUT)
        settled = thread.ask(lambda engine: list(engine.ended), settled=True)
        thread.post(lambda engine: engine.ended.append("arrived"), urgent=False)
        made.end.set()
        assert settled.result(TIMEOUT) == ["cancelled", "done", "arrived"]
    finally:
        made.end.set()
        stopped = threading.Event()
        thread.stop(lambda _: stopped.set())
        assert stopped.wait(TIMEOUT)


def test_it_rests_only_where_nothing_waits(thread: EngineThread[Recorder]) -> None:
    hold, held = threading.Event(), threading.Event()

    def work(_: Recorder) -> None:
        held.set()
        hold.wait(TIMEOUT)

    assert thread.wait_for_rest(TIMEOUT)
    thread.post(work)
    assert not thread.wait_for_rest(0)
    assert held.wait(TIMEOUT)
    assert not thread.wait_for_rest(0)
    hold.set()
    assert thread.wait_for_rest(TIMEOUT)
