"""The protocol as pygls speaks it, with the cancellation of commands added."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pygls.protocol import LanguageServerProtocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future


class CancellingProtocol(LanguageServerProtocol):
    """Lets `$/cancelRequest` reach the command that a request runs.

    pygls runs the handler of a command as a request of its own, inside the one that the client
    knows: cancelling that one answers the client, and the command would go on unseen.
    """

    def _execute_handler(
        self,
        msg_id: str | int,
        handler: Any,  # noqa: ANN401 - what pygls passes
        callback: Callable[[Any], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        super()._execute_handler(msg_id, handler, callback, args, kwargs)
        outer = callback.keywords.get("result_future") if isinstance(callback, partial) else None
        # Its answer goes to the request that contains it: pygls would keep it for ever.
        inner = self._request_futures.pop(msg_id, None) if outer is not None else None
        if outer is not None and inner is not None:
            outer.add_done_callback(partial(_pass_on, inner=inner))


def _pass_on(outer: Future[Any], *, inner: Future[Any]) -> None:
    """Cancel the handler inside where the request that contains it was cancelled."""
    if outer.cancelled() and inner.cancel():
        # Nobody asks for what becomes of it.
        inner.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
