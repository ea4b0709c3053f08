from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.index.authentication import Authentication
from pinwise.index.cache import Cache
from pinwise.index.client import IndexClient
from pinwise.index.configuration import read_configuration
from pinwise.index.credentials import netrc_credentials
from pinwise.index.http import Answer, HttpClient
from pinwise.index.keyring import Keyring, find_keyring
from pinwise.index.types import IndexOptions
from pinwise.index.urls import Credentials, split_credentials
from tests.fake_index import FakeIndex, Release
from tests.index.fake_keyring import FakeKeyring
from tests.index.support import PATIENCE, fetch, fetch_metadata, name, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake command is a shell script")

JUDGE = Path(__file__).with_name("pip_auth_judge.py")
PROJECTS = {"flask": {"1.0": Release()}}
HEADERS = {"Accept": "text/html"}
SECRET = "hunter2-s3cret"  # noqa: S105 - it opens nothing


@pytest.fixture
def keyring(tmp_path: Path) -> FakeKeyring:
    return FakeKeyring(tmp_path / "keyring")


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex(PROJECTS, credentials=("me", SECRET)) as served:
        yield served


def netloc_of(index: FakeIndex) -> str:
    return index.url.split("/")[2]


Verdict = tuple[str, list[object]]


@dataclass(frozen=True)
class Case:
    """One question: which credentials for an address, under a configuration."""

    indexes: tuple[str, ...]
    url: str
    netrc: str = ""


TOLD = [
    ("https://a.example/simple/", "ring", "of-index", ""),
    ("https://a.example/simple/", "alice", "of-alice", "alice"),
    ("b.example", "ring", "of-host", ""),
    ("b.example:8443", "port", "of-port", ""),
]
"""What the keyring knows: the service, the user, the password, and with whom it was asked."""

CASES = {
    "nothing": Case(("https://c.example/simple",), "https://c.example/simple/flask/"),
    "in the address": Case((), "https://u:p@a.example/simple/flask/"),
    "in the index": Case(
        ("https://u:p@a.example/simple",), "https://a.example/simple/flask/", "machine a.example"
    ),
    "in the index, for a file beside it": Case(
        ("https://u:p@a.example/simple",), "https://a.example/files/flask.whl"
    ),
    "of the nearest index": Case(
        ("https://u:p@a.example/one/simple", "https://v:q@a.example/two/simple"),
        "https://a.example/two/files/flask.whl",
    ),
    "of the first where none is nearer": Case(
        ("https://u:p@a.example/one", "https://v:q@a.example/two"), "https://a.example/files/f.whl"
    ),
    "escaped": Case(("https://a%40b:p%2Fw@a.example/",), "https://a.example/flask/"),
    "netrc": Case(
        ("https://a.example/simple",), "https://a.example/simple/flask/", "machine a.example"
    ),
    "netrc's default": Case(
        ("https://a.example/simple",), "https://a.example/simple/flask/", "default"
    ),
    "netrc of another host": Case(
        ("https://a.example/simple",), "https://a.example/simple/flask/", "machine b.example"
    ),
    "netrc before a user alone": Case(
        ("https://alice@a.example/simple",), "https://a.example/simple/flask/", "machine a.example"
    ),
    "a user alone": Case(("https://bob@c.example/simple",), "https://c.example/simple/flask/"),
    "a user with an empty password": Case(
        ("https://alice:@a.example/simple",), "https://a.example/simple/flask/"
    ),
    "a token for a user": Case(("https://tok@c.example/s",), "https://c.example/s/flask/"),
    "keyring by index": Case(("https://a.example/simple",), "https://a.example/simple/flask/"),
    "keyring by index and user": Case(
        ("https://alice@a.example/simple/",), "https://a.example/simple/flask/"
    ),
    "keyring has another user": Case(
        ("https://bob@a.example/simple",), "https://a.example/simple/flask/"
    ),
    "keyring by host": Case(("https://b.example/simple",), "https://b.example/simple/flask/"),
    "keyring by the host of the files": Case(
        ("https://c.example/simple",), "https://b.example/files/flask.whl"
    ),
    "keyring by the host of the files, with its port": Case(
        ("https://c.example/simple",), "https://b.example:8443/files/flask.whl"
    ),
    "keyring has none for the host of the files": Case(
        ("https://b.example/simple",), "https://files.example/flask.whl"
    ),
    "keyring by host and port": Case(
        ("https://b.example:8443/simple",), "https://b.example:8443/simple/flask/"
    ),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    """What pip says of every case, and where the keyring lies that it asked."""
    root = tmp_path_factory.mktemp("judge")
    keyring = FakeKeyring(root / "keyring")
    for service, user, password, asked_with in TOLD:
        keyring.tell(service, user, password, asked_with=asked_with)
    cases = []
    for number, case in enumerate(CASES.values()):
        netrc = root / f"netrc-{number}"
        entry = f"{case.netrc} login of-netrc password pw\n" if case.netrc else ""
        netrc.write_text(entry, encoding="utf-8")
        netrc.chmod(0o600)
        cases.append({"indexes": case.indexes, "url": case.url, "netrc": str(netrc)})
    run = subprocess.run(
        [sys.executable, str(JUDGE)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PATH": f"{keyring.bin}{os.pathsep}{os.environ['PATH']}"},
    )
    asked = dict(zip(CASES, json.loads(run.stdout), strict=True))
    return {
        each: (str(case["netrc"]), [str(keyring.command), *asked[each]])
        for each, case in zip(CASES, cases, strict=True)
    }


def pair(credentials: Credentials | None) -> list[str] | None:
    return None if credentials is None else [credentials.user, credentials.password or ""]


def test_a_netrc_that_may_not_be_looked_at_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    # To ask for such a name is an error, as it is for what lies in a closed folder.
    monkeypatch.setenv("NETRC", "/" + "x" * 5000)
    assert netrc_credentials("index.example.org") is None


@pytest.mark.parametrize("case_name", CASES)
def test_the_order_is_pips(
    case_name: str,
    verdicts: dict[str, Verdict],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc, (command, first, after) = verdicts[case_name]
    case = CASES[case_name]
    monkeypatch.setenv("NETRC", netrc)
    options = IndexOptions(
        index_url=case.indexes[0] if case.indexes else "https://none.example/",
        extra_index_urls=case.indexes[1:],
        keyring=str(command),
    )
    authentication = Authentication(options)
    bare, own = split_credentials(case.url)
    sent = authentication.first(bare, own)
    assert pair(sent) == first
    again = authentication.after_refusal(bare, own, sent)
    # pip repeats what was refused; we do not trouble the server.
    expected = None if after == first else after
    if isinstance(expected, list) and not expected[1]:
        expected = None
    assert pair(again) == expected


class TestAfterARefusal:
    def options(self, index: FakeIndex, keyring: FakeKeyring) -> IndexOptions:
        return IndexOptions(index_url=index.url, keyring=str(keyring.command), retries=0)

    def test_the_keyring_is_asked_once_for_all(
        self, index: FakeIndex, keyring: FakeKeyring
    ) -> None:
        keyring.tell(index.url, "me", SECRET)
        with contextlib.closing(HttpClient(self.options(index, keyring))) as http:
            for _ in range(3):
                assert isinstance(http.get(f"{index.url}flask/", headers=HEADERS), Answer)
        assert keyring.asked == [f"--mode=creds --output=json get {index.url}"]
        sent = ["authorization" in seen.headers for seen in index.requests]
        assert sent == [False, True, True, True]

    def test_one_repetition_and_no_more(self, index: FakeIndex, keyring: FakeKeyring) -> None:
        keyring.tell(netloc_of(index), "me", "wrong")
        with contextlib.closing(HttpClient(self.options(index, keyring))) as http:
            for expected in (2, 3):
                outcome = http.get(f"{index.url}flask/", headers=HEADERS)
                assert isinstance(outcome, NotChecked)
                assert outcome.reason is Reason.UNAUTHORISED
                assert "does not accept the user name and password" in outcome.detail
                assert len(index.requests) == expected
            # The user has corrected it, and says "Retry".
            keyring.tell(netloc_of(index), "me", SECRET)
            http.forget_failures()
            assert isinstance(http.get(f"{index.url}flask/", headers=HEADERS), Answer)

    def test_a_patient_retry_leaves_a_locked_keyring_alone(
        self, index: FakeIndex, keyring: FakeKeyring
    ) -> None:
        with contextlib.closing(HttpClient(self.options(index, keyring))) as http:
            http.get(f"{index.url}flask/", headers=HEADERS)
            questions = len(keyring.asked)
            assert questions
            http.forget_failures(patiently=True)
            http.get(f"{index.url}flask/", headers=HEADERS)
            assert len(keyring.asked) == questions
            http.forget_failures()
            http.get(f"{index.url}flask/", headers=HEADERS)
            assert len(keyring.asked) == 2 * questions

    def test_the_users_own_name_is_asked_with(self, index: FakeIndex, keyring: FakeKeyring) -> None:
        keyring.tell(index.url, "me", SECRET, asked_with="me")
        url = index.url.replace("://", "://me@")
        options = IndexOptions(index_url=url, keyring=str(keyring.command), retries=0)
        with contextlib.closing(IndexClient(options, window=0.0)) as client:
            fetch(client, "flask")
            assert isinstance(client.listing(name("flask")), Known)
        assert keyring.asked == [f"--mode=creds --output=json get {index.url} me"]

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"trusted": False}, "the workspace is not trusted"),
            ({"keyring": None}, "there is none"),
            ({"no_index": True}, "pip asks no index"),
        ],
    )
    def test_is_not_asked(
        self, change: dict[str, object], why: str, index: FakeIndex, keyring: FakeKeyring
    ) -> None:
        assert why
        keyring.tell(index.url, "me", SECRET)
        values = {"index_url": index.url, "keyring": str(keyring.command), "retries": 0, **change}
        options = IndexOptions(**values)  # type: ignore[arg-type]
        with contextlib.closing(HttpClient(options)) as http:
            outcome = http.get(f"{index.url}flask/", headers=HEADERS)
        assert isinstance(outcome, NotChecked)
        assert keyring.asked == []

    def test_is_not_asked_for_a_host_that_only_the_workspace_names(
        self, index: FakeIndex, keyring: FakeKeyring
    ) -> None:
        keyring.tell(netloc_of(index), "me", SECRET)
        options = IndexOptions(
            index_url=index.url,
            keyring=str(keyring.command),
            workspace_urls=frozenset({index.url}),
            retries=0,
        )
        with contextlib.closing(HttpClient(options)) as http:
            assert isinstance(http.get(f"{index.url}flask/", headers=HEADERS), NotChecked)
        assert keyring.asked == []

    def test_is_not_asked_for_the_target_of_a_redirect(self, keyring: FakeKeyring) -> None:
        with (
            FakeIndex(PROJECTS, credentials=("me", SECRET)) as other,
            FakeIndex(PROJECTS, {"flask": f"redirect:{other.url.rstrip('/')}"}) as index,
        ):
            keyring.tell(index.url, "me", SECRET)
            keyring.tell(other.url, "me", SECRET)
            keyring.tell(netloc_of(other), "me", SECRET)
            with contextlib.closing(HttpClient(self.options(index, keyring))) as http:
                outcome = http.get(f"{index.url}flask/", headers=HEADERS)
            assert isinstance(outcome, NotChecked)
            assert outcome.reason is Reason.UNAUTHORISED
            assert keyring.asked == []
            assert all("authorization" not in seen.headers for seen in other.requests)


class TestTheCommand:
    def test_of_an_older_version(self, tmp_path: Path) -> None:
        keyring = FakeKeyring(tmp_path / "old", outdated=True)
        keyring.tell("a.example", "me", SECRET, asked_with="me")
        asked = Keyring(str(keyring.command))
        assert asked.get("a.example", "me") == Credentials("me", SECRET)
        assert asked.get("a.example", None) is None

    @pytest.mark.parametrize(
        "answer", ["", "no json", "[]", '{"username": "me"}', '{"username": "me", "password": ""}']
    )
    def test_that_says_nothing_useful(self, answer: str, keyring: FakeKeyring) -> None:
        keyring.write(f"#!/bin/sh\necho '{answer}'\n")
        assert Keyring(str(keyring.command)).get("a.example", None) is None

    def test_that_hangs_is_ended_and_not_asked_again(
        self, tmp_path: Path, keyring: FakeKeyring
    ) -> None:
        keyring.write(f"#!/bin/sh\necho asked >> '{tmp_path}/asked'\nexec sleep 600\n")
        asked = Keyring(str(keyring.command), patience=0.2)
        assert asked.get("a.example", None) is None
        assert asked.get("b.example", None) is None
        assert (tmp_path / "asked").read_text(encoding="utf-8") == "asked\n"

    def test_is_forgotten_at_once_while_it_waits_for_its_user(
        self, tmp_path: Path, keyring: FakeKeyring
    ) -> None:
        keyring.write(f"#!/bin/sh\necho asked >> '{tmp_path}/asked'\nexec sleep 600\n")
        asked = Keyring(str(keyring.command))
        asking = threading.Thread(target=asked.get, args=("a.example", None), daemon=True)
        asking.start()
        until((tmp_path / "asked").exists)
        forgetting = threading.Thread(target=asked.forget, daemon=True)
        forgetting.start()
        forgetting.join(5.0)
        assert not forgetting.is_alive()
        asked.close()
        asking.join(PATIENCE)
        assert not asking.is_alive()

    def test_what_it_said_before_it_was_forgotten_is_not_kept(
        self, tmp_path: Path, keyring: FakeKeyring
    ) -> None:
        asked = Keyring(str(keyring.command))
        keyring.write(
            f"#!/bin/sh\necho asked >> '{tmp_path}/asked'\n"
            f"while [ ! -e '{tmp_path}/go' ]; do sleep 0.01; done\nexit 1\n"
        )
        asking = threading.Thread(target=asked.get, args=("a.example", None), daemon=True)
        asking.start()
        until((tmp_path / "asked").exists)
        asked.forget()
        (tmp_path / "go").touch()
        asking.join(PATIENCE)
        answer = json.dumps({"username": "me", "password": SECRET})
        keyring.write(f"#!/bin/sh\necho '{answer}'\n")
        assert asked.get("a.example", None) == Credentials("me", SECRET)

    def test_that_cannot_be_started(self, tmp_path: Path) -> None:
        assert Keyring(str(tmp_path / "missing")).get("a.example", None) is None

    def test_gets_no_option_for_a_user(self, keyring: FakeKeyring) -> None:
        assert Keyring(str(keyring.command)).get("a.example", "--keyring-path=/tmp") is None
        assert keyring.asked == []

    def test_does_not_start_where_the_workspace_could_have_put_modules(
        self, tmp_path: Path, keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        keyring.write(
            f"#!/bin/sh\npwd > '{tmp_path}/where'\necho \"$PYTHONPATH\" >> '{tmp_path}/where'\n"
        )
        Keyring(str(keyring.command)).get("a.example", None)
        told = (tmp_path / "where").read_text(encoding="utf-8").splitlines()
        assert told == [str(keyring.bin.resolve()), ""]


class TestFindingTheCommand:
    def test_on_the_path(self, keyring: FakeKeyring, tmp_path: Path) -> None:
        environ = {"PATH": f"{tmp_path}{os.pathsep}{keyring.bin}"}
        assert find_keyring(environ) == str(keyring.command)
        assert find_keyring({"PATH": str(tmp_path)}) is None
        assert find_keyring({}) is None

    def test_not_by_a_relative_path(
        self, keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(keyring.bin.parent)
        assert find_keyring({"PATH": f"bin{os.pathsep}.{os.pathsep}"}) is None

    def test_not_in_the_workspace(self, keyring: FakeKeyring, tmp_path: Path) -> None:
        elsewhere = FakeKeyring(tmp_path / "elsewhere")
        link = tmp_path / "links" / "keyring"
        link.parent.mkdir()
        link.symlink_to(keyring.command)
        environ = {"PATH": os.pathsep.join(map(str, (keyring.bin, link.parent, elsewhere.bin)))}
        assert find_keyring(environ, [tmp_path / "keyring"]) == str(elsewhere.command)

    def test_not_a_file_that_cannot_be_run(self, keyring: FakeKeyring) -> None:
        keyring.command.chmod(0o644)
        assert find_keyring({"PATH": str(keyring.bin)}) is None

    @pytest.mark.parametrize(
        ("environ", "asked"),
        [
            ({}, True),
            ({"PIP_KEYRING_PROVIDER": "subprocess", "PIP_NO_INPUT": "1"}, True),
            ({"PIP_KEYRING_PROVIDER": "import"}, True),
            ({"PIP_NO_INPUT": "1"}, False),
            ({"PIP_KEYRING_PROVIDER": "disabled"}, False),
        ],
    )
    def test_only_where_pip_asks(
        self,
        environ: dict[str, str],
        asked: bool,  # noqa: FBT001 - a column of the table
        keyring: FakeKeyring,
    ) -> None:
        variables = {"PIP_CONFIG_FILE": os.devnull, "PATH": str(keyring.bin), **environ}
        found = read_configuration(environ=variables).options.keyring
        assert found == (str(keyring.command) if asked else None)
        assert read_configuration(environ=variables, trusted=False).options.keyring is None

    def test_a_provider_that_does_not_exist(self) -> None:
        variables = {"PIP_CONFIG_FILE": os.devnull, "PIP_KEYRING_PROVIDER": "mine"}
        (problem,) = read_configuration(environ=variables).problems
        assert problem.place == "PIP_KEYRING_PROVIDER"
        assert "keyring-provider" in problem.why


class TestSecretsStayHere:
    """The secret is looked for in everything that leaves the layer."""

    @pytest.mark.parametrize("place", ["address", "keyring", "netrc", "wrong"])
    @pytest.mark.parametrize("behaviour", ["ok", "401", "500", "malformed", "reset", "truncated"])
    def test_whatever_happens(  # noqa: PLR0913, PLR0917 - a table of two columns and its fixtures
        self,
        place: str,
        behaviour: str,
        tmp_path: Path,
        keyring: FakeKeyring,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(0)
        credentials = ("me", "another" if place == "wrong" else SECRET)
        with FakeIndex(PROJECTS, {"flask": behaviour}, credentials=credentials) as index:
            url = index.url
            if place in {"address", "wrong"}:
                url = index.url.replace("://", f"://me:{SECRET}@")
            elif place == "keyring":
                keyring.tell(index.url, "me", SECRET)
            else:
                netrc = tmp_path / "my-netrc"
                entry = f"machine 127.0.0.1 login me password {SECRET}\n"
                netrc.write_text(entry, encoding="utf-8")
                netrc.chmod(0o600)
                monkeypatch.setenv("NETRC", str(netrc))
            options = IndexOptions(
                index_url=url,
                find_links=(f"{url}links/",),
                proxy=None,
                keyring=str(keyring.command),
                retries=0,
            )
            cache = Cache(tmp_path / "cache" / "index.sqlite")
            with (
                contextlib.closing(cache),
                contextlib.closing(IndexClient(options, cache, window=0.0)) as client,
            ):
                fetch(client, "flask", "missing")
                fetch_metadata(client, ("flask", "1.0"))
                told = [
                    client.listing(name("flask")),
                    client.listing(name("missing")),
                    client.artifacts(name("flask")),
                    client.metadata(name("flask"), Version("1.0")),
                    options,
                    client,
                    vars(client),
                ]
            text = repr(told) + caplog.text
            assert isinstance(told[0], Known) is (behaviour == "ok" and place != "wrong")
        for file in (tmp_path / "cache").iterdir():
            assert SECRET.encode() not in file.read_bytes()
        assert SECRET not in text

    def test_of_a_proxy(self) -> None:
        options = IndexOptions(proxy=f"http://me:{SECRET}@proxy.example:1")
        assert SECRET not in repr(options)

    def test_of_a_value_of_the_environment(self) -> None:
        url = f"https://index.example/{SECRET}/simple"
        options = IndexOptions(index_url=url, variable_urls=frozenset({(url, "a.txt line 1")}))
        assert SECRET not in repr(options)
