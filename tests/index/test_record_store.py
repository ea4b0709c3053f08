from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.index.cache import Cache
from pinwise.index.client import IndexClient
from pinwise.index.records import PageRecord
from pinwise.index.types import IndexOptions
from tests.fake_index import FakeIndex, Release
from tests.index.support import fetch, name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = [name(f"made-up-{number}") for number in range(300)]


class CountedCache(Cache):
    """Counts the reads of single projects."""

    reads = 0

    def get(self, source: str, project: str) -> PageRecord | None:
        self.reads += 1
        return super().get(source, name(project))


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CountedCache]:
    with contextlib.closing(CountedCache(tmp_path / "cache" / "index.sqlite")) as opened:
        yield opened


def test_offline_what_the_cache_has_not_is_not_looked_for_one_by_one(cache: CountedCache) -> None:
    options = IndexOptions(index_url="https://index.example/simple", offline=True)
    with contextlib.closing(IndexClient(options, cache)) as client:
        facts = [client.listing(each) for each in NAMES]
    assert cache.reads == 0
    assert {fact.reason for fact in facts if isinstance(fact, NotChecked)} == {Reason.OFFLINE}


def test_what_an_index_has_not_is_known_at_once_in_the_next_process(cache: CountedCache) -> None:
    with FakeIndex({"flask": {"1.0": Release()}}) as index:
        options = IndexOptions(index_url=index.url)
        with contextlib.closing(IndexClient(options, cache)) as client:
            fetch(client, "flask", *NAMES)
        with (
            contextlib.closing(CountedCache(cache.path)) as second,
            contextlib.closing(IndexClient(options, second)) as client,
        ):
            assert {type(client.listing(each)) for each in NAMES} == {Absent}
            assert second.reads == 0
            assert isinstance(client.listing(name("flask")), Known)
            assert second.reads == 1


def test_what_another_client_learnt_is_there_at_once(cache: CountedCache) -> None:
    with FakeIndex({"flask": {"1.0": Release()}}) as index:
        options = IndexOptions(index_url=index.url)
        first, second = IndexClient(options, cache), IndexClient(options, cache)
        with contextlib.closing(first), contextlib.closing(second):
            assert isinstance(second.listing(name("six")), NotChecked)
            fetch(first, "flask")
            assert isinstance(second.listing(name("flask")), Known)


def test_what_another_process_learnt_is_seen_a_little_later(
    cache: CountedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 100.0
    monkeypatch.setattr("pinwise.index.cache.time.monotonic", lambda: moment)
    assert cache.overview("here") == {}
    with contextlib.closing(Cache(cache.path)) as other:
        other.put("here", name("six"), PageRecord(known=False, fetched_at=7.0))
        other.put("here", name("flask"), PageRecord(known=True, fetched_at=8.0, versions="1.0"))
        other.put("there", name("numpy"), PageRecord(known=True, fetched_at=9.0, versions="1.0"))
    assert cache.overview("here") == {}
    moment += 5.0
    assert cache.overview("here") == {"six": 7.0, "flask": None}
    cache.clear()
    assert cache.overview("here") == {}


def test_what_a_folder_has_not_is_not_written_down(cache: CountedCache, tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "flask-1.0.zip").write_bytes(b"")
    options = IndexOptions(no_index=True, find_links=(str(wheels),))
    with contextlib.closing(IndexClient(options, cache)) as client:
        fetch(client, "flask", *NAMES)
        assert {type(client.listing(each)) for each in NAMES} == {Absent}
    assert cache.contents().pages == 1
    assert cache.reads == 0


def test_more_names_than_pages_are_kept_stay_known(
    cache: CountedCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinwise.index.record_store._PAGES_KEPT", 10)
    options = IndexOptions(index_url=str(tmp_path), find_links=(str(tmp_path / "missing"),))
    with contextlib.closing(IndexClient(options, cache)) as client:
        fetch(client, *NAMES)
        assert {type(client.listing(each)) for each in NAMES} == {Absent}


def test_a_folder_that_lost_a_project_does_not_have_it_again(
    cache: CountedCache, tmp_path: Path
) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel = wheels / "flask-1.0.zip"
    wheel.write_bytes(b"")
    options = IndexOptions(no_index=True, find_links=(str(wheels),))
    moment = 1000.0
    with contextlib.closing(IndexClient(options, cache, clock=lambda: moment)) as client:
        fetch(client, "flask")
        wheel.unlink()
        moment += 100.0
        fetch(client, "flask")
        assert isinstance(client.listing(name("flask")), Absent)
    with contextlib.closing(IndexClient(options, cache, clock=lambda: moment)) as client:
        assert isinstance(client.listing(name("flask")), Absent)
