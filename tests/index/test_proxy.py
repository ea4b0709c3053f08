"""Look-ups behind a forward proxy, from pip's configuration to the listing."""

from __future__ import annotations

import contextlib
import os
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.index.client import IndexClient
from pinwise.index.configuration import read_configuration
from pinwise.index.transport import Transport
from pinwise.index.types import IndexOptions
from tests.fake_index import FakeIndex, Release
from tests.fake_index.proxy import FakeProxy
from tests.index.support import fetch, name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing

OPENSSL = shutil.which("openssl")
FLASK = name("flask")
WAYS = ("variable of the system", "variable in capitals", "variable of pip", "pip.conf")


@pytest.fixture(autouse=True)
def _no_other_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("pinwise.index.pip_files._global_folders", list)


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex({"flask": {"1.0": Release()}}) as served:
        yield served


@pytest.fixture
def secure(index: FakeIndex, tmp_path: Path) -> tuple[str, Path]:
    """The address of the index when it speaks TLS, and the certificate that vouches for it."""
    if OPENSSL is None and not os.environ.get("CI"):
        pytest.skip("openssl is not installed")
    assert OPENSSL is not None
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    make = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([OPENSSL, *make.split(), *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = index._server  # noqa: SLF001 - it has no encryption of its own
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return index.url.replace("http://127.0.0.1", "https://localhost"), cert


def configured(
    way: str, address: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, dict[str, str]]:
    """Configure a proxy; return the prefix of the environment and the variables for pip."""
    (folder / "venv").mkdir()
    conf = folder / "venv" / ("pip.ini" if os.name == "nt" else "pip.conf")
    if way == "pip.conf":
        conf.write_text(f"[global]\nproxy = {address}\n", encoding="utf-8")
    elif way == "variable of pip":
        return folder / "venv", {"PIP_PROXY": address}
    else:
        for variable in ("http_proxy", "https_proxy"):
            variable = variable.upper() if "capitals" in way else variable  # noqa: PLW2901
            monkeypatch.setenv(variable, address)
    return folder / "venv", {}


def listing_through(
    prefix: Path, environ: dict[str, str], url: str, **more: str
) -> tuple[Fact[Listing], IndexOptions]:
    variables = {"PIP_INDEX_URL": url, "PIP_RETRIES": "0", **environ, **more}
    options = read_configuration(prefix, environ=variables).options
    with contextlib.closing(IndexClient(options)) as client:
        fetch(client, "flask")
        return client.listing(FLASK), options


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("credentials", [None, ("me", "s3cret")])
class TestThrough:
    def test_a_plain_index(
        self,
        way: str,
        credentials: tuple[str, str] | None,
        index: FakeIndex,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        port = int(index.url.split("/")[2].rpartition(":")[2])
        with FakeProxy({"index.invalid": ("127.0.0.1", port)}, credentials=credentials) as proxy:
            address = proxy.url_with_credentials if credentials else proxy.url
            prefix, environ = configured(way, address, tmp_path, monkeypatch)
            url = "http://index.invalid/simple/"
            fact, _ = listing_through(prefix, environ, url, PIP_TRUSTED_HOST="index.invalid")
            assert isinstance(fact, Known)
            assert proxy.requests == [f"GET {url}flask/"]
        # What is for the proxy stays with it.
        assert not any("proxy-authorization" in seen.headers for seen in index.requests)

    def test_an_encrypted_index(  # noqa: PLR0913, PLR0917 - fixtures
        self,
        way: str,
        credentials: tuple[str, str] | None,
        index: FakeIndex,
        secure: tuple[str, Path],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        url, cert = secure
        with FakeProxy(credentials=credentials) as proxy:
            address = proxy.url_with_credentials if credentials else proxy.url
            prefix, environ = configured(way, address, tmp_path, monkeypatch)
            fact, _ = listing_through(prefix, environ, url, PIP_CERT=str(cert))
            assert isinstance(fact, Known)
            assert proxy.requests == [f"CONNECT {url.split('/')[2]}"]
        assert not any("proxy-authorization" in seen.headers for seen in index.requests)

    def test_a_proxy_that_refuses_the_credentials(  # noqa: PLR0913, PLR0917 - fixtures
        self,
        way: str,
        credentials: tuple[str, str] | None,
        index: FakeIndex,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level("DEBUG")
        for url in ("http://index.invalid/simple/", "https://index.invalid/simple/"):
            with FakeProxy(credentials=("other", "pw")) as proxy:
                sent = ":".join(credentials) + "@" if credentials else ""
                address = proxy.url.replace("://", f"://{sent}")
                folder = tmp_path / url.partition(":")[0]
                folder.mkdir()
                prefix, environ = configured(way, address, folder, monkeypatch)
                fact, options = listing_through(
                    prefix, environ, url, PIP_TRUSTED_HOST="index.invalid"
                )
                assert proxy.refused == 1
                assert proxy.requests == []
            assert fact == NotChecked(
                Reason.UNREACHABLE,
                "the proxy on the way to index.invalid asks for credentials (407)",
            )
            assert "s3cret" not in caplog.text + repr(options)
        assert index.requests == []


@pytest.mark.parametrize(
    ("variable", "bypassed"),
    [
        ("127.0.0.1", True),
        ("*", True),
        ("other.example,127.0.0.1", True),
        ("127.0.0.0/8", True),
        ("10.0.0.0/8, 127.0.0.0/30", True),
        ("other.example", False),
        ("10.0.0.0/8", False),
        ("127.0.0.0/99,/,x/y", False),
    ],
)
@pytest.mark.parametrize("spelling", ["no_proxy", "NO_PROXY"])
def test_hosts_that_need_no_proxy(  # noqa: PLR0913, PLR0917 - the columns, and fixtures
    spelling: str,
    variable: str,
    bypassed: bool,  # noqa: FBT001 - a column of the table
    index: FakeIndex,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(spelling, variable)
    with FakeProxy() as proxy:
        prefix, environ = configured("variable of the system", proxy.url, tmp_path, monkeypatch)
        fact, _ = listing_through(prefix, environ, index.url)
        assert isinstance(fact, Known)
        assert bool(proxy.requests) is not bypassed


def test_a_proxy_of_pips_own_goes_before_no_proxy(
    index: FakeIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with FakeProxy() as proxy:
        prefix, environ = configured("pip.conf", proxy.url, tmp_path, monkeypatch)
        assert isinstance(listing_through(prefix, environ, index.url)[0], Known)
        assert proxy.requests


def test_pip_can_be_told_to_leave_the_variables_alone(
    index: FakeIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeProxy() as proxy:
        prefix, environ = configured("variable of the system", proxy.url, tmp_path, monkeypatch)
        environ |= {"PIP_NO_PROXY_ENV": "1", "REQUESTS_CA_BUNDLE": "/variable.pem"}
        fact, options = listing_through(prefix, environ, index.url)
        assert isinstance(fact, Known)
        assert options.cert is None
        assert proxy.requests == []
        environ["PIP_PROXY"] = proxy.url
        assert isinstance(listing_through(prefix, environ, index.url)[0], Known)
        assert proxy.requests


@pytest.mark.parametrize("trusted", [(), ("index.invalid",)])
def test_the_certificate_of_a_proxy_is_checked_even_where_that_of_the_host_is_not(
    trusted: tuple[str, ...],
) -> None:
    options = IndexOptions(proxy="https://proxy.invalid", trusted_hosts=trusted)
    manager = Transport(options).manager_for("https://index.invalid/simple/")
    context = manager.proxy_config.ssl_context if manager.proxy_config else None
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_a_proxy_of_a_kind_that_is_not_supported_is_told() -> None:
    options = IndexOptions(index_url="https://index.invalid/simple/", proxy="socks5://[::1]:9")
    with contextlib.closing(IndexClient(options)) as client:
        fetch(client, "flask")
        assert client.listing(FLASK) == NotChecked(
            Reason.UNREACHABLE,
            "index.invalid cannot be reached:"
            " the proxy's address is of a kind that is not supported",
        )
