"""The thread that owns the engine: everything that reads or changes its state runs here.

One thread means no locks: changes are applied in the order in which they came, and an analysis
sees a state that nobody changes under it. The event loop stays free for the protocol, and only
ever waits for an answer, never for the work.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

from pinwise.base.cancellation import CancelToken

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

E = TypeVar("E")
R = TypeVar("R")


class EngineThread(Generic[E]):
    """Runs jobs on the engine in order, and its idle work when there are none.

    Args:
        make: builds the engine, on the thread (its imports are what takes the time).
        idle: does one piece of pending work and returns whether there is more; called only
            while no job waits, so that text typed meanwhile is seen before the next piece. Its
            token is cancelled when a job comes in: a long piece is then to be begun anew.
    """

    def __init__(self, make: Callable[[], E], idle: Callable[[E, CancelToken], bool]) -> None:
        self._make = make
        self._idle = idle
        self._jobs: deque[Callable[[E], object]] = deque()
        self._settled: deque[Callable[[E], object]] = deque()
        self._idling: CancelToken | None = None
        """Ends the piece of idle work that is under way."""
        self._wake = threading.Condition()
        self._resting = threading.Event()
        """Set while nothing waits and nothing is done."""
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="pinwise-engine", daemon=True)

    def start(self) -> None:
        """Start the thread; jobs posted before wait for it."""
        self._thread.start()

    def post(self, job: Callable[[E], object], *, urgent: bool = True) -> None:
        """Run `job` after those posted before.

        One that is not urgent lets a long piece of idle work come to its end: facts that arrive
        one after the other would keep it from ever doing so.
        """
        with self._wake:
            self._resting.clear()
            self._jobs.append(job)
            self._wake.notify()
            idling = self._idling if urgent else None
        if idling is not None:
            idling.cancel()

    def ask(self, question: Callable[[E], R], *, settled: bool = False) -> Future[R]:
        """Run `question` and return its answer as a future.

        With `settled`, it runs only when all jobs posted so far and all idle work are done: it
        sees reports about the text as it is now.
        """
        future: Future[R] = Future()

        def job(engine: E) -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(question(engine))
            except BaseException as error:  # noqa: BLE001 - whoever waits gets it
                future.set_exception(error)

        if settled:
            with self._wake:
                self._resting.clear()
                self._settled.append(job)
                self._wake.notify()
        else:
            self.post(job)
        return future

    def wait_for_rest(self, seconds: float) -> bool:
        """Wait until there is nothing to do, so long at most; return whether that is so.

        For work on other threads that is not urgent: threads share one interpreter lock, so that
        it would slow the engine down.
        """
        return self._resting.wait(seconds)

    def stop(self, finish: Callable[[E], None]) -> None:
        """Run `finish` as the last job, and end the thread."""

        def last(engine: E) -> None:
            self._stopped = True
            finish(engine)

        self.post(last)

    def _run(self) -> None:
        """Build the engine, then work until stopped."""
        try:
            engine = self._make()
        except Exception:
            # Whoever asks would wait for ever; without its engine the server is of no use.
            logger.critical("the engine cannot be started", exc_info=True)
            os._exit(1)
        more = False
        while not self._stopped:
            job = self._next(wait=not more)
            if job is not None:
                self._guard(job, engine)
                more = True
            else:
                more = bool(self._guard(self._work, engine))

    def _next(self, *, wait: bool) -> Callable[[E], object] | None:
        """Return the next job; without one, None if there may be idle work, else block."""
        with self._wake:
            while True:
                if self._jobs:
                    return self._jobs.popleft()
                if not wait:
                    self._idling = CancelToken()
                    return None
                if self._settled:
                    return self._settled.popleft()
                self._resting.set()
                self._wake.wait()

    def _work(self, engine: E) -> bool:
        """Do a piece of idle work, which a job may end."""
        with self._wake:
            token = self._idling or CancelToken()
        try:
            return self._idle(engine, token)
        finally:
            with self._wake:
                self._idling = None

    @staticmethod
    def _guard(work: Callable[[E], R], engine: E) -> R | None:
        """Do the work; a failure is logged, and the thread lives on."""
        try:
            return work(engine)
        except Exception:
            logger.exception("a job of the engine failed")
            return None
