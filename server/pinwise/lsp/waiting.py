"""Waiting a moment for an index, where an answer to the user would be better with its."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.lsp.server import PinwiseServer

WAIT = 1.5
"""Seconds to wait for an index, and for the analysis before it, of which the editor shows that it
waits; then what is known is all there is, and the next question asks again."""


async def look_up(
    ls: PinwiseServer, path: Path, name: NormalizedName, version: Version | None
) -> bool:
    """Have the index asked for what is missing; return whether it answered in time.

    It holds nothing else up, and ends at once where the request is cancelled.

    Args:
        ls: the server.
        path: the file that it is asked for.
        name: the project.
        version: None for the project's listing, else whose metadata are meant.
    """
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()

    def tell() -> None:
        # The loop may have been closed since: the index answers from its own threads.
        if not loop.is_closed():
            loop.call_soon_threadsafe(arrived.set)

    async def answer() -> bool:
        # The settings and the options of the file may have changed with the last keystroke, so
        # that the analysis comes first.
        asked = await ls.session.ask(
            lambda backend: backend.look_up(path, name, version, tell), settled=True
        )
        return asked and await arrived.wait()

    try:
        return await asyncio.wait_for(answer(), WAIT)
    except asyncio.TimeoutError:
        return False
