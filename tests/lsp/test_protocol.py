"""What pygls lacks."""

from __future__ import annotations

import asyncio
from typing import Any

from lsprotocol import types

from pinwise.lsp.server import PinwiseServer, make_server

URI = "file:///project/requirements.txt"


class Written:
    """Takes what the server sends."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.text += data.decode()

    def close(self) -> None:
        """Do nothing."""


def initialized(written: Written | None = None) -> PinwiseServer:
    """Return a server that has answered `initialize`."""
    server = make_server()
    server.protocol.set_writer(written or Written())
    send(server, "initialize", {"processId": None, "rootUri": None, "capabilities": {}}, id=1)
    return server


def send(server: PinwiseServer, method: str, params: object, **more: object) -> None:
    message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params, **more}
    server.protocol.handle_message(server.protocol.structure_message(message))


def test_notifications_leave_nothing_behind() -> None:
    server = initialized()
    document = {"uri": URI, "languageId": "pip-requirements", "version": 1, "text": ""}
    send(server, types.TEXT_DOCUMENT_DID_OPEN, {"textDocument": document})
    for version in range(2, 12):
        changed = {"uri": URI, "version": version}
        change = {"textDocument": changed, "contentChanges": [{"text": f"flask=={version}\n"}]}
        send(server, types.TEXT_DOCUMENT_DID_CHANGE, change)
    # pygls keeps the futures of what is under way there.
    assert server.protocol._request_futures == {}  # noqa: SLF001 - see above


async def test_nothing_is_published_once_the_client_said_shutdown() -> None:
    written = Written()
    server = initialized(written)
    server.session.start()
    for last in (False, True):
        if last:
            send(server, types.SHUTDOWN, None, id=2)
        uri = f"{URI}.{last}"
        server.session.publish(types.PublishDiagnosticsParams(uri, []))
        # What other threads hand over is taken in turn.
        await asyncio.sleep(0)
    assert f"{URI}.False" in written.text
    assert f"{URI}.True" not in written.text
