"""A look-up of a project under way: who waits for it, and which places are still to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.utils import NormalizedName

    from pinwise.index.batches import Batch
    from pinwise.index.sources import Source


class Lookup:
    """What is shared by all who asked for one project. Used under its client's lock.

    Attributes:
        batches: the requests that wait for it.
        remaining: how many places are still to come to their end.
        urgent: whether it goes before those that nobody looks at.
        incomplete: whether a place was left out because nobody wanted the project any more.
    """

    __slots__ = ("_queued", "batches", "incomplete", "remaining", "urgent")

    def __init__(self, batch: Batch[NormalizedName], *, urgent: bool) -> None:
        self.batches = [batch]
        self.remaining = 0
        self.urgent = urgent
        self.incomplete = False
        self._queued: dict[str, Source] = {}

    def queue(self, sources: Iterable[Source]) -> None:
        """Note the places that are about to be asked."""
        self._queued = {source.key: source for source in sources}
        self.remaining = len(self._queued)
        self.incomplete = False

    def hurry(self) -> list[Source]:
        """Make it urgent; return the places to put into the queue anew, in front."""
        if self.urgent:
            return []
        self.urgent = True
        return [each for each in self._queued.values() if not (each.whole or each.local)]

    def begin(self, source: Source) -> bool:
        """Return whether a place is to be asked now: once, however often it was put in a queue."""
        return self._queued.pop(source.key, None) is not None

    def is_wanted(self, name: NormalizedName) -> bool:
        """Return whether anybody who waits for it still wants it."""
        return any(batch.is_wanted(name) for batch in self.batches)
