from __future__ import annotations

import threading

import pytest

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.base.progress import NoProgress


def test_a_token_is_cancelled_once_and_for_all() -> None:
    token = CancelToken()
    calls: list[str] = []
    token.on_cancel(lambda: calls.append("before"))
    token.check()
    assert not token.wait(0)
    token.cancel()
    token.cancel()
    token.on_cancel(lambda: calls.append("after"))
    assert token.cancelled
    assert token.wait(60)
    assert calls == ["before", "after"]
    with pytest.raises(CancelledError):
        token.check()


def test_a_waiting_thread_is_woken() -> None:
    token = CancelToken()
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(token.wait(60)))
    thread.start()
    token.cancel()
    thread.join(60)
    assert answers == [True]


def test_nobody_watches() -> None:
    NoProgress().report("Working", 0.5)
