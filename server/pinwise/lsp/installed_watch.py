"""Following what is installed and removed in terminals, within a second, for every editor."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pinwise.environments.inventory import Inventory
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

logger = logging.getLogger(__name__)

PAUSE: Final = 0.3
"""Seconds between two looks. Each costs some microseconds for the environments in use."""

LONGEST: Final = 5
"""Looks after which a folder that keeps changing is read all the same."""


async def follow_packages(ls: PinwiseServer) -> None:
    """Look at the folders of packages of the environments in use until the server ends.

    Not by the editor's watchers: those leave out what the user excludes, which `.venv` mostly is,
    and know nothing outside the workspace. An installation changes a folder many times; it is
    read once, when it has been quiet for one look.
    """
    inventory = await ls.session.ask(lambda backend: backend.workspace.inventory)
    loop, over = asyncio.get_running_loop(), threading.Event()
    changes: asyncio.Queue[frozenset[Path]] = asyncio.Queue()

    def tell(different: frozenset[Path]) -> None:
        loop.call_soon_threadsafe(changes.put_nowait, different)

    # A daemon, because one that hangs in a call of the system must not hold the exit up.
    threading.Thread(
        target=_watch, args=(inventory, over, tell), name="pinwise-packages", daemon=True
    ).start()
    try:
        while True:
            _tell(ls, await changes.get())
    finally:
        over.set()


def _watch(
    inventory: Inventory, over: threading.Event, tell: Callable[[frozenset[Path]], None]
) -> None:
    """Look until it is over, and tell in which environments something came or went."""
    pace, failing = Pace(), False
    while not over.wait(PAUSE):
        try:
            quiet = pace.quiet(inventory.moved())
            different = inventory.renew(quiet) if quiet else frozenset()
            if different:
                tell(different)
        except Exception:  # noqa: PERF203 - one look that fails is not the last
            # What fails will mostly fail at the next look too, which comes soon.
            if not failing and not over.is_set():
                logger.exception("the installed packages could not be looked at")
            failing = True
        else:
            failing = False


class Pace:
    """Waits for folders to be quiet, though not for ever."""

    def __init__(self) -> None:
        self._before: Mapping[Path, object] = {}
        self._looks: dict[Path, int] = {}

    def quiet(self, moved: Mapping[Path, object]) -> frozenset[Path]:
        """Return the environments to read now.

        Args:
            moved: when the folders of each changed environment last changed, as of this look.
        """
        looks = {prefix: self._looks.get(prefix, 0) + 1 for prefix in moved}
        ready = frozenset(
            prefix
            for prefix, stamp in moved.items()
            if self._before.get(prefix) == stamp or looks[prefix] >= LONGEST
        )
        self._looks = {prefix: count for prefix, count in looks.items() if prefix not in ready}
        self._before = {prefix: stamp for prefix, stamp in moved.items() if prefix not in ready}
        return ready


def _tell(ls: PinwiseServer, different: frozenset[Path]) -> None:
    """Have the files judged by what is installed now, and the client told."""
    from pinwise.lsp.installing import tell_packages_changed  # noqa: PLC0415 - a cycle

    def refresh(backend: Backend) -> None:
        backend.refresh()

    ls.session.post(refresh)
    ls.session.views.facts_changed()
    for prefix in different:
        tell_packages_changed(ls, prefix)
