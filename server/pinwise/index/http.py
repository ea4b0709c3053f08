"""Asks a web server for one page: with limits, retries and manners.

What comes back is an answer or a fact; nothing is raised for what a network can do. Details of
failures name the host alone, since user parts, paths and queries may hold secrets.
"""

from __future__ import annotations

import base64
import contextlib
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pinwise import __version__
from pinwise.base.facts import Absent, NotChecked, Reason
from pinwise.index.credentials import netrc_credentials
from pinwise.index.urls import (
    is_secure,
    label_of,
    origin_of,
    split_credentials,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from urllib3 import BaseHTTPResponse

    from pinwise.index.transport import Transport
    from pinwise.index.types import IndexOptions
    from pinwise.index.urls import Credentials

PAGE_LIMIT = 64 * 1024 * 1024
"""Bytes of a decoded page beyond which it is not read on: several times the largest known."""

LONGEST_WAIT = 10.0
"""Seconds that a `Retry-After` is waited for; a longer one is reported instead."""

LONGEST_PAUSE = 300.0
"""Seconds for which a host that asked for it is left alone, at most."""

_REDIRECTS = 10
_CHUNK = 256 * 1024
_OUTAGE = 15.0
"""Seconds for which a host that cannot be reached is not tried again: others wait in the queue."""

_TIMEOUTS_TO_OUTAGE = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent.

    Attributes:
        url: where the answer came from after redirects, without credentials.
        unchanged: the server confirmed what the validators describe; there is no body.
        content_type: as sent, "" without.
    """

    url: str
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False


@dataclass(slots=True)
class Statistics:
    """Counts of what was asked, for benchmarks. Read it at rest."""

    requests: int = 0
    bytes_received: int = 0
    unchanged: int = 0
    failures: int = 0


@dataclass(slots=True)
class _Host:
    """What is remembered of one origin."""

    outage: NotChecked | None = None
    until: float = 0.0
    timeouts: int = 0


class _TryAgainError(Exception):
    """The attempt failed with `outcome`; another may succeed, after `delay` seconds if told."""

    def __init__(self, outcome: NotChecked, delay: float | None = None) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome
        self.delay = delay


class HttpClient:
    """Sends GET requests under one configuration. Safe from any thread.

    Args:
        options: certificates, proxy, trusted hosts, timeout and number of retries.
        wait: sleeps for some seconds and returns whether the wait was cut short by `close`;
            tests pass one of their own.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        options: IndexOptions,
        *,
        wait: Callable[[float], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.statistics = Statistics()
        self._options = options
        self._strangers = {origin_of(url)[1] for url in options.workspace_urls}
        self._strangers -= options.user_hosts
        self._closed = threading.Event()
        self._wait = wait or self._closed.wait
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[tuple[str, str, int], _Host] = {}
        self._open: set[BaseHTTPResponse] = set()
        self._transport: Transport | None = None

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        credentials: Credentials | None = None,
        limit: int = PAGE_LIMIT,
    ) -> Answer | Absent | NotChecked:
        """Get a page.

        Args:
            url: may have credentials of its own, which come before `credentials`; without
                either, those of the user's netrc file are used.
            headers: to send besides our own; validators go here.
            credentials: sent as Basic authentication (RFC 7617), to this origin only.
            limit: bytes of the decoded body that are read at most.

        Returns:
            `Absent` for 404 and 410. A refusal to wait is `NotChecked` as well: a host that was
            just found unreachable, or that asked for a pause, is not contacted.
        """
        bare, own = split_credentials(url)
        if not is_secure(bare, self._options.trusted_hosts):
            return NotChecked(
                Reason.UNREACHABLE,
                f"{label_of(bare)} offers no encryption and is not a trusted host",
            )
        credentials = own or credentials or self._netrc(bare)
        deadline = self._clock() + max(30.0, self._options.timeout)
        outcome: NotChecked = NotChecked(Reason.UNREACHABLE, f"{label_of(bare)} was not asked")
        for attempt in range(self._options.retries + 1):
            outage = self._outage_of(bare)
            if outage is not None:
                return outage
            try:
                answer = self._follow(bare, dict(headers), credentials, limit, deadline)
            except _TryAgainError as failure:
                outcome = failure.outcome
                delay = 0.25 * 2**attempt if failure.delay is None else failure.delay
                last = attempt == self._options.retries
                if last or delay > LONGEST_WAIT or self._clock() + delay > deadline:
                    if outcome.reason is Reason.RATE_LIMITED:
                        self._pause(bare, outcome, max(delay, _OUTAGE))
                    break
                if self._wait(delay):
                    return NotChecked(Reason.UNREACHABLE, "the look-up was cancelled")
            else:
                self._note_success(bare, answer)
                return answer
        self._note_failure(bare, outcome)
        return outcome

    def forget_failures(self) -> None:
        """Try hosts again that were found unreachable or that asked for a pause."""
        with self._lock:
            self._hosts.clear()

    @property
    def is_receiving(self) -> bool:
        """Whether an answer is being read right now."""
        return bool(self._open)

    def close(self) -> None:
        """Cut short what is under way and close the connections; later requests fail."""
        self._closed.set()
        with self._lock:
            open_now = list(self._open)
            transport, self._transport = self._transport, None
        for response in open_now:
            # It may have come to its end since.
            with contextlib.suppress(ValueError, RuntimeError, OSError):
                response.shutdown()
        if transport is not None:
            transport.close()

    def _netrc(self, url: str) -> Credentials | None:
        """Return what the user's netrc file has for a place.

        Its entry for any host was not meant for one that a project's file brought up.
        """
        host = origin_of(url)[1]
        return netrc_credentials(host, default=host not in self._strangers)

    # One attempt ------------------------------------------------------------------------------

    def _follow(
        self,
        url: str,
        headers: dict[str, str],
        credentials: Credentials | None,
        limit: int,
        deadline: float,
    ) -> Answer | Absent | NotChecked:
        """Send the request, and follow redirects without taking credentials to other hosts."""
        headers["User-Agent"] = f"pinwise/{__version__}"
        headers["Accept-Encoding"] = "gzip, deflate"
        if credentials is not None:
            pair = f"{credentials.user}:{credentials.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode('ascii')}"
        for _ in range(_REDIRECTS):
            answer = self._send(url, headers, limit, deadline)
            if not isinstance(answer, str):
                return answer
            target = split_credentials(urljoin(url, answer))[0]
            if origin_of(target)[0] not in {"http", "https"}:
                break
            if not is_secure(target, self._options.trusted_hosts):
                return NotChecked(
                    Reason.UNREACHABLE,
                    f"{label_of(url)} redirects to {label_of(target)}, which is not encrypted",
                )
            if not _same_place(url, target):
                headers.pop("Authorization", None)
            url = target
        return NotChecked(Reason.UNREADABLE, f"{label_of(url)} redirects without end")

    def _send(
        self, url: str, headers: Mapping[str, str], limit: int, deadline: float
    ) -> Answer | Absent | NotChecked | str:
        """Send one request and judge its answer; a text is the target of a redirect."""
        # These take 60 ms, which the start of the server must not pay.
        import urllib3  # noqa: PLC0415

        from pinwise.index.transport import SettingsError, failure_of  # noqa: PLC0415

        label = label_of(url)
        remaining = deadline - self._clock()
        if self._closed.is_set():
            return NotChecked(Reason.UNREACHABLE, "the look-up was cancelled")
        if remaining <= 0:
            return NotChecked(Reason.TIMED_OUT, f"{label} did not answer in time")
        timeout = urllib3.Timeout(
            connect=min(self._options.timeout, remaining, 15.0),
            read=min(self._options.timeout, remaining),
        )
        self._count("requests")
        try:
            manager = self._connect().manager_for(url)
            response = manager.request(
                "GET",
                url,
                headers=headers,
                timeout=timeout,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=True,
            )
            with self._lock:
                self._open.add(response)
            try:
                return self._judge(response, url, limit, deadline)
            finally:
                with self._lock:
                    self._open.discard(response)
                # Where the body was not read to its end this closes the connection, which must
                # not go back to the pool as it is.
                response.close()
                response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            outcome, again = failure_of(error, label)
            if again:
                raise _TryAgainError(outcome) from error
            return outcome
        except SettingsError as error:
            return NotChecked(Reason.UNREACHABLE, f"no connection to {label}: {error}")
        except (OSError, ValueError) as error:
            detail = f"no connection to {label} ({type(error).__name__})"
            return NotChecked(Reason.UNREACHABLE, detail)

    def _judge(
        self, response: BaseHTTPResponse, url: str, limit: int, deadline: float
    ) -> Answer | Absent | NotChecked | str:
        label, status, headers = label_of(url), response.status, response.headers
        if status == 200:  # noqa: PLR2004 - OK
            body = self._read(response, label, limit, deadline)
            if isinstance(body, NotChecked):
                return body
            return Answer(
                url,
                body,
                headers.get("Content-Type", ""),
                headers.get("ETag", ""),
                headers.get("Last-Modified", ""),
            )
        length = headers.get("Content-Length", "")
        if length.isdecimal() and int(length) <= _CHUNK:
            # Reading a short body to its end keeps the connection in use.
            response.drain_conn()
        if status == 304:  # noqa: PLR2004 - Not Modified
            self._count("unchanged")
            return Answer(url, unchanged=True)
        if status in {301, 302, 303, 307, 308}:
            return headers.get("Location", "") or url
        outcome = _fact_of(status, label)
        if isinstance(outcome, NotChecked) and (status == 429 or status >= 500):  # noqa: PLR2004
            raise _TryAgainError(outcome, _retry_after(headers.get("Retry-After", "")))
        return outcome

    def _read(
        self, response: BaseHTTPResponse, label: str, limit: int, deadline: float
    ) -> bytes | NotChecked:
        """Read the body in pieces, so that neither its size nor its slowness has no bound."""
        pieces: list[bytes] = []
        size = 0
        for piece in response.stream(_CHUNK, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                detail = f"the answer of {label} is larger than {limit // 1_048_576} MiB"
                return NotChecked(Reason.UNREADABLE, detail)
            if self._clock() > deadline:
                return NotChecked(Reason.TIMED_OUT, f"{label} answers too slowly")
            if self._closed.is_set():
                return NotChecked(Reason.UNREACHABLE, "the look-up was cancelled")
        self._count("bytes_received", size)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _connect(self) -> Transport:
        with self._lock:
            if self._transport is None:
                from pinwise.index.transport import Transport  # noqa: PLC0415 - see `_send`

                self._transport = Transport(self._options)
            return self._transport

    # What is remembered of hosts --------------------------------------------------------------

    def _outage_of(self, url: str) -> NotChecked | None:
        with self._lock:
            host = self._hosts.get(origin_of(url))
            if host is None or host.outage is None or self._clock() >= host.until:
                return None
            return host.outage

    def _pause(self, url: str, outcome: NotChecked, seconds: float) -> None:
        with self._lock:
            host = self._hosts.setdefault(origin_of(url), _Host())
            host.outage, host.until = outcome, self._clock() + min(seconds, LONGEST_PAUSE)

    def _note_success(self, url: str, answer: Answer | Absent | NotChecked) -> None:
        if isinstance(answer, NotChecked):
            self._note_failure(url, answer)
            return
        with self._lock:
            self._hosts.pop(origin_of(url), None)

    def _note_failure(self, url: str, outcome: NotChecked) -> None:
        """Spare the queue the wait for a host that is down: one failure stands for the next."""
        self._count("failures")
        if outcome.reason not in {Reason.UNREACHABLE, Reason.TIMED_OUT} or self._closed.is_set():
            return
        with self._lock:
            host = self._hosts.setdefault(origin_of(url), _Host())
            if outcome.reason is Reason.TIMED_OUT:
                # One slow page does not mean that the host is down.
                host.timeouts += 1
                if host.timeouts < _TIMEOUTS_TO_OUTAGE:
                    return
            host.outage, host.until = outcome, self._clock() + _OUTAGE

    def _count(self, what: str, amount: int = 1) -> None:
        with self._lock:
            setattr(self.statistics, what, getattr(self.statistics, what) + amount)


def _same_place(url: str, target: str) -> bool:
    """Whether credentials for `url` may go to `target`: the same origin, or its encrypted twin."""
    if origin_of(url) == origin_of(target):
        return True
    scheme, host, port = origin_of(url)
    return (scheme, port) == ("http", 80) and origin_of(target) == ("https", host, 443)


def _fact_of(status: int, label: str) -> Absent | NotChecked:
    """Return what a status without a page means (RFC 9110, 15)."""
    if status in {404, 410}:
        return Absent()
    if status in {401, 403, 407}:
        return NotChecked(Reason.UNAUTHORISED, f"{label} asks for credentials ({status})")
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        return NotChecked(Reason.RATE_LIMITED, f"{label} asks for fewer requests")
    if status >= 500:  # noqa: PLR2004 - server errors
        return NotChecked(Reason.SERVER_ERROR, f"{label} has a problem ({status})")
    return NotChecked(Reason.UNREADABLE, f"{label} answers with status {status}")


def _retry_after(text: str) -> float | None:
    """Return the seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3)."""
    text = text.strip()
    if text.isdecimal():
        return float(text)
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - 7 ms, and seldom needed

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
