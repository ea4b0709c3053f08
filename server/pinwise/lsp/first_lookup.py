"""The notice at the first look-up ever: which hosts are told which names, and how to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.lsp.backend import Backend
    from pinwise.lsp.session import Session

MARK = "network-notice"
"""The file in the user's state folder that says that the notice was shown."""

_MESSAGE = "Pinwise asks pip's indexes about your packages. The setting offline stops it."
"""Short, because some editors make their user confirm what does not fit on one line."""


class FirstLookup:
    """Tells of look-ups once for each user, whatever window or editor they look through.

    Nothing waits for it, and nobody has to answer. Runs on the event loop.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._settled = False

    def asked(self) -> None:
        """An index may have been asked."""
        if not self._settled:
            self._session.spawn(self._tell())

    async def _tell(self) -> None:
        first = await self._session.ask(_is_first)
        if first is None or self._settled:
            return
        self._settled = True
        if not first:
            return
        server = self._session.server
        if self._session.features.network_dialogs:
            from pinwise.lsp.not_checked import guide_uri  # noqa: PLC0415 - after `initialize`

            page = guide_uri("what-is-sent")
            server.protocol.notify("pinwise/networkNotice", {"page": page or ""})
        else:
            server.window_show_message(types.ShowMessageParams(types.MessageType.Info, _MESSAGE))


def _is_first(backend: Backend) -> bool | None:
    """Return whether this is the first look-up ever, None where nothing was sent yet.

    On the engine thread; touches the disk only once something was sent.
    """
    if not backend.workspace.requests():
        return None
    import platformdirs  # noqa: PLC0415 - after `initialize`

    return claim(platformdirs.user_state_path("pinwise", appauthor=False))


def claim(folder: Path) -> bool:
    """Return whether nobody was shown the notice yet, and remember that somebody is now.

    Of two windows that ask at once, one is told so. Where nothing can be remembered, the notice
    is shown again rather than never.

    Args:
        folder: that of the user's state; made where it is missing.
    """
    mark = folder / MARK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mark.open("x").close()
    except OSError:
        return not mark.exists()
    return True
