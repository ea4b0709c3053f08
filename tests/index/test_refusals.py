"""Which indexes asked for credentials, and what would help their user to give them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pinwise.index.authentication import Authentication
from pinwise.index.client import IndexClient
from pinwise.index.types import IndexOptions, Refusal
from tests.fake_index import FakeIndex, Release
from tests.index.fake_keyring import FakeKeyring
from tests.index.support import fetch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "hunter2-s3cret"  # noqa: S105 - it opens nothing


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex({"flask": {"1.0": Release()}}, credentials=("me", SECRET)) as served:
        yield served


def label_of(index: FakeIndex) -> str:
    return index.url.split("/")[2]


def refusals(options: IndexOptions) -> tuple[Refusal, ...]:
    client = IndexClient(options, window=0.0)
    try:
        fetch(client, "flask")
        return client.refusals()
    finally:
        client.close()


def test_an_index_that_asks_is_named_as_pip_names_it_to_the_keyring(index: FakeIndex) -> None:
    # The slash at its end is pip's, whatever the configuration has.
    url = index.url.rstrip("/")
    assert refusals(IndexOptions(url)) == (Refusal(label_of(index), index.url),)
    with_user = url.replace("://", "://me@")
    assert refusals(IndexOptions(with_user)) == (Refusal(label_of(index), index.url, "me"),)


@pytest.mark.parametrize(
    ("written", "user"),
    [("__token__", "__token__"), ("t0ken-s3cret", ""), ("glpatABCDEFGHIJKLMNOPQR", "")],
)
def test_what_may_be_a_token_is_not_told_as_a_user(
    index: FakeIndex, written: str, user: str
) -> None:
    (found,) = refusals(IndexOptions(index.url.replace("://", f"://{written}@")))
    assert (found.user, found.has_password) == (user, False)
    assert user or written not in repr(found)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("simple/", True),
        ("api/v4/projects/123/packages/pypi/simple/", True),
        ("team-a/pypi.internal/simple/", True),
        ("x8Jq2LmZ0pTr/simple/", False),
        ("dl/0123456789abcdef0123/simple/", False),
        ("t0ken-s3cret/simple/", False),
    ],
)
def test_a_path_that_may_hold_a_token_is_not_told(path: str, *, told: bool) -> None:
    url = f"https://index.example.org/{path}"
    authentication = Authentication(IndexOptions(url))
    authentication.note_refusal(url)
    found = authentication.refusal(url)
    assert found is not None
    assert found.url == (url if told else "index.example.org")


def test_a_password_that_was_refused_is_told_and_not_repeated(index: FakeIndex) -> None:
    url = index.url.replace("://", "://me:wr0ng-secret@")
    (found,) = refusals(IndexOptions(url))
    assert found == Refusal(label_of(index), index.url, "me", has_password=True)
    assert "wr0ng" not in repr(found)


@pytest.mark.skipif(os.name == "nt", reason="the fake command is a shell script")
def test_the_keyring_is_named_only_where_it_is_asked(index: FakeIndex, tmp_path: Path) -> None:
    command = str(FakeKeyring(tmp_path / "keyring").command)
    (own,) = refusals(IndexOptions(index.url, keyring=command))
    assert own.keyring == command
    (foreign,) = refusals(
        IndexOptions(index.url, keyring=command, workspace_urls=frozenset({index.url}))
    )
    assert (foreign.keyring, foreign.workspace) == ("", True)


def test_a_403_is_no_question_for_credentials() -> None:
    # pip asks no keyring after it, so that a password which is stored there changes nothing.
    with FakeIndex(behaviours={"flask": "403"}) as index:
        assert refusals(IndexOptions(index.url)) == ()


def test_a_refusal_holds_until_failures_are_forgotten(index: FakeIndex) -> None:
    client = IndexClient(IndexOptions(index.url), window=0.0)
    try:
        assert client.refusals() == ()
        fetch(client, "flask")
        assert client.refusals()
        client.forget_failures()
        assert client.refusals() == ()
        index.credentials = None
        fetch(client, "flask")
        assert client.refusals() == ()
    finally:
        client.close()
