"""A requirements file of many pinned lines, open in a server, that is edited."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from tests.fake_index import Release

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bench.client import Client


def package_names(count: int) -> list[str]:
    """Return the names of so many packages."""
    return [f"package-{number:05}" for number in range(count)]


def projects(names: Iterable[str]) -> dict[str, dict[str, Release]]:
    """Return what an index has: of each package twenty versions, 1.0.0 to 2.9.0."""
    versions = {f"{major}.{minor}.0": Release() for major in (1, 2) for minor in range(10)}
    return dict.fromkeys(names, versions)


def isolated_environment(home: Path, index_url: str) -> dict[str, str]:
    """Return variables under which nothing of the user's is seen, and that index alone is asked."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "XDG_"))}
    return {**kept, "PIP_INDEX_URL": index_url, "HOME": str(home), "PIP_CONFIG_FILE": os.devnull}


class EditedFile:
    """A file that is open in a server.

    Args:
        client: one that `begin` was called for.
        path: where to write it.
        lines: its lines.
        pull: whether the client asks for diagnostics; else it is sent them.
    """

    def __init__(self, client: Client, path: Path, lines: list[str], *, pull: bool = False) -> None:
        """Write the file, and open it."""
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._client = client
        self._lines = lines
        self._pull = pull
        self._version = 1
        self._uri = path.as_uri()
        self._result: str | None = None
        self._items: list[dict[str, Any]] = []
        text = "\n".join(lines) + "\n"
        document = {"uri": self._uri, "languageId": "pip-requirements", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": document})

    def wait(self, code: str, count: int) -> None:
        """Wait for the diagnostics of the text as it is now, with so many of a rule."""
        wait = self._wait_asking if self._pull else self._wait_listening
        wait(code, count)

    def _wait_listening(self, code: str, count: int) -> None:
        self._client.wait(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == self._uri
                and message["params"].get("version") == self._version
                and _count(message["params"]["diagnostics"], code) == count
            )
        )

    def _wait_asking(self, code: str, count: int) -> None:
        while True:
            answer = self._client.request(
                "textDocument/diagnostic",
                {"textDocument": {"uri": self._uri}, "previousResultId": self._result},
            )
            self._result = answer["result"]["resultId"]
            self._items = answer["result"].get("items", self._items)
            if _count(self._items, code) == count:
                return
            self._client.wait(lambda m: m.get("method") == "workspace/diagnostic/refresh")

    def edit(self, place: int, line: str) -> None:
        """Replace a line."""
        self._version += 1
        self._lines[place] = line
        change = {
            "textDocument": {"uri": self._uri, "version": self._version},
            "contentChanges": [{"text": "\n".join(self._lines) + "\n"}],
        }
        self._client.notify("textDocument/didChange", change)

    def times(
        self, place: int, changes: list[str], edits: int, code: str, *, others: int = 0
    ) -> list[float]:
        """Return the seconds of each edit, of which every other one breaks a line.

        Args:
            place: the line.
            changes: the broken and the whole one.
            edits: how many; even.
            code: the rule that finds it.
            others: how many findings that rule has anyway.
        """
        times = []
        for number in range(edits):
            began = time.perf_counter()
            self.edit(place, changes[number % 2])
            self.wait(code, others + int(number % 2 == 0))
            times.append(time.perf_counter() - began)
        return times

    def close(self) -> None:
        """Close the file."""
        self._client.notify("textDocument/didClose", {"textDocument": {"uri": self._uri}})


def begin(
    client: Client,
    folder: Path,
    *,
    pull: bool = False,
    settings: Mapping[str, object] | None = None,
) -> None:
    """Make the folder, and begin a session in it."""
    folder.mkdir()
    client.initialize(folder.as_uri(), pull=pull, settings=dict(settings or {}))
    client.notify("initialized", {})


def _count(items: Iterable[Mapping[str, Any]], code: str) -> int:
    return sum(item.get("code") == code for item in items)
