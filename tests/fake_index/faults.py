"""Every fault that is tried on the fake index: how it is made, and what is to be told of it.

`tests/index/test_faults.py` tries them, and `python -m bench.faults` prints what the user sees.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from tests.fake_index.distributions import Release
from tests.fake_index.proxy import FakeProxy
from tests.fake_index.server import FakeIndex
from tests.fake_index.stage import PROJECTS, SHORT, Stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fake_index.stage import Seen

    Repair = Callable[[], None]

YEARS = 5 * 365 * 86_400.0


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        name: what a person calls it.
        arrange: makes it on a stage, and returns what ends it.
        reason: why nothing is known then, as a value of `Reason`; "" where nothing is lost.
        words: what the sentence says, or the log where there is none.
        everything: whether the index as a whole is meant, and not the page of one project.
    """

    name: str
    arrange: Callable[[Stage], Repair]
    reason: str = ""
    words: str = ""
    everything: bool = False


def page(name: str, behaviour: str, reason: str, words: str, *, everything: bool = False) -> Fault:
    """Return a fault of the page of one project."""

    def arrange(stage: Stage) -> Repair:
        stage.index.behaviours["flask"] = [behaviour]
        return stage.index.behaviours.clear

    return Fault(name, arrange, reason, words, everything)


def _slow(behaviour: str) -> Callable[[Stage], Repair]:
    """Let one page come too slowly, for somebody who waits but for a moment.

    The other project is known by then, lest a busy machine make that look slow as well.
    """

    def arrange(stage: Stage) -> Repair:
        stage.index.behaviours["flask"] = ["500"]
        stage.check()
        stage.close()
        patience = stage.environ["PIP_TIMEOUT"]
        stage.environ["PIP_TIMEOUT"] = str(SHORT)
        undo = stage.patch("pinwise.index.http.LONGEST_ANSWER", SHORT)
        stage.index.behaviours["flask"] = [behaviour]

        def repair() -> None:
            undo.close()
            stage.environ["PIP_TIMEOUT"] = patience
            stage.close()
            stage.index.release_slow()
            stage.index.behaviours.clear()

        return repair

    return arrange


def _paused(retry_after: Callable[[], str]) -> Callable[[Stage], Repair]:
    def arrange(stage: Stage) -> Repair:
        stage.index.retry_after = retry_after()
        stage.index.behaviours["flask"] = stage.index.behaviours["six"] = ["429"]
        return stage.index.behaviours.clear

    return arrange


def _refused(stage: Stage) -> Repair:
    """Point to a port where nobody listens, until the index moves there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stage.environ["PIP_INDEX_URL"] = f"http://127.0.0.1:{port}/simple/"
    return lambda: void(stage.stack.enter_context(FakeIndex(PROJECTS, port=port)))


def _unresolved(stage: Stage) -> Repair:
    stage.environ["PIP_INDEX_URL"] = f"http://index.invalid:{_port(stage)}/simple/"
    stage.environ["PIP_TRUSTED_HOST"] = "index.invalid"
    return lambda: stage.resolved.add("index.invalid")


def _elsewhere(target: str) -> Callable[[Stage], Repair]:
    def arrange(stage: Stage) -> Repair:
        stage.index.behaviours["flask"] = [f"location:{target}"]
        return stage.index.behaviours.clear

    return arrange


def _other_host(stage: Stage) -> Repair:
    """Redirect to another index, which must not get the credentials of the first."""
    stage.index.credentials = ("me", "secret")
    other = stage.stack.enter_context(FakeIndex(PROJECTS, credentials=("me", "secret")))
    stage.environ["PIP_INDEX_URL"] = stage.index.url.replace("://", "://me:secret@")
    stage.index.behaviours["flask"] = [f"redirect:{other.url}"]

    def repair() -> None:
        assert other.requests
        assert not any("authorization" in seen.headers for seen in other.requests)
        stage.index.behaviours.clear()

    return repair


def _speaks_no_tls(stage: Stage) -> Repair:
    stage.environ["PIP_INDEX_URL"] = stage.index.url.replace("http://", "https://")

    def repair() -> None:
        stage.environ["PIP_CERT"] = _encrypt(stage)
        stage.close()

    return repair


def _certificate(stage: Stage) -> Repair:
    """Let the index show a certificate that vouches for itself, until pip is told to trust it."""
    cert = _encrypt(stage)
    stage.environ["PIP_INDEX_URL"] = stage.index.url.replace("http://", "https://")

    def repair() -> None:
        stage.environ["PIP_CERT"] = cert
        stage.close()

    return repair


def _encrypt(stage: Stage) -> str:
    """Let the index speak TLS from now on, and return the certificate that vouches for it."""
    openssl = shutil.which("openssl")
    assert openssl is not None
    cert, key = stage.folder / "cert.pem", stage.folder / "key.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = stage.index._server  # noqa: SLF001 - it has no encryption of its own
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return str(cert)


def _proxied(**how: Any) -> Callable[[Stage], Repair]:  # noqa: ANN401 - those of `FakeProxy`
    def arrange(stage: Stage) -> Repair:
        proxy = stage.stack.enter_context(FakeProxy(**how))
        stage.environ["PIP_PROXY"] = proxy.url

        def repair() -> None:
            proxy.credentials = proxy.status = None

        return repair

    return arrange


def _tunnelled(stage: Stage) -> Repair:
    """Ask for a tunnel, as to any index that is encrypted."""
    repair = _proxied(credentials=("me", "secret"))(stage)
    _certificate(stage)
    stage.environ["PIP_CERT"] = str(stage.folder / "cert.pem")
    return repair


def _no_proxy(stage: Stage) -> Repair:
    stage.environ["PIP_PROXY"] = "http://proxy.invalid:3128"

    def repair() -> None:
        del stage.environ["PIP_PROXY"]
        stage.close()

    return repair


def _wrong_metadata(stage: Stage) -> Repair:
    """Send another metadata file than the one whose hash the index tells."""
    stage.index.add("flask", {"9.9": Release(requires_dist=("six>=2",))})
    file = "flask-9.9-py3-none-any.whl.metadata"
    stage.index.file_behaviours[file] = "other"
    return stage.index.file_behaviours.clear


def _clock_of_the_server(offset: float) -> Callable[[Stage], Repair]:
    def arrange(stage: Stage) -> Repair:
        stage.index.date = stage.now() + offset
        return lambda: None

    return arrange


def _clock_that_jumps(offset: float, *, fault: bool = False) -> Callable[[Stage], Repair]:
    """Check once, and let the local clock jump then."""

    def arrange(stage: Stage) -> Repair:
        if fault:
            stage.index.behaviours["flask"] = ["500", "ok"]
        stage.check()
        stage.offset = offset
        return lambda: None

    return arrange


def _damaged(damage: Callable[[Path], None]) -> Callable[[Stage], Repair]:
    """Check once, so that there is a cache, and damage it while nobody uses it."""

    def arrange(stage: Stage) -> Repair:
        stage.check()
        stage.close()
        damage(stage.cache_path)
        return lambda: None

    return arrange


def _in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _newer_schema(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE page ADD COLUMN newer TEXT")


def _outgrown(stage: Stage) -> Repair:
    """Let the cache be made, and the disk be full when it has to grow."""
    stage.check()
    stage.close()
    with contextlib.closing(sqlite3.connect(stage.cache_path)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute("DELETE FROM page")
        connection.commit()
    stage.index.add("six", {f"1.{i}": Release(requires_python=f">=3.{i}") for i in range(150)})
    return _full(pages)(stage)


def _full(pages: int) -> Callable[[Stage], Repair]:
    """Let the database have no more pages than that, as on a disk that is full."""

    def arrange(stage: Stage) -> Repair:
        real = sqlite3.connect

        def connect(*arguments: Any, **keywords: Any) -> sqlite3.Connection:  # noqa: ANN401
            connection: sqlite3.Connection = real(*arguments, **keywords)
            connection.execute(f"PRAGMA max_page_count = {pages}")
            return connection

        undo = stage.patch("pinwise.index.database.sqlite3.connect", connect)

        def repair() -> None:
            undo.close()
            stage.close()

        return repair

    return arrange


def _read_only(stage: Stage) -> Repair:
    if os.geteuid() == 0:
        # Modes stop no superuser; this folder does.
        stage.environ["XDG_CACHE_HOME"] = "/proc"
    else:
        (stage.folder / "cache").mkdir(mode=0o500)

    def repair() -> None:
        stage.environ["XDG_CACHE_HOME"] = str(stage.folder / "other")
        stage.close()

    return repair


def _locked(stage: Stage) -> Repair:
    stage.patch("pinwise.index.database._WRITER_PATIENCE", 0.05)
    stage.check()
    stage.close()
    other = stage.stack.enter_context(
        contextlib.closing(sqlite3.connect(stage.cache_path, isolation_level=None))
    )
    other.execute("DELETE FROM page")
    other.execute("BEGIN IMMEDIATE")
    return lambda: void(other.execute("ROLLBACK"))


@dataclass(frozen=True)
class Trial:
    """What a fault did.

    Attributes:
        during: what was seen while it lasted.
        again: what was seen when nothing was forgotten and the check repeated at once.
        after: what was seen when it had ended.
    """

    during: Seen
    again: Seen
    after: Seen


def try_fault(fault: Fault, folder: Path) -> Trial:
    """Make a fault, look, end it, and look again.

    Args:
        fault: one of `FAULTS`.
        folder: empty.
    """
    with Stage(folder) as stage:
        repair = fault.arrange(stage)
        during, again = stage.check(), stage.check()
        repair()
        stage.retry()
        return Trial(during, again, stage.check())


def _port(stage: Stage) -> str:
    return stage.index.url.split("/")[2].rpartition(":")[2]


def void(_: object) -> None:
    """Return nothing."""


TOO_LATE = "did not answer in time"
HOST = "127.0.0.1:"

FAULTS = (
    Fault("connection refused", _refused, "unreachable", "refuses the connection", everything=True),
    page("connection reset", "reset", "unreachable", "closed the connection"),
    page("connection that dies half-way", "hang-up", "unreachable", "closed the connection"),
    Fault(
        "name that is not resolved",
        _unresolved,
        "unreachable",
        "the name index.invalid cannot be resolved",
        everything=True,
    ),
    Fault("no answer", _slow("slow"), "timed-out", TOO_LATE),
    Fault("head, and then nothing", _slow("drip"), "timed-out", TOO_LATE),
    Fault("a byte now and again", _slow("trickle"), "timed-out", TOO_LATE),
    Fault("a byte of the head now and again", _slow("trickle-head"), "timed-out", TOO_LATE),
    page("body shorter than its length", "truncated", "unreadable", "is cut short"),
    page("half a page", "cut", "unreadable", "is not valid JSON"),
    page("wrong content type", "wrong-type", "unreadable", "text/plain"),
    page("login page of a network", "login", "unreadable", "a page for people"),
    page("greeting of a network, without a form", "greeting", "unreadable", "a page for people"),
    page("front page of a web site", "front-page", "unreadable", "a page for people"),
    page("empty answer", "nothing", "unreadable", "the answer is empty"),
    page("304 to a first request", "304", "unreadable", "answers with status 304"),
    page("bad JSON", "malformed", "unreadable", "is not valid JSON"),
    page("JSON that is nested too deeply", "nested", "unreadable", "is not valid JSON"),
    page("bad HTML", "bad-html", "unreadable", "is no page of an index"),
    page("body that is not gzip", "bad-encoding", "unreadable", "not decodable"),
    page("gzip bomb of a gigabyte", "bomb", "unreadable", "larger than 64 MB"),
    page("page of 80 MB", "huge", "unreadable", "larger than 64 MB"),
    page("page without end", "flood", "unreadable", "larger than 64 MB"),
    page("redirect to itself", "loop", "unreadable", "redirects without end"),
    Fault("redirect to another host", _other_host, "unauthorised", "asks for credentials"),
    Fault(
        "redirect to a file of this machine",
        _elsewhere("file:///etc/hosts"),
        "unreadable",
        "no address of a web server",
    ),
    Fault(
        "redirect to plain http",
        _elsewhere("http://plain.invalid/simple/flask/"),
        "unreadable",
        "which is not encrypted",
    ),
    Fault(
        "redirect to what is no address",
        _elsewhere("http://["),
        "unreadable",
        "no address of a web server",
    ),
    page("401", "401", "unauthorised", "asks for credentials (401)"),
    page("403", "403", "unauthorised", "refuses access (403)"),
    *(
        Fault(
            f"429, Retry-After {form}",
            _paused(header),
            "rate-limited",
            "asks for fewer requests",
            everything=True,
        )
        for form, header in (
            ("in seconds", lambda: "100"),
            ("a date", lambda: formatdate(usegmt=True)),
            ("of a thousand digits", lambda: "9" * 1000),
        )
    ),
    *(
        page(status, status, "server-error", f"has a problem ({status})")
        for status in ("500", "502", "503")
    ),
    Fault(
        "TLS: the server speaks none",
        _speaks_no_tls,
        "unreachable",
        "no encrypted",
        everything=True,
    ),
    Fault(
        "TLS: unknown certificate", _certificate, "unreachable", "certificate of", everything=True
    ),
    Fault(
        "proxy asks for a password",
        _proxied(credentials=("me", "secret")),
        "unreachable",
        "the proxy on the way to",
        everything=True,
    ),
    Fault(
        "proxy asks for a password (tunnel)",
        _tunnelled,
        "unreachable",
        "the proxy on the way to",
        everything=True,
    ),
    Fault(
        "proxy that is not there",
        _no_proxy,
        "unreachable",
        "the proxy on the way to",
        everything=True,
    ),
    Fault(
        "metadata file of a wrong hash",
        _wrong_metadata,
        "unreadable",
        "not the one that the index tells of",
    ),
    Fault("the server's clock is years ahead", _clock_of_the_server(YEARS)),
    Fault("the server's clock is years behind", _clock_of_the_server(-YEARS)),
    Fault("the local clock jumps years ahead", _clock_that_jumps(YEARS)),
    Fault("the local clock jumps years back", _clock_that_jumps(-YEARS)),
    Fault("the local clock jumps back after a failure", _clock_that_jumps(-YEARS, fault=True)),
    Fault("cache: disk full from the start", _full(1), words="disk is full"),
    Fault("cache: disk full later", _outgrown, words="disk is full"),
    Fault("cache: folder cannot be written", _read_only, words="cannot be opened"),
    Fault(
        "cache: garbage",
        _damaged(lambda path: void(path.write_bytes(b"garbage" * 9_000))),
        words="is not a database",
    ),
    Fault(
        "cache: truncated",
        _damaged(lambda path: os.truncate(path, path.stat().st_size // 2)),
        words="malformed",
    ),
    Fault("cache: zero bytes", _damaged(lambda path: os.truncate(path, 0))),
    Fault("cache: a folder in its place", _damaged(_in_its_place), words="unable to open"),
    Fault("cache: a newer schema", _damaged(_newer_schema), words="of another layout"),
    Fault("cache: locked by another writer", _locked, words="is locked"),
)
"""Where `os.geteuid` is missing, the one that needs it is left out by those who try them."""

if sys.platform == "win32":
    FAULTS = tuple(fault for fault in FAULTS if fault.arrange is not _read_only)
