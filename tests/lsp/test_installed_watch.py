"""The thread that looks at folders of packages, on disks that fail or do not answer."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pinwise.lsp import installed_watch
from pinwise.lsp.installed_watch import follow_packages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pinwise.lsp.server import PinwiseServer

PREFIX = Path("environment")


class Disk:
    """Stands in for the inventory: the first look fails, and what changed stays changed."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def moved(self) -> dict[Path, object]:
        self.threads.append(threading.current_thread())
        if len(self.threads) == 1:
            message = "the disk is gone"
            raise ValueError(message)
        return {PREFIX: 1}

    def renew(self, prefixes: Iterable[Path]) -> frozenset[Path]:
        return frozenset(prefixes)


class Stage:
    """Stands in for the server, its session and its views."""

    def __init__(self, disk: Disk) -> None:
        self.session = self.views = self.features = self
        self.environment_status = False
        self.disk = disk
        self.changed = asyncio.Event()

    async def ask(self, _question: object) -> Disk:
        return self.disk

    def post(self, _job: Callable[[object], None]) -> None:
        pass

    def facts_changed(self) -> None:
        self.changed.set()


async def test_a_look_that_fails_is_logged_and_not_the_last(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(installed_watch, "PAUSE", 0.001)
    disk = Disk()
    stage = Stage(disk)
    task = asyncio.create_task(follow_packages(cast("PinwiseServer", stage)))
    told = asyncio.create_task(stage.changed.wait())
    await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED, timeout=30)

    assert told.done()
    assert "the disk is gone" in caplog.text
    # One that hangs in a call of the system must not hold the exit up.
    assert all(thread.daemon for thread in disk.threads)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(disk.threads[0].join, 30)
    assert not disk.threads[0].is_alive()
