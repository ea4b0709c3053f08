"""Following what is installed and removed in terminals, within a second, for every editor."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pinwise.environments.inventory import Inventory
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

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
    session = ls.session
    inventory = await session.ask(lambda backend: backend.workspace.inventory)
    loop = asyncio.get_running_loop()
    pace = Pace()
    while True:
        await asyncio.sleep(PAUSE)
        moved = await loop.run_in_executor(session.workers, inventory.moved)
        quiet = pace.quiet(moved)
        if quiet:
            await _renew(ls, inventory, quiet)


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


async def _renew(ls: PinwiseServer, inventory: Inventory, prefixes: frozenset[Path]) -> None:
    """Read environments anew, and have the files judged where that changed anything."""
    from pinwise.lsp.installing import tell_packages_changed  # noqa: PLC0415 - a cycle

    loop = asyncio.get_running_loop()
    different = await loop.run_in_executor(ls.session.workers, inventory.renew, prefixes)
    if not different:
        return

    def refresh(backend: Backend) -> None:
        backend.refresh()

    ls.session.post(refresh)
    ls.session.views.facts_changed()
    for prefix in different:
        tell_packages_changed(ls, prefix)
