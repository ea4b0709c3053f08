"""Which requests go first, and which are never sent: seen by the index, one worker asking it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.index.client import IndexClient
from pinwise.index.types import IndexOptions
from tests.fake_index import FakeIndex, Release
from tests.index.support import PATIENCE, PairReceiver, Receiver, name, version, versions_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ["one", "two", "three", "four", "five"]


class Busy:
    """A client whose only worker waits for an answer, until it is released."""

    def __init__(self, index: FakeIndex) -> None:
        self.index = index
        self.client = IndexClient(IndexOptions(index_url=index.url))
        self.client.fetch([name("busy")], Receiver(["busy"]))
        assert index.slow_reached.wait(PATIENCE)

    def asked(self) -> list[str]:
        """Return the projects whose page was asked for, in order."""
        return [
            seen.path.strip("/").rpartition("/")[2]
            for seen in self.index.requests
            if "/simple/" in seen.path and "busy" not in seen.path
        ]


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Busy]:
    monkeypatch.setattr("pinwise.index.client.THREADS", 1)
    projects = {each: {"1.0": Release()} for each in ["busy", *NAMES]}
    with FakeIndex(projects, {"busy": "slow"}) as index:
        made = Busy(index)
        yield made
        index.release_slow()
        made.client.close()


def finish(busy: Busy, *receivers: Receiver) -> None:
    """Let the worker go on until all names were told, each exactly once."""
    busy.index.release_slow()
    for receiver in receivers:
        assert receiver.complete.wait(PATIENCE)
        told = [each for batch in receiver.batches for each in batch]
        assert sorted(told) == sorted(receiver.expected)


def test_what_somebody_looks_at_goes_first(busy: Busy) -> None:
    first, second = Receiver(NAMES[:3]), Receiver(["four"])
    busy.client.fetch(map(name, NAMES[:3]), first)
    busy.client.fetch([name("four")], second, urgent=True)
    finish(busy, first, second)
    assert busy.asked() == ["four", "one", "two", "three"]


def test_what_waits_in_the_queue_moves_up_and_is_asked_once(busy: Busy) -> None:
    first, second = Receiver(NAMES), Receiver(["five", "three"])
    busy.client.fetch(map(name, NAMES), first)
    busy.client.fetch(map(name, ["five", "three"]), second, urgent=True)
    finish(busy, first, second)
    assert busy.asked() == ["five", "three", "one", "two", "four"]


def test_what_nobody_wants_any_more_is_not_asked_and_comes_back(busy: Busy) -> None:
    closed: set[str] = set()
    first, second = Receiver(NAMES), Receiver(["two", "four"])
    busy.client.fetch(map(name, NAMES), first, is_wanted=lambda each: each not in closed)
    busy.client.fetch(map(name, ["two", "four"]), second)
    closed.update(NAMES)
    finish(busy, first, second)
    # What another one asked for is still looked up.
    assert busy.asked() == ["two", "four"]
    assert isinstance(busy.client.listing(name("two")), Known)
    assert busy.client.listing(name("one")) == NotChecked(Reason.PENDING)
    again = Receiver(["one"])
    busy.client.fetch([name("one")], again)
    finish(busy, again)
    assert isinstance(busy.client.listing(name("one")), Known)


def test_a_place_that_was_left_out_is_asked_where_somebody_wants_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pinwise.index.client.THREADS", 1)
    answers: list[bool] = []

    def is_wanted(_name: object) -> bool:
        # Before the first place nobody does, before the second one somebody has come.
        answers.append(bool(answers))
        return answers[-1]

    with (
        FakeIndex({"one": {"1.0": Release()}}) as main,
        FakeIndex({"one": {"2.0": Release()}}) as extra,
    ):
        client = IndexClient(IndexOptions(index_url=main.url, extra_index_urls=(extra.url,)))
        receiver = Receiver(["one"])
        client.fetch([name("one")], receiver, is_wanted=is_wanted)
        assert receiver.complete.wait(PATIENCE)
        assert versions_of(client.listing(name("one"))) == ["2.0", "1.0"]
        client.close()
    assert not answers[0]


def test_metadata_that_nobody_wants_any_more_is_not_asked(busy: Busy) -> None:
    closed = False
    pairs = [(name(each), version("1.0")) for each in NAMES]
    dropped, kept = PairReceiver(len(pairs)), PairReceiver(1)
    busy.client.fetch_metadata(pairs, dropped, is_wanted=lambda _pair: not closed)
    busy.client.fetch_metadata([pairs[1]], kept)
    closed = True
    busy.index.release_slow()
    dropped.wait()
    kept.wait()
    assert busy.asked() == ["two"]
    assert isinstance(busy.client.metadata(*pairs[1]), Known)
    assert busy.client.metadata(*pairs[0]) == NotChecked(Reason.PENDING)
