"""A forward proxy on loopback: plain requests and tunnels (`CONNECT`), with or without password."""

from __future__ import annotations

import base64
import contextlib
import http.client
import selectors
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self

_HOP_BY_HOP = frozenset({"connection", "proxy-authorization", "proxy-connection", "keep-alive"})


class FakeProxy:
    """Forwards what it is asked for at `url` while the context is open, and notes it.

    Args:
        hosts: by the name that clients use, where a host really is; others are looked for as they
            are.
        credentials: what every request must bring, or it gets 407.
        status: what to answer instead of forwarding; None forwards.
    """

    def __init__(
        self,
        hosts: Mapping[str, tuple[str, int]] | None = None,
        *,
        credentials: tuple[str, str] | None = None,
        status: int | None = None,
    ) -> None:
        self.hosts = dict(hosts or {})
        self.credentials = credentials
        self.status = status
        self.requests: list[str] = []
        """The method and the address or host of each request that was let through."""
        self.refused = 0
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        """The address of the proxy, without credentials."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url_with_credentials(self) -> str:
        """The address with the credentials that it asks for."""
        assert self.credentials is not None
        return self.url.replace("://", f"://{':'.join(self.credentials)}@")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    proxy: FakeProxy

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - those of the base class
        self._connections: set[socket.socket] = set()
        super().__init__(*args)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as in the base class
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Say nothing: clients hang up in tests, and on purpose."""

    def end_connections(self) -> None:
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        if not self._may_pass():
            return
        self.server.proxy.requests.append(f"GET {self.path}")
        parts = urlsplit(self.path)
        host, port = self._place(parts.hostname or "", parts.port or 80)
        upstream = http.client.HTTPConnection(host, port, timeout=30)
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP
        }
        upstream.request("GET", parts._replace(scheme="", netloc="").geturl(), headers=headers)
        answer = upstream.getresponse()
        body = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() != "connection":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        upstream.close()

    def do_CONNECT(self) -> None:
        if not self._may_pass():
            return
        self.server.proxy.requests.append(f"CONNECT {self.path}")
        host, _, port = self.path.rpartition(":")
        with socket.create_connection(self._place(host, int(port)), timeout=30) as upstream:
            self.send_response_only(200)
            self.end_headers()
            self.wfile.flush()
            self.close_connection = True
            _pump(self.connection, upstream)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base's
        """Say nothing; `FakeProxy.requests` has it."""

    def _place(self, host: str, port: int) -> tuple[str, int]:
        return self.server.proxy.hosts.get(host, (host, port))

    def _may_pass(self) -> bool:
        """Answer what is not let through."""
        proxy, status, headers = self.server.proxy, self.server.proxy.status, {}
        if status is None and proxy.credentials is not None:
            pair = base64.b64encode(":".join(proxy.credentials).encode()).decode()
            if self.headers.get("Proxy-Authorization") != f"Basic {pair}":
                status, headers = 407, {"Proxy-Authenticate": 'Basic realm="fake"'}
        if status is None:
            return True
        proxy.refused += 1
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Hand bytes from each to the other until one of them has no more."""
    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in selector.select():
                assert isinstance(key.fileobj, socket.socket)
                data = key.fileobj.recv(65_536)
                if not data:
                    return
                key.data.sendall(data)
