"""Keeping long looks at folders from slowing down what the user waits for."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 1.0
"""Seconds that one look waits in all: environments are to be found while somebody types, too."""


class GivingWay:
    """Called between two steps of a look: waits while the engine is at work.

    Python's threads take turns, so that a walk through thousands of folders would make each
    keystroke's analysis take half as long again. Locators on several threads may share one.

    Args:
        wait_for_rest: waits so many seconds at most until the engine has nothing to do, and
            returns whether that is so.
        most: how many seconds it waits in all.
        clock: tells the seconds.
    """

    def __init__(
        self,
        wait_for_rest: Callable[[float], bool],
        most: float = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wait_for_rest = wait_for_rest
        self._left = most
        self._clock = clock
        self._lock = threading.Lock()

    def __call__(self) -> None:
        """Return once the engine rests, or at once where enough time was spent on waiting."""
        if self._left <= 0 or self._wait_for_rest(0):
            return
        began = self._clock()
        self._wait_for_rest(self._left)
        with self._lock:
            self._left -= self._clock() - began
