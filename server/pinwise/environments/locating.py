"""Running the locators so that a hanging one holds nobody up: `run_locators`."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.base.tuples import NamedTuple
from pinwise.environments.types import SkippedPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pinwise.environments.locators.places import Candidate, Places
    from pinwise.environments.types import Environment

_LOGGER = logging.getLogger(__name__)

PATIENCE: Final = 0.05
"""After how many seconds of one locator the next ones no longer wait for it."""
DEADLINE: Final = 1.0
"""After how many seconds a locator is given up; a network drive may never answer."""


class Locator(NamedTuple):
    """A family of places.

    Attributes:
        name: what `Environment.found_by` says.
        what: its environments, for a person: "environments of conda".
        locate: yields candidates.
        seconds: how long it may take.
    """

    name: str
    what: str
    locate: Callable[[Places], Iterator[Candidate]]
    seconds: float = DEADLINE


class Located(NamedTuple):
    """What a locator found.

    Attributes:
        rank: the place of its locator in the order given.
        identity: what makes two findings the same.
    """

    environment: Environment
    rank: int
    identity: str


def run_locators(
    locators: Sequence[Locator],
    places: Places,
    identify: Callable[[Candidate, Places], tuple[Environment, str] | None],
    tell_skipped: Callable[[SkippedPlace], None],
) -> Iterator[Located]:
    """Yield what the locators find, as it is found.

    They run on a thread, one after the other, because that is fastest while all are fast. One
    that takes longer than `PATIENCE` is overtaken by the next on another thread, and one that
    takes longer than its deadline is left behind: its thread ends when its disk answers, and
    until then it is not tried again. One that fails is logged.

    Args:
        locators: in the order of their weight.
        places: the surroundings, with the token that cancels all.
        identify: says what a candidate is, with its identity; None where it is nothing. It runs
            on the threads, too, since it looks at the same disks.
        tell_skipped: is told of each locator that did not come to its end.

    Raises:
        CancelledError: the token was cancelled.
    """
    search = _Search(locators, places, identify)
    places.cancel.on_cancel(search.wake)
    try:
        yield from search.results(tell_skipped)
    finally:
        search.stop()


class _Run:
    """One locator's run; all but `locator`, `rank` and `places` is guarded by the search."""

    def __init__(self, locator: Locator, rank: int, places: Places) -> None:
        self.locator = locator
        self.rank = rank
        # Its own token, so that it alone can be given up, and its own notes.
        self.places = dataclasses.replace(places, cancel=CancelToken(), notes=[])
        self.found: deque[Located] = deque()
        self.started: float | None = None
        self.ended = False
        self.failed = False
        self.told = False


_Key = tuple[str, tuple[str, ...], str]
_HANGING: Final[dict[_Key, threading.Thread]] = {}
"""The threads of locators that were left behind, by the locator and where it was to look."""


class _Search:
    def __init__(
        self,
        locators: Sequence[Locator],
        places: Places,
        identify: Callable[[Candidate, Places], tuple[Environment, str] | None],
    ) -> None:
        self._places = places
        self._identify = identify
        self._changed = threading.Condition()
        self._runs = [_Run(locator, rank, places) for rank, locator in enumerate(locators)]
        self._waiting = deque(self._runs)
        self._threads: dict[int, threading.Thread] = {}
        """By the rank of the run that each is at."""

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._waiting.clear()
            for run in self._runs:
                run.places.cancel.cancel()

    def results(self, tell_skipped: Callable[[SkippedPlace], None]) -> Iterator[Located]:
        self._skip_hanging()
        self._start_thread()
        while True:
            with self._changed:
                self._places.cancel.check()
                found = [item for run in self._runs for item in _drained(run.found)]
                skipped = [run for run in self._runs if run.ended and not run.told]
                for run in skipped:
                    run.told = True
                if not found and not skipped:
                    if all(run.ended for run in self._runs):
                        return
                    self._changed.wait(self._until_next_check())
                    self._overtake()
                    continue
            for run in skipped:
                for message in _messages(run):
                    tell_skipped(SkippedPlace(run.locator.name, message))
            yield from found

    def _skip_hanging(self) -> None:
        with self._changed:
            for run in self._runs:
                thread = _HANGING.get(self._key(run))
                if thread is None:
                    continue
                if thread.is_alive():
                    self._waiting.remove(run)
                    run.ended = True
                    run.places.notes.append(_too_slow(run.locator))
                else:
                    # Another search may have seen the same at the same time.
                    _HANGING.pop(self._key(run), None)

    def _key(self, run: _Run) -> _Key:
        return run.locator.name, tuple(map(str, self._places.folders)), str(self._places.home)

    def _start_thread(self) -> None:
        # A daemon, because one that hangs in a call of the system must not hold the exit up.
        threading.Thread(target=self._work, name="pinwise-locator", daemon=True).start()

    def _until_next_check(self) -> float:
        """Return the seconds until a run is to be overtaken or given up."""
        now = time.monotonic()
        active = [run for run in self._runs if run.started is not None and not run.ended]
        moments = [run.started + run.locator.seconds for run in active if run.started is not None]
        if self._waiting:
            moments += [run.started + PATIENCE for run in active if run.started is not None]
        return max(
            0.001, min((moment for moment in moments if moment > now), default=now + PATIENCE) - now
        )

    def _overtake(self) -> None:
        """Give up what is too slow, and go on beside what is slow; the lock is held."""
        now = time.monotonic()
        patient = False
        for run in self._runs:
            if run.started is None or run.ended:
                continue
            if now >= run.started + run.locator.seconds:
                run.ended = True
                run.places.cancel.cancel()
                run.places.notes.append(_too_slow(run.locator))
                _HANGING[self._key(run)] = self._threads[run.rank]
            elif now < run.started + PATIENCE:
                patient = True
        if self._waiting and not patient:
            self._start_thread()

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    return
                run = self._waiting.popleft()
                run.started = time.monotonic()
                self._threads[run.rank] = threading.current_thread()
            failed = self._locate(run)
            with self._changed:
                given_up = run.ended
                run.ended, run.failed = True, failed and not given_up
                self._changed.notify_all()
            if given_up:
                # Others took over what was waiting behind it.
                return

    def _locate(self, run: _Run) -> bool:
        """Run a locator to its end; return whether it failed."""
        try:
            for candidate in run.locator.locate(run.places):
                run.places.cancel.check()
                identified = self._identify(candidate, run.places)
                if identified is None:
                    continue
                environment, identity = identified
                environment = dataclasses.replace(environment, found_by=run.locator.name)
                with self._changed:
                    if not run.ended:
                        run.found.append(Located(environment, run.rank, identity))
                        self._changed.notify_all()
        except CancelledError:
            pass
        except Exception:
            # A failing locator fails alone: the picker must not be empty because of one.
            _LOGGER.exception("looking for the %s failed", run.locator.what)
            return True
        return False


def _drained(found: deque[Located]) -> list[Located]:
    items = list(found)
    found.clear()
    return items


def _messages(run: _Run) -> list[str]:
    messages = list(run.places.notes)
    if run.failed:
        messages.append(f"The {run.locator.what} were not all looked at: an error, see the log.")
    return messages


def _too_slow(locator: Locator) -> str:
    return (
        f"The {locator.what} were not all looked at: "
        f"the disk did not answer within {locator.seconds:g} s."
    )
