from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import main
from pinwise.index.cache import default_cache_path
from pinwise.index.cache_upkeep import SIZE_LIMIT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_index import FakeIndex

pytestmark = pytest.mark.usefixtures("project")


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    data: dict[str, object] = json.loads(capsys.readouterr().out)
    return data


def test_a_cache_that_is_not_there_is_not_made(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["cache"], ["cache", "--clear"]):
        assert main(arguments) == 0
        assert str(default_cache_path()) in capsys.readouterr().out
    assert main(["cache", "--format", "json"]) == 0
    assert told(capsys) == {
        "version": 1,
        "path": str(default_cache_path()),
        "size": 0,
        "size_limit": SIZE_LIMIT,
        "projects": 0,
        "metadata": 0,
        "cleared": False,
    }
    assert not default_cache_path().parent.exists()


@pytest.mark.usefixtures("index")
def test_what_a_check_learnt_is_counted_and_cleared(
    project: Path, index: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("requests\nflask\n", encoding="utf-8")
    main(["check"])
    asked = len(index.pages_asked())
    assert asked >= 2
    capsys.readouterr()
    assert main(["cache"]) == 0
    place, amount = capsys.readouterr().out.splitlines()
    assert place == str(default_cache_path())
    assert amount.endswith(f", {asked} answers about projects, metadata of 2 versions")
    assert main(["cache", "--clear"]) == 0
    assert capsys.readouterr().out.startswith(f"Cleared {default_cache_path()}: ")
    assert main(["cache", "--clear", "--format", "json"]) == 0
    found = told(capsys)
    assert (found["projects"], found["cleared"]) == (0, True)
    # The next check asks again.
    before = sum(index.pages_asked().values())
    main(["check"])
    assert sum(index.pages_asked().values()) == before + asked


@pytest.mark.usefixtures("index")
def test_a_cache_that_cannot_be_cleared(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pinwise.index.database._WRITER_PATIENCE", 0.01)
    (project / "requirements.txt").write_text("requests\n", encoding="utf-8")
    main(["check"])
    capsys.readouterr()
    with contextlib.closing(sqlite3.connect(default_cache_path())) as other:
        other.execute("BEGIN IMMEDIATE")
        assert main(["cache", "--clear"]) == 2
    printed = capsys.readouterr()
    assert "Cleared" not in printed.out
    assert "in use" in printed.err
    assert main(["cache", "--clear"]) == 0
