"""Asks whether a version fits, and lets an index be asked for what is missing meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.cancellation import CancelToken
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

    Wanted: TypeAlias = tuple[NormalizedName, Version | None]

WAIT = 1.5
"""Seconds that a person may look at an item before it is told what is known."""

MOST_ASKED = 32
"""Facts that are asked for at once."""

_ROUNDS = 6
"""What one version needs is known only after the version is."""


async def fit_sentence(ls: PinwiseServer, path: Path, line: int, package: str, version: str) -> str:
    """Return whether a version fits with the rest of the file; "" where that is not known.

    Raises:
        JsonRpcContentModified: the text was changed meanwhile.
    """
    deadline = asyncio.get_running_loop().time() + WAIT
    before: tuple[Wanted, ...] = ()
    with ls.session.requests.about(path) as request:
        for _ in range(_ROUNDS):
            sentence, wanted = await request.ask(
                lambda backend, token: _fit(backend, path, line, (package, version), token)
            )
            if sentence or not wanted or wanted == before:
                return sentence
            if not await _looked_up(ls, path, wanted, deadline):
                return ""
            before = wanted
    return ""


def _fit(
    backend: Backend, path: Path, line: int, pin: tuple[str, str], token: CancelToken
) -> tuple[str, tuple[Wanted, ...]]:
    """Return the sentence on a package and version, and what to ask for; on the engine thread.

    Raises:
        CancelledError: the token was cancelled meanwhile.
    """
    from pinwise.features.completion.fit import fit_of  # noqa: PLC0415 - after `initialize`

    analysis = backend.analysis_of(path)
    if analysis is None:
        return "", ()
    fit = fit_of(replace(analysis.context, token=token), path, line, *pin)
    wanted = dict.fromkeys((gap.name, gap.version) for gap in fit.missing)
    return fit.sentence, tuple(wanted)[:MOST_ASKED]


async def _looked_up(
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
