from __future__ import annotations

import contextlib
import os
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

from pinwise.base.facts import NotChecked, Reason
from pinwise.index.http import Answer, HttpClient
from pinwise.index.types import IndexOptions
from tests.fake_index import FakeIndex, Release

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(
    # In CI its absence fails: these tests are the only ones of client certificates.
    OPENSSL is None and not os.environ.get("CI"),
    reason="openssl is not installed",
)
HEADERS = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate that vouches for itself, for both ends: cert, key, both."""
    folder = tmp_path_factory.mktemp("certificates")
    assert OPENSSL is not None
    make = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key.pem"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", "cert.pem"]
    for arguments in (
        [*make.split(), *names],
        ["rsa", "-in", "key.pem", "-aes128", "-passout", "pass:secret", "-out", "locked.pem"],
    ):
        subprocess.run([OPENSSL, *arguments], cwd=folder, check=True, capture_output=True)
    for key in ("key", "locked"):
        both = [(folder / f"{part}.pem").read_text(encoding="utf-8") for part in ("cert", key)]
        (folder / f"with-{key}.pem").write_text("".join(both), encoding="utf-8")
    return folder


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    """The address of an index that asks for a certificate."""
    index = FakeIndex({"flask": {"1.0": Release()}})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    context.load_verify_locations(folder / "cert.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    server = index._server  # noqa: SLF001 - it has no encryption of its own
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with index:
        yield index.url.replace("http://", "https://")


def get(url: str, options: IndexOptions) -> object:
    with contextlib.closing(HttpClient(options)) as http:
        return http.get(f"{url}flask/", headers=HEADERS)


def test_the_users_certificate_is_shown(url: str, folder: Path) -> None:
    options = IndexOptions(
        cert=str(folder / "cert.pem"), client_cert=str(folder / "with-key.pem"), retries=0
    )
    assert isinstance(get(url, options), Answer)


def test_without_one_there_is_no_answer(url: str, folder: Path) -> None:
    outcome = get(url, IndexOptions(cert=str(folder / "cert.pem"), retries=0))
    assert isinstance(outcome, NotChecked)
    assert outcome.reason is Reason.UNREACHABLE


def test_a_stranger_is_not_trusted(url: str, folder: Path) -> None:
    outcome = get(url, IndexOptions(client_cert=str(folder / "with-key.pem"), retries=0))
    assert isinstance(outcome, NotChecked)
    assert "certificate of 127.0.0.1" in outcome.detail
    trusted = IndexOptions(
        client_cert=str(folder / "with-key.pem"), trusted_hosts=("127.0.0.1",), retries=0
    )
    assert isinstance(get(url, trusted), Answer)


def test_a_locked_key_asks_nobody(url: str, folder: Path) -> None:
    locked = str(folder / "with-locked.pem")
    outcome = get(url, IndexOptions(client_cert=locked, retries=0))
    assert isinstance(outcome, NotChecked)
    assert outcome.detail.endswith(f"a certificate of pip's configuration is unusable: {locked}")
