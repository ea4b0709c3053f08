"""Last keystroke to published diagnostics, for a client that is pushed to.

    python -m bench.keystroke [--lines 1000] [--edits 60] [--static | --conflict]

The file is of pinned lines on a warm cache; each edit changes one version on one line, between
one that exists and one that does not, and the time runs from sending the change to having read
the diagnostics that belong to it (any debouncing included). The facts come from the fake index of
the tests, on loopback, so that nothing here needs the network. With `--static` no facts are asked
for: each edit makes a line that pip rejects, or mends it. With `--conflict` two other lines cannot
hold together because of what their packages need, all the while; it also tells how long it takes
until a conflict of the edited line, which only the solver finds, is shown or gone.
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
    parser.add_argument("--static", action="store_true", help="offline: what needs only the text")
    parser.add_argument("--conflict", action="store_true", help="while a conflict stands")
    given = parser.parse_args()
    names = [f"package-{number:05}" for number in range(given.lines)]
    with (
        FakeIndex(_projects(names, given.conflict)) as index,
        tempfile.TemporaryDirectory() as folder,
    ):
        home = Path(folder).resolve()
        environ = {
            key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "XDG_"))
        }
        environ |= {"PIP_INDEX_URL": index.url, "HOME": str(home), "PIP_CONFIG_FILE": os.devnull}
        solved: list[float] = []
        timed = measure_static if given.static else measure
        if given.conflict:
            times, solved = measure_conflict(home, names, given.edits, environ)
        else:
            times = timed(home, names, given.edits, environ)
    kind = "static diagnostics" if given.static else "diagnostics"
    print(f"{given.lines} lines, {given.edits} edits, last keystroke to published {kind}:")
    print(_figures(times))
    if solved:
        print("to what the solver finds:")
        print(_figures(solved))


def _figures(times: list[float]) -> str:
    return (
        f"median {1000 * statistics.median(times):.1f} ms, "
        f"minimum {1000 * min(times):.1f} ms, maximum {1000 * max(times):.1f} ms"
    )


def _projects(names: list[str], conflict: bool) -> dict[str, dict[str, Release]]:  # noqa: FBT001
    """Return what the index has: of each package twenty versions.

    For a conflict, the first package needs an older version of the second than its line pins,
    and the third one of the line that is edited.
    """
    versions = {f"{major}.{minor}.0": Release() for major in (1, 2) for minor in range(10)}
    projects = dict.fromkeys(names, versions)
    if conflict:
        for parent, child in ((names[0], names[1]), (names[2], names[len(names) // 2 + 1])):
            need = Release(requires_dist=(f"{child}<2.9" if parent == names[0] else f"{child}>=2",))
            projects[parent] = dict.fromkeys(versions, need)
    return projects


def measure(home: Path, names: list[str], edits: int, environ: dict[str, str]) -> list[float]:
    """Open the file, wait until everything is known, and time the edits."""
    # One line in ten is outdated, as in a project that is looked after.
    lines = [f"{name}==2.{0 if place % 10 == 0 else 9}.0" for place, name in enumerate(names)]
    outdated = sum(place % 10 == 0 for place in range(len(names)))
    place = len(lines) // 2 + 1
    changes = [f"{names[place]}=={version}.0" for version in ("9.9", "2.9")]
    with Client(server_command(), environ) as client:
        file = _File(client, home, lines)
        file.found(1, "outdated-version", outdated)
        return file.times(place, changes, edits, "no-matching-version")


def measure_conflict(
    home: Path, names: list[str], edits: int, environ: dict[str, str]
) -> tuple[list[float], list[float]]:
    """Time the edits while two lines are in conflict: those of a fact, and those of the solver's.

    Of the first, an edit pins a version that does not exist, or mends that; of the second, one
    that another line's package does not allow.
    """
    # The line beside them is edited for the facts; those are known without a solve.
    lines = [f"{name}==2.9.0" for name in names]
    place = len(lines) // 2 + 1
    facts = [f"{names[place + 1]}=={version}.0" for version in ("9.9", "2.9")]
    conflicts = [f"{names[place]}=={version}.0" for version in ("1.9", "2.9")]
    with Client(server_command(), environ) as client:
        file = _File(client, home, lines)
        file.found(1, "dependency-conflict", 1)
        times = file.times(place + 1, facts, edits, "no-matching-version")
        return times, file.times(place, conflicts, edits, "dependency-conflict", others=1)


def measure_static(
    home: Path, names: list[str], edits: int, environ: dict[str, str]
) -> list[float]:
    """Open the file without an index to ask, and time the edits."""
    lines = [f"{name}==2.9.0" for name in names]
    place = len(lines) // 2 + 1
    changes = [f"{names[place]}{operator}2.9.0" for operator in ("=", "==")]
    with Client(server_command(), environ) as client:
        file = _File(client, home, lines, offline=True)
        return file.times(place, changes, edits, "invalid-requirement")


class _File:
    """The file that is edited."""

    def __init__(
        self, client: Client, home: Path, lines: list[str], *, offline: bool = False
    ) -> None:
        """Write it and open it."""
        path = home / "project" / "requirements.txt"
        path.parent.mkdir()
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._client = client
        self._lines = lines
        self._version = 1
        self._uri = path.as_uri()
        client.initialize(path.parent.as_uri(), settings={"offline": offline})
        client.notify("initialized", {})
        text = "\n".join(lines) + "\n"
        document = {"uri": self._uri, "languageId": "pip-requirements", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": document})

    def found(self, version: int, code: str, count: int) -> None:
        """Wait for the diagnostics of a version, with so many of a rule."""
        self._client.wait(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == self._uri
                and message["params"].get("version") == version
                and sum(d.get("code") == code for d in message["params"]["diagnostics"]) == count
            )
        )

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
        for version in range(self._version + 1, self._version + edits + 1):
            self._version = version
            self._lines[place] = changes[version % 2]
            change = {
                "textDocument": {"uri": self._uri, "version": version},
                "contentChanges": [{"text": "\n".join(self._lines) + "\n"}],
            }
            began = time.perf_counter()
            self._client.notify("textDocument/didChange", change)
            self.found(version, code, others + int(version % 2 == 0))
            times.append(time.perf_counter() - began)
        return times


if __name__ == "__main__":
    main()
