"""A lock that processes share, so that two windows do not lose each other's writes."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE_SECONDS: Final = 0.01


@contextlib.contextmanager
def locked(path: Path, *, timeout: float = 5.0) -> Iterator[None]:
    """Hold the lock file at `path` for the length of the block.

    The system's own file lock is used: it ends with the process that holds it, so that a crash
    leaves nothing locked. The file stays, empty.

    Raises:
        TimeoutError: another process held it for `timeout` seconds.
        OSError: the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        deadline = time.monotonic() + timeout
        while not _try_lock(file):
            if time.monotonic() > deadline:
                message = f"another process keeps {path} locked"
                raise TimeoutError(message)
            time.sleep(_PAUSE_SECONDS)
        try:
            yield
        finally:
            _unlock(file)


def _try_lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _unlock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
