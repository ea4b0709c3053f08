"""Asks a web server for one page: with limits, retries and manners.

What comes back is an answer or a fact; nothing is raised for what a network can do. Details of
failures name the host alone, since user parts, paths and queries may hold secrets.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pinwise import __version__
from pinwise.base.facts import Absent, NotChecked, Reason
from pinwise.base.records import record
from pinwise.base.sizes import size_text
from pinwise.base.tuples import NamedTuple
from pinwise.index.authentication import Authentication
from pinwise.index.outages import OUTAGE, Outages
from pinwise.index.statuses import TryAgainError, fact_of, rejected, retry_after
from pinwise.index.urls import is_secure, label_of, origin_of, split_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from urllib3 import BaseHTTPResponse

    from pinwise.index.transport import Transport
    from pinwise.index.types import IndexOptions, Refusal
    from pinwise.index.urls import Credentials

PAGE_LIMIT = 64_000_000
"""Bytes of a decoded page beyond which it is not read on: several times the largest known."""

LONGEST_WAIT = 10.0
"""Seconds that a `Retry-After` is waited for; a longer one is reported instead."""

LONGEST_ANSWER = 30.0
"""Seconds for all attempts and redirects of one request, unless the user's time-out is longer."""

_REDIRECTS = 10
_CHUNK = 256 * 1024


class Answer(NamedTuple):
    """What a server sent.

    Attributes:
        url: where the answer came from after redirects, without credentials.
        unchanged: the server confirmed what the validators describe; there is no body.
        content_type: as sent, "" without.
        status: 200; where a range was asked for also 206, whose part `content_range` names, and
            416 without a body. 304 where `unchanged`.
    """

    url: str
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False
    status: int = 200
    content_range: str = ""


@record(frozen=False, slots=True)
class Statistics:
    """Counts of what was asked, for benchmarks. Read it at rest."""

    requests: int = 0
    bytes_received: int = 0
    unchanged: int = 0
    failures: int = 0


class _Request(NamedTuple):
    """What all attempts at an answer share; `HttpClient.get` describes it."""

    headers: Mapping[str, str]
    own: Credentials | None
    limit: int
    deadline: float
    read: Callable[[Iterator[bytes]], bytes] | None


class _StopReadingError(Exception):
    """The body is not read on."""

    def __init__(self, outcome: NotChecked) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


class _Refused(NamedTuple):
    """A 401, and whether it is of the origin that the credentials were meant for."""

    fact: NotChecked
    at_home: bool = True


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
        self._authentication = Authentication(options)
        self._closed = threading.Event()
        self._wait = wait or self._closed.wait
        self._clock = clock
        self._lock = threading.Lock()
        self._outages = Outages(clock)
        self._open: set[BaseHTTPResponse] = set()
        self._transport: Transport | None = None

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        credentials: Credentials | None = None,
        limit: int = PAGE_LIMIT,
        read: Callable[[Iterator[bytes]], bytes] | None = None,
    ) -> Answer | Absent | NotChecked:
        """Get a page, or a file or a part of it.

        Args:
            url: may have credentials of its own, which come before `credentials`; where neither
                has a password, `Authentication` looks for them elsewhere.
            headers: to send besides our own; validators and ranges go here.
            credentials: sent as Basic authentication (RFC 7617), to this origin only.
            limit: bytes of the decoded body that are read at most.
            read: makes what is wanted from the pieces of the body; it need not take all of them.
                What it raises is raised here.

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
        ours = {"User-Agent": f"pinwise/{__version__}", "Accept-Encoding": "gzip, deflate"}
        deadline = self._clock() + max(LONGEST_ANSWER, self._options.timeout)
        request = _Request({**ours, **headers}, own or credentials, limit, deadline, read)
        outcome: NotChecked = NotChecked(Reason.UNREACHABLE, f"{label_of(bare)} was not asked")
        connected = False
        for attempt in range(self._options.retries + 1):
            outage = self._outages.of(bare)
            if outage is not None:
                return outage
            try:
                answer = self._authenticated(bare, request)
            except TryAgainError as failure:
                outcome, connected = failure.outcome, failure.connected
                delay = 0.25 * 2**attempt if failure.delay is None else failure.delay
                last = attempt == self._options.retries
                if last or delay > LONGEST_WAIT or self._clock() + delay > deadline:
                    if outcome.reason is Reason.RATE_LIMITED:
                        self._outages.pause(bare, outcome, max(delay, OUTAGE))
                    break
                if self._wait(delay):
                    return NotChecked(Reason.UNREACHABLE, "the look-up was cancelled")
            else:
                if isinstance(answer, NotChecked):
                    self._note_failure(bare, answer)
                else:
                    self._outages.note_success(bare)
                return answer
        self._note_failure(bare, outcome, connected=connected)
        return outcome

    def forget_failures(self, *, patiently: bool = False) -> None:
        """Try hosts again that were found unreachable or that asked for a pause.

        The keyring is asked again too.

        Args:
            patiently: leave out hosts that asked for a pause, and the keyring.
        """
        self._outages.forget(patiently=patiently)
        self._authentication.forget(patiently=patiently)

    def refusal(self, url: str) -> Refusal | None:
        """Return how the user can give credentials for an index that refused what was sent."""
        return self._authentication.refusal(url)

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
        self._authentication.close()

    # One attempt ------------------------------------------------------------------------------

    def _authenticated(self, url: str, request: _Request) -> Answer | Absent | NotChecked:
        """Send the request with what credentials there are, and once more after a 401."""
        sent = self._authentication.first(url, request.own)
        answer = self._follow(url, request, sent)
        if not isinstance(answer, _Refused):
            return answer
        asked_at = self._clock()
        another = None
        if answer.at_home:
            another = self._authentication.after_refusal(url, request.own, sent)
        if another is not None and not self._closed.is_set():
            # The user's time to unlock the keyring is not the server's.
            deadline = request.deadline + self._clock() - asked_at
            answer = self._follow(url, request._replace(deadline=deadline), another)
        if not isinstance(answer, _Refused):
            return answer
        if not answer.at_home:
            return answer.fact
        self._authentication.note_refusal(url)
        return answer.fact if sent is None and another is None else rejected(label_of(url))

    def _follow(
        self, url: str, request: _Request, credentials: Credentials | None
    ) -> Answer | Absent | NotChecked | _Refused:
        """Send the request, and follow redirects without taking credentials to other hosts."""
        headers, at_home = dict(request.headers), True
        if credentials is not None:
            headers["Authorization"] = credentials.basic()
        for _ in range(_REDIRECTS):
            answer = self._send(url, request._replace(headers=headers))
            if isinstance(answer, _Refused):
                return answer if at_home else answer._replace(at_home=False)
            if not isinstance(answer, str):
                return answer
            target = _redirect_target(url, answer, self._options.trusted_hosts)
            if isinstance(target, NotChecked):
                return target
            if not _same_place(url, target):
                headers.pop("Authorization", None)
                at_home = False
            url = target
        return NotChecked(Reason.UNREADABLE, f"{label_of(url)} redirects without end")

    def _send(self, url: str, request: _Request) -> Answer | Absent | NotChecked | _Refused | str:
        """Send one request and judge its answer; a text is the target of a redirect."""
        # These take 60 ms, which the start of the server must not pay.
        import urllib3  # noqa: PLC0415

        from pinwise.index.deadlines import answers_until  # noqa: PLC0415
        from pinwise.index.failures import failure_of  # noqa: PLC0415
        from pinwise.index.transport import SettingsError  # noqa: PLC0415

        label = label_of(url)
        remaining = request.deadline - self._clock()
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
            with answers_until(time.monotonic() + remaining):
                response = manager.request(
                    "GET",
                    url,
                    headers=request.headers,
                    timeout=timeout,
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
            with self._lock:
                self._open.add(response)
            try:
                return self._judge(response, url, request)
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
                connected = isinstance(error, urllib3.exceptions.ProtocolError)
                raise TryAgainError(outcome, connected=connected) from error
            return outcome
        except SettingsError as error:
            return NotChecked(Reason.UNREACHABLE, f"{label} cannot be reached: {error}")
        except (OSError, ValueError) as error:
            detail = f"no connection to {label} ({type(error).__name__})"
            return NotChecked(Reason.UNREACHABLE, detail)

    def _judge(
        self, response: BaseHTTPResponse, url: str, request: _Request
    ) -> Answer | Absent | NotChecked | _Refused | str:
        label, status, headers = label_of(url), response.status, response.headers
        ranged = "Range" in request.headers
        if status == 200 or (status == 206 and ranged):  # noqa: PLR2004 - OK, Partial Content
            return self._answer(response, url, request)
        length = headers.get("Content-Length", "")
        if length.isdecimal() and int(length) <= _CHUNK:
            # Reading a short body to its end keeps the connection in use.
            response.drain_conn()
        if status == 304:  # noqa: PLR2004 - Not Modified
            self._count("unchanged")
            return Answer(url, unchanged=True, status=304)
        if status in {301, 302, 303, 307, 308}:
            return headers.get("Location", "") or url
        if status == 416 and ranged:  # noqa: PLR2004 - Range Not Satisfiable
            return Answer(url, status=status)
        outcome = fact_of(status, label)
        if status == 401 and isinstance(outcome, NotChecked):  # noqa: PLR2004 - Unauthorized
            return _Refused(outcome)
        if isinstance(outcome, NotChecked) and (status == 429 or status >= 500):  # noqa: PLR2004
            delay = retry_after(headers.get("Retry-After", ""), headers.get("Date", ""))
            raise TryAgainError(outcome, delay)
        return outcome

    def _answer(
        self, response: BaseHTTPResponse, url: str, request: _Request
    ) -> Answer | NotChecked:
        """Read the body of an answer that has one."""
        pieces = self._pieces(response, label_of(url), request)
        try:
            body = b"".join(pieces) if request.read is None else request.read(pieces)
        except _StopReadingError as stop:
            return stop.outcome
        get = response.headers.get
        return Answer(
            url,
            body,
            get("Content-Type", ""),
            get("ETag", ""),
            get("Last-Modified", ""),
            status=response.status,
            content_range=get("Content-Range", ""),
        )

    def _pieces(self, response: BaseHTTPResponse, label: str, request: _Request) -> Iterator[bytes]:
        """Yield the body in pieces, so that neither its size nor its slowness has no bound.

        Raises:
            _StopReadingError: it has come to one of these bounds, or the client was closed.
        """
        size = 0
        # A file is wanted as it is: pip asks for it without encodings, and so do we.
        decode = request.headers.get("Accept-Encoding") != "identity"
        try:
            for piece in response.stream(_CHUNK, decode_content=decode):
                size += len(piece)
                if size > request.limit:
                    detail = f"the answer of {label} is larger than {size_text(request.limit)}"
                    raise _StopReadingError(NotChecked(Reason.UNREADABLE, detail))
                if self._clock() > request.deadline:
                    detail = f"{label} answers too slowly"
                    raise _StopReadingError(NotChecked(Reason.TIMED_OUT, detail))
                if self._closed.is_set():
                    detail = "the look-up was cancelled"
                    raise _StopReadingError(NotChecked(Reason.UNREACHABLE, detail))
                yield piece
        finally:
            self._count("bytes_received", size)

    def _connect(self) -> Transport:
        with self._lock:
            if self._transport is None:
                from pinwise.index.transport import Transport  # noqa: PLC0415 - see `_send`

                self._transport = Transport(self._options)
            return self._transport

    def _note_failure(self, url: str, outcome: NotChecked, *, connected: bool = False) -> None:
        self._count("failures")
        if not self._closed.is_set():
            self._outages.note_failure(url, outcome, connected=connected)

    def _count(self, what: str, amount: int = 1) -> None:
        with self._lock:
            setattr(self.statistics, what, getattr(self.statistics, what) + amount)


def _redirect_target(url: str, location: str, trusted_hosts: Collection[str]) -> str | NotChecked:
    """Return where a redirect leads, without credentials, or why it is not followed."""
    label = label_of(url)
    try:
        target = split_credentials(urljoin(url, location))[0]
        scheme, host, _ = origin_of(target)
    except ValueError:
        scheme = host = target = ""
    if scheme not in {"http", "https"} or not host:
        # A file of this machine, say, which is none of the server's business.
        detail = f"{label} redirects to what is no address of a web server"
        return NotChecked(Reason.UNREADABLE, detail)
    if not is_secure(target, trusted_hosts):
        detail = f"{label} redirects to {label_of(target)}, which is not encrypted"
        return NotChecked(Reason.UNREADABLE, detail)
    return target


def _same_place(url: str, target: str) -> bool:
    """Whether credentials for `url` may go to `target`: the same origin, or its encrypted twin."""
    if origin_of(url) == origin_of(target):
        return True
    scheme, host, port = origin_of(url)
    return (scheme, port) == ("http", 80) and origin_of(target) == ("https", host, 443)
