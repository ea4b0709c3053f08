"""A user who has nothing: no configuration, no cache, no environment, no index."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def isolate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let this process be such a user's, and return an empty folder to work in.

    pip is configured to use no index; a test that has one of its own undoes that.
    """
    home, folder = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    folder.mkdir()
    for name in list(os.environ):
        if name.startswith(("PIP_", "XDG_", "VIRTUAL_ENV", "CONDA_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return folder


def make_cache_old(home: Path) -> None:
    """Set back by a day when the pages in this user's cache were read."""
    (cache,) = home.rglob("index-v*.sqlite")
    with closing(sqlite3.connect(cache)) as connection, connection:
        assert connection.execute("UPDATE page SET fetched_at = fetched_at - 86400").rowcount
