"""The metadata of versions: what is known of them, and asking for what is not."""

from __future__ import annotations

import logging
import threading
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.index.cached_metadata import StoredMetadata
from pinwise.index.records import read_artifacts, version_key
from pinwise.index.sources import FAILURE_SECONDS, LOCAL_FRESH_SECONDS
from pinwise.index.urls import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.facts import Fact
    from pinwise.index.batches import Batch, Batcher
    from pinwise.index.cache import Cache
    from pinwise.index.file_metadata import FileReader
    from pinwise.index.http import HttpClient
    from pinwise.index.sources import Source
    from pinwise.index.types import Artifact, Listing, Metadata
    from pinwise.index.workers import Workers

_LOG = logging.getLogger(__name__)

URGENCY = 2
"""After the listings: they decide whether metadata is wanted at all."""

_WITH_LISTING = 0
"""For what was asked for together with its listing. That one came in its turn, and this goes in
the same: while others' pages are read, which is work for the processor, it waits for the network.
"""

_KEPT = 16_384
_PENDING = NotChecked(Reason.PENDING)
_FOR_GOOD = float("inf")


class Pair(NamedTuple):
    """A project and one of its versions."""

    name: NormalizedName
    version: Version


class Listings(Protocol):
    """The client, as far as the look-ups ask it.

    It comes with each call, and is not kept: a client that nobody holds goes at once.
    """

    def listing(self, name: NormalizedName) -> Fact[Listing]:
        """Return what is known of a project, at once."""

    def fetch(
        self,
        names: Iterable[NormalizedName],
        on_batch: Callable[[frozenset[NormalizedName]], None],
        *,
        urgent: bool = False,
        is_wanted: Callable[[NormalizedName], bool] | None = None,
    ) -> None:
        """Ask for listings in the background; see `Index.fetch`."""

    def packed_artifacts(self, source: Source, name: NormalizedName) -> bytes:
        """Return the stored addresses of a project's files at a place."""


class Surroundings(NamedTuple):
    """What of their client the look-ups work with."""

    sources: Sequence[Source]
    cache: Cache | None
    http: HttpClient
    workers: Workers
    batcher: Batcher
    clock: Callable[[], float]
    offline: bool


class _Remembered(NamedTuple):
    fact: Fact[Metadata]
    until: float
    since: float

    def holds_at(self, now: float) -> bool:
        """Whether a fact still holds; one with an end does not where the clock was set back."""
        return self.until == _FOR_GOOD or self.since <= now < self.until


class _Choice(NamedTuple):
    """The file that speaks for a version, and the place that lists it."""

    source: Source
    artifact: Artifact


@record(frozen=False)
class _State:
    """What is shared between threads, under the lock."""

    facts: dict[tuple[str, str], _Remembered] = field(default_factory=dict)
    lookups: dict[Pair, list[Batch[Pair]]] = field(default_factory=dict)
    relisted: set[str] = field(default_factory=set)
    """The projects whose page is asked for once more."""
    closed: bool = False


class MetadataLookups:
    """Answers for the metadata of versions. Safe from any thread.

    One file speaks for a version, as for other installers that look before they download: a wheel
    rather than a source archive, one whose metadata the index offers apart rather than one that
    has to be read, one for every platform rather than for some.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self._our = surroundings
        self._reader: FileReader | None = None
        self._lock = threading.Lock()
        self._state = _State()

    def get(self, client: Listings, name: NormalizedName, version: Version) -> Fact[Metadata]:
        """Return what is known, at once; see `IndexClient.metadata`."""
        key = (name, version_key(version))
        remembered = self._state.facts.get(key)
        if remembered is not None and (
            remembered.until == _FOR_GOOD or remembered.holds_at(self._our.clock())
        ):
            return remembered.fact
        stored = self._stored(name, key[1])
        if stored is not None:
            fact = _fact_of(stored, version)
            self._remember(key, fact, _FOR_GOOD)
            return fact
        return self._unknown(client, name, version)

    def fetch(
        self,
        client: Listings,
        pairs: Iterable[tuple[NormalizedName, Version]],
        on_batch: Callable[[frozenset[Pair]], None],
        *,
        urgent: bool = False,
        is_wanted: Callable[[Pair], bool] | None = None,
    ) -> None:
        """Ask for what is pending; see `IndexClient.fetch_metadata`."""
        ordered = list(dict.fromkeys(Pair(*pair) for pair in pairs))
        if not ordered:
            return
        if self._our.cache is not None:
            # What another process keeps need not be asked for.
            self._our.cache.look_again()
        batch = self._our.batcher.open(frozenset(ordered), on_batch, is_wanted)
        by_name: dict[NormalizedName, list[Pair]] = {}
        for pair in ordered:
            if self.get(client, *pair) != _PENDING:
                self._our.batcher.arrived(batch, pair)
                continue
            with self._lock:
                if self._state.closed:
                    return
                waiting = self._state.lookups.setdefault(pair, [])
                waiting.append(batch)
                is_first = len(waiting) == 1
            if is_first:
                by_name.setdefault(pair.name, []).append(pair)
        unlisted = []
        for name, wanted in by_name.items():
            if isinstance(client.listing(name), Known):
                self._submit(client, name, wanted, _WITH_LISTING if urgent else URGENCY)
            else:
                unlisted.append(name)
        if unlisted:
            client.fetch(
                unlisted,
                partial(self._listed, client, by_name),
                urgent=urgent,
                is_wanted=lambda name: any(map(self._is_wanted, by_name[name])),
            )

    def page_changed(self, source: Source, name: NormalizedName, artifacts: bytes) -> None:
        """Forget what files said that a new page has no more: a version was uploaded again.

        For a worker's thread.
        """
        cache = self._our.cache
        if cache is None or source.local:
            return
        kept = cache.metadata_files(source.key, name)
        if not kept:
            return
        files = {_identity(artifact) for artifact in read_artifacts(artifacts)}
        gone = [version for version, file in kept.items() if file not in files]
        if gone:
            cache.drop_metadata(source.key, name, gone)
            with self._lock:
                for version in gone:
                    self._state.facts.pop((name, version), None)

    def forget_failures(self) -> None:
        """Ask again where a look-up failed a moment ago."""
        with self._lock:
            for key, remembered in list(self._state.facts.items()):
                if remembered.until != _FOR_GOOD:
                    del self._state.facts[key]

    def close(self) -> None:
        """Begin nothing any more."""
        with self._lock:
            self._state.closed = True
            self._state.lookups.clear()

    # What is known ----------------------------------------------------------------------------

    def _stored(self, name: NormalizedName, key: str) -> StoredMetadata | None:
        if self._our.cache is None:
            return None
        for source in self._our.sources:
            if not source.local:
                stored = self._our.cache.metadata(source.key, name, key)
                if stored is not None:
                    return stored
        return None

    def _unknown(self, client: Listings, name: NormalizedName, version: Version) -> Fact[Metadata]:
        """Return why nothing is known: by what the listing says, else because nobody asked."""
        listing = client.listing(name)
        if not isinstance(listing, Known):
            return listing
        if version in listing.value.by_version:
            if all(source.blocked is not None for source in self._our.sources):
                return next(
                    source.blocked for source in self._our.sources if source.blocked is not None
                )
            return _PENDING
        if listing.value.complete:
            return Absent()
        if listing.value.stale or not listing.value.obstacles:
            return _PENDING
        return listing.value.obstacles[0]

    def _remember(self, key: tuple[str, str], fact: Fact[Metadata], until: float) -> None:
        with self._lock:
            if self._our.cache is not None and len(self._state.facts) >= _KEPT:
                self._state.facts.clear()
            self._state.facts[key] = _Remembered(fact, until, self._our.clock())

    # Asking -----------------------------------------------------------------------------------

    def _listed(
        self,
        client: Listings,
        by_name: Mapping[NormalizedName, list[Pair]],
        names: frozenset[NormalizedName],
    ) -> None:
        for name in names:
            self._submit(client, name, by_name[name], _WITH_LISTING)

    def _submit(
        self, client: Listings, name: NormalizedName, pairs: Sequence[Pair], urgency: int = URGENCY
    ) -> None:
        self._our.workers.submit(partial(self._prepare, client, name, pairs, urgency), urgency)

    def _prepare(
        self, client: Listings, name: NormalizedName, pairs: Sequence[Pair], urgency: int
    ) -> None:
        """Choose the files that speak for the versions, and ask for each."""
        pairs = [pair for pair in pairs if not self._dropped(pair)]
        if not pairs:
            return
        choices: dict[Pair, _Choice] = {}
        try:
            choices = self._choices(client, name, pairs)
        except Exception:  # noqa: BLE001 - those who wait have to be told
            _LOG.exception("Choosing files of %s failed", name)
        if not choices and name not in self._state.relisted and client.listing(name) == _PENDING:
            # Another process cleared the cache: the addresses of the files come with the page.
            self._state.relisted.add(name)
            client.fetch([name], partial(self._listed, client, {name: list(pairs)}))
            return
        self._state.relisted.discard(name)
        for pair in pairs:
            choice = choices.get(pair)
            if choice is not None:
                self._our.workers.submit(partial(self._ask, pair, choice), urgency)
                continue
            if self.get(client, *pair) == _PENDING:
                # The listing has the version, and no address of its files is at hand.
                self._fail(pair, NotChecked(Reason.UNREADABLE, f"no file of {name} can be read"))
            self._finish(pair)

    def _choices(
        self, client: Listings, name: NormalizedName, pairs: Sequence[Pair]
    ) -> dict[Pair, _Choice]:
        listing = client.listing(name)
        if not isinstance(listing, Known):
            return {}
        releases = listing.value.by_version
        owners = {
            file.filename: pair
            for pair in pairs
            if pair.version in releases
            for file in releases[pair.version].files
        }
        found: dict[Pair, dict[str, _Choice]] = {}
        for source in self._our.sources:
            for artifact in read_artifacts(client.packed_artifacts(source, name), owners):
                choice = _Choice(source, artifact)
                pair = owners[artifact.filename]
                found.setdefault(pair, {}).setdefault(artifact.filename, choice)
        return {pair: min(files.values(), key=_rank) for pair, files in found.items()}

    def _ask(self, pair: Pair, choice: _Choice) -> None:
        """Ask for one file's metadata, on a worker; whatever happens, the look-up goes on."""
        if self._state.closed or self._dropped(pair):
            return
        try:
            self._settle(pair, choice, self._outcome(pair, choice))
        except Exception as error:  # noqa: BLE001 - those who wait have to be told
            _LOG.exception("Reading the metadata of %s failed", choice.artifact.filename)
            detail = f"{choice.artifact.filename} could not be read ({type(error).__name__})"
            self._fail(pair, NotChecked(Reason.UNREADABLE, detail))
        finally:
            self._finish(pair)

    def _outcome(self, pair: Pair, choice: _Choice) -> Metadata | NotChecked:
        source, artifact = choice
        if source.blocked is not None:
            return source.blocked
        on_disk = artifact.url.startswith("file:")
        if on_disk and not source.local:
            # An index on the network has no say over files of this machine.
            return NotChecked(Reason.UNREADABLE, f"{source.label} lists a file of this machine")
        if self._our.offline and not on_disk:
            return NotChecked(Reason.OFFLINE, f"offline: {artifact.filename} is not asked for")
        return self._file_reader().read(artifact, *pair)

    def _file_reader(self) -> FileReader:
        # Its modules for archives take some 20 ms, which the first analysis must not pay.
        from pinwise.index.file_metadata import FileReader  # noqa: PLC0415

        with self._lock:
            if self._reader is None:
                self._reader = FileReader(self._our.http)
            return self._reader

    def _settle(self, pair: Pair, choice: _Choice, outcome: Metadata | NotChecked) -> None:
        final = not isinstance(outcome, NotChecked) or outcome.reason is Reason.NOT_STATIC
        if isinstance(outcome, NotChecked) and not final:
            if choice.source.private:
                # What is said of an address names it.
                outcome = NotChecked(outcome.reason, f"{choice.source.label} could not be read")
            self._fail(pair, outcome)
            return
        metadata = None if isinstance(outcome, NotChecked) else outcome
        fact = _fact_of(StoredMetadata(metadata, ""), pair.version)
        until = _FOR_GOOD
        if choice.source.local:
            # A file that somebody builds again and again under one name.
            until = self._our.clock() + LOCAL_FRESH_SECONDS
        elif self._our.cache is not None:
            stored = StoredMetadata(metadata, _identity(choice.artifact))
            key = version_key(pair.version)
            self._our.cache.put_metadata(choice.source.key, pair.name, key, stored)
        self._remember((pair.name, version_key(pair.version)), fact, until)

    def _fail(self, pair: Pair, outcome: NotChecked) -> None:
        until = self._our.clock() + FAILURE_SECONDS
        self._remember((pair.name, version_key(pair.version)), outcome, until)

    def _is_wanted(self, pair: Pair) -> bool:
        return any(batch.is_wanted(pair) for batch in self._state.lookups.get(pair, ()))

    def _dropped(self, pair: Pair) -> bool:
        """Return whether nobody wants a version any more, after telling those who wait so."""
        with self._lock:
            if self._is_wanted(pair):
                return False
            batches = self._state.lookups.pop(pair, [])
        for batch in batches:
            self._our.batcher.arrived(batch, pair)
        return True

    def _finish(self, pair: Pair) -> None:
        with self._lock:
            batches = self._state.lookups.pop(pair, [])
        for batch in batches:
            self._our.batcher.arrived(batch, pair)


def _fact_of(stored: StoredMetadata, version: Version) -> Fact[Metadata]:
    if stored.metadata is not None:
        return Known(stored.metadata)
    detail = f"version {version} tells its dependencies only when it is built"
    return NotChecked(Reason.NOT_STATIC, detail)


def _rank(choice: _Choice) -> tuple[bool, bool, bool, bool]:
    """Order files by how well they speak for their version: the least first."""
    source, artifact = choice
    wheel = artifact.filename.endswith(".whl")
    return (
        source.blocked is not None,
        not wheel,
        artifact.metadata_hashes is None,
        not artifact.filename.endswith("-none-any.whl"),
    )


def _identity(artifact: Artifact) -> str:
    """Return what changes when another file takes this one's place."""
    for name in ("sha256", "sha512", "sha384", "md5"):
        if name in artifact.hashes:
            return f"{name}={artifact.hashes[name]}"
    return key_of(artifact.url)
