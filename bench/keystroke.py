"""Last keystroke to published diagnostics, for a client that is pushed to.

    python -m bench.keystroke [--lines 1000] [--edits 60]

The file is of pinned lines on a warm cache; each edit changes one version on one line, between
one that exists and one that does not, and the time runs from sending the change to having read
the diagnostics that belong to it (any debouncing included). The facts come from the fake index of
the tests, on loopback, so that nothing here needs the network.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from bench.client import Client, server_command
from tests.fake_index import FakeIndex, Release


def main() -> None:
    """Print the median, the minimum and the maximum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--edits", type=int, default=60)
    given = parser.parse_args()
    names = [f"package-{number:05}" for number in range(given.lines)]
    versions = {f"{major}.{minor}.0": Release() for major in (1, 2) for minor in range(10)}
    with (
        FakeIndex(dict.fromkeys(names, versions)) as index,
        tempfile.TemporaryDirectory() as folder,
    ):
        home = Path(folder).resolve()
        environ = {
            key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "XDG_"))
        }
        environ |= {"PIP_INDEX_URL": index.url, "HOME": str(home), "PIP_CONFIG_FILE": os.devnull}
        times = measure(home, names, given.edits, environ)
    print(f"{given.lines} lines, {given.edits} edits, last keystroke to published diagnostics:")
    print(
        f"median {1000 * statistics.median(times):.1f} ms, "
        f"minimum {1000 * min(times):.1f} ms, maximum {1000 * max(times):.1f} ms"
    )


def measure(home: Path, names: list[str], edits: int, environ: dict[str, str]) -> list[float]:
    """Open the file, wait until everything is known, and time the edits."""
    file = home / "project" / "requirements.txt"
    file.parent.mkdir()
    # One line in ten is outdated, as in a project that is looked after.
    lines = [f"{name}==2.{0 if place % 10 == 0 else 9}.0" for place, name in enumerate(names)]
    text = "\n".join(lines) + "\n"
    file.write_text(text, encoding="utf-8")
    uri = file.as_uri()
    outdated = sum(place % 10 == 0 for place in range(len(names)))
    with Client(server_command(), environ) as client:
        client.initialize(file.parent.as_uri())
        client.notify("initialized", {})
        document = {"uri": uri, "languageId": "pip-requirements", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": document})

        def found(version: int, code: str, count: int) -> None:
            client.wait(
                lambda message: (
                    message.get("method") == "textDocument/publishDiagnostics"
                    and message["params"]["uri"] == uri
                    and message["params"].get("version") == version
                    and sum(d.get("code") == code for d in message["params"]["diagnostics"])
                    == count
                )
            )

        found(1, "outdated-version", outdated)
        times = []
        place = len(lines) // 2 + 1
        for version in range(2, edits + 2):
            wrong = version % 2 == 0
            lines[place] = f"{names[place]}=={'9.9' if wrong else '2.9'}.0"
            change = {
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [{"text": "\n".join(lines) + "\n"}],
            }
            began = time.perf_counter()
            client.notify("textDocument/didChange", change)
            found(version, "no-matching-version", int(wrong))
            times.append(time.perf_counter() - began)
    return times


if __name__ == "__main__":
    main()
