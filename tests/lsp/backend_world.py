"""A backend without a process or a client: every order of events can be arranged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.analysis.workspace import Workspace
from pinwise.lsp.backend import Backend
from pinwise.lsp.capabilities import ClientFeatures
from pinwise.syntax.source import Encoding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lsprotocol import types
    from packaging.utils import NormalizedName

FLASK_2, FLASK_3 = "flask==2.0.0\n", "flask==3.0.0\n"
WRONG = "flask>2,<1\n"


class World:
    """A backend, and the client that it talks to."""

    def __init__(self, folder: Path, *, watch_files: bool = False) -> None:
        self.folder = folder
        self.now = 100.0
        self.shown: dict[str, list[str]] = {}
        self.versions: dict[str, int | None] = {}
        self.ranges: dict[str, list[tuple[int, int, int, int]]] = {}
        self.timers: list[tuple[float, Callable[[Backend], None]]] = []
        self.asked: list[frozenset[str]] = []
        self.suggested: list[Path] = []
        self.looked: list[Path] = []
        self.watched: list[set[str]] = []
        self.watched_files: list[set[Path]] = []
        self.judgements = 0
        overrides = {"rules": {"missing-environment": "off"}}
        self.workspace = Workspace((folder,), overrides=overrides)
        features = ClientFeatures(
            related_information=True, watch_files=watch_files, watch_outside=watch_files
        )
        self.backend = Backend(
            self.workspace, features, Encoding.UTF16, self, clock=lambda: self.now
        )
        self.version = 0

    def publish(self, params: types.PublishDiagnosticsParams) -> None:
        name = params.uri.rpartition("/")[2]
        # What has no entry was never published; an empty list was taken back.
        self.shown[name] = [
            str(item.code) for item in params.diagnostics if item.code != "not-checked"
        ]
        self.versions[name] = params.version
        self.ranges[name] = [
            (r.start.line, r.start.character, r.end.line, r.end.character)
            for r in (item.range for item in params.diagnostics if item.code != "not-checked")
        ]

    def judged(self) -> None:
        self.judgements += 1

    def later(self, seconds: float, job: Callable[[Backend], None]) -> None:
        self.timers.append((seconds, job))

    def fetched(self, names: frozenset[NormalizedName]) -> None:
        self.asked.append(names)

    def look_for_environments(self, folder: Path) -> None:
        self.looked.append(folder)

    def suggest(self, folder: Path, file: Path) -> None:  # noqa: ARG002 - as the host has it
        self.suggested.append(folder)

    def watch(self, names: frozenset[str], files: frozenset[Path]) -> None:
        self.watched.append(set(names))
        self.watched_files.append(set(files))

    def path(self, name: str) -> Path:
        return self.folder / name

    def write(self, **files: str) -> None:
        for name, text in files.items():
            self.path(f"{name}.txt").write_text(text, encoding="utf-8")

    def open(self, name: str, text: str) -> None:
        self.version += 1
        self.backend.open(self.path(name), text, self.version)

    def type(self, name: str, text: str) -> None:
        self.version += 1
        self.backend.change(self.path(name), text, self.version)

    def work(self) -> None:
        while self.backend.work():
            pass
