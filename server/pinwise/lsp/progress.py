"""Long actions for the user: progress and cancellation over LSP's work-done progress."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from pinwise.base.cancellation import CancelToken

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from pinwise.base.progress import Progress
    from pinwise.lsp.server import PinwiseServer

logger = logging.getLogger(__name__)

R = TypeVar("R")


class _WorkDone:
    """Passes reports on to the client; called from the action's thread."""

    def __init__(self, server: PinwiseServer, token: str | None) -> None:
        self._server = server
        self._token = token
        self._loop = asyncio.get_running_loop()

    def report(self, message: str, fraction: float | None = None) -> None:
        """Show the message beside the action's title."""
        if self._token is None:
            return
        percentage = None if fraction is None else round(100 * fraction)
        self._loop.call_soon_threadsafe(
            self._server.work_done_progress.report,
            self._token,
            types.WorkDoneProgressReport(message=message, percentage=percentage),
        )


async def run_action(
    server: PinwiseServer, title: str, action: Callable[[Progress, CancelToken], R]
) -> R:
    """Run a long action on a worker, with a progress that the user can cancel.

    A request that the client cancels ends the action too: nothing goes on unseen.

    Raises:
        CancelledError: of `pinwise.base.cancellation`, when the user cancelled.
    """
    session = server.session
    cancel = CancelToken()
    token = await _begin(server, title, cancel) if session.features.progress else None
    work = asyncio.get_running_loop().run_in_executor(
        session.workers, action, _WorkDone(server, token), cancel
    )
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        cancel.cancel()
        # It takes a moment to clean up; until then it is still at work.
        await asyncio.wait({work})
        if not work.cancelled() and (error := work.exception()):
            logger.info("%s: cancelled: %s", title, error)
        raise
    finally:
        if token is not None:
            server.work_done_progress.end(token, types.WorkDoneProgressEnd())
            # pygls keeps the tokens of ended progress.
            server.work_done_progress.tokens.pop(token, None)


async def _begin(server: PinwiseServer, title: str, cancel: CancelToken) -> str | None:
    """Show a progress with a cancel button, and tie the button to `cancel`.

    None where the client refuses: the action then runs without.
    """
    token = f"pinwise-{uuid.uuid4()}"
    progress = server.work_done_progress
    try:
        await progress.create_async(token)
    except JsonRpcException as error:
        logger.info("the client shows no progress: %s", error)
        return None
    progress.begin(token, types.WorkDoneProgressBegin(title=title, cancellable=True))

    def pressed(future: Future[None]) -> None:
        if future.cancelled():
            cancel.cancel()

    progress.tokens[token].add_done_callback(pressed)
    return token
