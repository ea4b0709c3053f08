"""One SQLite file that several processes share, and that may be damaged, locked or unwritable.

WAL mode: those who read wait for nobody who writes, and a process that is killed at any moment
leaves the file whole. Nothing in it is worth keeping at any price: a damaged file is replaced, and
where the disk refuses, reading finds nothing and writing is forgotten.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")

_WRITER_PATIENCE = 2.0
"""Seconds that a writer waits for another's transaction, each of which takes milliseconds."""

_READER_PATIENCE = 0.1
"""Seconds that a reader waits: only for the one who makes the file, for in WAL mode nobody who
writes holds up those who read."""


class Database:
    """The file and its connections, opened where they are first used. Safe from any thread.

    Args:
        path: the file; its folder is made where it is missing.
        schema: `CREATE TABLE IF NOT EXISTS` statements, each ending in a semicolon. A file with
            other tables of those names is replaced.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        # Reading has a connection of its own, so that it waits for no writer of this process.
        self._reading = _Handle(path, schema, _READER_PATIENCE)
        self._writing = _Handle(path, schema, _WRITER_PATIENCE)
        self._usable = True
        self._complained: set[str] = set()
        self._generation = 0

    def read(self, action: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """Return what `action` returns; None where the file cannot be used."""
        return self._run(self._reading, action)

    def write(self, action: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """Run `action`, which makes its own transactions, and return what it returns.

        None where the file cannot be used.
        """
        return self._run(self._writing, action)

    def size(self) -> int:
        """Return the bytes that the file and its companions take on disk."""
        total = 0
        for path in self.files():
            with contextlib.suppress(OSError):
                total += path.stat().st_size
        return total

    def files(self) -> tuple[Path, ...]:
        """Return the file and its companions, existing or not."""
        return files_of(self.path)

    def close(self) -> None:
        """Close the connections. They are opened again where they are needed again."""
        for handle in (self._reading, self._writing):
            with handle.lock:
                handle.close()

    def _run(self, handle: _Handle, action: Callable[[sqlite3.Connection], _T]) -> _T | None:
        for _ in range(2):
            if not self._usable:
                return None
            generation = self._generation
            try:
                with handle.lock:
                    return action(handle.open())
            except sqlite3.OperationalError as error:
                # Locked for long, read-only, or no space left: the next call may succeed.
                self._complain(f"could not be used: {error}")
                return None
            except sqlite3.DatabaseError as error:
                self._replace(error, generation)
            except OSError as error:
                self._complain(f"cannot be opened: {error.strerror}")
                self._usable = False
        return None

    def _complain(self, what: str) -> None:
        """Log a trouble once: each of hundreds of look-ups would meet it again."""
        if what not in self._complained:
            self._complained.add(what)
            _LOG.warning("The cache %s %s", self.path, what)

    def _replace(self, error: sqlite3.DatabaseError, generation: int) -> None:
        """Remove a damaged file. Where it cannot be removed, do without.

        Args:
            error: what told of the damage.
            generation: when it was met; another thread may have replaced the file since.
        """
        with self._reading.lock, self._writing.lock:
            if generation != self._generation:
                return
            _LOG.warning("The cache %s is damaged (%s) and is made anew", self.path, error)
            self._generation += 1
            self._reading.close()
            self._writing.close()
            try:
                for path in self.files():
                    path.unlink(missing_ok=True)
            except OSError:
                self._usable = False


class _Handle:
    """A connection that is opened where it is needed, and the lock to hold while it is used."""

    def __init__(self, path: Path, schema: str, patience: float) -> None:
        self.lock = threading.Lock()
        self._path = path
        self._schema = schema
        self._patience = patience
        self._connection: sqlite3.Connection | None = None

    def open(self) -> sqlite3.Connection:
        """Return the connection.

        Raises:
            OSError: the folder cannot be made.
            sqlite3.Error: the file cannot be opened, or is none of ours.
        """
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._path, timeout=self._patience, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                # A power cut may lose the last transactions, and never damages the file.
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.executescript(self._schema)
                _check_layout(connection, self._schema)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


def files_of(path: Path) -> tuple[Path, ...]:
    """Return a database's file and the companions that WAL mode puts beside it."""
    return tuple(Path(f"{path}{suffix}") for suffix in ("", "-wal", "-shm"))


def _check_layout(connection: sqlite3.Connection, schema: str) -> None:
    """Compare the tables with the schema, whose text SQLite keeps.

    Raises:
        sqlite3.DatabaseError: they are those of another version.
    """
    found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_master")}
    wanted = schema.replace("IF NOT EXISTS ", "").split(";")
    if not found.issuperset(filter(None, map(str.strip, wanted))):
        message = "its tables are of another layout"
        raise sqlite3.DatabaseError(message)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all that happens inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
