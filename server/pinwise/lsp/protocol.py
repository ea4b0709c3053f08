"""The protocol as pygls speaks it, with what it lacks: see `PinwiseProtocol`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future


class PinwiseProtocol(LanguageServerProtocol):
    """Answers requests of a wrong shape, and lets `$/cancelRequest` reach commands.

    Of a request whose parameters are not those of its method, pygls writes to its log; the client
    would wait for ever. The handler of a command it runs as a request of its own, inside the one
    that the client knows: cancelling that one answers the client, and the command would go on
    unseen. And it keeps the future of a notification for ever, 2 KB for each keystroke.
    """

    def structure_message(self, data: dict[str, Any]) -> Any:  # noqa: ANN401 - as pygls has it
        """Return a message as one of LSP's types."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            number = data.get("id")
            if isinstance(data.get("method"), str) and isinstance(number, int | str):
                self._send_response(number, error=error.to_response_error())
            raise

    def _execute_handler(
        self,
        msg_id: str | int,
        handler: Any,  # noqa: ANN401 - what pygls passes
        callback: Callable[[Any], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        super()._execute_handler(msg_id, handler, callback, args, kwargs)
        if (future := self._request_futures.get(msg_id)) is not None:
            future.add_done_callback(lambda _: self._request_futures.pop(msg_id, None))
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
