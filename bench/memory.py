"""Resident memory of the server: a small project, a thousand edits, fifty open files.

    python -m bench.memory [--lines 100] [--edits 1000] [--files 50]

Linux only: `VmRSS` of `/proc`, in MB of 1,000,000 bytes. The first figures are of one process: as
it has answered `initialize`; with a project of pinned lines open of which everything is known;
after so many edits, each of which was waited for, with the figure after every quarter of them, so
that growth can be told from what is kept. Then of another one: with so many files open, each of
so many lines of which everything is known, and after all but one of them were closed.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from bench.client import Client, server_command
from bench.edited_file import (
    EditedFile,
    begin,
    isolated_environment,
    package_names,
    projects,
)
from tests.fake_index import FakeIndex

QUARTERS = 4


def resident(client: Client) -> float:
    """Return the resident memory of the server in MB, once it has answered a question."""
    # Whatever it still does when asked comes before the answer.
    client.request("workspace/executeCommand", {"command": "pinwise.listEnvironments"})
    status = Path(f"/proc/{client.process.pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    if found is None:
        message = "/proc does not tell the resident memory"
        raise OSError(message)
    return int(found[1]) * 1024 / 1_000_000


def measure_edits(client: Client, folder: Path, names: list[str], edits: int) -> None:
    """Open one file and edit it."""
    begin(client, folder)
    print(f"after `initialize`: {resident(client):.1f} MB")
    file = EditedFile(client, folder / "requirements.txt", _lines(names))
    file.wait("outdated-version", len(names))
    print(f"with {len(names)} lines open: {resident(client):.1f} MB")
    place = len(names) // 2
    changes = [f"{names[place]}=={version}.0" for version in ("9.9", "2.8")]
    for quarter in range(1, QUARTERS + 1):
        file.times(place, changes, edits // QUARTERS // 2 * 2, "no-matching-version")
        done = edits // QUARTERS // 2 * 2 * quarter
        print(f"after {done} edits: {resident(client):.1f} MB")


def measure_files(client: Client, folder: Path, names: list[str], files: int) -> None:
    """Open many files, and close them."""
    begin(client, folder)
    opened = []
    for number in range(files):
        file = EditedFile(client, folder / f"requirements-{number:02}.txt", _lines(names))
        file.wait("outdated-version", len(names))
        opened.append(file)
    print(f"with {files} files of {len(names)} lines open: {resident(client):.1f} MB")
    for file in opened[1:]:
        file.close()
    print(f"with all but one closed: {resident(client):.1f} MB")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=100)
    parser.add_argument("--edits", type=int, default=1_000)
    parser.add_argument("--files", type=int, default=50)
    given = parser.parse_args()
    names = package_names(given.lines)
    for measure, count in ((measure_edits, given.edits), (measure_files, given.files)):
        with FakeIndex(projects(names)) as index, tempfile.TemporaryDirectory() as folder:
            home = Path(folder).resolve()
            environ = isolated_environment(home, index.url)
            with Client(server_command(), environ) as client:
                measure(client, home / "project", names, count)


def _lines(names: list[str]) -> list[str]:
    """Return lines that are all outdated, so that there is something to be found in each."""
    return [f"{name}==2.8.0" for name in names]


if __name__ == "__main__":
    main()
