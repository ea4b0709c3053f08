"""How the cache stays small: what was used when, what goes first, and the files of old schemas."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from pinwise.index.database import files_of, transaction

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

SIZE_LIMIT = 256 * 1024 * 1024
"""Bytes beyond which what was not used for longest is dropped: thousands of projects fit in."""

_KEPT_SHARE = 0.8
"""How full the cache is afterwards, so that it is not done again soon."""

_OLDEST = """
SELECT 'page', source, project, '', used, fetched_at FROM page
UNION ALL SELECT 'metadata', source, project, version, used, 9e15 FROM metadata
ORDER BY 5, 6 LIMIT 20
"""
"""What goes first: of one day the pages, which are larger and would be asked for again anyway."""


class Uses:
    """The rows that were read and whose day of last use is not written yet. Safe from any thread.

    Reading writes nothing, so that it waits for nobody; one transaction now and then is enough.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: set[tuple[str, str, str, str]] = set()

    def note(self, table: str, source: str, project: str, version: str = "") -> None:
        """Remember that a row of `page` or `metadata` was used today."""
        with self._lock:
            self._rows.add((table, source, project, version))

    def forget(self) -> None:
        """Forget what was noted: the rows are gone."""
        with self._lock:
            self._rows.clear()

    def take(self) -> set[tuple[str, str, str, str]]:
        """Return what was noted since this was last asked, for `write_uses`."""
        with self._lock:
            rows, self._rows = self._rows, set()
        return rows


def write_uses(
    rows: set[tuple[str, str, str, str]], today: int, connection: sqlite3.Connection
) -> None:
    """Write down the day on which rows were last used, in one transaction."""
    pages = [(today, source, project) for table, source, project, _ in rows if table == "page"]
    metadata = [(today, *row) for table, *row in rows if table == "metadata"]
    with transaction(connection):
        connection.executemany("UPDATE page SET used = ? WHERE source = ? AND project = ?", pages)
        connection.executemany(
            "UPDATE metadata SET used = ? WHERE source = ? AND project = ? AND version = ?",
            metadata,
        )


def shrink(size_limit: int, connection: sqlite3.Connection) -> None:
    """Drop rows, the longest unused first, a few at a time: other writers wait meanwhile."""
    if _content_size(connection) <= size_limit:
        return
    while _content_size(connection) > size_limit * _KEPT_SHARE:
        oldest = [row[:4] for row in connection.execute(_OLDEST).fetchall()]
        if not oldest:
            return
        with transaction(connection):
            for table, source, project, version in oldest:
                if table == "metadata":
                    connection.execute(
                        "DELETE FROM metadata WHERE source = ? AND project = ? AND version = ?",
                        (source, project, version),
                    )
                    continue
                for name in ("page", "artifacts"):
                    connection.execute(
                        f"DELETE FROM {name} WHERE source = ? AND project = ?",  # noqa: S608
                        (source, project),
                    )


def remove_other_schemas(path: Path, written_before: float) -> None:
    """Remove the files of other schemas beside `path` that nobody has written to since a moment.

    Args:
        path: the file in use, which stays.
        written_before: seconds since the epoch.
    """
    with contextlib.suppress(OSError):
        for other in path.parent.glob("index-v*.sqlite"):
            if other != path and other.stat().st_mtime <= written_before:
                for file in files_of(other):
                    file.unlink(missing_ok=True)


def _content_size(connection: sqlite3.Connection) -> int:
    """Return the bytes that are in use; those of dropped rows are used again before others."""
    values = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    ]
    return int((values[0] - values[1]) * values[2])
