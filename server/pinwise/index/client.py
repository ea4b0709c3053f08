"""Asks all indexes in use, and answers from what they said."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName

from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.index.answers import Answers, fresh_until
from pinwise.index.batches import Batcher
from pinwise.index.http import HttpClient, Statistics
from pinwise.index.index_names import IndexNames
from pinwise.index.lookup import Lookup
from pinwise.index.metadata_lookups import MetadataLookups, Surroundings
from pinwise.index.places import sources_of
from pinwise.index.record_store import RecordStore
from pinwise.index.records import PageRecord, read_artifacts
from pinwise.index.sources import Ignored, Unchanged
from pinwise.index.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from packaging.version import Version

    from pinwise.base.facts import Fact
    from pinwise.index.answers import Remembered
    from pinwise.index.cache import Cache
    from pinwise.index.metadata_lookups import Pair
    from pinwise.index.sources import Source
    from pinwise.index.types import Artifact, IndexOptions, Listing, Metadata, Refusal

_LOG = logging.getLogger(__name__)

THREADS = 16

_LATER = 9
"""The urgency of what nobody waits for."""

_FACTS_KEPT = 262_144
"""More than any file has lines; those of thousands of packages are small beside their records."""

_LOCAL_SHARE = 512
"""Names that one thread asks a folder for: a look takes some microseconds, on a slow drive more."""


class IndexClient:
    """Implements `pinwise.index.types.Index` for one configuration. Safe from any thread.

    A project's files are the union over all sources, as for pip: no index comes before another.
    It is absent only where every source that exists said so; where one could not be asked, the
    listing of the others is `incomplete`, and nothing is claimed not to exist.

    Args:
        options: where to look, and what is allowed.
        cache: may be shared by several clients, and is not closed by this one; None keeps what
            was learnt in memory only.
        clock: seconds since the epoch; tests pass their own.
        window: seconds for which arriving names are collected into one batch.
    """

    def __init__(
        self,
        options: IndexOptions,
        cache: Cache | None = None,
        *,
        clock: Callable[[], float] = time.time,
        window: float = 0.05,
    ) -> None:
        self.options = options
        self._cache = cache
        self._clock = clock
        self._http = HttpClient(options)
        self._sources = sources_of(options, self._http)
        self._lock = threading.Lock()
        self._records = RecordStore(self._sources, cache)
        self._answers = Answers(self._sources, self._records, clock)
        self._facts: dict[NormalizedName, Remembered] = {}
        self._lookups: dict[NormalizedName, Lookup] = {}
        self._workers = Workers(THREADS, "pinwise-index")
        self._batcher = Batcher(window)
        self._names = IndexNames(self._sources, options.workspace_urls, cache, self._workers, clock)
        self._generation = 0
        self._closed = False
        self._metadata = MetadataLookups(
            Surroundings(
                sources=self._sources,
                cache=cache,
                http=self._http,
                workers=self._workers,
                batcher=self._batcher,
                clock=clock,
                offline=options.offline,
            )
        )

    @property
    def statistics(self) -> Statistics:
        """A copy of the counts of requests so far."""
        return replace(self._http.statistics)

    def listing(self, name: NormalizedName) -> Fact[Listing]:
        """Answer from the cache alone; well under a microsecond when asked again.

        The same `Listing` comes back until something changes, so that what is computed from it
        can be remembered with it.
        """
        remembered = self._facts.get(name)
        now = self._clock()
        # A clock that was set back brings no old moment back.
        if remembered is None or not remembered.since <= now < remembered.until:
            generation = self._generation
            remembered = self._answers.combine(name, now)
            with self._lock:
                if len(self._facts) >= _FACTS_KEPT:
                    self._facts.clear()
                # What was combined while an answer came in may lack it.
                if generation == self._generation:
                    self._facts[name] = remembered
        return remembered.fact

    def seen_names(self) -> frozenset[NormalizedName]:
        """Return the projects that the places in use were seen to have; some µs for each of them.

        Nobody is asked: these are answers to earlier questions, those of other windows too.
        """
        seen = (self._records.names(source) for source in self._sources)
        return frozenset(map(NormalizedName, frozenset().union(*seen)))

    def listed_names(self) -> frozenset[NormalizedName]:
        """Return the names that indexes list at their roots, and ask for them; see `Index`."""
        return self._names.get()

    @property
    def ignored(self) -> tuple[str, ...]:
        """Sentences about places that do not exist, as far as they were asked.

        pip warns of them and goes on, so that they contribute nothing to any listing.
        """
        return self._answers.ignored

    def refusals(self) -> tuple[Refusal, ...]:
        """Return the indexes that asked for credentials since failures were forgotten."""
        found = (source.refusal() for source in self._sources)
        return tuple(each for each in found if each is not None)

    def artifacts(self, name: NormalizedName) -> tuple[Artifact, ...]:
        """Return the addresses and hashes of all known files, from the cache alone.

        Costs some milliseconds for a project of thousands of files: for downloads and rewrites
        of hashes, not for checks. Empty where nothing is known.
        """
        found: dict[str, Artifact] = {}
        for source in self._sources:
            for artifact in read_artifacts(self.packed_artifacts(source, name)):
                found.setdefault(artifact.filename, artifact)
        return tuple(found.values())

    def artifacts_of(self, name: NormalizedName, version: Version) -> tuple[Artifact, ...]:
        """Return the addresses and hashes of one version's files, from the cache alone.

        A file that several places list is there several times. Costs a millisecond or two for a
        project of thousands of files, so that answers are to be kept with the listing.
        """
        fact = self.listing(name)
        release = fact.value.by_version.get(version) if isinstance(fact, Known) else None
        wanted = {file.filename for file in release.files} if release is not None else set()
        if not wanted:
            return ()
        return tuple(
            artifact
            for source in self._sources
            for artifact in read_artifacts(self.packed_artifacts(source, name), wanted)
        )

    def metadata(self, name: NormalizedName, version: Version) -> Fact[Metadata]:
        """Answer from memory and the cache alone, at once: some ten microseconds.

        `NotChecked(PENDING)` where asking helps, `Absent` where it is certain that there is no
        such version, `NotChecked(NOT_STATIC)` where only running the project's code would tell.
        Otherwise why the listing, or the file, could not be read. What is known of a file behind
        HTTP stays known: files do not change.
        """
        return self._metadata.get(self, name, version)

    def fetch_metadata(
        self,
        pairs: Iterable[tuple[NormalizedName, Version]],
        on_batch: Callable[[frozenset[Pair]], None],
        *,
        urgent: bool = False,
        is_wanted: Callable[[Pair], bool] | None = None,
    ) -> None:
        """Ask for the metadata that is pending, and for the listings that it takes: as `fetch`."""
        self._metadata.fetch(self, pairs, on_batch, urgent=urgent, is_wanted=is_wanted)

    def fetch(
        self,
        names: Iterable[NormalizedName],
        on_batch: Callable[[frozenset[NormalizedName]], None],
        *,
        urgent: bool = False,
        is_wanted: Callable[[NormalizedName], bool] | None = None,
    ) -> None:
        """Ask for what is missing or stale, in the background; see `Index.fetch`."""
        ordered = list(dict.fromkeys(names))
        if not ordered:
            return
        batch = self._batcher.open(frozenset(ordered), on_batch, is_wanted)
        together: dict[Source, list[NormalizedName]] = {}
        for name in ordered:
            with self._lock:
                if self._closed:
                    return
                lookup = self._lookups.get(name)
                if lookup is not None:
                    lookup.batches.append(batch)
                    due = lookup.hurry() if urgent else []
                elif due := self._answers.due(name):
                    lookup = self._lookups[name] = Lookup(batch, urgent=urgent)
                    lookup.queue(due)
            for source in due:
                if source.whole or source.local:
                    together.setdefault(source, []).append(name)
                else:
                    self._submit(source, [name], urgent=urgent)
            if lookup is None:
                self._batcher.arrived(batch, name)
        for source, all_names in together.items():
            self._submit(source, all_names, urgent=urgent)

    def forget_failures(self, *, patiently: bool = False) -> None:
        """Make the next `fetch` ask again where a look-up failed a moment ago: for "Retry".

        Args:
            patiently: keep to the pauses that hosts asked for, and to what the keyring answered:
                for occasions that come often, such as a file that is saved.
        """
        self._answers.forget_failures()
        with self._lock:
            self._facts.clear()
            self._generation += 1
        for source in self._sources:
            source.forget_failure()
        self._metadata.forget_failures()
        self._names.forget_failures()
        self._http.forget_failures(patiently=patiently)

    def close(self) -> None:
        """Cancel what is under way and release sockets and threads, in a fraction of a second."""
        with self._lock:
            self._closed = True
            self._lookups.clear()
        self._metadata.close()
        self._batcher.close()
        self._http.close()
        self._workers.close()

    def packed_artifacts(self, source: Source, name: NormalizedName) -> bytes:
        """Return the addresses of a project's files as a source's page has them, still packed."""
        record = self._records.get(source, name)
        if record is None or not record.known:
            return b""
        if record.artifacts or self._cache is None:
            return record.artifacts
        packed = self._cache.artifacts(source.key, name)
        if not packed and record.versions:
            # Another process has cleared the cache: the page has to be asked for again.
            self._records.forget(source, name)
            with self._lock:
                self._facts.pop(name, None)
                self._generation += 1
        return packed

    # Asking -----------------------------------------------------------------------------------

    def _submit(self, source: Source, names: Sequence[NormalizedName], *, urgent: bool) -> None:
        share = len(names) if source.whole else _LOCAL_SHARE
        for start in range(0, len(names), share):
            task = partial(self._ask, source, names[start : start + share])
            self._workers.submit(task, urgency=0 if source.local or urgent else 1)

    def _ask(self, source: Source, names: Sequence[NormalizedName]) -> None:
        """Ask one source, on a worker; whatever happens, each look-up goes on."""
        for name in names:
            with self._lock:
                lookup = self._lookups.get(name)
                if lookup is None or self._closed or not lookup.begin(source):
                    continue
                wanted = lookup.is_wanted(name)
                lookup.incomplete |= not wanted
            try:
                if wanted:
                    self._ask_source(source, name)
            except Exception as error:  # noqa: BLE001 - the other names have to be told too
                _LOG.exception("Reading what %s says of %s failed", source.label, name)
                detail = f"{source.label}: reading the answer failed ({type(error).__name__})"
                self._answers.note_failure(source, name, NotChecked(Reason.UNREADABLE, detail))
            finally:
                self._finish(name)

    def _ask_source(self, source: Source, name: NormalizedName) -> None:
        # Another process may have asked meanwhile.
        previous = self._records.read_again(source, name)
        now = self._clock()
        if now < fresh_until(source, previous, now):
            return
        outcome = source.ask(name, previous, now)
        if isinstance(outcome, NotChecked):
            if source.private and source.local:
                # What is said of a path names it.
                outcome = NotChecked(outcome.reason, f"{source.label} could not be read")
            self._answers.note_failure(source, name, outcome)
            return
        if isinstance(outcome, Ignored):
            self._answers.note_ignored(source, outcome)
            # Not for the cache: whoever looks next may find the place.
            self._records.keep(source, name, PageRecord(known=False, fetched_at=now))
            return
        if isinstance(outcome, Unchanged):
            if previous is not None:
                self._records.confirm(source, name, previous, now)
        else:
            self._records.store(source, name, outcome, previous)
            self._metadata.page_changed(source, name, outcome.artifacts)
        self._answers.note_answer(source, name)

    def _finish(self, name: NormalizedName) -> None:
        """Count one source as done; with the last one, hand the name on."""
        with self._lock:
            lookup = self._lookups.get(name)
            if lookup is None:
                return
            lookup.remaining -= 1
            if lookup.remaining:
                return
            # Somebody may have come who wants it although a place was left out for the others.
            more = self.options.first_index or lookup.incomplete
            further = self._answers.due(name) if more and lookup.is_wanted(name) else []
            if further:
                lookup.queue(further)
            else:
                del self._lookups[name]
            self._facts.pop(name, None)
            self._generation += 1
            idle = not self._lookups
        for source in further:
            self._submit(source, [name], urgent=lookup.urgent)
        if idle and self._cache is not None:
            self._workers.submit(self._cache.upkeep, _LATER)
        for batch in () if further else lookup.batches:
            self._batcher.arrived(batch, name)
