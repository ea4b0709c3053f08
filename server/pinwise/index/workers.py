"""Threads of our own for blocking work, which never keep the process from ending.

The executors of the standard library are joined at exit, so that a look-up that hangs would hold
up the end of the editor's server; daemon threads are not.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_IDLE_SECONDS = 10.0
"""After so long without work a thread ends; the next task starts another."""

_LOG = logging.getLogger(__name__)


class Workers:
    """Up to `count` daemon threads that run tasks, the most urgent first.

    Threads are started when there is work for them, and end when there was none for a while. A
    task that raises is logged.
    """

    def __init__(self, count: int, name: str, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._count = count
        self._name = name
        self._patience = idle_seconds
        self._tasks: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._closed = False
        self._changed = threading.Condition()

    def submit(self, task: Callable[[], None], urgency: int = 0) -> None:
        """Run `task` soon: before those of a higher number, after the older of the same.

        After `close` this does nothing.
        """
        with self._changed:
            if self._closed:
                return
            heapq.heappush(self._tasks, (urgency, next(self._numbers), task))
            if self._idle >= len(self._tasks) or len(self._threads) >= self._count:
                self._changed.notify()
                return
            number = next(self._numbers)
            thread = threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    @property
    def threads(self) -> int:
        """How many threads there are now."""
        return len(self._threads)

    def close(self, patience: float = 0.25) -> None:
        """Drop what has not begun, and wait for the rest for at most `patience` seconds in all."""
        with self._changed:
            self._closed = True
            self._tasks.clear()
            self._changed.notify_all()
            threads = list(self._threads)
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(patience / len(threads))

    def _work(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                while not self._tasks and not self._closed:
                    if not self._changed.wait(self._patience) and not self._tasks:
                        self._idle -= 1
                        self._threads.remove(threading.current_thread())
                        return
                self._idle -= 1
                if self._closed:
                    return
                task = heapq.heappop(self._tasks)[2]
            try:
                task()
            except Exception:  # noqa: BLE001 - the thread has other tasks to do
                _LOG.exception("A look-up failed")
            # Who waits for the next task must not keep alive what the last one was for.
            del task
