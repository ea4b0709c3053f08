"""Which files the client is asked to tell of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.lsp.backend import WATCH_PAUSE
from tests.isolation import isolate
from tests.lsp.backend_world import FLASK_2, World

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_what_a_tree_names_is_watched_after_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(isolate(monkeypatch, tmp_path), watch_files=True)
    world.write(base="flask\n")
    world.open("requirements.txt", "-r base.txt\n")
    world.work()
    for text in ("-r base.txt\n-r o\n", "-r base.txt\n-r other.txt\n"):
        world.type("requirements.txt", text)
        world.work()
    assert world.watched == []
    ((pause, now),) = [timer for timer in world.timers if timer[0] == WATCH_PAUSE]
    now(world.backend)
    assert (pause, world.watched) == (WATCH_PAUSE, [{"base.txt", "other.txt"}])
    world.type("requirements.txt", "-r base.txt\n-r other.txt\nflask\n")
    world.work()
    assert len([timer for timer in world.timers if timer[0] == WATCH_PAUSE]) == 1
    world.workspace.close()


def test_what_configures_pip_is_watched_wherever_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = isolate(monkeypatch, tmp_path)
    configuration = tmp_path / "elsewhere" / "pip.conf"
    configuration.parent.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    world = World(folder, watch_files=True)
    try:
        world.open("requirements.txt", FLASK_2)
        world.work()
        ((_, watch),) = [timer for timer in world.timers if timer[0] == WATCH_PAUSE]
        watch(world.backend)
        assert configuration in world.watched_files[-1]
        # Where even the folder is missing there is nothing to be watched.
        assert all(file.parent.is_dir() for file in world.watched_files[-1])
    finally:
        world.workspace.close()
