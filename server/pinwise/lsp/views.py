"""Tells the client that what it shows beside the text, lenses and hints, is out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from pinwise.lsp.session import Session


class Views:
    """Asks the client to ask again, where it understands that. Runs on the event loop.

    A client asks by itself when a text changes; that facts came in, only we know.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._under_way = False
        self._again = False

    def facts_changed(self) -> None:
        """Have views drawn anew once everything is analysed; many calls are one request."""
        features = self._session.features
        if not (features.refresh_lenses or features.refresh_hints) or self._session.stopped:
            return
        if self._under_way:
            self._again = True
            return
        self._under_way = True
        self._session.spawn(self._refresh())

    async def _refresh(self) -> None:
        """Wait for the analyses, then tell the client."""
        session = self._session
        try:
            while True:
                self._again = False
                await session.ask(lambda _backend: None, settled=True)
                try:
                    if session.features.refresh_lenses:
                        await session.server.workspace_code_lens_refresh_async(None)
                    if session.features.refresh_hints:
                        await session.server.workspace_inlay_hint_refresh_async(None)
                except JsonRpcException:
                    # A client that refuses shows what it has.
                    return
                if not self._again:
                    return
        finally:
            self._under_way = False
