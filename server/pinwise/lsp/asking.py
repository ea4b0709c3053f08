"""Questions about a place in a text: ended when nobody wants them, refused when it moved on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from pygls.exceptions import JsonRpcContentModified

from pinwise.base.cancellation import CancelledError, CancelToken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pinwise.lsp.backend import Backend
    from pinwise.lsp.session import Session

R = TypeVar("R")


class TextRequest:
    """One request about a text, of which the engine is asked once or more.

    Attributes:
        token: cancelled when the request is, and when the text is changed.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._in_order = True
        self.token = CancelToken()

    async def ask(
        self, question: Callable[[Backend, CancelToken], R], *, settled: bool = False
    ) -> R:
        """Ask the engine, as `Session.ask` does; the question may check the token meanwhile.

        Raises:
            CancelledError: the text was changed before the question was looked at. One that need
                not wait sees the text that the request is about, because jobs run in order.
        """
        in_order, self._in_order = self._in_order and not settled, False

        def run(backend: Backend) -> R:
            if not in_order:
                self.token.check()
            return question(backend, self.token)

        return await self._session.ask(run, settled=settled)


class TextRequests:
    """The requests about texts that are under way. Used on the event loop alone."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._open: dict[Path, set[TextRequest]] = {}

    @contextmanager
    def about(self, path: Path) -> Iterator[TextRequest]:
        """Answer a request about a file within this: what is left of it ends with it.

        Raises:
            JsonRpcContentModified: the text was changed, so that the place is another one now.
        """
        request = TextRequest(self._session)
        requests = self._open.setdefault(path, set())
        requests.add(request)
        try:
            yield request
        except CancelledError:
            message = "The text was changed meanwhile."
            raise JsonRpcContentModified(message) from None
        finally:
            # The engine may still be at it, where the client cancelled.
            request.token.cancel()
            requests.discard(request)
            if not requests and self._open.get(path) is requests:
                del self._open[path]

    def changed(self, path: Path) -> None:
        """The text of a file was changed: places in it are others now."""
        for request in self._open.get(path, ()):
            request.token.cancel()
