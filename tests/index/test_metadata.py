from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.index import metadata_lookups
from pinwise.index.cache import Cache
from pinwise.index.client import IndexClient
from pinwise.index.sources import FAILURE_SECONDS, LOCAL_FRESH_SECONDS, REMOTE_FRESH_SECONDS
from pinwise.index.types import IndexOptions, Metadata
from tests.fake_index import FakeIndex, Release
from tests.fake_index.distributions import files_of
from tests.index.support import ManualClock, PairReceiver, fetch, fetch_metadata, name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pinwise.base.facts import Fact

    Make = Callable[..., IndexClient]

REQUIRES = ("click>=8", 'rich; extra == "Pretty.Print"', "tomli; python_version < '3.11'")
BASE = Release(
    requires_python=">=3.9", requires_dist=REQUIRES, provides_extra=("Pretty.Print",), wheel=True
)
EXPECTED = Metadata(REQUIRES, ">=3.9", ("pretty-print",))
WHEEL = "flask-1.0-py3-none-any.whl"
ONE = Version("1.0")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with contextlib.closing(Cache(tmp_path / "index.sqlite")) as opened:
        yield opened


@pytest.fixture
def make(clock: ManualClock) -> Iterator[Make]:
    with contextlib.ExitStack() as stack:

        def make_client(options: IndexOptions, cache: Cache | None = None) -> IndexClient:
            client = IndexClient(replace(options, retries=0), cache, clock=clock, window=0.0)
            stack.callback(client.close)
            return client

        yield make_client


def ask(client: IndexClient, version: Version = ONE, project: str = "flask") -> Fact[Metadata]:
    fetch_metadata(client, (project, str(version)))
    return client.metadata(name(project), version)


def reason_of(fact: Fact[Metadata]) -> tuple[Reason, str]:
    assert isinstance(fact, NotChecked), fact
    return fact.reason, fact.detail


def paths(index: FakeIndex) -> list[str]:
    """Return what was asked for, shortly: `page`, `metadata`, `range`, `file`."""
    kinds = []
    for seen in index.requests:
        if seen.path.startswith("/simple/"):
            kinds.append("page")
        elif seen.path.endswith(".metadata"):
            kinds.append("metadata")
        else:
            kinds.append("range" if "range" in seen.headers else "file")
    return kinds


WAYS = {
    "offered apart": (BASE, {}, ["page", "metadata"]),
    "read from the wheel": (
        replace(BASE, metadata=False),
        {},
        ["page", "metadata", "range"],
    ),
    "far from the wheel's end": (
        replace(BASE, metadata=False, padding=300_000),
        {},
        ["page", "metadata", "range", "range"],
    ),
    "in the form for large files": (
        replace(BASE, metadata=False, padding=300_000, zip64=True),
        {},
        ["page", "metadata", "range", "range"],
    ),
    "from a server that knows no ranges": (
        replace(BASE, metadata=False),
        {WHEEL: "whole"},
        ["page", "metadata", "range"],
    ),
    "offered, and not there": (
        BASE,
        {f"{WHEEL}.metadata": "404"},
        ["page", "metadata", "range"],
    ),
    "static in the archive": (
        replace(BASE, wheel=False, sdist=True),
        {},
        ["page", "file"],
    ),
    "static in the archive, late": (
        replace(BASE, wheel=False, sdist=True, padding=2_000_000),
        {},
        ["page", "file"],
    ),
    "the wheel rather than the archive": (
        replace(BASE, sdist=True, dynamic=("Requires-Dist",)),
        {},
        ["page", "metadata"],
    ),
    "from before static archives, in a wheel": (
        replace(BASE, metadata_version="2.1"),
        {},
        ["page", "metadata"],
    ),
    "for several platforms": (
        replace(BASE, tags=("cp311-cp311-win_amd64", "py3-none-any"), metadata=False),
        {},
        ["page", "metadata", "range"],
    ),
}


@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.parametrize("formats", ["json", "html"])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_the_same_metadata(
    way: str,
    formats: str,
    cached: bool,  # noqa: FBT001 - a column of the table
    make: Make,
    cache: Cache,
) -> None:
    release, behaviours, asked = WAYS[way]
    with FakeIndex({"flask": {"1.0": release}}, formats=(formats,)) as index:
        index.file_behaviours.update(behaviours)
        client = make(IndexOptions(index_url=index.url), cache if cached else None)
        assert reason_of(client.metadata(name("flask"), ONE))[0] is Reason.PENDING
        assert ask(client) == Known(EXPECTED)
        assert paths(index) == asked
        # It is known from now on, to the next client too if there is a cache.
        assert ask(client, Version("1.0.0")) == Known(EXPECTED)
        if cached:
            again = make(IndexOptions(index_url=index.url, offline=True), cache)
            assert again.metadata(name("flask"), ONE) == Known(EXPECTED)
        assert paths(index) == asked


def test_a_server_that_refuses_ranges_from_the_end(make: Make) -> None:
    release = replace(BASE, metadata=False)
    # HTML tells no size, so that the end can only be asked for as such.
    with FakeIndex({"flask": {"1.0": release}}, formats=("html",)) as index:
        index.file_behaviours[WHEEL] = "no-suffix"
        assert ask(make(IndexOptions(index_url=index.url))) == Known(EXPECTED)
        assert paths(index) == ["page", "metadata", "range", "file"]


def test_metadata_that_is_served_without_a_word_is_found(make: Make) -> None:
    with FakeIndex({"flask": {"1.0": BASE}}, core_metadata=False) as index:
        assert ask(make(IndexOptions(index_url=index.url))) == Known(EXPECTED)
        assert paths(index) == ["page", "metadata"]


def test_a_host_that_has_none_is_not_asked_on_the_chance_for_ever(make: Make) -> None:
    releases = {f"{i}.0": replace(BASE, metadata=False) for i in range(1, 9)}
    with FakeIndex({"flask": releases}) as index:
        client = make(IndexOptions(index_url=index.url))
        for version in releases:
            assert isinstance(ask(client, Version(version)), Known)
        assert paths(index).count("metadata") == 3
        assert paths(index).count("range") == 8


NOT_STATIC = {
    "dynamic dependencies": replace(BASE, wheel=False, sdist=True, dynamic=("requires-dist",)),
    "dynamic extras": replace(BASE, wheel=False, sdist=True, dynamic=("Provides-Extra",)),
    "an older format": replace(BASE, wheel=False, sdist=True, metadata_version="2.1"),
    "the first format": replace(BASE, wheel=False, sdist=True, metadata_version="1.2"),
}


@pytest.mark.parametrize("case", NOT_STATIC)
def test_what_only_building_would_tell(case: str, make: Make, cache: Cache) -> None:
    with FakeIndex({"flask": {"1.0": NOT_STATIC[case]}}) as index:
        client = make(IndexOptions(index_url=index.url), cache)
        assert reason_of(ask(client))[0] is Reason.NOT_STATIC
        client.forget_failures()
        again = make(IndexOptions(index_url=index.url), cache)
        assert reason_of(ask(again))[0] is Reason.NOT_STATIC
        assert paths(index) == ["page", "file"]


def test_a_dynamic_python_constrains_nothing(make: Make) -> None:
    release = replace(BASE, wheel=False, sdist=True, dynamic=("Requires-Python",))
    with FakeIndex({"flask": {"1.0": release}}) as index:
        found = ask(make(IndexOptions(index_url=index.url)))
    assert found == Known(EXPECTED._replace(requires_python=""))


READ = replace(BASE, metadata=False, padding=300_000)
FAULTS: dict[str, tuple[Release, dict[str, str], Reason, str]] = {
    "another hash": (BASE, {f"{WHEEL}.metadata": "other"}, Reason.UNREADABLE, "not the one"),
    "refused": (BASE, {f"{WHEEL}.metadata": "403"}, Reason.UNAUTHORISED, "refuses access"),
    "out of order": (BASE, {f"{WHEEL}.metadata": "500"}, Reason.SERVER_ERROR, "a problem (500)"),
    "the wheel is gone": (READ, {WHEEL: "404"}, Reason.UNREADABLE, "does not exist"),
    "the wheel is refused": (READ, {WHEEL: "401"}, Reason.UNAUTHORISED, "credentials"),
    "another file": (READ, {WHEEL: "other"}, Reason.UNREADABLE, "is not the file"),
    "a part of another place": (READ, {WHEEL: "wrong-range"}, Reason.UNREADABLE, "do not fit"),
    "a file that changes": (READ, {WHEEL: "changing"}, Reason.UNREADABLE, "belong together"),
    "metadata of something else": (
        replace(BASE, metadata=False, metadata_version="9.9"),
        {},
        Reason.UNREADABLE,
        "in a form that is known",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_become_reasons(fault: str, make: Make, clock: ManualClock, cache: Cache) -> None:
    release, behaviours, reason, words = FAULTS[fault]
    with FakeIndex({"flask": {"1.0": release}}) as index:
        index.file_behaviours.update(behaviours)
        client = make(IndexOptions(index_url=index.url), cache)
        found, detail = reason_of(ask(client))
        assert found is reason
        assert words in detail
        asked = len(index.requests)
        # A failure is remembered for a short while, and not on disk.
        assert reason_of(ask(client))[0] is reason
        assert len(index.requests) == asked
        index.file_behaviours.clear()
        if release.metadata_version == "2.2":
            clock.advance(FAILURE_SECONDS)
            assert ask(client) == Known(EXPECTED)


def test_retry_asks_at_once(make: Make) -> None:
    with FakeIndex({"flask": {"1.0": BASE}}) as index:
        index.file_behaviours[f"{WHEEL}.metadata"] = "500"
        client = make(IndexOptions(index_url=index.url))
        assert reason_of(ask(client))[0] is Reason.SERVER_ERROR
        index.file_behaviours.clear()
        client.forget_failures()
        assert ask(client) == Known(EXPECTED)


class TestWhatTheListingSays:
    def test_no_such_project_or_version(self, make: Make) -> None:
        with FakeIndex({"flask": {"1.0": BASE}}) as index:
            client = make(IndexOptions(index_url=index.url))
            assert ask(client, project="missing") == Absent()
            assert ask(client, Version("3.0")) == Absent()
            assert paths(index) == ["page", "page"]

    @pytest.mark.parametrize(
        ("behaviour", "reason"), [("401", Reason.UNAUTHORISED), ("500", Reason.SERVER_ERROR)]
    )
    def test_that_cannot_be_had(self, behaviour: str, reason: Reason, make: Make) -> None:
        with FakeIndex({"flask": {"1.0": BASE}}, {"flask": behaviour}) as index:
            client = make(IndexOptions(index_url=index.url))
            assert reason_of(ask(client))[0] is reason

    def test_of_one_of_two(self, make: Make) -> None:
        with (
            FakeIndex({"flask": {"1.0": BASE}}) as index,
            FakeIndex({}, {"flask": "500"}) as down,
        ):
            client = make(IndexOptions(index_url=index.url, extra_index_urls=(down.url,)))
            assert ask(client) == Known(EXPECTED)
            # The other index may have it.
            assert reason_of(ask(client, Version("2.0")))[0] is Reason.SERVER_ERROR

    def test_offline(self, make: Make, cache: Cache) -> None:
        with FakeIndex({"flask": {"1.0": BASE, "2.0": BASE}}) as index:
            online = make(IndexOptions(index_url=index.url), cache)
            assert ask(online) == Known(EXPECTED)
            asked = len(index.requests)
            offline = make(IndexOptions(index_url=index.url, offline=True), cache)
            assert ask(offline) == Known(EXPECTED)
            assert reason_of(ask(offline, Version("2.0")))[0] is Reason.OFFLINE
            assert reason_of(ask(offline, project="six"))[0] is Reason.OFFLINE
            assert len(index.requests) == asked

    def test_untrusted(self, make: Make) -> None:
        with FakeIndex({"flask": {"1.0": BASE}}) as index:
            options = IndexOptions(
                index_url=index.url, trusted=False, workspace_urls=frozenset({index.url})
            )
            assert reason_of(ask(make(options)))[0] is Reason.UNTRUSTED
            assert index.requests == []


class TestManyAtOnce:
    def test_each_comes_back_once_and_is_asked_for_once(self, make: Make, cache: Cache) -> None:
        releases = {f"{i}.0": BASE for i in range(1, 31)}
        with FakeIndex({"flask": releases, "six": {"1.0": BASE}}, {"six": "slow"}) as index:
            client = make(IndexOptions(index_url=index.url), cache)
            wanted = [("flask", version) for version in releases]
            first = fetch_metadata(client, *wanted, ("missing", "1.0"), ("six", "1.0"), wait=False)
            second = fetch_metadata(client, *wanted)
            index.release_slow()
            first.wait()
            assert len(second.told) == 30
            assert paths(index).count("metadata") == 31
            for version in releases:
                assert client.metadata(name("flask"), Version(version)) == Known(EXPECTED)

    def test_somebody_asks_where_two_threads_begin_at_once(
        self, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begin_another: list[Callable[[], None]] = []

        class Interrupted:
            """A lock at whose release another thread comes in, where one is waiting."""

            def __init__(self) -> None:
                self._lock = threading.Lock()

            def __enter__(self) -> None:
                self._lock.acquire()

            def __exit__(self, *_: object) -> None:
                self._lock.release()
                if begin_another:
                    begin_another.pop()()

        monkeypatch.setattr(metadata_lookups, "threading", SimpleNamespace(Lock=Interrupted))
        with FakeIndex({"flask": {"1.0": BASE}}) as index:
            client = make(IndexOptions(index_url=index.url))
            fetch(client, "flask")
            first, second = PairReceiver(1), PairReceiver(1)
            pairs = [(name("flask"), ONE)]
            begin_another.append(lambda: client.fetch_metadata(pairs, second))
            client.fetch_metadata(pairs, first)
            first.wait()
            second.wait()
            assert paths(index).count("metadata") == 1

    def test_nothing_after_close(self, make: Make) -> None:
        with FakeIndex({"flask": {"1.0": BASE}}, {"flask": "slow"}) as index:
            client = make(IndexOptions(index_url=index.url))
            told: list[object] = []
            client.fetch_metadata([(name("flask"), ONE)], told.append)
            assert index.slow_reached.wait(30.0)
            client.close()
            index.release_slow()
            client.fetch_metadata([(name("flask"), ONE)], told.append)
            assert told == []


def test_a_version_that_was_uploaded_again_is_asked_for_again(
    make: Make, cache: Cache, clock: ManualClock
) -> None:
    with FakeIndex({"flask": {"1.0": BASE, "2.0": BASE}}) as index:
        client = make(IndexOptions(index_url=index.url), cache)
        ask(client)
        ask(client, Version("2.0"))
        changed = replace(BASE, requires_dist=("click>=9",))
        index.add("flask", {"1.0": changed, "2.0": BASE})
        clock.advance(REMOTE_FRESH_SECONDS)
        fetch(client, "flask")
        before = len(index.requests)
        assert client.metadata(name("flask"), Version("2.0")) == Known(EXPECTED)
        assert ask(client) == Known(EXPECTED._replace(requires_dist=("click>=9",)))
        assert len(index.requests) == before + 1


def test_what_another_process_keeps_meanwhile_is_not_asked_for(make: Make, cache: Cache) -> None:
    with (
        FakeIndex({"flask": {"1.0": BASE}}) as index,
        contextlib.closing(Cache(cache.path)) as others,
    ):
        client = make(IndexOptions(index_url=index.url), cache)
        fetch(client, "flask")
        assert client.metadata(name("flask"), ONE) == NotChecked(Reason.PENDING)
        assert ask(make(IndexOptions(index_url=index.url), others)) == Known(EXPECTED)
        before = len(index.requests)
        assert ask(client) == Known(EXPECTED)
        assert len(index.requests) == before


class TestOnThisMachine:
    def write(self, folder: Path, release: Release) -> None:
        folder.mkdir(exist_ok=True)
        for file in files_of("flask", "1.0", release):
            (folder / file.filename).write_bytes(file.content)

    @pytest.mark.parametrize(
        "release", [BASE, replace(BASE, wheel=False, sdist=True)], ids=["wheel", "archive"]
    )
    def test_files_are_read_where_they_lie(
        self, release: Release, tmp_path: Path, make: Make, cache: Cache, clock: ManualClock
    ) -> None:
        folder = tmp_path / "wheels"
        self.write(folder, release)
        client = make(IndexOptions(no_index=True, find_links=(str(folder),), offline=True), cache)
        assert ask(client) == Known(EXPECTED)
        # It may be built again under the same name.
        self.write(folder, replace(release, requires_dist=("rich",)))
        clock.advance(LOCAL_FRESH_SECONDS)
        assert ask(client) == Known(EXPECTED._replace(requires_dist=("rich",)))

    def test_a_damaged_file(self, tmp_path: Path, make: Make) -> None:
        (tmp_path / WHEEL).write_bytes(b"PK\3\4 not really")
        client = make(IndexOptions(no_index=True, find_links=(str(tmp_path),)))
        reason, detail = reason_of(ask(client))
        assert reason is Reason.UNREADABLE
        assert detail.startswith(WHEEL)

    def test_an_index_on_the_network_does_not_name_them(self, tmp_path: Path, make: Make) -> None:
        self.write(tmp_path, BASE)
        with FakeIndex({"flask": {}}, formats=("html",)) as index:
            index.head = f'<a href="{(tmp_path / WHEEL).as_uri()}">{WHEEL}</a>'
            client = make(IndexOptions(index_url=index.url))
            reason, detail = reason_of(ask(client))
        assert reason is Reason.UNREADABLE
        assert "a file of this machine" in detail

    def test_offline_a_page_here_may_name_files_elsewhere(self, tmp_path: Path, make: Make) -> None:
        page = tmp_path / "links.html"
        page.write_text(f'<a href="http://127.0.0.1:1/{WHEEL}">x</a>', encoding="utf-8")
        client = make(IndexOptions(no_index=True, find_links=(str(page),), offline=True))
        assert reason_of(ask(client))[0] is Reason.OFFLINE
        assert client.statistics.requests == 0
