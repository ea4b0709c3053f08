from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest

from pinwise.index.cache import Cache
from pinwise.index.cached_names import KeptNames
from pinwise.index.client import IndexClient
from pinwise.index.http import Answer, HttpClient
from pinwise.index.index_names import (
    FAILURE_SECONDS,
    FRESH_SECONDS,
    MOST_NAMES,
    IndexNames,
    names_in,
)
from pinwise.index.places import sources_of
from pinwise.index.types import IndexOptions
from pinwise.index.workers import Workers
from tests.fake_index import FakeIndex, Release
from tests.index.support import ManualClock, name, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "text/html; charset=utf-8"
PROJECTS = {"our-tool": {"1.0": Release()}, "Other.Thing": {"1.0": Release()}}
NAMES = {name("our-tool"), name("other-thing")}


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex(PROJECTS) as found:
        yield found


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with contextlib.closing(Cache(tmp_path / "index.sqlite")) as opened:
        yield opened


class AtOnce(Workers):
    """Workers that do it before `submit` returns."""

    def submit(self, task: Callable[[], None], urgency: int = 0) -> None:
        assert urgency
        task()


def names_of(
    options: IndexOptions, cache: Cache | None = None, clock: ManualClock | None = None
) -> IndexNames:
    sources = sources_of(options, HttpClient(options))
    workers = AtOnce(1, "test")
    return IndexNames(sources, options.workspace_urls, cache, workers, clock or ManualClock())


def roots(index: FakeIndex) -> int:
    """Return how often the list of all projects was asked for."""
    return sum(seen.path == "/simple/" for seen in index.requests)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        (JSON, json.dumps({"projects": [{"name": "A_b"}, {"name": 3}, 1]}), {"a-b"}),
        (JSON, json.dumps({"projects": {}}), None),
        (JSON, "[" * 100_000, None),
        (JSON, "[]", None),
        (HTML, '<a href="a/">A.b</a><A HREF="c/">\n c </A>', {"a-b", "c"}),
        (HTML, '<a href="x">Sign in</a><a href="y">..</a><a>-x</a><a>é</a>', None),
        (HTML, '<form><a href="help">help</a></form>', None),
        (HTML, "<a>" * 50_000, None),
        (HTML, f"<a>{' ' * 100_000}x", None),
        (HTML, f"<a>{' ' * 90}{'x' * 100}{' ' * 90}</a>", {"x" * 100}),
        (HTML, f"<a>{'x' * 101}</a>", None),
        ("application/octet-stream", '<a href="a/">a</a>', None),
    ],
)
def test_a_root_page_is_read(kind: str, body: str, expected: set[str] | None) -> None:
    assert names_in(Answer("https://a.example/", body.encode(), kind)) == expected


def test_no_more_names_are_kept_than_can_be_looked_through() -> None:
    body = json.dumps({"projects": [{"name": f"p{n}"} for n in range(MOST_NAMES + 10)]})
    found = names_in(Answer("https://a.example/", body.encode(), JSON))
    assert found is not None
    assert len(found) == MOST_NAMES


def test_an_index_is_asked_once_a_day(index: FakeIndex) -> None:
    clock = ManualClock()
    names = names_of(IndexOptions(index_url=index.url), clock=clock)
    assert names.get() == NAMES
    clock.advance(FRESH_SECONDS - 1)
    assert names.get() == NAMES
    assert roots(index) == 1
    clock.advance(2)
    names.get()
    assert roots(index) == 2


def test_the_list_outlives_the_process(index: FakeIndex, cache: Cache) -> None:
    clock = ManualClock()
    options = IndexOptions(extra_index_urls=(index.url,))
    assert names_of(options, cache, clock).get() == NAMES
    assert names_of(options, cache, clock).get() == NAMES
    assert roots(index) == 1
    clock.advance(FRESH_SECONDS)
    names_of(options, cache, clock).get()
    assert roots(index) == 2
    # A list from the future is one of a clock that was wrong.
    clock.advance(-2 * FRESH_SECONDS)
    names_of(options, cache, clock).get()
    assert roots(index) == 3
    cache.clear()
    names_of(options, cache, clock).get()
    assert roots(index) == 4


def test_an_old_list_serves_while_the_index_is_away(cache: Cache) -> None:
    clock = ManualClock()
    with FakeIndex(PROJECTS) as index:
        options = IndexOptions(index_url=index.url, retries=0)
        names_of(options, cache, clock).get()
    clock.advance(FRESH_SECONDS + 1)
    assert names_of(options, cache, clock).get() == NAMES


def test_after_a_retry_an_index_that_wanted_credentials_is_asked_at_once() -> None:
    clock = ManualClock()
    with FakeIndex(PROJECTS, credentials=("me", "s3cret")) as index:
        names = names_of(IndexOptions(index_url=index.url, retries=0), clock=clock)
        assert names.get() == set()
        index.credentials = None
        assert names.get() == set()
        names.forget_failures()
        assert names.get() == NAMES
        names.forget_failures()
        assert names.get() == NAMES
        assert roots(index) == 2


def test_an_index_that_lists_nothing_is_left_alone_for_a_while() -> None:
    clock = ManualClock()
    with FakeIndex({}) as index:
        names = names_of(IndexOptions(index_url=index.url), clock=clock)
        assert names.get() == frozenset()
        names.get()
        names.forget_failures()
        names.get()
        assert roots(index) == 1
        clock.advance(FAILURE_SECONDS + 1)
        names.get()
        assert roots(index) == 2


def test_only_indexes_of_the_users_own_configuration_are_asked(index: FakeIndex) -> None:
    url = index.url
    for options in (
        IndexOptions(index_url=url, workspace_urls=frozenset({url})),
        IndexOptions(index_url=url, workspace_urls=frozenset({url}), trusted=False),
        IndexOptions(index_url=url, offline=True),
        IndexOptions(no_index=True, find_links=(url,)),
        IndexOptions(index_url=url, variable_urls=frozenset({(url, "requirements.txt line 1")})),
        # The default index alone.
        IndexOptions(),
    ):
        assert names_of(options).get() == frozenset()
    assert index.requests == []


def test_a_client_asks_only_where_it_is_asked(index: FakeIndex) -> None:
    with contextlib.closing(IndexClient(IndexOptions(index_url=index.url))) as client:
        assert client.seen_names() == frozenset()
        assert index.requests == []
        until(lambda: client.listed_names() == NAMES)


def test_names_are_kept_by_index(cache: Cache) -> None:
    kept = KeptNames(frozenset({name("a"), name("b")}), 3.0)
    cache.put_names("x", kept)
    assert cache.names("x") == kept
    assert cache.names("y") is None
