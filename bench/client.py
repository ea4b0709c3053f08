"""The smallest LSP client that can time a server: dictionaries over pipes, no library."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import converters
from pytest_lsp import client_capabilities
from typing_extensions import Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType


def vscode_capabilities(*, pull: bool = False) -> dict[str, Any]:
    """Return what VS Code says of itself in `initialize`; with `pull`, that it asks for findings.

    The recorded ones are of a release that did not.
    """
    capabilities = client_capabilities("visual-studio-code")
    found: dict[str, Any] = converters.get_converter().unstructure(capabilities)
    if pull:
        found["textDocument"]["diagnostic"] = {"dynamicRegistration": True}
        found["workspace"]["diagnostics"] = {"refreshSupport": True}
    return found


class Client:
    """A server process and the pipes to it; a context manager that ends the process."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ) if environ is not None else None,
        )
        self._ids = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def initialize(
        self, root: str | None = None, *, pull: bool = False, **options: object
    ) -> dict[str, Any]:
        """Send `initialize` and return the answer; `options` are its initialization options."""
        folders = [{"uri": root, "name": "bench"}] if root else None
        return self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": root,
                "workspaceFolders": folders,
                "capabilities": vscode_capabilities(pull=pull),
                **({"initializationOptions": options} if options else {}),
            },
        )

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def begin(self, method: str, params: object) -> int:
        """Send a request and return its id, for whoever waits for the answer."""
        number = next(self._ids)
        self._send({"id": number, "method": method, "params": params})
        return number

    def request(self, method: str, params: object) -> dict[str, Any]:
        """Send a request and return its answer, answering the server's own meanwhile."""
        number = self.begin(method, params)
        return self.wait(lambda message: message.get("id") == number and "method" not in message)

    def wait(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read until a wanted message comes, and return it.

        The server's requests are answered as a client without settings would: with null.
        """
        while True:
            message = self._read()
            if "method" in message and "id" in message:
                count = len((message.get("params") or {}).get("items", ()))
                result = [None] * count if "configuration" in message["method"] else None
                self._send({"id": message["id"], "result": result})
            if wanted(message):
                return message

    def _send(self, message: dict[str, Any]) -> None:
        """Write one message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        pipe = self.process.stdin
        if pipe is None:
            raise BrokenPipeError
        pipe.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        pipe.flush()

    def _read(self) -> dict[str, Any]:
        """Read one message."""
        pipe = self.process.stdout
        if pipe is None:
            raise BrokenPipeError
        length = 0
        while (line := pipe.readline()) != b"\r\n":
            if not line:
                message = "the server has ended"
                raise EOFError(message)
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        found: dict[str, Any] = json.loads(pipe.read(length))
        return found


def server_command() -> list[str]:
    """Return how the extension starts the server, with this interpreter."""
    launch = Path(__file__).resolve().parent.parent / "server" / "launch.py"
    return [sys.executable, "-I", "-X", "utf8", str(launch), "serve"]
