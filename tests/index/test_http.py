from __future__ import annotations

import contextlib
import gc
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from pinwise.base.facts import Absent, NotChecked, Reason
from pinwise.index.http import Answer, HttpClient
from pinwise.index.statuses import retry_after
from pinwise.index.types import IndexOptions
from pinwise.index.urls import Credentials
from tests.fake_index import FakeIndex, Release
from tests.index.support import PATIENCE, ManualClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PROJECTS = {"flask": {"1.0": Release()}}
HEADERS = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def _no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve no name that a server of the network would have to."""
    real = socket.getaddrinfo

    def resolve(host: str, *rest: Any) -> Any:  # noqa: ANN401 - handed through
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return real(host, *rest)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


class Waits:
    """Stands for sleeping: notes the seconds, and lets them pass on a clock."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> bool:
        self.seconds.append(seconds)
        self.clock.advance(seconds)
        return False


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def waits(clock: ManualClock) -> Waits:
    return Waits(clock)


@pytest.fixture
def make(waits: Waits, clock: ManualClock) -> Iterator[Callable[[IndexOptions], HttpClient]]:
    clients: list[HttpClient] = []

    def make_client(options: IndexOptions) -> HttpClient:
        clients.append(HttpClient(options, wait=waits, clock=clock))
        return clients[-1]

    yield make_client
    for client in clients:
        client.close()


@pytest.fixture
def http(make: Callable[[IndexOptions], HttpClient]) -> HttpClient:
    return make(IndexOptions())


FAULTS: dict[str, tuple[str, Reason, int, str]] = {
    # The behaviour, the reason, how often it is tried, and what the sentence says.
    "401": ("401", Reason.UNAUTHORISED, 1, "asks for credentials"),
    "403": ("403", Reason.UNAUTHORISED, 1, "refuses access"),
    "429": ("429", Reason.RATE_LIMITED, 3, "fewer requests"),
    "500": ("500", Reason.SERVER_ERROR, 3, "a problem (500)"),
    "502": ("502", Reason.SERVER_ERROR, 3, "a problem (502)"),
    "503": ("503", Reason.SERVER_ERROR, 3, "a problem (503)"),
    "418": ("418", Reason.UNREADABLE, 1, "status 418"),
    "truncated": ("truncated", Reason.UNREADABLE, 3, "cut short"),
    "huge": ("huge", Reason.UNREADABLE, 1, "larger than"),
    "reset": ("reset", Reason.UNREACHABLE, 3, "closed the connection"),
    "endless redirect": ("loop", Reason.UNREADABLE, 10, "redirects without end"),
    "redirect without encryption": (
        "redirect:http://elsewhere.example/simple",
        Reason.UNREADABLE,
        1,
        "not encrypted",
    ),
    "redirect to a file": ("redirect:file:///etc", Reason.UNREADABLE, 1, "redirects"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_become_reasons(name: str, http: HttpClient) -> None:
    behaviour, reason, tries, words = FAULTS[name]
    with FakeIndex(PROJECTS, {"flask": behaviour}) as index:
        outcome = http.get(f"{index.url}flask/", headers=HEADERS)
        assert isinstance(outcome, NotChecked), outcome
        assert outcome.reason is reason
        assert words in outcome.detail
        assert len(index.requests) == tries
    assert http.statistics.requests == tries
    assert http.statistics.failures == 1


@pytest.mark.parametrize("status", ["404", "410"])
def test_absent(status: str, http: HttpClient) -> None:
    with FakeIndex(PROJECTS, {"flask": status}) as index:
        assert http.get(f"{index.url}flask/", headers=HEADERS) == Absent()


@pytest.mark.parametrize("behaviour", ["503,ok", "500,429,ok", "reset,ok", "truncated,ok"])
def test_passing_faults_are_ridden_out(behaviour: str, http: HttpClient, waits: Waits) -> None:
    with FakeIndex(PROJECTS, {"flask": behaviour}) as index:
        assert isinstance(http.get(f"{index.url}flask/", headers=HEADERS), Answer)
    assert len(waits.seconds) == behaviour.count(",")


def test_retry_after_is_obeyed(http: HttpClient, waits: Waits) -> None:
    with FakeIndex(PROJECTS, {"flask": "429,503,ok"}, retry_after="7") as index:
        assert isinstance(http.get(f"{index.url}flask/", headers=HEADERS), Answer)
    assert waits.seconds == [7.0, 7.0]


def test_a_long_retry_after_is_a_pause_for_the_whole_host(
    http: HttpClient, waits: Waits, clock: ManualClock
) -> None:
    with FakeIndex({**PROJECTS, "b": {}}, {"flask": "429,ok"}, retry_after="100") as index:
        for page in ("flask/", "b/"):
            outcome = http.get(f"{index.url}{page}", headers=HEADERS)
            assert isinstance(outcome, NotChecked)
            assert outcome.reason is Reason.RATE_LIMITED
        assert len(index.requests) == 1
        assert waits.seconds == []
        clock.advance(100)
        assert isinstance(http.get(f"{index.url}flask/", headers=HEADERS), Answer)


def test_a_patient_retry_keeps_the_pause_that_a_host_asked_for(http: HttpClient) -> None:
    with FakeIndex(PROJECTS, {"flask": "429,ok"}, retry_after="100") as index:
        for _ in range(2):
            outcome = http.get(f"{index.url}flask/", headers=HEADERS)
            assert isinstance(outcome, NotChecked)
            assert outcome.reason is Reason.RATE_LIMITED
            http.forget_failures(patiently=True)
        assert len(index.requests) == 1
        http.forget_failures()
        assert isinstance(http.get(f"{index.url}flask/", headers=HEADERS), Answer)


def test_a_patient_retry_tries_a_host_again_that_was_down(http: HttpClient) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/simple/"
        for expected in (3, 6):
            http.get(f"{url}a/", headers=HEADERS)
            assert http.statistics.requests == expected
            http.forget_failures(patiently=True)


def test_a_host_that_is_down_is_not_tried_by_everyone(http: HttpClient, clock: ManualClock) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/simple/"
        for name in "abc":
            outcome = http.get(f"{url}{name}/", headers=HEADERS)
            assert isinstance(outcome, NotChecked)
            assert outcome.reason is Reason.UNREACHABLE
        assert http.statistics.requests == 3
        http.forget_failures()
        http.get(f"{url}a/", headers=HEADERS)
        assert http.statistics.requests == 6
        clock.advance(15)
        http.get(f"{url}a/", headers=HEADERS)
        assert http.statistics.requests == 9


def test_slow_answers_time_out(make: Callable[[IndexOptions], HttpClient]) -> None:
    http = make(IndexOptions(timeout=0.05))
    with FakeIndex(PROJECTS, {"flask": "slow", "b": "drip"}) as index:
        for page in ("flask/", "b/"):
            outcome = http.get(f"{index.url}{page}", headers=HEADERS)
            assert isinstance(outcome, NotChecked)
            assert outcome.reason is Reason.TIMED_OUT


def test_close_cuts_a_dripping_answer_short() -> None:
    http = HttpClient(IndexOptions(timeout=PATIENCE, retries=0))
    outcomes: list[object] = []
    with FakeIndex(PROJECTS, {"flask": "drip"}) as index:
        thread = threading.Thread(
            target=lambda: outcomes.append(http.get(f"{index.url}flask/", headers=HEADERS))
        )
        thread.start()
        assert index.slow_reached.wait(PATIENCE)
        while not http.is_receiving and thread.is_alive():
            thread.join(0.001)
        http.close()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    (outcome,) = outcomes
    assert isinstance(outcome, NotChecked)


def test_connections_are_used_again_after_any_answer(http: HttpClient) -> None:
    with FakeIndex(PROJECTS, {"b": "404", "c": "418"}) as index:
        for page in ("flask/", "b/", "c/", "flask/"):
            http.get(f"{index.url}{page}", headers=HEADERS)
        assert index.connections == 1
    gc.collect()


class TestCredentials:
    @pytest.fixture
    def index(self) -> Iterator[FakeIndex]:
        with FakeIndex(PROJECTS, credentials=("me", "p@ss/word")) as index:
            yield index

    def test_of_the_address(self, http: HttpClient, index: FakeIndex) -> None:
        url = index.url.replace("://", "://me:p%40ss%2Fword@")
        answer = http.get(f"{url}flask/", headers=HEADERS)
        assert isinstance(answer, Answer)
        assert "@" not in answer.url

    def test_handed_in(self, http: HttpClient, index: FakeIndex) -> None:
        credentials = Credentials("me", "p@ss/word")
        answer = http.get(f"{index.url}flask/", headers=HEADERS, credentials=credentials)
        assert isinstance(answer, Answer)
        assert "p@ss" not in repr(credentials)

    def test_of_netrc(
        self,
        http: HttpClient,
        index: FakeIndex,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        file = tmp_path / "my-netrc"
        file.write_text("machine 127.0.0.1 login me password p@ss/word\n", encoding="utf-8")
        file.chmod(0o600)
        monkeypatch.setenv("NETRC", str(file))
        assert isinstance(http.get(f"{index.url}flask/", headers=HEADERS), Answer)

    @pytest.mark.parametrize(
        ("entry", "user_hosts", "sent"),
        [
            ("default", (), False),
            ("default", ("127.0.0.1",), True),
            ("machine 127.0.0.1", (), True),
        ],
    )
    def test_the_default_of_netrc_is_not_for_hosts_that_a_file_brings_up(  # noqa: PLR0913, PLR0917
        self,
        entry: str,
        user_hosts: tuple[str, ...],
        sent: bool,  # noqa: FBT001 - a column of the table
        index: FakeIndex,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        file = tmp_path / "my-netrc"
        file.write_text(f"{entry} login me password p@ss/word\n", encoding="utf-8")
        file.chmod(0o600)
        monkeypatch.setenv("NETRC", str(file))
        options = IndexOptions(
            workspace_urls=frozenset({index.url}), user_hosts=frozenset(user_hosts)
        )
        with contextlib.closing(HttpClient(options)) as http:
            http.get(f"{index.url}flask/", headers=HEADERS)
        assert ["authorization" in seen.headers for seen in index.requests] == [sent]

    def test_none(self, http: HttpClient, index: FakeIndex) -> None:
        outcome = http.get(f"{index.url}flask/", headers=HEADERS)
        assert isinstance(outcome, NotChecked)
        assert outcome.reason is Reason.UNAUTHORISED

    def test_stay_with_their_origin(self, http: HttpClient) -> None:
        with (
            FakeIndex(PROJECTS) as other,
            FakeIndex(PROJECTS, {"flask": f"redirect:{other.url}"}) as index,
        ):
            url = index.url.replace("://", "://me:secret@")
            answer = http.get(f"{url}flask/", headers=HEADERS)
            assert isinstance(answer, Answer)
            assert answer.url == f"{other.url}flask/"
            assert "authorization" in index.requests[0].headers
            assert "authorization" not in other.requests[0].headers

    def test_go_along_within_their_origin(self, http: HttpClient) -> None:
        with FakeIndex({"a-b": {"1.0": Release()}}, credentials=("me", "secret")) as index:
            url = index.url.replace("://", "://me:secret@")
            assert isinstance(http.get(f"{url}A_B/", headers=HEADERS), Answer)
            assert len(index.requests) == 2

    @pytest.mark.parametrize("behaviour", sorted(FAULTS))
    def test_are_never_told(
        self, behaviour: str, http: HttpClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with FakeIndex(PROJECTS, {"flask": FAULTS[behaviour][0]}) as index:
            url = index.url.replace("://", "://me:secret@")
            outcome = http.get(f"{url}flask/?token=hush", headers=HEADERS)
            assert isinstance(outcome, NotChecked)
        for text in (outcome.detail, *(record.getMessage() for record in caplog.records)):
            assert "secret" not in text
        assert "hush" not in outcome.detail


@pytest.mark.parametrize(
    ("url", "trusted", "asked"),
    [
        ("http://index.invalid/simple/", (), False),
        ("http://index.invalid/simple/", ("index.invalid",), True),
        ("http://index.invalid:8080/simple/", ("index.invalid:8080",), True),
        ("http://index.invalid:8080/simple/", ("index.invalid:80",), False),
        ("https://index.invalid/simple/", (), True),
    ],
)
def test_plain_http_is_refused_as_by_pip(
    url: str,
    trusted: tuple[str, ...],
    asked: bool,  # noqa: FBT001 - a column of the table
    make: Callable[[IndexOptions], HttpClient],
) -> None:
    http = make(IndexOptions(trusted_hosts=trusted, retries=0))
    outcome = http.get(f"{url}flask/", headers=HEADERS)
    assert isinstance(outcome, NotChecked)
    assert outcome.reason is Reason.UNREACHABLE
    assert ("no encryption" in outcome.detail) is not asked
    assert http.statistics.requests == int(asked)


class TestProxy:
    def test_of_the_options(self, make: Callable[[IndexOptions], HttpClient]) -> None:
        with FakeIndex(PROJECTS) as proxy:
            address = proxy.url.removesuffix("/simple/").replace("://", "://me:secret@")
            options = IndexOptions(proxy=address, trusted_hosts=("index.invalid",))
            make(options).get("http://index.invalid/simple/flask/", headers=HEADERS)
            (seen,) = proxy.requests
        assert seen.path == "http://index.invalid/simple/flask/"
        assert seen.headers["proxy-authorization"].startswith("Basic ")

    def test_of_the_environment(
        self, make: Callable[[IndexOptions], HttpClient], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with FakeIndex(PROJECTS) as proxy:
            monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/simple/"))
            monkeypatch.setenv("no_proxy", "direct.invalid")
            http = make(IndexOptions(trusted_hosts=("index.invalid", "direct.invalid"), retries=0))
            http.get("http://index.invalid/simple/flask/", headers=HEADERS)
            http.get("http://direct.invalid/simple/flask/", headers=HEADERS)
            assert [seen.path for seen in proxy.requests] == ["http://index.invalid/simple/flask/"]

    @pytest.mark.parametrize("proxy", ["socks5://proxy.invalid:1", "http://proxy.invalid:1"])
    def test_that_cannot_be_used(
        self, proxy: str, make: Callable[[IndexOptions], HttpClient]
    ) -> None:
        http = make(IndexOptions(proxy=proxy, retries=0))
        outcome = http.get("https://index.invalid/simple/flask/", headers=HEADERS)
        assert isinstance(outcome, NotChecked)
        assert outcome.reason is Reason.UNREACHABLE
        assert "proxy" in outcome.detail


def test_a_certificate_that_is_missing(make: Callable[[IndexOptions], HttpClient]) -> None:
    http = make(IndexOptions(cert="/missing.pem", retries=0))
    outcome = http.get("https://index.invalid/simple/flask/", headers=HEADERS)
    assert isinstance(outcome, NotChecked)
    assert outcome.detail.endswith("a certificate of pip's configuration is unusable: /missing.pem")


def test_one_page_that_breaks_does_not_stand_for_the_host(
    make: Callable[[IndexOptions], HttpClient],
) -> None:
    http = make(IndexOptions(retries=0))
    pages = {name: {"1.0": Release()} for name in ("flask", "six")}
    with FakeIndex(pages, {"flask": "reset"}) as index:
        for _ in range(4):
            assert isinstance(http.get(f"{index.url}flask/", headers=HEADERS), NotChecked)
            assert isinstance(http.get(f"{index.url}six/", headers=HEADERS), Answer)
        # Where nothing else comes either, it does.
        asked = len(index.requests)
        for _ in range(5):
            assert isinstance(http.get(f"{index.url}flask/", headers=HEADERS), NotChecked)
        assert len(index.requests) == asked + 3


@pytest.mark.parametrize("behaviour", ["trickle", "trickle-head"])
def test_an_answer_that_trickles_in_has_an_end(
    behaviour: str, make: Callable[[IndexOptions], HttpClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinwise.index.http.LONGEST_ANSWER", 0.2)
    http = make(IndexOptions(timeout=0.1, retries=0))
    with FakeIndex(PROJECTS, {"flask": behaviour}) as index:
        outcome = http.get(f"{index.url}flask/", headers=HEADERS)
    assert isinstance(outcome, NotChecked)
    assert outcome.reason is Reason.TIMED_OUT


@pytest.mark.parametrize("behaviour", ["bomb", "huge", "flood"])
def test_a_page_takes_no_more_memory_than_its_limit(
    behaviour: str, make: Callable[[IndexOptions], HttpClient]
) -> None:
    http, limit = make(IndexOptions(retries=0)), 4_000_000
    with FakeIndex(PROJECTS, {"flask": behaviour}) as index:
        taken: list[int] = []

        def read(pieces: Iterator[bytes]) -> bytes:
            taken.extend(map(len, pieces))
            return b""

        outcome = http.get(f"{index.url}flask/", headers=HEADERS, limit=limit, read=read)
    assert isinstance(outcome, NotChecked)
    assert outcome.detail.endswith("is larger than 4.0 MB")
    assert max(taken) <= 1024 * 1024
    assert sum(taken) <= limit


class TestRetryAfter:
    def test_a_date_counts_from_the_servers_own_clock(self) -> None:
        far = "Wed, 01 Jan 2098 00:00:00 GMT"
        assert retry_after("Wed, 01 Jan 2098 00:00:30 GMT", far) == 30.0
        assert retry_after("Wed, 01 Jan 1997 00:00:30 GMT", "Wed, 01 Jan 1997 00:00:00 GMT") == 30.0
        assert retry_after("Wed, 01 Jan 1997 00:00:30 GMT") == 0.0
        assert retry_after(far, far) == 0.0

    @pytest.mark.parametrize("text", ["", "soon", "-3", "٣", "Wed, 99 Jan 2098", "1e9"])
    def test_nonsense_says_nothing(self, text: str) -> None:
        assert retry_after(text) is None

    def test_a_number_without_end_is_a_day(self) -> None:
        assert retry_after("9" * 5000) == 86_400.0
        assert retry_after("120") == 120.0
