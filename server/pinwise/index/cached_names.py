"""The cache's table of the names that indexes list at their roots: a row for each index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import NormalizedName

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    import sqlite3

NAMES_TABLE = """\
CREATE TABLE IF NOT EXISTS names(
    source TEXT PRIMARY KEY,
    fetched_at REAL NOT NULL,
    names TEXT NOT NULL
) WITHOUT ROWID;
"""
"""A part of the cache's schema: a change of it raises `cache.SCHEMA_VERSION`."""


class KeptNames(NamedTuple):
    """An index's list of names.

    Attributes:
        names: normalized.
        fetched_at: seconds since the epoch.
    """

    names: frozenset[NormalizedName]
    fetched_at: float


def read_names(source: str, connection: sqlite3.Connection) -> KeptNames | None:
    """Return the list of an index, None where none is kept."""
    row = connection.execute(
        "SELECT names, fetched_at FROM names WHERE source = ?", (source,)
    ).fetchone()
    if row is None:
        return None
    return KeptNames(frozenset(map(NormalizedName, row[0].split())), row[1])


def write_names(source: str, kept: KeptNames, connection: sqlite3.Connection) -> None:
    """Keep the list of an index, in place of its last one."""
    row = (source, kept.fetched_at, " ".join(sorted(kept.names)))
    connection.execute("INSERT OR REPLACE INTO names VALUES (?, ?, ?)", row)
