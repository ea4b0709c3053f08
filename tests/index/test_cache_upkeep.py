from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pinwise.index.cache import Cache, Contents
from pinwise.index.cached_metadata import StoredMetadata
from pinwise.index.links import Link, Page
from pinwise.index.records import PageRecord, record_of
from pinwise.index.types import About, Metadata, ProjectLink
from tests.index.support import PATIENCE, ManualClock, name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DAY = 86_400.0
LIMIT = 400_000
ABOUT = About("A summary", "MIT", (ProjectLink("Source", "https://code.example/x"),))
FOUND = Metadata(("click>=8", 'rich; extra == "all"'), ">=3.9", ("all",), ABOUT)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "index-v0.sqlite"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def open_cache(path: Path, clock: ManualClock) -> Iterator[Callable[[], Cache]]:
    with contextlib.ExitStack() as stack:

        def opened(size_limit: int = LIMIT) -> Cache:
            cache = Cache(path, size_limit=size_limit, clock=clock)
            stack.callback(cache.close)
            return cache

        yield opened


def record(project: str, files: int = 200) -> PageRecord:
    links = [
        Link(f"{project}-{i}.zip", f"https://f.example/{i * 7919:x}/{project}-{i}.zip")
        for i in range(files)
    ]
    return record_of(Page("https://index.example/", links), name(project), 1.0)


class TestMetadata:
    def test_is_kept_as_it_is(self, open_cache: Callable[[], Cache]) -> None:
        kept = {
            "1": StoredMetadata(FOUND, "sha256=ab"),
            "2": StoredMetadata(Metadata(), "x"),
            "3": StoredMetadata(None, "sha256=cd"),
        }
        first = open_cache()
        assert first.metadata("s", name("flask"), "1") is None
        for version, stored in kept.items():
            first.put_metadata("s", name("flask"), version, stored)
        for cache in (first, open_cache()):
            for version, stored in kept.items():
                assert cache.metadata("s", name("flask"), version) == stored
            assert cache.metadata("other", name("flask"), "1") is None
            assert cache.metadata_files("s", name("flask")) == {
                "1": "sha256=ab",
                "2": "x",
                "3": "sha256=cd",
            }
            assert cache.contents() == Contents(0, 3)
        first.drop_metadata("s", name("flask"), ["1", "3"])
        assert first.metadata("s", name("flask"), "1") is None
        assert first.metadata("s", name("flask"), "2") == kept["2"]


class TestSize:
    def fill(self, cache: Cache, projects: int) -> None:
        for i in range(projects):
            cache.put("s", name(f"p{i}"), record(f"p{i}"))
            cache.put_metadata("s", name(f"p{i}"), "1", StoredMetadata(FOUND, f"{i}"))

    def left(self, cache: Cache, projects: int) -> list[int]:
        return [i for i in range(projects) if cache.get("s", name(f"p{i}")) is not None]

    def test_a_small_cache_is_left_alone(self, open_cache: Callable[[], Cache]) -> None:
        cache = open_cache()
        self.fill(cache, 10)
        cache.upkeep()
        assert cache.contents() == Contents(10, 10)

    def test_what_was_not_used_for_longest_goes_first(
        self, open_cache: Callable[[], Cache], clock: ManualClock
    ) -> None:
        cache = open_cache()
        self.fill(cache, 150)
        clock.advance(2 * DAY)
        reader = open_cache()
        used = [3, 70, 149]
        for i in used:
            reader.get("s", name(f"p{i}"))
        assert reader.metadata("s", name("p5"), "1") is not None
        reader.upkeep()
        left = self.left(reader, 150)
        assert set(used) <= set(left)
        assert len(left) < 150
        assert reader.metadata("s", name("p5"), "1") is not None
        # Pages and their artifacts go together.
        for i in range(150):
            assert bool(reader.artifacts("s", name(f"p{i}"))) is (i in left)

    def test_the_file_does_not_grow_beyond_its_limit(
        self, open_cache: Callable[[], Cache], clock: ManualClock, path: Path
    ) -> None:
        cache = open_cache()
        sizes = []
        for turn in range(12):
            for i in range(60):
                cache.put("s", name(f"t{turn}-p{i}"), record("x"))
            clock.advance(DAY)
            cache.upkeep()
            sizes.append(path.stat().st_size)
        # One turn's rows come on top before they are looked at.
        assert max(sizes) < 2.5 * LIMIT
        assert cache.contents().pages > 0

    def test_is_looked_after_now_and_then(
        self, open_cache: Callable[[], Cache], clock: ManualClock
    ) -> None:
        cache = open_cache()
        cache.upkeep()
        self.fill(cache, 150)
        cache.upkeep()
        assert cache.contents().pages == 150
        clock.advance(600.0)
        cache.upkeep()
        assert cache.contents().pages < 150

    def test_a_use_is_noted_when_the_cache_is_closed(
        self, open_cache: Callable[[], Cache], clock: ManualClock, path: Path
    ) -> None:
        cache = open_cache()
        self.fill(cache, 2)
        clock.advance(DAY)
        reader = open_cache()
        reader.get("s", name("p1"))
        reader.close()
        with contextlib.closing(sqlite3.connect(path)) as other:
            days = dict(other.execute("SELECT project, used FROM page"))
        assert days["p1"] == days["p0"] + 1


class TestOtherSchemas:
    def test_are_removed_when_nobody_used_them_for_long(
        self, open_cache: Callable[[], Cache], clock: ManualClock, path: Path
    ) -> None:
        path.parent.mkdir()
        old, recent, foreign = (
            path.with_name(each) for each in ("index-v1.sqlite", "index-v2.sqlite", "else.sqlite")
        )
        for file in (old, recent, foreign, path.with_name("index-v1.sqlite-wal")):
            file.write_bytes(b"x")
        os.utime(old, (clock.now - 40 * DAY,) * 2)
        os.utime(recent, (clock.now - 5 * DAY,) * 2)
        cache = open_cache()
        cache.upkeep()
        assert not old.exists()
        assert not path.with_name("index-v1.sqlite-wal").exists()
        assert recent.exists()
        assert cache.clear()
        assert not recent.exists()
        assert foreign.exists()
        assert path.exists()


WORKER = """
import sys
from pathlib import Path
from pinwise.index.cache import Cache
from pinwise.index.cached_metadata import StoredMetadata
from pinwise.index.links import Link, Page
from pinwise.index.records import record_of
from pinwise.index.types import Metadata

who, count = sys.argv[2], int(sys.argv[3])
links = [Link(f"flask-{i}.zip", f"https://f.example/{who}/{i*7919:x}.zip") for i in range(200)]
record = record_of(Page("https://index.example/", links), "flask", 1.0)
written = 0
sys.stdin.readline()
while count == 0 or written < count:
    cache = Cache(Path(sys.argv[1]), size_limit=200_000)
    for _ in range(10):
        cache.put(who, f"p{written}", record)
        cache.put_metadata(who, f"p{written}", "1", StoredMetadata(Metadata(("a", "b")), "x"))
        written += 1
    cache.upkeep()
    if who == "c":
        cache.clear()
    cache.close()
    print(written, flush=True)
"""


def start(path: Path, who: str, count: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(path), who, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return process


def whole(path: Path) -> None:
    """Check the file, and that a page is never there without its artifacts."""
    with contextlib.closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        orphans = opened.execute(
            "SELECT count(*) FROM page LEFT JOIN artifacts USING (source, project)"
            " WHERE packed IS NULL"
        ).fetchone()
    assert orphans == (0,)


def test_processes_write_shrink_and_clear_at_once(path: Path) -> None:
    processes = [start(path, who, 100) for who in "abc"]
    for process in processes:
        _, complaints = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, complaints
        assert "damaged" not in complaints
    whole(path)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize("lines", [1, 3, 6])
def test_one_that_is_killed_while_it_shrinks_leaves_the_file_whole(path: Path, lines: int) -> None:
    with start(path, "a", 0) as process:
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    whole(path)
    with contextlib.closing(Cache(path)) as cache:
        cache.put("s", name("six"), record("six"))
        assert cache.get("s", name("six")) is not None
