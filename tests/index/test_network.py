"""Asks the index that is really configured: a few names, one pass, by hand."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.base.facts import Absent
from pinwise.index.cache import Cache
from pinwise.index.client import IndexClient
from pinwise.index.configuration import read_configuration
from tests.index.support import fetch, name, value_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.network


def test_the_configured_index(tmp_path: Path) -> None:
    options = read_configuration().options
    with (
        contextlib.closing(Cache(tmp_path / "index.sqlite")) as cache,
        contextlib.closing(IndexClient(options, cache)) as client,
    ):
        fetch(client, "sampleproject", "flask", "pinwise-no-such-project")
        flask = value_of(client.listing(name("flask")))
        assert flask.incomplete == ""
        release = flask.by_version[Version("2.0.0")]
        assert {file.is_wheel for file in release.files} == {True, False}
        assert release.files[0].requires_python == ">=3.6"
        assert all(a.hashes for a in client.artifacts(name("flask")))
        assert len(value_of(client.listing(name("sampleproject"))).releases) >= 5
        assert client.listing(name("pinwise-no-such-project")) == Absent()
