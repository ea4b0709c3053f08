"""Waiting a moment for an index, where an answer to the user would be better with its."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.lsp.server import PinwiseServer

    Wanted: TypeAlias = tuple[NormalizedName, Version | None]
    """A project's listing, or with a version the metadata of that."""

R = TypeVar("R")

WAIT = 1.5
"""Seconds to wait for an index, and for the analysis before it, of which the editor shows that it
waits; then what is known is all there is, and the next question asks again."""

MOST_ASKED = 32
"""Facts that are asked for at once."""

_ROUNDS = 6
"""The metadata of a version can be asked for only once the versions are known, and what it needs
only after that."""


async def with_facts(
    ls: PinwiseServer, path: Path, ask: Callable[[], Awaitable[tuple[R, tuple[Wanted, ...]]]]
) -> R:
    """Return the answer to a question; where an index knows what it misses, that of a moment later.

    It holds nothing else up, and ends at once where the request is cancelled.

    Args:
        ls: the server.
        path: the file that it is asked for.
        ask: asks the question; returns its answer, and which facts might make it another one.
    """
    deadline = asyncio.get_running_loop().time() + WAIT
    answer, missing = await ask()
    before: tuple[Wanted, ...] = ()
    for _ in range(_ROUNDS):
        # What is missed again has no answer.
        if not missing or missing == before:
            break
        if not await _look_up(ls, path, missing[:MOST_ASKED], deadline):
            break
        before = missing
        answer, missing = await ask()
    return answer


async def _look_up(
    ls: PinwiseServer, path: Path, wanted: tuple[Wanted, ...], deadline: float
) -> bool:
    """Have an index asked; return whether all answers came in time."""
    loop = asyncio.get_running_loop()
    arrived = asyncio.Semaphore(0)

    def tell() -> None:
        # The loop may have been closed since: the index answers from its own threads.
        if not loop.is_closed():
            loop.call_soon_threadsafe(arrived.release)

    async def answers() -> bool:
        # The settings and the options of the file may have changed with the last keystroke, so
        # that the analysis comes first.
        count = await ls.session.ask(
            lambda backend: sum(backend.look_up(path, *pair, tell) for pair in wanted),
            settled=True,
        )
        for _ in range(count):
            await arrived.acquire()
        return count > 0

    try:
        return await asyncio.wait_for(answers(), max(0.0, deadline - loop.time()))
    except asyncio.TimeoutError:
        return False
