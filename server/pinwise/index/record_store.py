"""What the sources of a client said: in memory, and on disk where there is a cache.

That a source has no such project is by far the most common answer of a machine with several
places, and of a file with thousands of made-up names. It is one number, so that all such answers
stay in memory; and which projects the cache has at all is read once, not name by name.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pinwise.index.records import PageRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.utils import NormalizedName

    from pinwise.index.cache import Cache
    from pinwise.index.sources import Source

_PAGES_KEPT = 8192


class RecordStore:
    """The answers of each source about each project. Safe from any thread.

    Args:
        sources: those that are asked.
        cache: where answers outlive the process; None keeps all of them in memory.
    """

    def __init__(self, sources: Iterable[Source], cache: Cache | None) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._pages: OrderedDict[tuple[str, str], PageRecord] = OrderedDict()
        self._nowhere: dict[str, dict[str, float]] = {source.key: {} for source in sources}

    def in_memory(self, source: Source, name: NormalizedName) -> PageRecord | None:
        """Return what is in memory, without a look at the disk."""
        said_no = self._nowhere[source.key].get(name)
        if said_no is not None:
            return _no_such_project(said_no)
        return self._pages.get((source.key, name))

    def get(self, source: Source, name: NormalizedName) -> PageRecord | None:
        """Return what a source said, from memory or from disk.

        What another process learnt is seen some seconds later, or by `read_again`.
        """
        record = self.in_memory(source, name)
        if record is not None:
            if record.known:
                with self._lock:
                    if (source.key, name) in self._pages:
                        self._pages.move_to_end((source.key, name))
            return record
        if self._cache is None:
            return None
        stored = self._cache.overview(source.key)
        if name not in stored:
            return None
        said_no = stored[name]
        if said_no is not None:
            self._nowhere[source.key][name] = said_no
            return _no_such_project(said_no)
        record = self._cache.get(source.key, name)
        if record is not None:
            self.keep(source, name, record)
        return record

    def names(self, source: Source) -> set[str]:
        """Return the projects that a source was seen to have, as far as that is still kept."""
        found = {name for key, name in list(self._pages) if key == source.key}
        if self._cache is not None:
            # A copy, because other threads add to it.
            stored = dict(self._cache.overview(source.key))
            found |= {name for name, said_no in stored.items() if said_no is None}
        return found.difference(dict(self._nowhere[source.key]))

    def read_again(self, source: Source, name: NormalizedName) -> PageRecord | None:
        """Return the newest answer before a source is asked: another process may have asked.

        For a place on this machine, whose answer costs no more than the look, memory is enough.
        """
        record = self.get(source, name)
        if self._cache is not None and not source.local:
            stored = self._cache.get(source.key, name)
            if stored is not None and (record is None or stored.fetched_at > record.fetched_at):
                self.keep(source, name, stored)
                return stored
        return record

    def forget(self, source: Source, name: NormalizedName) -> None:
        """Drop a record from memory: what belongs to it is no longer on disk."""
        with self._lock:
            self._pages.pop((source.key, name), None)

    def keep(
        self,
        source: Source,
        name: NormalizedName,
        record: PageRecord,
        *,
        on_disk: bool = True,
    ) -> None:
        """Keep a record in memory.

        Args:
            source: who said it.
            name: of which project.
            record: what was said.
            on_disk: whether the cache, where there is one, has it too.
        """
        key = (source.key, name)
        if not record.known:
            with self._lock:
                self._pages.pop(key, None)
                self._nowhere[source.key][name] = record.fetched_at
            return
        if self._cache is not None and on_disk and record.artifacts:
            # They are large and seldom wanted; the disk has them.
            record = replace(record, artifacts=b"")
        with self._lock:
            self._pages[key] = record
            self._pages.move_to_end(key)
            self._nowhere[source.key].pop(name, None)
            # Without a cache on disk, what is dropped here would be lost.
            if self._cache is not None and len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)

    def store(
        self,
        source: Source,
        name: NormalizedName,
        record: PageRecord,
        previous: PageRecord | None,
    ) -> None:
        """Keep a new answer in memory and on disk.

        Of a place on this machine, only what it has is worth a row: to ask it for what it has
        not costs less than to write that down. What it had once must not be read again, though.
        """
        had = previous is not None and previous.known
        on_disk = True
        if self._cache is not None and (record.known or had or not source.local):
            on_disk = self._cache.put(source.key, name, record)
        self.keep(source, name, record, on_disk=on_disk)

    def confirm(self, source: Source, name: NormalizedName, record: PageRecord, now: float) -> None:
        """Note that an answer still held at a moment."""
        self.keep(source, name, replace(record, fetched_at=now))
        if self._cache is not None:
            self._cache.touch(source.key, name, now)


@lru_cache(maxsize=4096)
def _no_such_project(fetched_at: float) -> PageRecord:
    return PageRecord(known=False, fetched_at=fetched_at)
