from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.base.facts import Absent, NotChecked, Reason
from pinwise.index.cache import Cache
from pinwise.index.client import IndexClient
from pinwise.index.sources import FAILURE_SECONDS, LOCAL_FRESH_SECONDS
from pinwise.index.types import IndexOptions
from tests.fake_index import FakeIndex, Release
from tests.index.support import (
    PATIENCE,
    ManualClock,
    Receiver,
    fetch,
    name,
    until,
    value_of,
    versions_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Make = Callable[[IndexOptions], IndexClient]

LOCAL = IndexOptions(no_index=True)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def make(clock: ManualClock) -> Iterator[Make]:
    with contextlib.ExitStack() as stack:

        def make_client(options: IndexOptions) -> IndexClient:
            client = IndexClient(options, clock=clock, window=0.005)
            stack.callback(client.close)
            return client

        yield make_client


def local_index(root: Path, *filenames: str, project: str = "flask") -> Path:
    folder = root / project
    folder.mkdir(parents=True, exist_ok=True)
    links = "".join(f'<a href="../../files/{each}">{each}</a>\n' for each in filenames)
    (folder / "index.html").write_text(f"<html><body>{links}</body></html>", encoding="utf-8")
    return root


class TestLocalIndex:
    @pytest.mark.parametrize("as_url", [True, False])
    def test_is_read(
        self,
        as_url: bool,  # noqa: FBT001 - a column of the table
        tmp_path: Path,
        make: Make,
    ) -> None:
        root = local_index(tmp_path / "a place" / "simple", "flask-1.0.zip", "flask-2.0.zip")
        client = make(IndexOptions(index_url=root.as_uri() if as_url else str(root), offline=True))
        fetch(client, "flask", "missing")
        assert versions_of(client.listing(name("flask"))) == ["2.0", "1.0"]
        assert client.listing(name("missing")) == Absent()
        assert client.statistics.requests == 0
        artifact = client.artifacts(name("flask"))[0]
        assert artifact.url == (tmp_path / "a place/files/flask-2.0.zip").as_uri()

    def test_is_read_again_when_it_changed(
        self, tmp_path: Path, make: Make, clock: ManualClock
    ) -> None:
        root = local_index(tmp_path, "flask-1.0.zip")
        client = make(IndexOptions(index_url=root.as_uri()))
        fetch(client, "flask")
        clock.advance(LOCAL_FRESH_SECONDS)
        fetch(client, "flask")
        assert versions_of(client.listing(name("flask"))) == ["1.0"]
        local_index(tmp_path, "flask-1.0.zip", "flask-2.0.zip")
        clock.advance(LOCAL_FRESH_SECONDS)
        assert value_of(client.listing(name("flask"))).stale
        fetch(client, "flask")
        assert versions_of(client.listing(name("flask"))) == ["2.0", "1.0"]
        (tmp_path / "flask" / "index.html").unlink()
        clock.advance(LOCAL_FRESH_SECONDS)
        fetch(client, "flask")
        assert client.listing(name("flask")) == Absent()

    def test_that_is_not_there_is_not_an_empty_one(self, tmp_path: Path, make: Make) -> None:
        client = make(IndexOptions(index_url=(tmp_path / "unmounted").as_uri()))
        fetch(client, "flask")
        fact = client.listing(name("flask"))
        assert isinstance(fact, NotChecked)
        assert fact.reason is Reason.UNREACHABLE

    def test_an_unreadable_page(self, tmp_path: Path, make: Make) -> None:
        root = local_index(tmp_path)
        (root / "flask" / "index.html").write_text("<html><a href", encoding="utf-8")
        (root / "six").mkdir()
        (root / "six" / "index.html").mkdir()
        client = make(IndexOptions(index_url=str(root)))
        fetch(client, "flask", "six")
        for each in ("flask", "six"):
            fact = client.listing(name(each))
            assert isinstance(fact, NotChecked)
            assert fact.reason is Reason.UNREADABLE

    @pytest.mark.parametrize("location", ["no/such/path", "ftp://index.example/simple", "http://["])
    def test_a_location_that_is_none(self, location: str, make: Make) -> None:
        client = make(IndexOptions(extra_index_urls=(location,), index_url=location))
        fetch(client, "flask")
        fact = client.listing(name("flask"))
        assert isinstance(fact, NotChecked)
        assert fact.reason is Reason.UNREACHABLE


class TestLinkFolder:
    def folder(self, tmp_path: Path) -> Path:
        for filename in (
            "flask-1.0.tar.gz",
            "Flask-2.0-py3-none-any.whl",
            "flask_login-3.0.zip",
            "readme.txt",
        ):
            (tmp_path / filename).write_bytes(b"")
        (tmp_path / "more.html").write_text(
            '<a href="https://f.example/flask-3.0.zip#sha256=ab">x</a>', encoding="utf-8"
        )
        (tmp_path / "broken.html").write_text("<a href", encoding="utf-8")
        (tmp_path / "nested").mkdir()
        (tmp_path / "nested" / "flask-9.0.zip").write_bytes(b"")
        return tmp_path

    @pytest.mark.parametrize("as_url", [True, False])
    def test_files_and_pages(
        self,
        as_url: bool,  # noqa: FBT001 - a column of the table
        tmp_path: Path,
        make: Make,
    ) -> None:
        folder = self.folder(tmp_path)
        place = folder.as_uri() if as_url else str(folder)
        client = make(IndexOptions(no_index=True, find_links=(place,)))
        fetch(client, "flask", "flask-login", "missing")
        assert versions_of(client.listing(name("flask"))) == ["3.0", "2.0", "1.0"]
        assert versions_of(client.listing(name("flask-login"))) == ["3.0"]
        assert client.listing(name("missing")) == Absent()
        urls = {artifact.url for artifact in client.artifacts(name("flask"))}
        assert urls == {
            "https://f.example/flask-3.0.zip",
            (tmp_path / "flask-1.0.tar.gz").as_uri(),
            (tmp_path / "Flask-2.0-py3-none-any.whl").as_uri(),
        }

    def test_a_new_file_is_seen(self, tmp_path: Path, make: Make, clock: ManualClock) -> None:
        client = make(IndexOptions(no_index=True, find_links=(str(self.folder(tmp_path)),)))
        fetch(client, "flask", "six")
        clock.advance(LOCAL_FRESH_SECONDS)
        fetch(client, "flask")
        (tmp_path / "six-1.0.zip").write_bytes(b"")
        os.utime(tmp_path, ns=(1, 1))
        clock.advance(LOCAL_FRESH_SECONDS)
        fetch(client, "flask", "six")
        assert versions_of(client.listing(name("six"))) == ["1.0"]
        assert versions_of(client.listing(name("flask"))) == ["3.0", "2.0", "1.0"]

    def test_comes_before_the_index_for_files_of_one_name(self, tmp_path: Path, make: Make) -> None:
        (tmp_path / "flask-1.0.zip").write_bytes(b"")
        (tmp_path / "simple").mkdir()
        root = local_index(tmp_path / "simple", "flask-1.0.zip", "flask-1.5.zip")
        client = make(IndexOptions(index_url=str(root), find_links=(str(tmp_path),)))
        fetch(client, "flask")
        assert versions_of(client.listing(name("flask"))) == ["1.5", "1.0"]
        urls = [a.url for a in client.artifacts(name("flask")) if a.filename == "flask-1.0.zip"]
        assert urls == [(tmp_path / "flask-1.0.zip").as_uri()]

    def test_that_is_not_there(self, tmp_path: Path, make: Make) -> None:
        places = (str(tmp_path / "missing"), (tmp_path / "missing-too").as_uri())
        client = make(IndexOptions(no_index=True, find_links=places))
        fetch(client, "flask")
        assert isinstance(client.listing(name("flask")), NotChecked)


class TestPlacesThatDoNotExist:
    """pip warns of them and goes on, so that the other places alone decide."""

    @pytest.mark.parametrize(
        "missing",
        [
            {"find_links": ("{}/missing",)},
            {"find_links": ("file://{}/missing",)},
        ],
    )
    def test_say_nothing_beside_others(
        self, missing: dict[str, tuple[str, ...]], tmp_path: Path, make: Make
    ) -> None:
        root = local_index(tmp_path / "simple", "flask-1.0.zip")
        places = {
            key: tuple(each.format(tmp_path) for each in value) for key, value in missing.items()
        }
        client = make(IndexOptions(index_url=str(root), **places))  # type: ignore[arg-type]
        fetch(client, "flask", "six")
        found = value_of(client.listing(name("flask")))
        assert found.complete
        assert client.listing(name("six")) == Absent()
        (told,) = client.ignored
        assert told.startswith("pip ignores ")

    @pytest.mark.parametrize(
        "mistaken",
        [
            {"extra_index_urls": ("{}/missing",)},
            {"extra_index_urls": ("file://{}/missing",)},
            {"extra_index_urls": ("ftp://index.example/simple",)},
            {"extra_index_urls": ("me:s3cret@index.example/simple",)},
            {"extra_index_urls": ("=https://index.example",)},
            {"extra_index_urls": ("ndex-url",)},
            {"extra_index_urls": ("htps://me:s3cret@index.example/simple",)},
            {"extra_index_urls": ("https:/me:s3cret@index.example/simple",)},
            {"extra_index_urls": ("https:me:s3cret@index.example/simple",)},
            {"extra_index_urls": ("https:///me:s3cret@index.example/simple",)},
            {"extra_index_urls": ("https//me:s3cret@index.example/simple",)},
            {"extra_index_urls": ("https://",)},
            {"extra_index_urls": ("localhost:8080/simple",)},
            {"extra_index_urls": ("=",)},
            {"extra_index_urls": ('"https://me:s3cret@index.example/simple"',)},
            {"extra_index_urls": ("https://me:s3cret@[::1/",)},
            {"find_links": ("=https://index.example",)},
            {"find_links": ("ftp://me:s3cret@index.example/files",)},
            {"find_links": ("https://me:s3cret@[::1/",)},
        ],
    )
    def test_what_is_no_address_leaves_open_what_was_meant(
        self, mistaken: dict[str, tuple[str, ...]], tmp_path: Path, make: Make
    ) -> None:
        root = local_index(tmp_path / "simple", "flask-1.0.zip")
        places = {
            key: tuple(each.format(tmp_path) for each in value) for key, value in mistaken.items()
        }
        client = make(IndexOptions(index_url=str(root), **places))  # type: ignore[arg-type]
        fetch(client, "flask", "six")
        assert value_of(client.listing(name("flask"))).complete
        fact = client.listing(name("six"))
        assert isinstance(fact, NotChecked)
        assert fact.detail.startswith("pip ignores ")
        assert "s3cret" not in fact.detail
        assert client.statistics.requests == 0

    def test_come_back(self, tmp_path: Path, make: Make, clock: ManualClock) -> None:
        root = local_index(tmp_path / "simple", "six-1.0.zip", project="six")
        client = make(IndexOptions(index_url=str(root), find_links=(str(tmp_path / "drive"),)))
        fetch(client, "flask")
        assert client.listing(name("flask")) == Absent()
        (tmp_path / "drive").mkdir()
        (tmp_path / "drive" / "flask-1.0.zip").write_bytes(b"")
        clock.advance(LOCAL_FRESH_SECONDS)
        fetch(client, "flask")
        assert versions_of(client.listing(name("flask"))) == ["1.0"]
        assert client.ignored == ()

    def test_are_not_remembered_on_disk(self, tmp_path: Path, clock: ManualClock) -> None:
        links = tmp_path / "drive"
        links.mkdir()
        (links / "flask-1.0.zip").write_bytes(b"")
        root = local_index(tmp_path / "simple", "six-1.0.zip", project="six")
        options = IndexOptions(index_url=str(root), find_links=(str(links),))
        with contextlib.closing(Cache(tmp_path / "index.sqlite")) as cache:
            with contextlib.closing(IndexClient(options, cache, clock=clock)) as first:
                fetch(first, "flask")
            links.rename(tmp_path / "away")
            clock.advance(LOCAL_FRESH_SECONDS)
            with contextlib.closing(IndexClient(options, cache, clock=clock)) as second:
                assert value_of(second.listing(name("flask"))).stale
                fetch(second, "flask")
                assert second.listing(name("flask")) == Absent()
            (tmp_path / "away").rename(links)
            with contextlib.closing(IndexClient(options, cache, clock=clock)) as third:
                fetch(third, "flask")
                assert versions_of(third.listing(name("flask"))) == ["1.0"]

    def test_where_nothing_exists_nothing_is_known(self, tmp_path: Path, make: Make) -> None:
        options = IndexOptions(
            index_url=str(tmp_path / "unmounted"), find_links=(str(tmp_path / "gone"),)
        )
        client = make(options)
        fetch(client, "flask")
        fact = client.listing(name("flask"))
        assert isinstance(fact, NotChecked)
        assert fact.detail == f"pip ignores {tmp_path / 'unmounted'}: it does not exist"


class TestLinkFile:
    def test_a_page(self, tmp_path: Path, make: Make, clock: ManualClock) -> None:
        page = tmp_path / "links.html"
        page.write_text('<a href="files/flask-1.0.zip">x</a>', encoding="utf-8")
        client = make(IndexOptions(no_index=True, find_links=(str(page),)))
        fetch(client, "flask", "six")
        assert versions_of(client.listing(name("flask"))) == ["1.0"]
        assert client.listing(name("six")) == Absent()
        assert client.artifacts(name("flask"))[0].url == (tmp_path / "files/flask-1.0.zip").as_uri()
        page.write_text("<a href", encoding="utf-8")
        clock.advance(LOCAL_FRESH_SECONDS)
        fetch(client, "flask")
        assert "cut short" in value_of(client.listing(name("flask"))).incomplete

    def test_a_distribution(self, tmp_path: Path, make: Make) -> None:
        file = tmp_path / "flask-1.0-py3-none-any.whl"
        file.write_bytes(b"")
        client = make(IndexOptions(no_index=True, find_links=(file.as_uri(),)))
        fetch(client, "flask")
        release = value_of(client.listing(name("flask"))).by_version[Version("1.0")]
        assert release.files[0].is_wheel


class TestLinkPage:
    def test_is_asked_once_for_all_projects(self, make: Make) -> None:
        with FakeIndex({"links": {}, "flask": {"1.0": Release()}}) as index:
            # The project's own page serves as a page of links.
            place = f"{index.url}flask/"
            client = make(IndexOptions(no_index=True, find_links=(place,)))
            fetch(client, "flask", "six", "links")
            assert versions_of(client.listing(name("flask"))) == ["1.0"]
            assert client.listing(name("six")) == Absent()
            assert index.pages_asked() == {"flask": 1}

    def test_that_is_slow_leaves_threads_for_the_index(self, make: Make) -> None:
        names = [f"p{i}" for i in range(40)]
        projects = {each: {"1.0": Release()} for each in names}
        with FakeIndex(projects, {"links": "slow"}) as index:
            place = f"{index.url}links/"
            client = make(IndexOptions(index_url=index.url, find_links=(place,)))
            receiver = Receiver(names)
            client.fetch([name(each) for each in names], receiver)
            until(lambda: len(index.pages_asked()) == len(names) + 1)
            assert receiver.batches == []
            index.release_slow()
            assert receiver.complete.wait(PATIENCE)
            assert index.pages_asked()["links"] == 1

    def test_a_failure_is_not_repeated_for_each_project(
        self, make: Make, clock: ManualClock
    ) -> None:
        names = [f"p{i}" for i in range(20)]
        with FakeIndex({}, {"links": "401,ok"}) as index:
            client = make(IndexOptions(no_index=True, find_links=(f"{index.url}links/",)))
            fetch(client, *names)
            assert index.pages_asked() == {"links": 1}
            clock.advance(FAILURE_SECONDS)
            fetch(client, *names)
            assert client.listing(name("p1")) == Absent()

    def test_a_failure_is_forgotten_on_request(self, make: Make) -> None:
        with FakeIndex({}, {"links": "401,ok"}) as index:
            client = make(IndexOptions(no_index=True, find_links=(f"{index.url}links/",)))
            fetch(client, "flask")
            client.forget_failures()
            fetch(client, "flask")
            assert client.listing(name("flask")) == Absent()

    def test_that_is_gone_lists_nothing(self, make: Make) -> None:
        with FakeIndex({}) as index:
            client = make(IndexOptions(no_index=True, find_links=(f"{index.url}links/",)))
            fetch(client, "flask")
            assert client.listing(name("flask")) == Absent()

    def test_that_fails(self, make: Make) -> None:
        with FakeIndex({}, {"links": "401", "odd": "malformed"}) as index:
            places = (f"{index.url}links/", f"{index.url}odd/")
            client = make(IndexOptions(no_index=True, find_links=places))
            fetch(client, "flask")
            assert isinstance(client.listing(name("flask")), NotChecked)

    def test_an_address_of_a_file_is_not_downloaded(self, make: Make) -> None:
        place = "https://f.example/flask-1.0-py3-none-any.whl#sha256=ab"
        client = make(IndexOptions(no_index=True, find_links=(place,)))
        fetch(client, "flask")
        assert versions_of(client.listing(name("flask"))) == ["1.0"]
        assert client.statistics.requests == 0
