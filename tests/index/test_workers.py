from __future__ import annotations

import gc
import threading
import weakref

import pytest

from pinwise.index.batches import Batcher
from pinwise.index.workers import Workers
from tests.index.support import PATIENCE, Receiver, name, until


def test_urgent_tasks_come_first() -> None:
    workers = Workers(1, "test")
    begun, go, done = threading.Event(), threading.Event(), threading.Event()
    order: list[str] = []

    def hold() -> None:
        begun.set()
        go.wait(PATIENCE)

    workers.submit(hold)
    assert begun.wait(PATIENCE)
    workers.submit(lambda: order.append("late"), 1)
    workers.submit(lambda: order.append("later"), 1)
    workers.submit(lambda: order.append("urgent"), 0)
    workers.submit(done.set, 2)
    go.set()
    assert done.wait(PATIENCE)
    workers.close()
    assert order == ["urgent", "late", "later"]


def test_threads_are_few_and_end_when_idle() -> None:
    workers = Workers(4, "test", idle_seconds=0.001)
    for _ in range(2):
        seen = threading.Semaphore(0)
        for _ in range(50):
            workers.submit(lambda seen=seen: seen.release())  # type: ignore[misc]
            assert workers.threads <= 4
        for _ in range(50):
            assert seen.acquire(timeout=PATIENCE)
        until(lambda: workers.threads == 0)
    workers.close()


def test_a_task_that_raises_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    workers, done = Workers(1, "test"), threading.Event()
    workers.submit(fail)
    workers.submit(done.set)
    assert done.wait(PATIENCE)
    workers.close()
    assert "ZeroDivisionError" in caplog.text


def test_nothing_runs_after_close() -> None:
    workers = Workers(1, "test")
    workers.close()
    workers.submit(pytest.fail)
    assert workers.threads == 0


def test_what_is_asked_after_close_is_not_kept() -> None:
    batcher = Batcher(window=0.0)
    batcher.close()
    kept = weakref.ref(batcher.open(frozenset({name("a")}), lambda _keys: None))
    gc.collect()
    assert kept() is None


def test_the_last_name_waits_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pinwise.index.batches._IDLE_SECONDS", 0.001)
    batcher = Batcher(window=PATIENCE * 10)
    others = frozenset(threading.enumerate())
    for _ in range(2):
        receiver = Receiver(["a", "b"])
        batch = batcher.open(frozenset({name("a"), name("b")}), receiver)
        for each in ("a", "a", "b"):
            batcher.arrived(batch, name(each))
        assert receiver.complete.wait(PATIENCE)
        assert receiver.batches == [{"a", "b"}]
        # Its thread ends.
        until(lambda: others.issuperset(threading.enumerate()))
    batcher.close()


def test_the_more_is_awaited_the_more_a_batch_waits_for() -> None:
    batcher = Batcher(window=PATIENCE)
    few = batcher.open(frozenset(map(name, "ab")), lambda _names: None)
    many = batcher.open(frozenset(name(f"n{n}") for n in range(10_000)), lambda _names: None)
    for batch, first in ((few, "a"), (many, "n0")):
        batcher.arrived(batch, name(first))
    assert 9 * PATIENCE < many.due - few.due < 11 * PATIENCE
    batcher.close()
