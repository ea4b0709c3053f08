"""Last keystroke to published diagnostics while a repository of 10,000 folders is looked at.

    python -m bench.typing_while_discovering [--lines 1000] [--looks 5] [--pause 0]

The server is asked for the environments of the whole repository, one time after the other, and
meanwhile a line of a requirements file in it is broken and mended in turn; each time runs from
sending the change to having read the diagnostics that belong to it. As many edits follow in the
quiet, for comparison. Nothing is asked of the network.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.client import Client, server_command
from bench.spread import show

FOLDERS = 10_000


def make_repository(folder: Path) -> None:
    """Make ten thousand folders, in hundreds."""
    for outer in range(FOLDERS // 100):
        for inner in range(100):
            (folder / f"package-{outer}" / f"part-{inner}").mkdir(parents=True)


class _Editor:
    """The file that is edited, and the looks at the repository around it."""

    def __init__(self, client: Client, repository: Path, lines: int) -> None:
        """Write it, open it, and wait until it was judged and the first look has ended."""
        self._client = client
        self._lines = [f"package-{number:05}==2.9.0" for number in range(lines)]
        self._version = 1
        self._look: int | None = None
        path = repository / "requirements.txt"
        path.write_text(self._text, encoding="utf-8")
        self._uri = path.as_uri()
        client.initialize(repository.as_uri(), settings={"offline": True})
        client.notify("initialized", {})
        document = {"uri": self._uri, "languageId": "pip-requirements", "version": 1}
        client.notify("textDocument/didOpen", {"textDocument": {**document, "text": self._text}})
        for _ in range(4):
            self.edit()
        self.look()
        client.wait(self._ends_look)

    @property
    def _text(self) -> str:
        return "\n".join(self._lines) + "\n"

    @property
    def looking(self) -> bool:
        """Whether a look was not answered yet, as far as messages were read."""
        return self._look is not None

    def look(self) -> None:
        """Ask for all environments, and do not wait for them."""
        params = {"command": "pinwise.listEnvironments", "arguments": [{}]}
        self._look = self._client.begin("workspace/executeCommand", params)

    def edit(self) -> float:
        """Break a line, or mend it; return the seconds until that was published."""
        self._version += 1
        broken = self._version % 2 == 0
        self._lines[1] = "package-00001=2.9.0" if broken else "package-00001==2.9.0"
        document = {"uri": self._uri, "version": self._version}
        change = {"textDocument": document, "contentChanges": [{"text": self._text}]}

        def is_answer(message: dict[str, Any]) -> bool:
            self._ends_look(message)
            params = message.get("params")
            if message.get("method") != "textDocument/publishDiagnostics" or params is None:
                return False
            if params["uri"] != self._uri or params.get("version") != self._version:
                return False
            codes = [each.get("code") for each in params["diagnostics"]]
            return ("invalid-requirement" in codes) == broken

        began = time.perf_counter()
        self._client.notify("textDocument/didChange", change)
        self._client.wait(is_answer)
        return time.perf_counter() - began

    def _ends_look(self, message: dict[str, Any]) -> bool:
        if "method" in message or message.get("id") != self._look or self._look is None:
            return False
        if "error" in message:
            raise RuntimeError(message["error"])
        self._look = None
        return True


def main() -> None:
    """Print how long edits took while folders were looked at, and in the quiet."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--looks", type=int, default=5)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two edits")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        repository = home / "repository"
        make_repository(repository)
        environ = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
        environ |= {"HOME": str(home), "PIP_CONFIG_FILE": os.devnull}
        during: list[float] = []
        quiet: list[float] = []
        looks: list[float] = []
        with Client(server_command(), environ) as client:
            editor = _Editor(client, repository, given.lines)
            # In turns, so that a machine that slows down slows both.
            for _ in range(given.looks):
                before = len(during)
                began = time.perf_counter()
                editor.look()
                while editor.looking:
                    during.append(editor.edit())
                    time.sleep(given.pause)
                looks.append(time.perf_counter() - began)
                for _ in range(len(during) - before):
                    quiet.append(editor.edit())
                    time.sleep(given.pause)
    each = 1000 * statistics.median(looks)
    print(f"{given.lines} lines in {FOLDERS:,} folders, {given.looks} looks of {each:.0f} ms each:")
    show("while folders are looked at", during)
    show("in the quiet", quiet)


if __name__ == "__main__":
    main()
