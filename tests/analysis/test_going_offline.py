"""Turning `offline` on ends what is under way, and what waits behind it is never asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.analysis.workspace import Workspace
from tests.fake_index import FakeIndex, Release
from tests.isolation import isolate

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.utils import NormalizedName


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return isolate(monkeypatch, tmp_path)


def test_look_ups_under_way_end_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # More names than threads, so that some of them wait for their turn.
    names = [f"project-{number}" for number in range(60)]
    root = folder / "requirements.txt"
    root.write_text("\n".join(names), encoding="utf-8")
    projects = {name: {"1.0": Release()} for name in names}
    with FakeIndex(projects, dict.fromkeys(names, "slow")) as index:
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        workspace = Workspace((folder,))
        told: list[frozenset[NormalizedName]] = []
        analysis = workspace.analyse(root)
        analysis.index.fetch(analysis.report.gaps, told.append)
        assert index.slow_reached.wait(30)

        workspace.set_editor_settings(None, {"offline": True})
        index.release_slow()
        report = workspace.analyse(root).report
        assert report.gaps == frozenset()
        assert {item.reason.reason.value for item in report.unchecked} == {"offline"}
        # The pool of threads is gone, and with it whatever could ask for the rest.
        assert len(index.pages_asked()) < len(names)
        assert told == []

        # Online again, everything that is missing is asked for anew.
        workspace.set_editor_settings(None, {})
        assert len(workspace.analyse(root).report.gaps) == len(names)
        workspace.close()
