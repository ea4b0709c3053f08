"""What is remembered of hosts that fail, so that a queue of look-ups does not wait for each."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pinwise.base.facts import NotChecked, Reason
from pinwise.base.records import record
from pinwise.index.urls import origin_of

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_PAUSE = 300.0
"""Seconds for which a host that asked for it is left alone, at most."""

OUTAGE = 15.0
"""Seconds for which a host that cannot be reached is not tried again: others wait in the queue."""

_FAILURES_TO_OUTAGE = 3


@record(frozen=False, slots=True)
class _Host:
    """What is remembered of one origin."""

    outage: NotChecked | None = None
    until: float = 0.0
    failures: int = 0
    asked: bool = False
    """Whether it asked for the pause itself."""


class Outages:
    """The hosts that are left alone for a while. Safe from any thread.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[tuple[str, str, int], _Host] = {}

    def of(self, url: str) -> NotChecked | None:
        """Return why the host of an address is left alone, None where it is not."""
        with self._lock:
            host = self._hosts.get(origin_of(url))
            if host is None or host.outage is None or self._clock() >= host.until:
                return None
            return host.outage

    def pause(self, url: str, outcome: NotChecked, seconds: float) -> None:
        """Leave a host alone that asked for it."""
        with self._lock:
            host = self._hosts.setdefault(origin_of(url), _Host())
            host.outage, host.until = outcome, self._clock() + min(seconds, LONGEST_PAUSE)
            host.asked = True

    def note_failure(self, url: str, outcome: NotChecked, *, connected: bool = False) -> None:
        """Note how a request ended; one that could not reach the host stands for the next.

        Args:
            url: what was asked for.
            outcome: why it could not be had.
            connected: whether the host was there at least, and closed the connection then.
        """
        if outcome.reason not in {Reason.UNREACHABLE, Reason.TIMED_OUT}:
            return
        with self._lock:
            host = self._hosts.setdefault(origin_of(url), _Host())
            if connected or outcome.reason is Reason.TIMED_OUT:
                # One bad page does not mean that the host is down.
                host.failures += 1
                if host.failures < _FAILURES_TO_OUTAGE:
                    return
            host.outage, host.until = outcome, self._clock() + OUTAGE
            host.asked = False

    def note_success(self, url: str) -> None:
        """Forget what was held against a host."""
        with self._lock:
            self._hosts.pop(origin_of(url), None)

    def forget(self, *, patiently: bool = False) -> None:
        """Try every host again.

        Args:
            patiently: but for those that asked for a pause themselves.
        """
        with self._lock:
            kept = {o: host for o, host in self._hosts.items() if patiently and host.asked}
            self._hosts = kept
