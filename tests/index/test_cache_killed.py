"""A process that writes to the cache may die at any moment: kill -9, a crash, an empty battery."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.index.support import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL and fork are POSIX's")

DEATHS = """
import contextlib, os, random, signal, sqlite3, sys
from pathlib import Path
from pinwise.index import cache as cache_module, database
from pinwise.index.cache import Cache
from pinwise.index.cached_metadata import StoredMetadata
from pinwise.index.links import Link, Page
from pinwise.index.records import read_artifacts, record_of
from pinwise.index.types import Metadata

path, seed = Path(sys.argv[1]), int(sys.argv[2])
choose = random.Random(seed)
FILES = 40
links = [Link(f"flask-{i}.zip", f"https://f.example/{i * 7919:x}.zip") for i in range(FILES)]
record = record_of(Page("https://index.example/", links), "flask", 1.0)


def work(moment):
    # Each step of SQLite's own machine counts, so that death comes within any statement of it:
    # while tables are made, in the middle of a transaction, while rows go, while space comes back.
    left = [moment]

    def die():
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    real = sqlite3.connect

    def connect(*arguments, **keywords):
        connection = real(*arguments, **keywords)
        connection.set_progress_handler(die, 1)
        return connection

    database.sqlite3.connect = connect
    cache = Cache(path, size_limit=60_000)
    for i in range(choose.randrange(2, 9)):
        cache.put("s", f"p{i}", record)
        cache.put_metadata("s", f"p{i}", "1", StoredMetadata(Metadata(("a", "b")), "x"))
    cache.upkeep()
    if choose.random() < 0.3:
        cache.clear()
    cache.close()


killed = survived = rows = 0
for turn in range(60):
    moment = int(10 ** choose.uniform(0.5, 4.2))
    child = os.fork()
    if child == 0:
        choose.seed(seed * 1000 + turn)
        work(moment)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        killed += 1
    else:
        assert status == 0, status
        survived += 1
    with contextlib.closing(Cache(path)) as cache:
        for name in cache.overview("s"):
            page = cache.get("s", name)
            assert page is not None and len(page.texts) == FILES, (turn, name)
            # A page and its files are written together, or not at all.
            assert len(list(read_artifacts(cache.artifacts("s", name)))) == FILES, (turn, name)
            rows += 1
        # No lock was left behind: the next one writes at once.
        assert cache.put("other", "flask", record), turn
        assert cache.get("other", "flask") is not None
    with contextlib.closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)], turn
    if turn % 10 == 9:
        # The file is made anew, so that some die while they make it.
        for file in database.files_of(path):
            file.unlink(missing_ok=True)
print(killed, survived, rows)
"""


def test_death_at_any_step_leaves_the_cache_whole(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DEATHS, str(tmp_path / "index.sqlite"), "1"],
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
        check=False,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    # Nothing was found damaged, and so nothing thrown away.
    assert done.stderr == ""
    killed, survived, rows = map(int, done.stdout.split())
    assert killed >= 15
    assert survived >= 5
    assert rows >= 25
