"""What indexes said, kept on disk for every window and the command line.

One SQLite file in the user's cache folder, in WAL mode: several processes read and write it at
once, and one that is killed at any moment leaves it whole. Nothing in it is worth keeping at any
price: a file that is damaged is replaced, and where the disk refuses, Pinwise works without.

The version of the schema is part of the file's name, so that two versions of Pinwise side by side
do not disturb each other; a file whose tables are not ours is replaced all the same. Keys are
hashes of addresses without credentials.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pinwise.index.records import PageRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from packaging.utils import NormalizedName

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")

SCHEMA_VERSION = 2
"""Raised with every change of the tables below, and of what `records` puts into their columns."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS page(
    source TEXT NOT NULL,
    project TEXT NOT NULL,
    known INTEGER NOT NULL,
    fetched_at REAL NOT NULL,
    versions TEXT NOT NULL,
    tables TEXT NOT NULL,
    rows BLOB NOT NULL,
    status TEXT NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    PRIMARY KEY (source, project)
);
CREATE TABLE IF NOT EXISTS artifacts(
    source TEXT NOT NULL,
    project TEXT NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (source, project)
);
"""

_WRITER_PATIENCE = 2.0
"""Seconds that a writer waits for another's transaction, each of which takes milliseconds."""

_READER_PATIENCE = 0.1
"""Seconds that a reader waits: only for the one who makes the file, for in WAL mode nobody who
writes holds up those who read."""


def default_cache_path() -> Path:
    """Return where the cache of this user lies; the folder need not exist."""
    import platformdirs  # noqa: PLC0415 - not needed where a place is given

    folder = platformdirs.user_cache_path("pinwise", appauthor=False)
    return folder / f"index-v{SCHEMA_VERSION}.sqlite"


class Cache:
    """The store of page records. Safe from any thread; opened where it is first used.

    No method raises for what a disk or a damaged file can do: reading then finds nothing, and
    writing is forgotten.

    Args:
        path: the file; its folder is made where it is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # Reading has a connection of its own, so that it waits for no writer of this process.
        self._reading = _Handle(path, _READER_PATIENCE)
        self._writing = _Handle(path, _WRITER_PATIENCE)
        self._usable = True
        self._generation = 0

    def get(self, source: str, project: NormalizedName) -> PageRecord | None:
        """Return what `source` said of `project`, without its artifacts; about 20 µs."""

        def read(connection: sqlite3.Connection) -> PageRecord | None:
            row = connection.execute(
                "SELECT known, fetched_at, versions, tables, rows, status, etag, last_modified"
                " FROM page WHERE source = ? AND project = ?",
                (source, project),
            ).fetchone()
            return None if row is None else PageRecord(bool(row[0]), *row[1:])

        return self._run(self._reading, read)

    def artifacts(self, source: str, project: NormalizedName) -> bytes:
        """Return the packed artifacts of a record, empty where there are none."""

        def read(connection: sqlite3.Connection) -> bytes:
            row = connection.execute(
                "SELECT packed FROM artifacts WHERE source = ? AND project = ?", (source, project)
            ).fetchone()
            return b"" if row is None else bytes(row[0])

        return self._run(self._reading, read) or b""

    def put(self, source: str, project: NormalizedName, record: PageRecord) -> None:
        """Keep a record and its artifacts, in one transaction."""

        def write(connection: sqlite3.Connection) -> None:
            with _transaction(connection):
                connection.execute(
                    "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        source,
                        project,
                        record.known,
                        record.fetched_at,
                        record.versions,
                        record.tables,
                        record.rows,
                        record.status,
                        record.etag,
                        record.last_modified,
                    ),
                )
                connection.execute(
                    "INSERT OR REPLACE INTO artifacts VALUES (?, ?, ?)",
                    (source, project, record.artifacts),
                )

        self._run(self._writing, write)

    def touch(self, source: str, project: NormalizedName, fetched_at: float) -> None:
        """Note that what is kept was confirmed."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE page SET fetched_at = ? WHERE source = ? AND project = ?",
                (fetched_at, source, project),
            )

        self._run(self._writing, write)

    def size(self) -> int:
        """Return the bytes that the cache takes on disk."""
        return sum(path.stat().st_size for path in self._files() if path.exists())

    def clear(self) -> None:
        """Forget everything, and give the space back."""

        def write(connection: sqlite3.Connection) -> None:
            with _transaction(connection):
                connection.execute("DELETE FROM page")
                connection.execute("DELETE FROM artifacts")
            connection.execute("VACUUM")

        self._run(self._writing, write)

    def close(self) -> None:
        """Close the file. The cache may be used again, and is then opened again."""
        for handle in (self._reading, self._writing):
            with handle.lock:
                handle.close()

    def _run(self, handle: _Handle, action: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """Run `action` on the open file; None where the file cannot be used."""
        for _ in range(2):
            if not self._usable:
                return None
            generation = self._generation
            try:
                with handle.lock:
                    return action(handle.open())
            except sqlite3.OperationalError as error:
                # Locked for long, read-only, or no space left: the next call may succeed.
                _LOG.warning("The cache %s could not be used: %s", self.path, error)
                return None
            except sqlite3.DatabaseError as error:
                self._replace(error, generation)
            except OSError as error:
                _LOG.warning("The cache %s cannot be opened: %s", self.path, error)
                self._usable = False
        return None

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
                for path in self._files():
                    path.unlink(missing_ok=True)
            except OSError:
                self._usable = False

    def _files(self) -> tuple[Path, ...]:
        return tuple(Path(f"{self.path}{suffix}") for suffix in ("", "-wal", "-shm"))


class _Handle:
    """A connection that is opened where it is needed, and the lock to hold while it is used."""

    def __init__(self, path: Path, patience: float) -> None:
        self.lock = threading.Lock()
        self._path = path
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
                connection.executescript(SCHEMA)
                _check_layout(connection)
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


def _check_layout(connection: sqlite3.Connection) -> None:
    """Compare the tables with `SCHEMA`, whose text SQLite keeps.

    Raises:
        sqlite3.DatabaseError: they are those of another version.
    """
    found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_master")}
    wanted = SCHEMA.replace("IF NOT EXISTS ", "").split(";")
    if not found.issuperset(filter(None, map(str.strip, wanted))):
        message = "its tables are of another layout"
        raise sqlite3.DatabaseError(message)


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
