"""Last keystroke to published diagnostics while 1,000 look-ups are under way.

    python -m bench.typing_while_fetching [--lines 1000]

The file is opened on an empty cache. As soon as the first facts are there, a line is broken and
mended again in turn, and each time runs from sending the change to having read the diagnostics
that belong to it, while the other facts arrive. It goes on until everything is known; then as many
edits follow in the quiet, for comparison. The fake index of the tests answers from a process of
its own, on loopback, so that its work is not ours.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.client import Client, server_command
from bench.spread import show

PAUSE = 0.15
"""Seconds between two edits: somebody who types quickly."""

MOST_EDITS = 400

REST = 15.0
"""Seconds in which what was asked for last, the metadata of what is pinned, comes in."""


class _Editor:
    """The file that is edited; every tenth line is outdated once its package is known."""

    def __init__(self, client: Client, home: Path, names: list[str]) -> None:
        """Write it and open it."""
        self._client = client
        self._lines = [f"{name}==2.{0 if at % 10 == 0 else 9}.0" for at, name in enumerate(names)]
        self._version = 1
        self.outdated = 0
        path = home / "project" / "requirements.txt"
        path.parent.mkdir()
        path.write_text(self._text, encoding="utf-8")
        self._uri = path.as_uri()
        client.initialize(path.parent.as_uri())
        client.notify("initialized", {})
        document = {"uri": self._uri, "languageId": "pip-requirements", "version": 1}
        client.notify("textDocument/didOpen", {"textDocument": {**document, "text": self._text}})

    @property
    def _text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def first_facts(self) -> None:
        """Wait until something is known of the first packages."""
        while not self.outdated:
            self._client.wait(self._is_ours)

    def edit(self) -> float:
        """Break a line, or mend it; return the seconds until that was published."""
        self._version += 1
        broken = self._version % 2 == 0
        self._lines[1] = "package-00001=2.9.0" if broken else "package-00001==2.9.0"
        document = {"uri": self._uri, "version": self._version}
        change = {"textDocument": document, "contentChanges": [{"text": self._text}]}
        began = time.perf_counter()
        self._client.notify("textDocument/didChange", change)

        def is_answer(message: dict[str, Any]) -> bool:
            if not self._is_ours(message) or message["params"].get("version") != self._version:
                return False
            codes = [each.get("code") for each in message["params"]["diagnostics"]]
            return ("invalid-requirement" in codes) == broken

        self._client.wait(is_answer)
        return time.perf_counter() - began

    def _is_ours(self, message: dict[str, Any]) -> bool:
        ours = (
            message.get("method") == "textDocument/publishDiagnostics"
            and message["params"]["uri"] == self._uri
        )
        if ours:
            found = message["params"]["diagnostics"]
            self.outdated = sum(each.get("code") == "outdated-version" for each in found)
        return ours


def main() -> None:
    """Print how long edits took while facts arrived, and afterwards."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lines", type=int, default=1000)
    lines = parser.parse_args().lines
    names = [f"package-{number:05}" for number in range(lines)]
    versions: dict[str, object] = {
        f"{major}.{minor}.0": {} for major in (1, 2) for minor in range(10)
    }
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        data = home / "index.json"
        data.write_text(json.dumps({"projects": dict.fromkeys(names, versions)}), encoding="utf-8")
        command = [sys.executable, "-m", "tests.fake_index", "--port", "0", str(data)]
        index = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert index.stdout is not None  # noqa: S101 - it was asked for
            url = index.stdout.readline().split()[-1]
            environ = {
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("PIP_", "XDG_"))
            }
            environ |= {"PIP_INDEX_URL": url, "HOME": str(home), "PIP_CONFIG_FILE": os.devnull}
            with Client(server_command(), environ) as client:
                editor = _Editor(client, home, names)
                began = time.perf_counter()
                editor.first_facts()
                arriving: list[float] = []
                while editor.outdated < lines // 10 and len(arriving) < MOST_EDITS:
                    arriving.append(editor.edit())
                    time.sleep(PAUSE)
                seconds = time.perf_counter() - began
                time.sleep(REST)
                quiet = []
                for _ in arriving:
                    quiet.append(editor.edit())
                    time.sleep(PAUSE)
        finally:
            index.kill()
            index.wait()
    print(f"{lines} pinned lines on an empty cache, {seconds:.1f} s until all listings were known:")
    show("while facts arrived", arriving)
    show("afterwards", quiet)


if __name__ == "__main__":
    main()
