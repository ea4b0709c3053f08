"""What the sources said of each project, combined as pip, or uv, combines it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.base.tuples import NamedTuple
from pinwise.index.places import places_of
from pinwise.index.records import read_notes
from pinwise.index.releases import releases_of
from pinwise.index.sources import FAILURE_SECONDS
from pinwise.index.types import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from packaging.utils import NormalizedName

    from pinwise.base.facts import Fact
    from pinwise.index.record_store import RecordStore
    from pinwise.index.records import PageRecord
    from pinwise.index.sources import Ignored, Source

_PENDING = NotChecked(Reason.PENDING)

_NO_SOURCES = "pip is configured to use no index and no other place"


class Remembered(NamedTuple):
    """A fact, and between which moments it holds, in seconds since the epoch."""

    fact: Fact[Listing]
    until: float
    since: float


class _Failure(NamedTuple):
    outcome: NotChecked
    until: float


class Answers:
    """The records of the sources, and why some could not be asked. Safe from any thread.

    Args:
        sources: in the order in which they count.
        records: what they said, in memory and in the cache.
        clock: seconds since the epoch.
    """

    def __init__(
        self, sources: Sequence[Source], records: RecordStore, clock: Callable[[], float]
    ) -> None:
        self._sources = sources
        self._records = records
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: dict[tuple[str, str], _Failure] = {}
        self._ignored: dict[str, Ignored] = {}

    @property
    def ignored(self) -> tuple[str, ...]:
        """Sentences about places that do not exist, as far as they were asked."""
        return tuple(each.detail for each in self._ignored.copy().values())

    def note_failure(self, source: Source, name: NormalizedName, outcome: NotChecked) -> None:
        """Note that a source could not be asked for a project, which holds for a while."""
        with self._lock:
            now = self._clock()
            # The first is the oldest: of half-typed names nobody asks a second time.
            while self._failures and (first := next(iter(self._failures.items())))[1].until <= now:
                del self._failures[first[0]]
            self._failures.pop((source.key, name), None)
            self._failures[source.key, name] = _Failure(outcome, now + FAILURE_SECONDS)

    def note_ignored(self, source: Source, outcome: Ignored) -> None:
        """Note that there is no such place."""
        self._ignored[source.key] = outcome

    def note_answer(self, source: Source, name: NormalizedName) -> None:
        """Note that a source answered: what was noted against it is over."""
        self._ignored.pop(source.key, None)
        with self._lock:
            self._failures.pop((source.key, name), None)

    def forget_failures(self) -> None:
        """Let sources be asked again that could not be asked a moment ago."""
        with self._lock:
            self._failures.clear()

    def due(self, name: NormalizedName) -> list[Source]:
        """Return the sources that have to be asked for `name`, judged by what is in memory."""
        now = self._clock()
        due = []
        for source in self._serving(name):
            record = self._records.in_memory(source, name)
            if now < fresh_until(source, record, now):
                if source.ends and record is not None and record.known:
                    break
                continue
            if self._obstacle(source, name, now)[0] is None:
                due.append(source)
            if source.ends:
                # Whether the later ones are asked at all depends on its answer.
                break
        return due

    def combine(self, name: NormalizedName, now: float) -> Remembered:
        """Combine what the sources said. What holds until something happens has no end."""
        until = float("inf")
        pages: list[tuple[Source, PageRecord]] = []
        problems: list[NotChecked] = []
        stale = pending = False
        kept = True
        for source in self._serving(name):
            record = self._records.get(source, name)
            fresh = fresh_until(source, record, now)
            if record is not None and now < fresh:
                until = min(until, fresh)
                if record.known:
                    pages.append((source, record))
                    if source.ends:
                        break
                continue
            obstacle, obstacle_until = self._obstacle(source, name, now)
            until = min(until, obstacle_until)
            if record is not None and record.known:
                pages.append((source, record))
                stale = stale or obstacle is None
            forbidden = obstacle is not None and obstacle.reason is Reason.OFFLINE
            if obstacle is not None:
                problems.append(obstacle)
                kept = kept and forbidden and record is not None
            elif record is None or not record.known:
                pending = True
            if source.ends and not (forbidden and record is not None and not record.known):
                # What the later ones have counts only where this one has nothing. Offline, that
                # it had nothing is the last that can be known.
                break
        kept = kept and bool(problems) and not pending
        return Remembered(self._fact(name, pages, problems, stale, pending, kept), until, now)

    def _fact(  # noqa: PLR0913, PLR0917 - as below
        self,
        name: NormalizedName,
        pages: Sequence[tuple[Source, PageRecord]],
        problems: Sequence[NotChecked],
        stale: bool,  # noqa: FBT001 - private, and called in one place
        pending: bool,  # noqa: FBT001 - likewise
        kept: bool,  # noqa: FBT001 - likewise
    ) -> Fact[Listing]:
        if not pages:
            if pending:
                return _PENDING
            if problems:
                return problems[0]
            return self._nowhere(name)
        missing = list(dict.fromkeys(problem.detail for problem in problems))
        if pending:
            missing.append("not every index has answered yet")
        status = next((page for _, page in pages if page.status), None)
        return Known(
            Listing(
                name,
                releases_of([page for _, page in pages]),
                stale or pending,
                "; ".join(missing),
                status.status if status else "",
                tuple(dict.fromkeys(problems)),
                read_notes(status.notes).status_reason if status else "",
                places_of(name, pages),
                kept,
            )
        )

    def _nowhere(self, name: NormalizedName) -> Fact[Listing]:
        """Return what it means that no source has a project, and none could not be asked.

        Where there is not a single place to look at, pip finds nothing either; but that says more
        about a folder that is not mounted, or an address that is none, than about the project.
        """
        asked = self._serving(name)
        if not asked:
            return NotChecked(Reason.OFFLINE, _NO_SOURCES)
        ignored = [self._ignored.get(source.key) for source in asked]
        told = [each for each in ignored if each is not None]
        mistaken = [each for each in told if each.mistaken]
        if mistaken or len(told) == len(ignored):
            return NotChecked(Reason.UNREACHABLE, (mistaken or told)[0].detail)
        return Absent()

    def _obstacle(
        self, source: Source, name: NormalizedName, now: float
    ) -> tuple[NotChecked | None, float]:
        """Return why asking a source would not help now, and until when that holds."""
        if source.blocked is not None:
            return source.blocked, float("inf")
        failure = self._failures.get((source.key, name))
        if failure is not None and failure.until - FAILURE_SECONDS <= now < failure.until:
            return failure.outcome, failure.until
        return None, float("inf")

    def _serving(self, name: NormalizedName) -> Sequence[Source]:
        """Return the sources that count for a project."""
        if all(source.only is None for source in self._sources):
            return self._sources
        return [each for each in self._sources if each.only is None or name in each.only]


def fresh_until(source: Source, record: PageRecord | None, now: float) -> float:
    """Return until when a record is taken as it is; one from the future is not trusted."""
    if record is None or record.fetched_at > now + 60.0:
        return 0.0
    return record.fetched_at + source.fresh_seconds
