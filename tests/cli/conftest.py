from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fake_index import FakeIndex, Release
from tests.isolation import isolate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, and a user who has nothing."""
    folder = isolate(monkeypatch, tmp_path)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def index(
    project: Path,  # noqa: ARG001 - its variables are to be changed
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[FakeIndex]:
    """An index with a few projects, which pip is configured to use."""
    projects = {
        "requests": {"2.30.0": Release(), "2.31.0": Release()},
        "flask": {"2.0.0": Release(), "3.0.0": Release()},
    }
    with FakeIndex(projects) as found:
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", found.url)
        yield found
