"""What the index is asked first, and no more: by the lines on screen, until the file is closed."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

import pytest

from tests.fake_index import FakeIndex, Release
from tests.isolation import isolate
from tests.lsp.backend_world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from packaging.utils import NormalizedName

NAME = "requirements.txt"
NAMES = [f"package-{number}" for number in range(8)]
PATIENCE = 30.0


class Busy(World):
    """A world whose index is asked by one worker, which waits for the first answer."""

    def __init__(self, folder: Path, index: FakeIndex) -> None:
        super().__init__(folder)
        self.index = index
        self.arrived: queue.SimpleQueue[frozenset[NormalizedName]] = queue.SimpleQueue()
        self.open("busy.txt", "busy\n")
        self.backend.settings_arrived()
        self.work()
        assert index.slow_reached.wait(PATIENCE)

    def fetched(self, names: frozenset[NormalizedName]) -> None:
        self.arrived.put(names)

    def finish(self, *names: str) -> list[str]:
        """Let the index answer until all these came; return what it was asked, in order."""
        missing = set(names)
        self.index.release_slow()
        while missing:
            missing -= self.arrived.get(timeout=PATIENCE)
        asked = [seen.path.strip("/").rpartition("/")[2] for seen in self.index.requests]
        return [name for name in asked if name in NAMES]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Busy]:
    folder = isolate(monkeypatch, tmp_path)
    monkeypatch.setattr("pinwise.index.client.THREADS", 1)
    monkeypatch.delenv("PIP_NO_INDEX")
    projects = {name: {"1.0": Release()} for name in ("busy", *NAMES)}
    with FakeIndex(projects, {"busy": "slow"}) as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        made = Busy(folder, index)
        yield made
        index.release_slow()
        made.workspace.close()


def test_lines_are_asked_for_from_the_top(world: Busy) -> None:
    world.open(NAME, "".join(f"{name}\n" for name in reversed(NAMES)))
    world.work()
    assert world.finish(*NAMES) == NAMES[::-1]


def test_the_lines_on_screen_go_first(world: Busy) -> None:
    world.backend.look_at(world.path(NAME), 4, 5)
    world.open(NAME, "".join(f"{name}\n" for name in NAMES))
    world.work()
    assert world.finish(*NAMES) == [*NAMES[4:6], *NAMES[:4], *NAMES[6:]]


def test_what_comes_into_view_moves_up(world: Busy) -> None:
    world.open(NAME, "".join(f"{name}\n" for name in NAMES))
    world.work()
    world.backend.look_at(world.path(NAME), 6, 7)
    assert world.finish(*NAMES) == [*NAMES[6:], *NAMES[:6]]


def test_without_a_word_of_what_is_visible_the_lines_at_the_cursor_go_first(
    world: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinwise.lsp.lookups.NEAR", 1)
    world.open(NAME, "".join(f"{name}\n" for name in NAMES))
    world.work()
    world.backend.look_near(world.path(NAME), 5)
    # What is seen already is no news.
    world.backend.look_near(world.path(NAME), 6)
    assert world.finish(*NAMES) == [*NAMES[4:7], *NAMES[:4], NAMES[7]]


def test_where_the_cursor_is_counts_less_than_what_is_visible(world: Busy) -> None:
    world.backend.look_at(world.path(NAME), 6, 7)
    world.backend.look_near(world.path(NAME), 0)
    world.open(NAME, "".join(f"{name}\n" for name in NAMES))
    world.work()
    assert world.finish(*NAMES) == [*NAMES[6:], *NAMES[:6]]


def test_a_file_that_is_closed_leaves_the_queue_unless_another_one_asks(world: Busy) -> None:
    world.open(NAME, "".join(f"{name}\n" for name in NAMES))
    world.open("other.txt", f"{NAMES[3]}\n")
    world.work()
    world.backend.close(world.path(NAME))
    world.work()
    assert world.finish(*NAMES) == [NAMES[3]]
    # Opened again, it asks for the rest.
    world.open(NAME, "".join(f"{name}\n" for name in NAMES))
    world.work()
    rest = [name for name in NAMES if name != NAMES[3]]
    assert world.finish(*rest) == [NAMES[3], *rest]
