"""The server of the fake index."""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import threading
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from tests.fake_index.distributions import File, Release, files_of
from tests.fake_index.pages import (
    HTML_TYPE,
    JSON_TYPE,
    Told,
    faulty_answer,
    html_page,
    json_page,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self


@dataclass(frozen=True)
class Seen:
    """One request that came in; the names of headers are in lower case."""

    path: str
    headers: Mapping[str, str]


class FakeIndex:
    """Serves projects at `url` while the context is open, and notes every request.

    Args:
        projects: the releases by version, by name as the project spells it.
        behaviours: by normalized name, what to do instead of answering: the words below, several
            with commas between for one request after the other (the last one stays).

            - a status such as `401`, `404`, `429`, `500`: that, `429` and `503` with Retry-After;
            - `ok`: answer as usual;
            - `slow`: answer when `release_slow` is called;
            - `drip`: send the head, then nothing until `release_slow`;
            - `trickle`: send the head, then a byte now and again until `release_slow`;
            - `trickle-head`: send even the head so, without end;
            - `truncated`: a Content-Length longer than the body;
            - `cut`: half a page, with the length of the half;
            - `malformed`: a body that is not of its Content-Type;
            - `nested`: JSON that is nested too deeply; `bad-html`: what is no HTML page;
            - `bad-encoding`: a body that is not of its Content-Encoding;
            - `wrong-type`: a page of type text/plain;
            - `login`, `greeting`, `front-page`: a page for people, with status 200;
            - `nothing`: an empty body, with status 200;
            - `huge`: 80 MB of page, compressed well; `bomb`: a gigabyte in a megabyte;
            - `flood`: a page without end;
            - `hang-up`: half a page without a length, then a reset;
            - `reset`: the connection is reset without an answer;
            - `loop`: a redirect to itself;
            - `redirect:URL`: a redirect to the project at another index;
            - `location:TEXT`: a redirect with that text for an address.
        formats: what the index can send; the client's Accept header chooses.
        credentials: what every request must bring, or it gets 401.
        retry_after: the header's text.
        validators: whether pages have an ETag, and conditional requests may get 304.
        core_metadata: whether pages tell of metadata files, which are served in any case.
    """

    def __init__(  # noqa: PLR0913 - keywords of a test's arrangement
        self,
        projects: Mapping[str, Mapping[str, Release]] | None = None,
        behaviours: Mapping[str, str] | None = None,
        *,
        formats: Sequence[str] = ("json", "html"),
        credentials: tuple[str, str] | None = None,
        retry_after: str = "1",
        validators: bool = True,
        core_metadata: bool = True,
        port: int = 0,
    ) -> None:
        self.formats = tuple(formats)
        self.credentials = credentials
        self.retry_after = retry_after
        self.validators = validators
        self.core_metadata = core_metadata
        self.behaviours = {name: text.split(",") for name, text in (behaviours or {}).items()}
        self.statuses: dict[str, str] = {}
        """The status markers (PEP 792) of projects by normalized name."""
        self.tracks: dict[str, tuple[str, ...]] = {}
        self.alternate_locations: dict[str, tuple[str, ...]] = {}
        """What pages tell by PEP 708, by normalized name."""
        self.file_behaviours: dict[str, str] = {}
        """By the last part of a file's address, what to do instead of sending it: a status;
        `whole`: know no ranges; `no-suffix`: refuse ranges from the end; `changing`: another ETag
        each time; `wrong-range`: tell of another part than is sent; `other`: other content."""
        self.date: float | None = None
        """What the server's clock says, in seconds since the epoch; None for the true time."""
        self.head = ""
        """Text to put into the head of HTML pages."""
        self.requests: list[Seen] = []
        self.slow_reached = threading.Event()
        """Set when a `slow` or `drip` request has come in."""
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._projects: dict[str, tuple[str, dict[str, Release]]] = {}
        self._files: dict[str, list[File]] = {}
        for name, releases in (projects or {}).items():
            self.add(name, releases)
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.index = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, port: int = 0) -> FakeIndex:
        """Make one from the parsed form of `DATA.json`."""
        projects = {
            name: {version: Release.from_json(release) for version, release in releases.items()}
            for name, releases in data.get("projects", {}).items()
        }
        return cls(projects, data.get("behaviours", {}), port=port)

    @property
    def url(self) -> str:
        """The address of the index, with a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/simple/"

    def add(self, name: str, releases: Mapping[str, Release]) -> None:
        """Add a project, or replace its releases."""
        with self._lock:
            self._projects[canonicalize_name(name)] = (name, dict(releases))
            self._files.pop(canonicalize_name(name), None)

    def release_slow(self) -> None:
        """Let the requests go on that `slow` and `drip` hold up, now and later."""
        self._released.set()

    @property
    def connections(self) -> int:
        """How many connections were made so far."""
        return self._server.accepted

    def pages_asked(self) -> Counter[str]:
        """Return how often the page of each project was asked for."""
        pages = (re.fullmatch(r"/simple/([^/]+)/", seen.path) for seen in list(self.requests))
        return Counter(match[1] for match in pages if match)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving, and end the open connections."""
        self._released.set()
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()

    # For the handler --------------------------------------------------------------------------

    def next_behaviour(self, name: str) -> str:
        """Return what to do with this request for a project's page."""
        with self._lock:
            texts = self.behaviours.get(name, ["ok"])
            return texts.pop(0) if len(texts) > 1 else texts[0]

    def wait_for_release(self) -> None:
        """Hold the request up."""
        self.slow_reached.set()
        self._released.wait()

    def pause(self) -> bool:
        """Wait for a moment between two bytes; return whether to go on."""
        self.slow_reached.set()
        return not self._released.wait(0.01)

    def files(self, name: str) -> list[File] | None:
        """Return the files of a project, making them where that has not been done."""
        with self._lock:
            if name not in self._projects:
                return None
            if name not in self._files:
                spelt, releases = self._projects[name]
                self._files[name] = [
                    file
                    for version, release in releases.items()
                    for file in files_of(spelt, version, release)
                ]
            return self._files[name]

    def names(self) -> list[str]:
        """Return the names of all projects as they spell them."""
        with self._lock:
            return [spelt for spelt, _ in self._projects.values()]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    index: FakeIndex

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - those of the base class
        self.accepted = 0
        self._connections: set[socket.socket] = set()
        super().__init__(*args)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        self.accepted += 1
        return connection, address

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as in the base class
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Say nothing: clients hang up in tests, and on purpose."""

    def end_connections(self) -> None:
        """Wake the handlers that wait for a next request."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        index = self.server.index
        path = self.path.partition("?")[0]
        headers = {name.lower(): value for name, value in self.headers.items()}
        index.requests.append(Seen(self.path, headers))
        if index.credentials is not None:
            pair = base64.b64encode(":".join(index.credentials).encode()).decode()
            if headers.get("authorization") != f"Basic {pair}":
                self._send(401, b"", "text/plain", {"WWW-Authenticate": 'Basic realm="fake"'})
                return
        if match := re.fullmatch(r"/simple/([^/]+)/?", path):
            self._project(match[1])
        elif path == "/simple/":
            links = "".join(f'<a href="{name}/">{name}</a>\n' for name in index.names())
            self._send(200, f"<!DOCTYPE html><html><body>{links}</body></html>".encode())
        elif match := re.fullmatch(r"/files/([^/]+)/([^/]+)", path):
            self._file(match[1], match[2])
        else:
            self._send(404, b"")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base's
        """Say nothing; `FakeIndex.requests` has it."""

    def _project(self, asked: str) -> None:
        name = canonicalize_name(asked)
        behaviour = self.server.index.next_behaviour(name)
        if behaviour in {"slow", "drip"}:
            if behaviour == "drip":
                self._head(200, 1000, HTML_TYPE, {})
                self.wfile.flush()
            self.server.index.wait_for_release()
            if behaviour == "drip":
                self.close_connection = True
                return
        elif behaviour in {"trickle", "trickle-head", "flood", "hang-up"}:
            self._pour(behaviour)
            return
        elif behaviour != "ok":
            self._misbehave(name, behaviour)
            return
        if asked != name:
            self._send(301, b"", headers={"Location": f"/simple/{name}/"})
            return
        page = self._page(name)
        if page is None:
            self._send(404, b"not found", "text/plain")
            return
        body, content_type = page
        headers = {}
        if self.server.index.validators:
            headers["ETag"] = f'"{sha256(body).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == headers["ETag"]:
                self._send(304, b"", content_type, headers)
                return
        self._send(200, body, content_type, headers)

    def _misbehave(self, name: str, behaviour: str) -> None:
        body, content_type = self._page(name) or (b"<!DOCTYPE html>", HTML_TYPE)
        if behaviour.isdecimal():
            retry = {"Retry-After": self.server.index.retry_after}
            self._send(int(behaviour), b"", headers=retry if behaviour in {"429", "503"} else {})
        elif behaviour == "truncated":
            self._head(200, len(body) + 100, content_type, {})
            self.wfile.write(body)
            self.close_connection = True
        elif behaviour == "reset":
            self._reset()
        elif behaviour == "loop":
            self._send(302, b"", headers={"Location": self.path})
        elif behaviour.startswith("redirect:"):
            target = behaviour.partition(":")[2].rstrip("/")
            self._send(302, b"", headers={"Location": f"{target}/{name}/"})
        elif behaviour.startswith("location:"):
            self._send(302, b"", headers={"Location": behaviour.partition(":")[2]})
        else:
            faulty, content_type, headers = faulty_answer(behaviour, body, content_type)
            self._send(200, faulty, content_type, headers)

    def _pour(self, behaviour: str) -> None:
        """Send what has no end, until the client hangs up."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            if behaviour == "trickle-head":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while self.server.index.pause():
                    self.wfile.write(b"x")
                return
            self._head(200, None, HTML_TYPE, {"Connection": "close"})
            self.wfile.write(b"<!DOCTYPE html><html><body>")
            if behaviour == "hang-up":
                self.wfile.flush()
                self._reset()
            while behaviour == "trickle" and self.server.index.pause():
                self.wfile.write(b" ")
            while behaviour == "flood":
                self.wfile.write(b"<br/>\n" * 65_536)

    def _reset(self) -> None:
        self.close_connection = True
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # on, for no time: close by a reset
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(self.server.index.date or timestamp)

    def _page(self, name: str) -> tuple[bytes, str] | None:
        index = self.server.index
        files = index.files(name)
        if files is None:
            return None
        accepted = self.headers.get("Accept", "*/*")
        told = Told(
            index.statuses.get(name, ""),
            index.head,
            index.core_metadata,
            index.tracks.get(name, ()),
            index.alternate_locations.get(name, ()),
        )
        if "json" in index.formats and (JSON_TYPE in accepted or "html" not in index.formats):
            return json_page(name, files, told), JSON_TYPE
        return html_page(name, files, told), HTML_TYPE if HTML_TYPE in accepted else "text/html"

    def _file(self, name: str, filename: str) -> None:
        behaviour = self.server.index.file_behaviours.get(filename, "")
        if behaviour.isdecimal():
            self._send(int(behaviour), b"")
            return
        if behaviour == "other":
            self._send(200, b"<!DOCTYPE html><html>not here</html>")
            return
        for file in self.server.index.files(name) or ():
            if filename == file.filename:
                self._ranged(file.content)
                return
            if filename == f"{file.filename}.metadata" and file.metadata is not None:
                self._send(200, file.metadata, "text/plain")
                return
        self._send(404, b"")

    def _ranged(self, content: bytes) -> None:
        """Send a file, or the part of it that a single byte range names (RFC 9110, 14)."""
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        size = len(content)
        behaviour = self.server.index.file_behaviours.get(self.path.rpartition("/")[2], "")
        if behaviour == "whole":
            asked = None
        if asked is None or not any(asked.groups()):
            self._send(200, content, "application/octet-stream", {"Accept-Ranges": "bytes"})
            return
        first, last = asked.groups()
        start = int(first) if first else max(0, size - int(last))
        end = min(int(last), size - 1) if first and last else size - 1
        if start >= size or (behaviour == "no-suffix" and not first):
            self._send(416, b"", headers={"Content-Range": f"bytes */{size}"})
            return
        headers = {"Content-Range": f"bytes {start}-{end}/{size}"}
        if behaviour == "changing":
            headers["ETag"] = f'"{len(self.server.index.requests)}"'
        elif behaviour == "wrong-range":
            headers["Content-Range"] = f"bytes {start + 1}-{end}/{size}"
        self._send(206, content[start : end + 1], "application/octet-stream", headers)

    def _send(
        self,
        status: int,
        body: bytes,
        content_type: str = "text/html",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._head(status, len(body), content_type, headers or {})
        if status != 304:
            self.wfile.write(body)

    def _head(
        self, status: int, length: int | None, content_type: str, headers: Mapping[str, str]
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if status != 304 and length is not None:  # it has no body
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
