"""What indexes said, kept on disk for every window and the command line.

One SQLite file in the user's cache folder; `database` says how it is shared and what becomes of it
when it is damaged. Pages are old after some minutes and are then confirmed or replaced; the
metadata of a file never changes, and is kept until the cache has to become smaller.

The version of the schema is part of the file's name, so that two versions of Pinwise side by side
do not disturb each other; a file whose tables are not ours is replaced all the same. Keys are
hashes of addresses without credentials.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from pinwise.base.tuples import NamedTuple
from pinwise.index.cache_upkeep import (
    SIZE_LIMIT,
    Uses,
    remove_other_schemas,
    shrink,
    write_uses,
)
from pinwise.index.cached_metadata import (
    METADATA_TABLE,
    StoredMetadata,
    delete_metadata,
    read_metadata,
    read_metadata_files,
    write_metadata,
)
from pinwise.index.cached_names import NAMES_TABLE, KeptNames, read_names, write_names
from pinwise.index.database import Database, transaction
from pinwise.index.records import PageRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

SCHEMA_VERSION = 6
"""Raised with every change of the tables below, and of what `records` puts into their columns."""

SCHEMA = (
    """
CREATE TABLE IF NOT EXISTS page(
    source TEXT NOT NULL,
    project TEXT NOT NULL,
    known INTEGER NOT NULL,
    fetched_at REAL NOT NULL,
    versions TEXT NOT NULL,
    tables TEXT NOT NULL,
    rows BLOB NOT NULL,
    shapes TEXT NOT NULL,
    status TEXT NOT NULL,
    notes TEXT NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (source, project)
);
CREATE TABLE IF NOT EXISTS artifacts(
    source TEXT NOT NULL,
    project TEXT NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (source, project)
);
"""
    + METADATA_TABLE
    + NAMES_TABLE
)

_PAGE_COLUMNS = (
    "known",
    "fetched_at",
    "versions",
    "tables",
    "rows",
    "shapes",
    "status",
    "notes",
    "etag",
    "last_modified",
)
"""The columns of `page` that are fields of a `PageRecord`."""

_UPKEEP_SECONDS = 600.0
"""How often a process looks after the size, at most."""

_ABANDONED_SECONDS = 30 * 86_400.0
"""After so long without a write the file of another version of Pinwise is nobody's."""

_MISSES_KEPT = 16_384
"""Versions whose metadata is known not to be kept, at most: some 200 bytes each."""

_OVERVIEW_SECONDS = 3.0
"""For how long what another process writes may go unseen where nobody is asked for it."""


class _Overview(NamedTuple):
    """Which projects a source has answered for.

    Attributes:
        said_no: as `Cache.overview` returns it.
        version: what changes when another connection writes to the file.
        good_until: when to look at the version again, by the monotonic clock.
    """

    said_no: dict[str, float | None]
    version: int
    good_until: float = 0.0


class _Misses(NamedTuple):
    """The versions whose metadata was looked for in vain; see `_Overview`."""

    keys: set[tuple[str, str, str]]
    version: int
    good_until: float = 0.0


class Contents(NamedTuple):
    """How much there is in the cache.

    Attributes:
        pages: the answers about projects, "no such project" included.
        metadata: the versions whose metadata is there.
    """

    pages: int
    metadata: int


def default_cache_path() -> Path:
    """Return where the cache of this user lies; the folder need not exist."""
    import platformdirs  # noqa: PLC0415 - not needed where a place is given

    folder = platformdirs.user_cache_path("pinwise", appauthor=False)
    return folder / f"index-v{SCHEMA_VERSION}.sqlite"


class Cache:
    """The store of page records and metadata. Safe from any thread; opened where it is first used.

    No method raises for what a disk or a damaged file can do: reading then finds nothing, and
    writing is forgotten.

    Args:
        path: the file; its folder is made where it is missing.
        size_limit: bytes of content that `upkeep` leaves at most.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        path: Path,
        *,
        size_limit: int = SIZE_LIMIT,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self._database = Database(path, SCHEMA)
        self._size_limit = size_limit
        self._clock = clock
        self._lock = threading.Lock()
        self._uses = Uses()
        self._overviews: dict[str, _Overview] = {}
        self._misses = _Misses(set(), -1)
        self._last_upkeep = float("-inf")

    def get(self, source: str, project: NormalizedName) -> PageRecord | None:
        """Return what `source` said of `project`, without its artifacts; about 20 µs."""

        def read(connection: sqlite3.Connection) -> Any:  # noqa: ANN401 - a row
            return connection.execute(
                f"SELECT {', '.join(_PAGE_COLUMNS)}, used FROM page"  # noqa: S608 - names of ours
                " WHERE source = ? AND project = ?",
                (source, project),
            ).fetchone()

        row = self._database.read(read)
        if row is None:
            return None
        if row[-1] < self._today():
            self._uses.note("page", source, project)
        fields: dict[str, Any] = dict(zip(_PAGE_COLUMNS, row, strict=False))
        return PageRecord(**{**fields, "known": bool(fields["known"])})

    def overview(self, source: str) -> Mapping[str, float | None]:
        """Return of which projects an answer of `source` is kept, and when it said no.

        Read once, some microseconds a project, and again where the file was changed by others,
        which is looked for every few seconds. What this process keeps is there at once.

        Returns:
            By project, seconds since the epoch where there is no such project, else None.
        """
        known = self._overviews.get(source)
        now = time.monotonic()
        if known is not None and now < known.good_until:
            return known.said_no
        with self._lock:
            found = self._database.read(partial(_read_overview, source, known))
            good_until = now + _OVERVIEW_SECONDS
            self._overviews[source] = found = (found or _Overview({}, -1))._replace(
                good_until=good_until
            )
        return found.said_no

    def artifacts(self, source: str, project: NormalizedName) -> bytes:
        """Return the packed artifacts of a record, empty where there are none."""

        def read(connection: sqlite3.Connection) -> bytes:
            row = connection.execute(
                "SELECT packed FROM artifacts WHERE source = ? AND project = ?", (source, project)
            ).fetchone()
            return b"" if row is None else bytes(row[0])

        return self._database.read(read) or b""

    def put(self, source: str, project: NormalizedName, record: PageRecord) -> bool:
        """Keep a record and its artifacts, in one transaction; return whether that succeeded."""
        page = (
            source,
            project,
            record.known,
            record.fetched_at,
            record.versions,
            record.tables,
            record.rows,
            record.shapes,
            record.status,
            record.notes,
            record.etag,
            record.last_modified,
            self._today(),
        )

        def write(connection: sqlite3.Connection) -> bool:
            with transaction(connection):
                connection.execute(
                    "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    page,
                )
                connection.execute(
                    "INSERT OR REPLACE INTO artifacts VALUES (?, ?, ?)",
                    (source, project, record.artifacts),
                )
            return True

        if not self._database.write(write):
            return False
        self._note(source, project, None if record.known else record.fetched_at)
        return True

    def touch(self, source: str, project: NormalizedName, fetched_at: float) -> None:
        """Note that what is kept was confirmed."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE page SET fetched_at = ?, used = ? WHERE source = ? AND project = ?",
                (fetched_at, self._today(), source, project),
            )

        self._database.write(write)

    def _note(self, source: str, project: NormalizedName, said_no: float | None) -> None:
        """Add what was written to the overview that is in memory."""
        with self._lock:
            if source in self._overviews:
                self._overviews[source].said_no[project] = said_no

    # Metadata ---------------------------------------------------------------------------------

    def metadata(self, source: str, project: NormalizedName, version: str) -> StoredMetadata | None:
        """Return what a file of `source` said of a version, None where nothing is kept; 20 µs.

        The solver asks for the same neighbours of versions again at every edit: that nothing is
        kept of one is remembered, as `overview` remembers what it read.

        Args:
            source: the place that lists the file.
            project: the normalized name.
            version: a `version_key`.
        """
        key, misses = (source, project, version), self._current_misses()
        if key in misses:
            return None
        # None where the file cannot be read at this moment, which tells nothing.
        rows = self._database.read(
            lambda connection: (read_metadata(source, project, version, connection),)
        )
        if rows is None:
            return None
        (row,) = rows
        if row is None:
            if len(misses) >= _MISSES_KEPT:
                misses.clear()
            misses.add(key)
            return None
        stored, used = row
        if used < self._today():
            self._uses.note("metadata", source, project, version)
        return stored

    def look_again(self) -> None:
        """See at the next question what other processes wrote: before somebody is asked."""
        self._misses = self._misses._replace(good_until=0.0)

    def _current_misses(self) -> set[tuple[str, str, str]]:
        """Return the misses that hold still: all, unless somebody wrote to the file since."""
        now = time.monotonic()
        if now >= self._misses.good_until:
            version = self._database.read(_data_version) or -1
            same = version == self._misses.version
            keys = self._misses.keys if same else set()
            self._misses = _Misses(keys, version, now + _OVERVIEW_SECONDS)
        return self._misses.keys

    def metadata_files(self, source: str, project: NormalizedName) -> dict[str, str]:
        """Return by version which file of `source` the metadata that is kept is of."""
        return self._database.read(partial(read_metadata_files, source, project)) or {}

    def put_metadata(
        self, source: str, project: NormalizedName, version: str, stored: StoredMetadata
    ) -> None:
        """Keep what a file of `source` said of a version."""
        today = self._today()
        self._database.write(partial(write_metadata, source, project, version, stored, today))
        self._misses.keys.discard((source, project, version))

    def drop_metadata(
        self, source: str, project: NormalizedName, versions: Collection[str]
    ) -> None:
        """Forget the metadata of versions whose files were replaced."""
        self._database.write(partial(delete_metadata, source, project, versions))

    # Names ------------------------------------------------------------------------------------

    def names(self, source: str) -> KeptNames | None:
        """Return the names that an index listed, None where nothing is kept; about 10 ms."""
        return self._database.read(partial(read_names, source))

    def put_names(self, source: str, kept: KeptNames) -> None:
        """Keep the names that an index listed."""
        self._database.write(partial(write_names, source, kept))

    # Size -------------------------------------------------------------------------------------

    def size(self) -> int:
        """Return the bytes that the cache takes on disk."""
        return self._database.size()

    def contents(self) -> Contents:
        """Count what is there. Opens the file, so ask `size` first where it need not exist."""

        def read(connection: sqlite3.Connection) -> Contents:
            (pages,) = connection.execute("SELECT count(*) FROM page").fetchone()
            (metadata,) = connection.execute("SELECT count(*) FROM metadata").fetchone()
            return Contents(pages, metadata)

        return self._database.read(read) or Contents(0, 0)

    def clear(self) -> bool:
        """Forget everything, and give the space back; return whether that succeeded.

        Other processes may have the file open and go on using it. The files of versions of
        Pinwise with another schema are removed, as far as nobody has them open.
        """

        def write(connection: sqlite3.Connection) -> bool:
            with transaction(connection):
                for table in ("page", "artifacts", "metadata", "names"):
                    connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours
            # The space comes back later where another process reads at this moment.
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return True

        self._uses.forget()
        with self._lock:
            self._overviews.clear()
        remove_other_schemas(self.path, self._clock())
        return self._database.write(write) or False

    def upkeep(self) -> None:
        """Note what was used, and drop what was not for longest where the cache is too large.

        Does nothing where this process did so a few minutes ago. For a worker's thread: takes a
        millisecond, and some hundreds of them where something has to go.
        """
        now = self._clock()
        with self._lock:
            # A clock that was set back must not put it off for years.
            if 0 <= now - self._last_upkeep < _UPKEEP_SECONDS:
                return
            self._last_upkeep = now
        self._flush()
        self._database.write(partial(shrink, self._size_limit))
        remove_other_schemas(self.path, now - _ABANDONED_SECONDS)

    def close(self) -> None:
        """Close the file. The cache may be used again, and is then opened again."""
        self._flush()
        self._database.close()
        # The next connection counts what others write from the beginning.
        with self._lock:
            self._overviews.clear()
        self._misses = _Misses(set(), -1)

    def _today(self) -> int:
        return int(self._clock() // 86_400)

    def _flush(self) -> None:
        uses = self._uses.take()
        if uses:
            self._database.write(partial(write_uses, uses, self._today()))


def _read_overview(
    source: str, known: _Overview | None, connection: sqlite3.Connection
) -> _Overview:
    """Return what `known` says where nothing was written since, else read all of it."""
    version = _data_version(connection)
    if known is not None and known.version == version:
        return known
    rows = connection.execute(
        "SELECT project, CASE known WHEN 0 THEN fetched_at END FROM page WHERE source = ?",
        (source,),
    )
    return _Overview(dict(rows.fetchall()), version)


def _data_version(connection: sqlite3.Connection) -> int:
    """Return what changes when another connection writes to the file."""
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    return int(version)
