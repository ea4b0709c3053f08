from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from pinwise.index.cache import Cache
from pinwise.index.client import IndexClient
from pinwise.index.links import MOST_ADDRESSES
from pinwise.index.pages import read_page
from pinwise.index.types import IndexOptions, Place
from tests.fake_index import FakeIndex, Release
from tests.index.support import fetch, name, value_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.index.types import Listing

PROJECTS = {"flask": {"1.0": Release()}}
JSON = "application/vnd.pypi.simple.v1+json"
URL = "https://index.example/simple/flask/"


def listing(client: IndexClient, project: str = "flask") -> Listing:
    fetch(client, project)
    return value_of(client.listing(name(project)))


@pytest.mark.parametrize("formats", ["json", "html"])
def test_what_an_index_tells_of_others_is_kept(formats: str, tmp_path: Path) -> None:
    tracked = "https://upstream.example/simple/flask/"
    with (
        FakeIndex(PROJECTS, formats=(formats,)) as first,
        FakeIndex(PROJECTS, formats=(formats,)) as second,
        contextlib.closing(Cache(tmp_path / "index.sqlite")) as cache,
    ):
        first.tracks["flask"] = (tracked, "https://me:s3cret@other.example/simple/flask/")
        second.alternate_locations["flask"] = (f"{first.url}flask/",)
        options = IndexOptions(index_url=first.url, extra_index_urls=(second.url,))
        for offline in (False, True):
            # The second time it comes from the disk.
            with contextlib.closing(IndexClient(options, cache)) as client:
                if not offline:
                    fetch(client, "flask")
                found = value_of(client.listing(name("flask"))).places
                hosts = [url.split("/")[2] for url in (first.url, second.url)]
                assert found == (
                    Place(
                        hosts[0],
                        f"{first.url}flask/",
                        tracks=(tracked, "https://other.example/simple/flask/"),
                    ),
                    Place(
                        hosts[1],
                        f"{second.url}flask/",
                        alternate_locations=(f"{first.url}flask/",),
                    ),
                )


def test_only_the_places_that_have_a_project_are_named(tmp_path: Path) -> None:
    (tmp_path / "flask-3.0.zip").write_bytes(b"")
    with FakeIndex(PROJECTS) as index, FakeIndex({"six": {"1.0": Release()}}) as other:
        options = IndexOptions(
            index_url=index.url, extra_index_urls=(other.url,), find_links=(str(tmp_path),)
        )
        with contextlib.closing(IndexClient(options)) as client:
            links, found = listing(client).places
    assert links == Place(str(tmp_path), index=False)
    assert found.url == f"{index.url}flask/"
    assert found.index
    assert not found.default


def test_the_default_index_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    with FakeIndex(PROJECTS) as index:

        def default() -> str:
            asked.append(1)
            return index.url.rstrip("/")

        monkeypatch.setattr("pinwise.index.sources.default_index_url", default)
        with contextlib.closing(IndexClient(IndexOptions())) as client:
            (place,) = listing(client).places
            assert place == Place("the default index", "", default=True)
            # Its address takes long to find out, so that it is not looked for again.
            assert len(asked) == 1
            index.tracks["flask"] = ("https://upstream.example/flask/",)
        with contextlib.closing(IndexClient(IndexOptions())) as client:
            (place,) = listing(client).places
            assert place.url == f"{index.url}flask/"


def test_an_address_with_a_value_of_the_environment_is_not_told() -> None:
    with FakeIndex(PROJECTS) as index:
        options = IndexOptions(
            index_url=index.url,
            variable_urls=frozenset({(index.url, "a.txt line 1")}),
            user_hosts=frozenset({"127.0.0.1"}),
        )
        with contextlib.closing(IndexClient(options)) as client:
            assert listing(client).places == (Place("the address in a.txt line 1"),)


@pytest.mark.parametrize(
    ("told", "tracks"),
    [
        ('"https://a.example/"', ()),
        ("null", ()),
        ("[1, null, {}]", ()),
        ('["https://a.example/"]', ("https://a.example/",)),
    ],
)
def test_odd_values(told: str, tracks: tuple[str, ...]) -> None:
    body = f'{{"meta": {{"tracks": {told}}}, "alternate-locations": {told}, "files": []}}'
    page = read_page(body.encode(), JSON, URL)
    assert page.tracks == tracks
    assert page.alternate_locations == tracks


def test_a_page_of_nothing_but_addresses_is_cut_off() -> None:
    metas = '<meta name="pypi:tracks" content="https://a.example/">' * 1000
    page = read_page(f"<html><head>{metas}</head></html>".encode(), "text/html", URL)
    assert len(page.tracks) == MOST_ADDRESSES


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            '{"files": [], "project-status": {"status": "Archived", "reason": " use x "}}',
            JSON,
        ),
        (
            (
                '<html><head><meta name="pypi:project-status" content="archived">'
                '<meta name="pypi:project-status-reason" content="use x"></head></html>'
            ),
            "text/html",
        ),
    ],
)
def test_the_reason_of_a_status(body: str, kind: str) -> None:
    page = read_page(body.encode(), kind, URL)
    assert (page.status, page.status_reason) == ("archived", "use x")
