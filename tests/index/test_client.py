from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.base.facts import Absent, NotChecked, Reason
from pinwise.index.cache import Cache
from pinwise.index.client import IndexClient
from pinwise.index.sources import FAILURE_SECONDS, REMOTE_FRESH_SECONDS
from pinwise.index.types import Index, IndexOptions
from tests.fake_index import FakeIndex, Release
from tests.index.support import PATIENCE, ManualClock, Receiver, fetch, name, value_of, versions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing

    Make = Callable[..., IndexClient]

PROJECTS = {
    "Flask": {"1.0": Release(sdist=True), "2.0": Release(requires_python=">=3.7")},
    "six": {"1.0": Release(yanked="bad")},
}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with contextlib.closing(Cache(tmp_path / "cache" / "index.sqlite")) as opened:
        yield opened


@pytest.fixture
def make(clock: ManualClock) -> Iterator[Make]:
    with contextlib.ExitStack() as stack:

        def make_client(options: IndexOptions, cache: Cache | None = None) -> IndexClient:
            options = replace(options, retries=0)
            client = IndexClient(options, cache, clock=clock, window=0.005)
            stack.callback(client.close)
            return client

        yield make_client


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex(PROJECTS) as served:
        yield served


def reason_of(fact: Fact[Listing]) -> Reason:
    assert isinstance(fact, NotChecked), fact
    return fact.reason


def test_implements_the_contract(make: Make) -> None:
    index: Index = make(IndexOptions())
    assert reason_of(index.listing(name("flask"))) is Reason.PENDING


@pytest.mark.parametrize("formats", [("json", "html"), ("json",), ("html",)])
@pytest.mark.parametrize("cached", [True, False])
def test_from_nothing_to_a_listing(
    formats: tuple[str, ...],
    cached: bool,  # noqa: FBT001 - a column of the table
    make: Make,
    cache: Cache,
) -> None:
    with FakeIndex(PROJECTS, formats=formats) as index:
        index.statuses["flask"] = "archived"
        client = make(IndexOptions(index_url=index.url), cache if cached else None)
        assert reason_of(client.listing(name("flask"))) is Reason.PENDING
        fetch(client, "flask", "six", "missing")
        found = value_of(client.listing(name("flask")))
        assert versions_of(client.listing(name("flask"))) == ["2.0", "1.0"]
        assert (found.name, found.status) == ("flask", "archived")
        assert (found.stale, found.incomplete) == (False, "")
        old = found.by_version[Version("1")]
        assert [file.filename for file in old.files] == [
            "flask-1.0-py3-none-any.whl",
            "flask-1.0.tar.gz",
        ]
        assert [file.is_wheel for file in old.files] == [True, False]
        assert found.releases[0].files[0].requires_python == ">=3.7"
        assert value_of(client.listing(name("six"))).releases[0].yanked == "bad"
        assert client.listing(name("missing")) == Absent()
        artifacts = client.artifacts(name("flask"))
        assert {artifact.filename for artifact in artifacts} == {
            "flask-1.0-py3-none-any.whl",
            "flask-1.0.tar.gz",
            "flask-2.0-py3-none-any.whl",
        }
        assert all(artifact.url.startswith(index.url[:-7]) for artifact in artifacts)
        assert all(artifact.hashes["sha256"] for artifact in artifacts)
        assert client.artifacts(name("missing")) == ()


class TestFreshness:
    def test_what_is_fresh_is_not_asked_again(
        self, make: Make, cache: Cache, index: FakeIndex, clock: ManualClock
    ) -> None:
        options = IndexOptions(index_url=index.url)
        client = make(options, cache)
        fetch(client, "flask", "missing")
        listing = client.listing(name("flask"))
        clock.advance(REMOTE_FRESH_SECONDS - 1)
        fetch(client, "flask", "missing")
        assert client.listing(name("flask")) is listing
        assert client.statistics.requests == 2
        # Nor by another window.
        other = make(options, cache)
        assert versions_of(other.listing(name("flask"))) == ["2.0", "1.0"]
        assert other.listing(name("missing")) == Absent()
        fetch(other, "flask", "missing")
        assert other.statistics.requests == 0

    def test_what_is_stale_is_shown_and_revalidated(
        self, make: Make, cache: Cache, index: FakeIndex, clock: ManualClock
    ) -> None:
        client = make(IndexOptions(index_url=index.url), cache)
        fetch(client, "flask", "missing")
        clock.advance(REMOTE_FRESH_SECONDS)
        assert value_of(client.listing(name("flask"))).stale
        assert reason_of(client.listing(name("missing"))) is Reason.PENDING
        fetch(client, "flask", "missing")
        assert not value_of(client.listing(name("flask"))).stale
        assert client.listing(name("missing")) == Absent()
        assert client.statistics.unchanged == 1
        assert client.artifacts(name("flask"))

    def test_a_new_release_is_seen(
        self, make: Make, cache: Cache, index: FakeIndex, clock: ManualClock
    ) -> None:
        client = make(IndexOptions(index_url=index.url), cache)
        fetch(client, "flask")
        before = client.listing(name("flask"))
        index.add("flask", {"3.0": Release()})
        clock.advance(REMOTE_FRESH_SECONDS)
        fetch(client, "flask")
        assert versions_of(client.listing(name("flask"))) == ["3.0"]
        assert versions_of(before) == ["2.0", "1.0"]

    def test_what_another_window_learnt_is_used(
        self, make: Make, cache: Cache, index: FakeIndex, clock: ManualClock
    ) -> None:
        first, second = (make(IndexOptions(index_url=index.url), cache) for _ in range(2))
        fetch(first, "flask")
        fetch(second, "flask")
        clock.advance(REMOTE_FRESH_SECONDS)
        fetch(first, "flask")
        asked = second.statistics.requests
        fetch(second, "flask")
        assert second.statistics.requests == asked
        assert not value_of(second.listing(name("flask"))).stale

    def test_answers_from_the_future_are_not_trusted(
        self, make: Make, cache: Cache, index: FakeIndex, clock: ManualClock
    ) -> None:
        client = make(IndexOptions(index_url=index.url), cache)
        fetch(client, "flask")
        clock.advance(-3600)
        other = make(IndexOptions(index_url=index.url), cache)
        assert value_of(other.listing(name("flask"))).stale
        fetch(other, "flask")
        assert not value_of(other.listing(name("flask"))).stale


class TestFailures:
    def test_are_remembered_for_a_while(self, make: Make, clock: ManualClock) -> None:
        with FakeIndex(PROJECTS, {"flask": "500,ok"}) as index:
            client = make(IndexOptions(index_url=index.url))
            for _ in range(3):
                fetch(client, "flask")
                assert reason_of(client.listing(name("flask"))) is Reason.SERVER_ERROR
            assert len(index.requests) == 1
            clock.advance(FAILURE_SECONDS)
            assert reason_of(client.listing(name("flask"))) is Reason.PENDING
            fetch(client, "flask")
            assert versions_of(client.listing(name("flask"))) == ["2.0", "1.0"]

    def test_of_names_that_nobody_asks_for_again_are_not_kept(
        self, make: Make, clock: ManualClock
    ) -> None:
        typed = ["f", "fl", "fla"]
        with FakeIndex(PROJECTS, dict.fromkeys(typed, "401")) as index:
            client = make(IndexOptions(index_url=index.url))
            for each in typed:
                fetch(client, each)
                clock.advance(FAILURE_SECONDS)
            assert len(client._answers._failures) == 1  # noqa: SLF001 - what is kept is not seen otherwise

    def test_are_forgotten_on_request(self, make: Make) -> None:
        with FakeIndex(PROJECTS, {"flask": "401,ok"}) as index:
            client = make(IndexOptions(index_url=index.url))
            fetch(client, "flask")
            assert reason_of(client.listing(name("flask"))) is Reason.UNAUTHORISED
            client.forget_failures()
            assert reason_of(client.listing(name("flask"))) is Reason.PENDING
            fetch(client, "flask")
            assert versions_of(client.listing(name("flask"))) == ["2.0", "1.0"]

    def test_leave_what_was_known_but_claim_no_completeness(
        self, make: Make, index: FakeIndex, clock: ManualClock
    ) -> None:
        client = make(IndexOptions(index_url=index.url))
        fetch(client, "flask")
        index.behaviours["flask"] = ["500"]
        clock.advance(REMOTE_FRESH_SECONDS)
        fetch(client, "flask")
        found = value_of(client.listing(name("flask")))
        # Asking again at once would not help, so that nobody should be led to.
        assert not found.stale
        assert "has a problem" in found.incomplete
        assert len(found.releases) == 2

    @pytest.mark.parametrize(
        ("behaviour", "reason"),
        [
            ("malformed", Reason.UNREADABLE),
            ("cut", Reason.UNREADABLE),
            ("truncated", Reason.UNREADABLE),
            ("wrong-type", Reason.UNREADABLE),
            ("login", Reason.UNREADABLE),
            ("401", Reason.UNAUTHORISED),
            ("403", Reason.UNAUTHORISED),
            ("429", Reason.RATE_LIMITED),
            ("500", Reason.SERVER_ERROR),
            ("reset", Reason.UNREACHABLE),
            ("loop", Reason.UNREADABLE),
        ],
    )
    @pytest.mark.parametrize("formats", [("json",), ("html",)])
    def test_are_never_absence(
        self, behaviour: str, reason: Reason, formats: tuple[str, ...], make: Make
    ) -> None:
        with FakeIndex(PROJECTS, {"flask": behaviour}, formats=formats) as index:
            client = make(IndexOptions(index_url=index.url))
            fetch(client, "flask")
            assert reason_of(client.listing(name("flask"))) is reason

    def test_of_our_own_making_are_reported_like_others(
        self, make: Make, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("pinwise.index.sources.record_of", fail)
        client = make(IndexOptions(index_url=index.url))
        fetch(client, "flask")
        fact = client.listing(name("flask"))
        assert reason_of(fact) is Reason.UNREADABLE
        assert isinstance(fact, NotChecked)
        assert "ZeroDivisionError" in fact.detail


class TestSeveralIndexes:
    def both(self, first: FakeIndex, second: FakeIndex) -> IndexOptions:
        return IndexOptions(index_url=first.url, extra_index_urls=(second.url,))

    def test_are_united(self, make: Make, index: FakeIndex) -> None:
        with FakeIndex({"flask": {"2.0": Release(tags="cp311-cp311-any"), "9.0": Release()}}) as b:
            client = make(self.both(index, b))
            fetch(client, "flask", "six", "missing")
            assert versions_of(client.listing(name("flask"))) == ["9.0", "2.0", "1.0"]
            release = value_of(client.listing(name("flask"))).releases[1]
            assert [file.tags for file in release.files] == ["py3-none-any", "cp311-cp311-any"]
            assert versions_of(client.listing(name("six"))) == ["1.0"]
            assert client.listing(name("missing")) == Absent()

    def test_one_that_fails_makes_the_listing_incomplete(
        self, make: Make, index: FakeIndex
    ) -> None:
        with FakeIndex({}, {"flask": "500", "missing": "401"}) as b:
            client = make(self.both(index, b))
            fetch(client, "flask", "missing")
            found = value_of(client.listing(name("flask")))
            assert versions_of(client.listing(name("flask"))) == ["2.0", "1.0"]
            assert "has a problem (500)" in found.incomplete
            assert reason_of(client.listing(name("missing"))) is Reason.UNAUTHORISED

    def test_one_that_is_slow_holds_the_name_back(self, make: Make, index: FakeIndex) -> None:
        with FakeIndex(PROJECTS, {"flask": "slow"}) as slow:
            client = make(self.both(index, slow))
            receiver = Receiver(["flask"])
            client.fetch([name("flask")], receiver)
            assert slow.slow_reached.wait(PATIENCE)
            assert not receiver.complete.is_set()
            slow.release_slow()
            assert receiver.complete.wait(PATIENCE)
            assert value_of(client.listing(name("flask"))).incomplete == ""

    def test_an_index_named_twice_is_asked_once(self, make: Make, index: FakeIndex) -> None:
        bare = index.url.rstrip("/")
        client = make(IndexOptions(index_url=index.url, extra_index_urls=(bare, bare)))
        fetch(client, "flask")
        assert client.statistics.requests == 1


class TestForbidden:
    def test_offline_shows_what_is_kept(
        self, make: Make, cache: Cache, index: FakeIndex, clock: ManualClock
    ) -> None:
        options = IndexOptions(index_url=index.url)
        fetch(make(options, cache), "flask", "missing")
        client = make(replace(options, offline=True), cache)
        fetch(client, "flask", "missing", "six")
        assert versions_of(client.listing(name("flask"))) == ["2.0", "1.0"]
        assert value_of(client.listing(name("flask"))).incomplete == ""
        assert client.listing(name("missing")) == Absent()
        assert reason_of(client.listing(name("six"))) is Reason.OFFLINE
        clock.advance(86_400)
        found = value_of(client.listing(name("flask")))
        assert not found.stale
        assert found.incomplete.startswith("offline")
        assert [obstacle.reason for obstacle in found.obstacles] == [Reason.OFFLINE]
        assert found.kept
        assert not found.complete
        assert reason_of(client.listing(name("missing"))) is Reason.OFFLINE
        assert client.statistics.requests == 0

    def test_offline_an_index_that_never_answered_is_missed(
        self, make: Make, cache: Cache, index: FakeIndex, clock: ManualClock
    ) -> None:
        fetch(make(IndexOptions(index_url=index.url), cache), "flask")
        with FakeIndex(PROJECTS) as other:
            options = IndexOptions(index_url=index.url, extra_index_urls=(other.url,), offline=True)
            found = value_of(make(options, cache).listing(name("flask")))
            assert (found.kept, bool(found.incomplete)) == (False, True)
            clock.advance(86_400)
            assert not value_of(make(options, cache).listing(name("flask"))).kept

    def test_offline_the_first_index_lets_the_second_speak_as_it_did(
        self, make: Make, cache: Cache, index: FakeIndex, clock: ManualClock
    ) -> None:
        with FakeIndex({}) as empty:
            options = IndexOptions(
                index_url=index.url, extra_index_urls=(empty.url,), first_index=True
            )
            fetch(make(options, cache), "flask")
            online = versions_of(make(options, cache).listing(name("flask")))
            clock.advance(86_400)
            found = make(replace(options, offline=True), cache).listing(name("flask"))
            assert versions_of(found) == online
            assert value_of(found).kept

    def test_an_untrusted_workspaces_index_is_not_asked(self, make: Make, index: FakeIndex) -> None:
        with FakeIndex(PROJECTS) as foreign:
            options = IndexOptions(
                index_url=index.url,
                extra_index_urls=(foreign.url,),
                trusted=False,
                workspace_urls=frozenset({foreign.url}),
            )
            client = make(options)
            fetch(client, "flask", "missing")
            assert "untrusted" in value_of(client.listing(name("flask"))).incomplete
            assert reason_of(client.listing(name("missing"))) is Reason.UNTRUSTED
            assert foreign.requests == []
            client = make(replace(options, trusted=True))
            fetch(client, "missing")
            assert client.listing(name("missing")) == Absent()

    def test_a_value_of_the_environment_stays_here(self, make: Make, index: FakeIndex) -> None:
        url = index.url.replace("://", "://me:secret@")
        variable = frozenset({(url, "base.txt line 3")})
        for options in (
            IndexOptions(index_url=url, variable_urls=variable),
            IndexOptions(no_index=True, find_links=(url,), variable_urls=variable),
        ):
            client = make(options)
            fetch(client, "flask")
            fact = client.listing(name("flask"))
            assert reason_of(fact) is Reason.WITHHELD
            assert isinstance(fact, NotChecked)
            assert fact.detail == (
                "the address in base.txt line 3 takes a value from your environment; to allow it,"
                " name its host in your own configuration of pip, as in `extra-index-url`"
            )
            assert index.requests == []
        # The user who names the host has decided.
        named = replace(options, index_url=url, no_index=False, find_links=())
        client = make(replace(named, user_hosts=frozenset({"127.0.0.1"})))
        fetch(client, "flask")
        assert versions_of(client.listing(name("flask"))) == ["2.0", "1.0"]

    @pytest.mark.parametrize("place", ["{}/secret", "file://{}/secret", "secret"])
    @pytest.mark.parametrize("option", ["index_url", "find_links"])
    def test_paths_with_a_value_of_the_environment_are_read_and_not_told(
        self, option: str, place: str, tmp_path: Path, make: Make
    ) -> None:
        location = place.format(tmp_path.as_posix())
        options = IndexOptions(variable_urls=frozenset({(location, "base.txt line 3")}))
        if option == "index_url":
            client = make(replace(options, index_url=location))
        else:
            client = make(replace(options, no_index=True, find_links=(location,)))
        fetch(client, "flask")
        fact = client.listing(name("flask"))
        assert isinstance(fact, NotChecked)
        assert fact.detail == "pip ignores the address in base.txt line 3: it does not exist"

    def test_no_index_and_no_links(self, make: Make, index: FakeIndex) -> None:
        client = make(IndexOptions(index_url=index.url, no_index=True))
        fetch(client, "flask")
        assert reason_of(client.listing(name("flask"))) is Reason.OFFLINE
        assert index.requests == []


class TestFetch:
    def test_many_names_come_in_batches_and_each_once(self, make: Make, cache: Cache) -> None:
        names = [f"p{i}" for i in range(200)]
        with FakeIndex({each: {"1.0": Release()} for each in names}) as index:
            client = make(IndexOptions(index_url=index.url), cache)
            receiver = fetch(client, *names)
            assert len(receiver.batches) < len(names)
            assert index.pages_asked() == dict.fromkeys(names, 1)
            assert all(versions_of(client.listing(name(each))) == ["1.0"] for each in names)

    def test_requests_for_one_name_are_merged(self, make: Make) -> None:
        with FakeIndex(PROJECTS, {"flask": "slow"}) as index:
            client = make(IndexOptions(index_url=index.url))
            receivers = [Receiver(["flask"]) for _ in range(3)]
            for receiver in receivers:
                client.fetch([name("flask"), name("flask")], receiver)
            assert index.slow_reached.wait(PATIENCE)
            index.release_slow()
            for receiver in receivers:
                assert receiver.complete.wait(PATIENCE)
                assert receiver.batches == [{"flask"}]
            assert index.pages_asked() == {"flask": 1}

    def test_one_slow_name_does_not_hold_up_the_others(self, make: Make) -> None:
        with FakeIndex(PROJECTS, {"flask": "slow"}) as index:
            client = make(IndexOptions(index_url=index.url))
            first = threading.Event()
            told: list[frozenset[str]] = []

            def receive(batch: frozenset[str]) -> None:
                told.append(batch)
                first.set()

            client.fetch([name("flask"), name("six")], receive)
            assert first.wait(PATIENCE)
            assert told == [{"six"}]
            index.release_slow()

    def test_a_receiver_that_fails_disturbs_no_other(self, make: Make, index: FakeIndex) -> None:
        def fail(_: frozenset[str]) -> None:
            raise ZeroDivisionError

        client = make(IndexOptions(index_url=index.url))
        client.fetch([name("flask")], fail)
        fetch(client, "six")
        fetch(client, "flask")

    def test_a_receiver_may_ask_for_more(self, make: Make, index: FakeIndex) -> None:
        client = make(IndexOptions(index_url=index.url))
        second = Receiver(["six"])
        client.fetch([name("flask")], lambda _: client.fetch([name("six")], second))
        assert second.complete.wait(PATIENCE)

    def test_nothing_to_ask_for(self, make: Make) -> None:
        make(IndexOptions()).fetch([], Receiver([]))


@pytest.mark.parametrize("cached", [True, False])
def test_the_hashes_of_one_version(
    index: FakeIndex, make: Make, cache: Cache, *, cached: bool
) -> None:
    client = make(IndexOptions(index_url=index.url), cache if cached else None)
    flask, one = name("flask"), Version("1.0")
    assert client.artifacts_of(flask, one) == ()
    fetch(client, "flask")
    known = {artifact.filename: artifact for artifact in client.artifacts(flask)}
    names = {file.filename for file in value_of(client.listing(flask)).by_version[one].files}
    found = client.artifacts_of(flask, Version("1.0.0"))
    assert {artifact.filename for artifact in found} == names
    assert len(found) == 2
    assert all(artifact == known[artifact.filename] and artifact.hashes for artifact in found)
    assert client.artifacts_of(flask, Version("9")) == ()
