"""Bounds the time of an answer as a whole.

The time-out of a socket bounds each wait for the next bytes, so that a server which sends one
byte now and then could hold a thread for hours, in the head of its answer as well as in the body.
"""

from __future__ import annotations

import contextlib
import io
import threading
import time
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

import urllib3

if TYPE_CHECKING:
    from collections.abc import Iterator
    from socket import socket

_BUFFER = 64 * 1024

_current = threading.local()


@contextlib.contextmanager
def answers_until(moment: float) -> Iterator[None]:
    """Let reading fail with a time-out after a moment, for the requests that this thread sends.

    Args:
        moment: by the monotonic clock.
    """
    _current.moment = moment
    try:
        yield
    finally:
        _current.moment = None


def bounded_pools(manager: urllib3.PoolManager) -> None:
    """Make the connections of a manager heed `answers_until`."""
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _BoundedReader(io.RawIOBase):
    """What comes from a socket, up to a moment."""

    def __init__(self, raw: io.RawIOBase, sock: socket, moment: float) -> None:
        self._raw = raw
        self._sock = sock
        self._moment = moment

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - any writable buffer
        left = self._moment - time.monotonic()
        if left <= 0:
            message = "the answer takes too long"
            raise TimeoutError(message)
        patience = self._sock.gettimeout()
        self._sock.settimeout(left if patience is None else min(left, patience))
        return self._raw.readinto(buffer)

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """An answer whose head and body are read up to the moment that holds where it begins."""

    def __init__(self, sock: socket, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed on
        super().__init__(sock, *args, **kwargs)
        moment = getattr(_current, "moment", None)
        if moment is not None:
            self.fp = io.BufferedReader(_BoundedReader(self.fp.detach(), sock, moment), _BUFFER)


class _Connection(urllib3.connection.HTTPConnection):
    response_class = _Response


class _SecureConnection(urllib3.connection.HTTPSConnection):
    response_class = _Response


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection
