"""The engine asks for metadata once the versions are known, over a real folder of wheels."""

from __future__ import annotations

import queue
import zipfile
from typing import TYPE_CHECKING

from tests.isolation import isolate
from tests.lsp.backend_world import World

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from packaging.utils import NormalizedName

PATIENCE = 30.0
"""Seconds after which an answer is given up: the test fails."""


class Arrivals(World):
    """A world that hands on what arrives, on the test's own thread."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.arrived: queue.SimpleQueue[frozenset[NormalizedName]] = queue.SimpleQueue()

    def fetched(self, names: frozenset[NormalizedName]) -> None:
        self.arrived.put(names)

    def receive(self) -> None:
        self.backend.index_changed(self.arrived.get(timeout=PATIENCE))
        self.work()


def test_an_unknown_extra_is_found_after_two_waves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = isolate(monkeypatch, tmp_path)
    wheels = folder / "wheels"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "ours-1.0-py3-none-any.whl", "w") as wheel:
        metadata = "Metadata-Version: 2.1\nName: ours\nVersion: 1.0\nProvides-Extra: async\n"
        wheel.writestr("ours-1.0.dist-info/METADATA", metadata)
        wheel.writestr("ours-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
    world = Arrivals(folder)
    try:
        text = "--no-index\n--find-links wheels\nours[asnyc]==1.0\n"
        world.write(requirements=text)
        world.open("requirements.txt", text)
        world.backend.settings_arrived()
        world.work()
        assert world.shown["requirements.txt"] == []
        while not world.shown["requirements.txt"]:
            world.receive()
        assert world.shown["requirements.txt"] == ["unknown-extra"]
    finally:
        world.workspace.close()
