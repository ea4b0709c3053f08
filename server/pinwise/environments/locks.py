"""Locks that processes share, so that two windows do not undo each other's work."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from contextvars import ContextVar
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE_SECONDS: Final = 0.01
_claims: ContextVar[tuple[int, ...]] = ContextVar("claims", default=())


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


class HeldError(Exception):
    """Somebody else holds the claim."""


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Hold the claim file at `path` for the length of the block, and delete it then.

    As with `locked`, a crash leaves nothing claimed; the file, empty, then stays. Claims exclude
    the threads of one process from each other, too. A program that was given the `descriptors`
    keeps a claim as long as it runs, should this process be killed meanwhile.

    Raises:
        HeldError: another one holds it; nobody waits.
        OSError: the file cannot be made, or its file system has no locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _hold(path) as file:
        before = _claims.set((*_claims.get(), file.fileno()))
        try:
            yield
        finally:
            _claims.reset(before)
            # While it is held, so that it is nobody else's. Windows deletes no file that is open.
            with contextlib.suppress(OSError):
                path.unlink()


def descriptors() -> tuple[int, ...]:
    """Return the files of what this thread has claimed, for a program to inherit (POSIX).

    What a killed process had begun goes on in its program, which nobody must disturb.
    """
    return _claims.get()


def _hold(path: Path) -> IO[bytes]:
    """Open and lock the file that is at `path` now; it is released when it is closed."""
    while True:
        file = path.open("a+b")
        held = current = False
        try:
            held = _try_lock(file)
            # The holder of before may have deleted the file after it was opened here.
            with contextlib.suppress(FileNotFoundError):
                current = os.path.samestat(os.fstat(file.fileno()), path.stat())
        finally:
            if not (held and current):
                file.close()
        if not held:
            raise HeldError(path)
        if current:
            return file


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
