from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.fake_index import FakeIndex, Release
from tests.isolation import isolate
from tests.lsp.backend_world import World
from tests.lsp.editor import Editor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

PROJECTS = {
    "requests": {"2.30.0": Release(), "2.31.0": Release()},
    "flask": {"2.0.0": Release(), "3.0.0": Release()},
    "django": {"4.2.1": Release(), "5.0": Release(requires_python=">=99")},
}


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex(PROJECTS) as found:
        yield found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest_asyncio.fixture(loop_scope="module")
async def idle(tmp_path: Path, index: FakeIndex) -> AsyncIterator[Editor]:
    """An editor whose server a test starts itself."""
    folder = tmp_path / "project"
    folder.mkdir()
    editor = Editor(folder, index)
    yield editor
    await editor.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def editor(idle: Editor, home: Path) -> Editor:
    """An editor with a running server."""
    await idle.start(home)
    return idle


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A backend that works on an empty folder."""
    made = World(isolate(monkeypatch, tmp_path))
    yield made
    made.workspace.close()
