from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from pinwise.index.cache import SCHEMA, SCHEMA_VERSION, Cache, default_cache_path
from pinwise.index.cached_metadata import StoredMetadata
from pinwise.index.links import Link, Page
from pinwise.index.records import PageRecord, read_artifacts, record_of
from pinwise.index.types import Metadata
from tests.index.support import PATIENCE, name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENVIRON = {"PYTHONPATH": ":".join(sys.path)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "index.sqlite"


@pytest.fixture
def cache(path: Path) -> Iterator[Cache]:
    with contextlib.closing(Cache(path)) as opened:
        yield opened


def record(version: str = "1.0", *, at: float = 1.0) -> PageRecord:
    page = Page("https://index.example/simple/flask/", [Link(f"flask-{version}.zip", "f.zip")])
    return record_of(page, name("flask"), at, etag='"x"', last_modified="yesterday")


def test_keeps_what_was_said(cache: Cache, path: Path) -> None:
    kept = record()
    assert cache.get("s", name("flask")) is None
    assert cache.artifacts("s", name("flask")) == b""
    cache.put("s", name("flask"), kept)
    cache.put("s", name("missing"), PageRecord(known=False, fetched_at=2.0))
    for reader in (cache, Cache(path)):
        with contextlib.closing(reader):
            found = reader.get("s", name("flask"))
            assert found is not None
            assert (found.known, found.fetched_at, found.versions) == (True, 1.0, "1.0")
            assert (found.etag, found.last_modified) == ('"x"', "yesterday")
            assert found.files(0) == kept.files(0)
            (artifact,) = read_artifacts(reader.artifacts("s", name("flask")))
            assert artifact.filename == "flask-1.0.zip"
            absent = reader.get("s", name("missing"))
            assert absent is not None
            assert not absent.known
            assert reader.get("another", name("flask")) is None


def test_replaces_and_touches(cache: Cache) -> None:
    cache.put("s", name("flask"), record("1.0"))
    cache.put("s", name("flask"), record("2.0"))
    cache.touch("s", name("flask"), 9.0)
    found = cache.get("s", name("flask"))
    assert found is not None
    assert (found.versions, found.fetched_at) == ("2.0", 9.0)


def test_size_and_clear(cache: Cache) -> None:
    assert cache.size() == 0
    cache.put("s", name("flask"), record())
    assert cache.size() > 0
    cache.clear()
    assert cache.get("s", name("flask")) is None
    assert cache.artifacts("s", name("flask")) == b""


def test_the_schema_is_part_of_the_name() -> None:
    assert default_cache_path().name == f"index-v{SCHEMA_VERSION}.sqlite"


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"not a database at all" * 400, id="another file"),
        pytest.param(lambda data: data[: len(data) // 2], id="half"),
        pytest.param(lambda data: data[:100] + b"\xff" * (len(data) - 100), id="overwritten"),
        pytest.param(lambda data: data[:4096] + b"\0" * (len(data) - 4096), id="zeroed"),
    ],
)
def test_a_damaged_file_is_replaced(path: Path, damage: object) -> None:
    with contextlib.closing(Cache(path)) as cache:
        for i in range(50):
            cache.put("s", name(f"p{i}"), record())
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    with contextlib.closing(Cache(path)) as cache:
        for i in range(50):
            cache.get("s", name(f"p{i}"))
            cache.put("s", name(f"p{i}"), record("2.0"))
        # The first write may have been the one that met the damage.
        cache.put("s", name("flask"), record("2.0"))
        found = cache.get("s", name("flask"))
        assert found is not None
        assert found.versions == "2.0"


@pytest.mark.parametrize(
    "layout",
    [
        "CREATE TABLE page(source TEXT, project TEXT, body BLOB)",
        "CREATE TABLE artifacts(source TEXT, project TEXT)",
        # Ours but for the key.
        SCHEMA.replace("    PRIMARY KEY (source, project)", "    PRIMARY KEY (project)"),
    ],
)
@pytest.mark.parametrize("first", ["get", "put"])
def test_a_file_of_another_layout_is_replaced(path: Path, layout: str, first: str) -> None:
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.executescript(layout)
    with contextlib.closing(Cache(path)) as cache:
        if first == "get":
            assert cache.get("s", name("flask")) is None
        cache.put("s", name("flask"), record())
        found = cache.get("s", name("flask"))
        assert found is not None
        assert found.versions == "1.0"
        assert list(read_artifacts(cache.artifacts("s", name("flask"))))
    # The next one finds nothing to replace.
    with contextlib.closing(Cache(path)) as cache:
        assert cache.get("s", name("flask")) is not None
        cache.clear()
    with contextlib.closing(Cache(path)) as cache:
        cache.put("s", name("six"), record())
        assert cache.get("s", name("six")) is not None


def test_what_was_looked_for_in_vain_is_found_where_somebody_keeps_it(
    cache: Cache, path: Path
) -> None:
    stored = StoredMetadata(Metadata(("click>=8",)), "sha256=1")
    flask = name("flask")
    assert cache.metadata("s", flask, "1") is None
    assert cache.metadata("s", flask, "1") is None
    cache.put_metadata("s", flask, "1", stored)
    assert cache.metadata("s", flask, "1") == stored

    assert cache.metadata("s", flask, "2") is None
    with contextlib.closing(Cache(path)) as other:
        other.put_metadata("s", flask, "2", stored)
    # Another process did so: it is seen some seconds later, and before anybody is asked.
    cache.look_again()
    assert cache.metadata("s", flask, "2") == stored
    assert cache.metadata("s", flask, "3") is None


def test_what_could_not_be_read_was_not_looked_for_in_vain(cache: Cache, path: Path) -> None:
    stored = StoredMetadata(Metadata(("click>=8",)), "sha256=1")
    flask = name("flask")
    cache.put_metadata("s", flask, "1", stored)
    with contextlib.closing(Cache(path)) as second:
        assert second.metadata("s", flask, "2") is None
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("ALTER TABLE metadata RENAME TO elsewhere")
            assert second.metadata("s", flask, "1") is None
            other.execute("ALTER TABLE elsewhere RENAME TO metadata")
        assert second.metadata("s", flask, "1") == stored


def test_what_others_write_while_the_file_is_closed_is_found(cache: Cache, path: Path) -> None:
    stored = StoredMetadata(Metadata(("click>=8",)), "sha256=1")
    flask = name("flask")
    assert cache.metadata("s", flask, "1") is None
    assert not cache.overview("s")
    cache.close()
    with contextlib.closing(Cache(path)) as other:
        other.put_metadata("s", flask, "1", stored)
        other.put("s", flask, record())
    assert cache.metadata("s", flask, "1") == stored
    assert "flask" in cache.overview("s")


def test_a_change_of_the_layout_changes_its_version() -> None:
    layout = sha256(SCHEMA.encode()).hexdigest()[:8]
    assert (SCHEMA_VERSION, layout) == (6, "4cdf6236"), "raise SCHEMA_VERSION, then note both here"


def test_a_file_that_is_removed_while_open_does_no_harm(cache: Cache, path: Path) -> None:
    cache.put("s", name("flask"), record())
    for file in path.parent.iterdir():
        file.unlink()
    cache.put("s", name("six"), record())
    cache.get("s", name("six"))


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    for path in (blocked / "index.sqlite", tmp_path):
        with contextlib.closing(Cache(path)) as cache:
            cache.put("s", name("flask"), record())
            assert cache.get("s", name("flask")) is None
            cache.touch("s", name("flask"), 1.0)
            cache.clear()
            cache.size()


def test_reading_waits_for_no_writer(path: Path, cache: Cache) -> None:
    cache.put("s", name("flask"), record())
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM page")
        blocked = threading.Thread(target=cache.put, args=("s", name("six"), record()))
        blocked.start()
        found = cache.get("s", name("flask"))
        assert found is not None
        other.execute("ROLLBACK")
        blocked.join(PATIENCE)
    assert cache.get("s", name("six")) is not None


def test_a_lock_that_stays_is_survived(
    path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinwise.index.database._WRITER_PATIENCE", 0.01)
    cache.put("s", name("flask"), record())
    with (
        contextlib.closing(Cache(path)) as second,
        contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        second.put("s", name("six"), record())
        assert second.get("s", name("six")) is None
        other.execute("ROLLBACK")
        second.put("s", name("six"), record())
        assert second.get("s", name("six")) is not None


WRITER = """
import sys
from pathlib import Path
from pinwise.index.cache import Cache
from pinwise.index.cached_metadata import StoredMetadata
from pinwise.index.links import Link, Page
from pinwise.index.records import record_of

cache, who, count = Cache(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
sys.stdin.readline()
written = 0
while count == 0 or written < count:
    links = [Link(f"flask-{i}.zip", f"https://f.example/{who}/flask-{i}.zip") for i in range(50)]
    page = Page("https://index.example/", links)
    record = record_of(page, "flask", float(written))
    cache.put("s", "flask", record)
    cache.put(who, f"p{written % 40}", record)
    written += 1
    print(written, flush=True)
cache.close()
"""


def writer(path: Path, who: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), who, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRON,
    )


def test_two_processes_write_at_once(path: Path, cache: Cache) -> None:
    count = 60
    with writer(path, "a", count) as a, writer(path, "b", count) as b:
        for process in (a, b):
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        for process in (a, b):
            process.communicate(timeout=PATIENCE)
            assert process.returncode == 0
    for who in "ab":
        for i in range(40):
            found = cache.get(who, name(f"p{i}"))
            assert found is not None, (who, i)
            assert len(found.texts) == 50
    assert cache.get("s", name("flask")) is not None


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's")
def test_a_writer_that_is_killed_leaves_the_file_whole(path: Path, cache: Cache) -> None:
    for round_number in range(3):
        with writer(path, "a", 0) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("\n")
            process.stdin.flush()
            for _ in range(5 + 7 * round_number):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
        found = cache.get("s", name("flask"))
        assert found is not None
        assert len(found.texts) == 50
        packed = cache.artifacts("s", name("flask"))
        assert len(list(read_artifacts(packed))) == 50
        # And the file can be written at once: no lock was left behind.
        cache.put("s", name("six"), record())
        assert cache.get("s", name("six")) is not None
