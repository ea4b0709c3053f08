from __future__ import annotations

import subprocess
import sys
from pathlib import PurePosixPath

import pytest

from pinwise.index.urls import (
    Credentials,
    is_secure,
    key_of,
    label_of,
    origin_of,
    path_of,
    project_url,
    redact,
    split_credentials,
)


@pytest.mark.parametrize(
    ("url", "bare", "credentials"),
    [
        ("https://index.example/simple", "https://index.example/simple", None),
        ("https://me:pw@index.example/s", "https://index.example/s", Credentials("me", "pw")),
        ("https://token@index.example/s", "https://index.example/s", Credentials("token", None)),
        ("https://token:@index.example/s", "https://index.example/s", Credentials("token", "")),
        ("https://a%40b:p%3Aw@h.example:8/s", "https://h.example:8/s", Credentials("a@b", "p:w")),
        ("https://a@b:pw@h.example/s", "https://h.example/s", Credentials("a@b", "pw")),
        ("file:///simple", "file:///simple", None),
        ("http://[", "http://[", None),
    ],
)
def test_split_credentials(url: str, bare: str, credentials: Credentials | None) -> None:
    assert split_credentials(url) == (bare, credentials)


@pytest.mark.parametrize(
    ("url", "shown", "label"),
    [
        ("https://index.example/simple/", "https://index.example/simple/", "index.example"),
        ("https://me:pw@index.example:8/s", "https://****@index.example:8/s", "index.example:8"),
        ("https://index.example/s?token=x#y", "https://index.example/s", "index.example"),
        ("file:///some/simple", "file:///some/simple", "/some/simple"),
        ("/some/simple", "/some/simple", "/some/simple"),
        ("http://me:pw@[", "unreadable address", "unreadable address"),
    ],
)
def test_what_is_shown(url: str, shown: str, label: str) -> None:
    assert redact(url) == shown
    assert label_of(url) == label


def test_keys_tell_places_apart_and_not_users() -> None:
    key = key_of("https://index.example/simple")
    assert key == key_of("https://me:secret@index.example/simple/")
    assert key != key_of("https://index.example/other")
    assert key != key_of("http://index.example/simple")


@pytest.mark.parametrize(
    ("url", "trusted", "secure"),
    [
        ("https://index.example/", (), True),
        ("file:///simple", (), True),
        ("http://index.example/", (), False),
        ("http://localhost:3141/", (), True),
        ("http://127.0.0.1/", (), True),
        ("http://127.9.9.9/", (), True),
        ("http://[::1]:80/", (), True),
        ("http://10.0.0.1/", (), False),
        ("http://localhost.example/", (), False),
        ("http://index.example/", ("index.example",), True),
        ("http://INDEX.example:81/", ("Index.Example:81",), True),
        ("http://index.example:82/", ("index.example:81",), False),
        ("http://a.index.example/", ("index.example",), False),
        ("http://127.0.0.1@index.example/", (), False),
        ("http://[", (), False),
        ("ftp://localhost.example/", (), False),
    ],
)
def test_is_secure(url: str, trusted: tuple[str, ...], secure: bool) -> None:  # noqa: FBT001
    assert is_secure(url, trusted) is secure


def test_origin() -> None:
    assert origin_of("HTTPS://Index.Example/a") == ("https", "index.example", 443)
    assert origin_of("http://index.example:8080") == ("http", "index.example", 8080)
    assert origin_of("http://index.example:port") == ("http", "index.example", 80)


def test_project_url() -> None:
    assert (
        project_url("https://index.example/simple/", "a-b") == "https://index.example/simple/a-b/"
    )


@pytest.mark.parametrize("url", ["file:///a%20b/c", "file://localhost/a%20b/c", "file:/a%20b/c"])
def test_path(url: str) -> None:
    assert PurePosixPath(path_of(url).as_posix()) == PurePosixPath("/a b/c")


@pytest.mark.parametrize(
    ("user", "password"),
    [("me", "pw"), ("", "t:k"), ("me", ""), ("jürgen", "pässwörd"), ("é", "ÿ")],
)
def test_credentials_are_sent_as_pip_sends_them(user: str, password: str) -> None:
    code = "import sys; from pip._vendor.requests.auth import _basic_auth_str as judge"
    code += "; print(judge(*sys.argv[1:]))"
    judge = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code, user, password],
        capture_output=True,
        text=True,
        check=True,
    )
    assert Credentials(user, password).basic() == judge.stdout.strip()


def test_credentials_that_pip_cannot_send_are_sent_as_others_send_them() -> None:
    assert Credentials("me", "пароль").basic() == "Basic bWU60L/QsNGA0L7Qu9GM"
