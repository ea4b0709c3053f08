"""What the tests of the index layer share."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TypeVar

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from pinwise.base.facts import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pinwise.base.facts import Fact
    from pinwise.index.client import IndexClient
    from pinwise.index.types import Listing

_T = TypeVar("_T")

PATIENCE = 30.0
"""Seconds after which a test fails rather than waits; reached only where something is wrong."""


class ManualClock:
    """Seconds that pass only when a test says so."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


def name(text: str) -> NormalizedName:
    return canonicalize_name(text)


def value_of(fact: Fact[_T]) -> _T:
    assert isinstance(fact, Known), fact
    return fact.value


def versions_of(fact: Fact[Listing]) -> list[str]:
    return [str(release.version) for release in value_of(fact).releases]


def version(text: str) -> Version:
    return Version(text)


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread will do."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.001)


class Receiver:
    """Collects what `IndexClient.fetch` hands on."""

    def __init__(self, names: Iterable[str]) -> None:
        self.expected = {name(each) for each in names}
        self.batches: list[frozenset[NormalizedName]] = []
        self.complete = threading.Event()

    def __call__(self, batch: frozenset[NormalizedName]) -> None:
        self.batches.append(batch)
        if sum(map(len, self.batches)) >= len(self.expected):
            self.complete.set()


def fetch(client: IndexClient, *names: str) -> Receiver:
    """Ask for names and wait until all of them were told, each exactly once."""
    receiver = Receiver(names)
    client.fetch([name(each) for each in names], receiver)
    assert receiver.complete.wait(PATIENCE)
    told = [each for batch in receiver.batches for each in batch]
    assert sorted(told) == sorted(receiver.expected)
    return receiver


class PairReceiver:
    """Collects what `IndexClient.fetch_metadata` hands on."""

    def __init__(self, expected: int) -> None:
        self.told: list[tuple[NormalizedName, Version]] = []
        self._expected = expected
        self._complete = threading.Event()

    def __call__(self, batch: frozenset[tuple[NormalizedName, Version]]) -> None:
        self.told += batch
        if len(self.told) >= self._expected:
            self._complete.set()

    def wait(self) -> None:
        """Wait until all were told, each exactly once."""
        assert self._complete.wait(PATIENCE)
        assert len(self.told) == len(set(self.told)) == self._expected


def fetch_metadata(client: IndexClient, *pairs: tuple[str, str], wait: bool = True) -> PairReceiver:
    """Ask for the metadata of names and versions."""
    receiver = PairReceiver(len(pairs))
    client.fetch_metadata([(name(each), Version(text)) for each, text in pairs], receiver)
    if wait:
        receiver.wait()
    return receiver
