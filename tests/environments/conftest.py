from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.environments.beds import Bed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def state_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a state folder of its own, so that none writes into the user's."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@pytest.fixture
def bed(tmp_path: Path) -> Bed:
    return Bed(tmp_path)
