"""What a process goes on with when another one clears the cache that both use."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.index.cache import Cache
from pinwise.index.client import IndexClient
from pinwise.index.types import IndexOptions
from tests.fake_index import FakeIndex, Release
from tests.index.support import ManualClock, fetch, fetch_metadata, name, versions_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLASK, ONE = name("flask"), Version("1.0")


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex({"flask": {"1.0": Release(requires_dist=("six",))}, "b": {}}) as served:
        yield served


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


@pytest.fixture
def client(index: FakeIndex, path: Path) -> Iterator[IndexClient]:
    with contextlib.closing(Cache(path)) as cache:
        client = IndexClient(IndexOptions(index_url=index.url, retries=0), cache, window=0.0)
        with contextlib.closing(client):
            fetch(client, "flask")
            with contextlib.closing(Cache(path)) as another:
                assert another.clear()
            yield client


def test_what_is_in_memory_stays(client: IndexClient, index: FakeIndex) -> None:
    asked = len(index.requests)
    assert versions_of(client.listing(FLASK)) == ["1.0"]
    assert len(index.requests) == asked


def test_metadata_can_be_asked_for(client: IndexClient) -> None:
    fetch_metadata(client, ("flask", "1.0"))
    fact = client.metadata(FLASK, ONE)
    assert isinstance(fact, Known)
    assert fact.value.requires_dist == ("six",)


def test_the_files_of_a_version_come_back(client: IndexClient) -> None:
    # Who asks for them sees that they are not there, and from then on they are missing openly.
    assert client.artifacts_of(FLASK, ONE) == ()
    assert client.listing(FLASK) == NotChecked(Reason.PENDING)
    fetch(client, "flask")
    assert {artifact.filename for artifact in client.artifacts_of(FLASK, ONE)} == {
        file.filename
        for release in [client.listing(FLASK)]
        if isinstance(release, Known)
        for file in release.value.by_version[ONE].files
    }


def test_an_index_that_is_gone_meanwhile_is_told_of(client: IndexClient, index: FakeIndex) -> None:
    index.behaviours["flask"] = ["500"]
    fetch_metadata(client, ("flask", "1.0"))
    fact = client.metadata(FLASK, ONE)
    assert isinstance(fact, NotChecked)
    assert fact.reason is Reason.SERVER_ERROR


def test_a_cache_that_keeps_nothing_is_no_loop(index: FakeIndex, path: Path) -> None:
    with contextlib.closing(Cache(path)) as cache:
        client = IndexClient(IndexOptions(index_url=index.url), cache, window=0.0)
        with contextlib.closing(client), pytest.MonkeyPatch.context() as patched:
            patched.setattr(cache, "artifacts", lambda *_: b"")
            patched.setattr(cache, "get", lambda *_: None)
            patched.setattr(cache, "overview", lambda *_: {})
            fetch_metadata(client, ("flask", "1.0"))
            assert isinstance(client.metadata(FLASK, ONE), NotChecked)
        assert index.pages_asked()["flask"] == 2


def test_clocks_that_were_set_back_hold_up_nothing(index: FakeIndex, path: Path) -> None:
    clock = ManualClock()
    with contextlib.closing(Cache(path, clock=clock)) as cache:
        options = IndexOptions(index_url=index.url, retries=0)
        client = IndexClient(options, cache, clock=clock, window=0.0)
        with contextlib.closing(client):
            index.behaviours["flask"] = ["500", "ok"]
            fetch(client, "flask")
            assert isinstance(client.listing(FLASK), NotChecked)
            index.file_behaviours["flask-1.0-py3-none-any.whl.metadata"] = "500"
            clock.advance(-10 * 365 * 86_400)
            fetch(client, "flask")
            assert versions_of(client.listing(FLASK)) == ["1.0"]
            fetch_metadata(client, ("flask", "1.0"))
            assert isinstance(client.metadata(FLASK, ONE), NotChecked)
            index.file_behaviours.clear()
            clock.advance(-10 * 365 * 86_400)
            fetch_metadata(client, ("flask", "1.0"))
            assert isinstance(client.metadata(FLASK, ONE), Known)
            clock.advance(30 * 365 * 86_400)
            fetch(client, "flask")
            listing = client.listing(FLASK)
            assert isinstance(listing, Known)
            assert not listing.value.stale
