"""Collects what arrives within a short time, so that an analysis follows once for all of it."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_IDLE_SECONDS = 10.0
"""After so long without a request the thread ends; the next request starts another."""

_MANY = 1_000
"""So many awaited keys make the window of a batch twice as long, and ten times as many eleven."""

K = TypeVar("K")

_LOG = logging.getLogger(__name__)


class Batch(Generic[K]):
    """The keys of one request that are still awaited, and those that came and were not told.

    A key is what was asked for: a name, or a name with a version.

    Attributes:
        is_wanted: whether a key that nobody has begun to look up is still worth it; asked under
            a lock.
    """

    def __init__(
        self,
        keys: frozenset[K],
        on_batch: Callable[[frozenset[K]], None],
        is_wanted: Callable[[K], bool] | None = None,
    ) -> None:
        self.is_wanted: Callable[[K], bool] = is_wanted or _always
        self.awaited = set(keys)
        self.ready: set[K] = set()
        self.due = 0.0
        self.on_batch = on_batch


def _always(_key: object) -> bool:
    return True


class Batcher:
    """Hands keys on in batches, from one daemon thread of its own.

    Args:
        window: seconds that the first name of a batch waits for others; the last name of a
            request waits for none. It is longer where thousands are awaited: each batch has the
            whole file looked at again, which takes the time that the answers need.
    """

    def __init__(self, window: float) -> None:
        self._window = window
        self._batches: list[Batch[Any]] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def open(
        self,
        keys: frozenset[K],
        on_batch: Callable[[frozenset[K]], None],
        is_wanted: Callable[[K], bool] | None = None,
    ) -> Batch[K]:
        """Begin to collect for a request; after `close` nothing is kept of it."""
        batch = Batch(keys, on_batch, is_wanted)
        with self._changed:
            if self._closed:
                return batch
            self._batches.append(batch)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._deliver, name="pinwise-index-batches", daemon=True
                )
                self._thread.start()
        return batch

    def arrived(self, batch: Batch[K], name: K) -> None:
        """Note that a key of `batch` came; a second time does nothing."""
        with self._changed:
            if name not in batch.awaited:
                return
            batch.awaited.discard(name)
            if not batch.ready:
                more = self._window * len(batch.awaited) / _MANY
                batch.due = time.monotonic() + self._window + more
            batch.ready.add(name)
            if not batch.awaited or len(batch.ready) == 1:
                self._changed.notify()

    def close(self) -> None:
        """Deliver no more."""
        with self._changed:
            self._closed = True
            self._batches.clear()
            self._changed.notify()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(1.0)

    def _deliver(self) -> None:
        while True:
            with self._changed:
                batch = None if self._closed else self._next_due()
                if self._closed or not self._batches:
                    self._thread = None
                    return
                if batch is None:
                    continue
                names, batch.ready = frozenset(batch.ready), set()
                if not batch.awaited:
                    self._batches.remove(batch)
            try:
                batch.on_batch(names)
            except Exception:  # noqa: BLE001 - the thread serves other receivers too
                _LOG.exception("The receiver of look-ups failed")

    def _next_due(self) -> Batch[Any] | None:
        """Return a batch whose time has come, or wait for a while and return None."""
        waiting = [batch for batch in self._batches if batch.ready]
        for batch in waiting:
            if not batch.awaited:
                return batch
        if not waiting:
            self._changed.wait(_IDLE_SECONDS)
            return None
        batch = min(waiting, key=lambda batch: batch.due)
        remaining = batch.due - time.monotonic()
        if remaining <= 0:
            return batch
        self._changed.wait(remaining)
        return None
