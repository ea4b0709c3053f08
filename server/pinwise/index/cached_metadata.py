"""The cache's table of metadata: what a file of each version says of itself.

It never changes for a file, so a row has no age; it goes where the index shows another file for
its version, or where the cache has to become smaller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple
from pinwise.index.about import packed, unpacked
from pinwise.index.database import transaction
from pinwise.index.types import Metadata

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from packaging.utils import NormalizedName

METADATA_TABLE = """\
CREATE TABLE IF NOT EXISTS metadata(
    source TEXT NOT NULL,
    project TEXT NOT NULL,
    version TEXT NOT NULL,
    file TEXT NOT NULL,
    static INTEGER NOT NULL,
    requires_python TEXT NOT NULL,
    requires_dist TEXT NOT NULL,
    provides_extra TEXT NOT NULL,
    about TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (source, project, version)
) WITHOUT ROWID;
"""
"""A part of the cache's schema: a change of it raises `cache.SCHEMA_VERSION`."""


class StoredMetadata(NamedTuple):
    """What is kept of a version's metadata.

    Attributes:
        metadata: None where the file tells its dependencies to nobody who does not run its code.
        file: what the file is recognised by: the digest that the index tells, else its address.
    """

    metadata: Metadata | None
    file: str


def read_metadata(
    source: str, project: NormalizedName, version: str, connection: sqlite3.Connection
) -> tuple[StoredMetadata, int] | None:
    """Return what is kept of a version, and the day of its last use; None where nothing is."""
    row = connection.execute(
        "SELECT file, static, requires_python, requires_dist, provides_extra, about, used"
        " FROM metadata WHERE source = ? AND project = ? AND version = ?",
        (source, project, version),
    ).fetchone()
    if row is None:
        return None
    file, static, requires_python, requires, extras, about, used = row
    if not static:
        return StoredMetadata(None, file), used
    found = Metadata(_lines(requires), requires_python, _lines(extras), unpacked(about))
    return StoredMetadata(found, file), used


def read_metadata_files(
    source: str, project: NormalizedName, connection: sqlite3.Connection
) -> dict[str, str]:
    """Return by version which file the metadata that is kept is of."""
    rows = connection.execute(
        "SELECT version, file FROM metadata WHERE source = ? AND project = ?", (source, project)
    )
    return dict(rows.fetchall())


def write_metadata(  # noqa: PLR0913, PLR0917 - the columns
    source: str,
    project: NormalizedName,
    version: str,
    stored: StoredMetadata,
    used: int,
    connection: sqlite3.Connection,
) -> None:
    """Keep what a file said of a version, in place of what another file said."""
    found = stored.metadata
    row = (
        source,
        project,
        version,
        stored.file,
        found is not None,
        found.requires_python if found else "",
        "\n".join(found.requires_dist) if found else "",
        "\n".join(found.provides_extra) if found else "",
        packed(found.about) if found else "",
        used,
    )
    connection.execute("INSERT OR REPLACE INTO metadata VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def delete_metadata(
    source: str,
    project: NormalizedName,
    versions: Collection[str],
    connection: sqlite3.Connection,
) -> None:
    """Forget the metadata of versions, in one transaction."""
    with transaction(connection):
        connection.executemany(
            "DELETE FROM metadata WHERE source = ? AND project = ? AND version = ?",
            [(source, project, version) for version in versions],
        )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()
