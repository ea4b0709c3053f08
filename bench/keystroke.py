"""Last keystroke to diagnostics, at 100, 1,000 and 10,000 lines.

    python -m bench.keystroke [--lines 100 1000 10000] [--edits 60] [--pull] [--static | --conflict]

The file is of pinned lines on a warm cache; each edit changes one version on one line, between
one that exists and one that does not, and the time runs from sending the change to having read
the diagnostics that belong to it (any debouncing included). The facts come from the fake index of
the tests, on loopback, so that nothing here needs the network. With `--pull` the client asks for
the diagnostics after each change, as VS Code does; else it is sent them. With `--static` no facts
are asked for: each edit makes a line that pip rejects, or mends it. With `--conflict` two other
lines cannot hold together because of what their packages need, all the while; it also tells how
long it takes until a conflict of the edited line, which only the solver finds, is shown or gone.
"""

from __future__ import annotations

import argparse
import statistics
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
from tests.fake_index import FakeIndex, Release


def main() -> None:
    """Print the median, the minimum and the maximum for each number of lines."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--edits", type=int, default=60)
    parser.add_argument("--pull", action="store_true", help="for a client that asks")
    parser.add_argument("--static", action="store_true", help="offline: what needs only the text")
    parser.add_argument("--conflict", action="store_true", help="while a conflict stands")
    given = parser.parse_args()
    kind = "static diagnostics" if given.static else "diagnostics"
    way = "pulled" if given.pull else "published"
    for lines in given.lines:
        names = package_names(lines)
        index_has = projects(names)
        if given.conflict:
            index_has |= _conflicts(names, index_has)
        with FakeIndex(index_has) as index, tempfile.TemporaryDirectory() as folder:
            home = Path(folder).resolve()
            environ = isolated_environment(home, index.url)
            with Client(server_command(), environ) as client:
                measure = measure_static if given.static else measure_facts
                measure = measure_conflict if given.conflict else measure
                found = measure(client, home / "project", names, given.edits, pull=given.pull)
        print(f"{lines} lines, {given.edits} edits, last keystroke to {way} {kind}:")
        for title, times in found.items():
            print(f"  {title}{_figures(times)}")


def _figures(times: list[float]) -> str:
    return (
        f"median {1000 * statistics.median(times):.1f} ms, "
        f"minimum {1000 * min(times):.1f} ms, maximum {1000 * max(times):.1f} ms"
    )


def _conflicts(
    names: list[str], index_has: dict[str, dict[str, Release]]
) -> dict[str, dict[str, Release]]:
    """Return two packages of which others are needed in other versions than their lines pin.

    The first needs an older one of the second, the third a newer one of the line that is edited.
    """
    needs = {names[0]: f"{names[1]}<2.9", names[2]: f"{names[len(names) // 2 + 1]}>=2"}
    return {
        name: dict.fromkeys(index_has[name], Release(requires_dist=(need,)))
        for name, need in needs.items()
    }


def measure_facts(
    client: Client, folder: Path, names: list[str], edits: int, *, pull: bool
) -> dict[str, list[float]]:
    """Open the file, wait until everything is known, and time the edits."""
    # One line in ten is outdated, as in a project that is looked after, and a hundred at most: a
    # client is shown no more than a thousand findings of a file.
    step = max(10, len(names) // 100)
    lines = [f"{name}==2.{0 if place % step == 0 else 9}.0" for place, name in enumerate(names)]
    outdated = sum(place % step == 0 for place in range(len(names)))
    place = len(lines) // 2 + 1
    changes = [f"{names[place]}=={version}.0" for version in ("9.9", "2.9")]
    begin(client, folder, pull=pull)
    file = EditedFile(client, folder / "requirements.txt", lines, pull=pull)
    file.wait("outdated-version", outdated)
    return {"": file.times(place, changes, edits, "no-matching-version")}


def measure_conflict(
    client: Client, folder: Path, names: list[str], edits: int, *, pull: bool
) -> dict[str, list[float]]:
    """Time the edits while two lines are in conflict: those of a fact, and those of the solver's.

    Of the first, an edit pins a version that does not exist, or mends that; of the second, one
    that another line's package does not allow.
    """
    # The line beside them is edited for the facts; those are known without a solve.
    lines = [f"{name}==2.9.0" for name in names]
    place = len(lines) // 2 + 1
    facts = [f"{names[place + 1]}=={version}.0" for version in ("9.9", "2.9")]
    conflicts = [f"{names[place]}=={version}.0" for version in ("1.9", "2.9")]
    begin(client, folder, pull=pull)
    file = EditedFile(client, folder / "requirements.txt", lines, pull=pull)
    file.wait("dependency-conflict", 1)
    return {
        "": file.times(place + 1, facts, edits, "no-matching-version"),
        "to what the solver finds: ": file.times(
            place, conflicts, edits, "dependency-conflict", others=1
        ),
    }


def measure_static(
    client: Client, folder: Path, names: list[str], edits: int, *, pull: bool
) -> dict[str, list[float]]:
    """Open the file without an index to ask, and time the edits."""
    lines = [f"{name}==2.9.0" for name in names]
    place = len(lines) // 2 + 1
    changes = [f"{names[place]}{operator}2.9.0" for operator in ("=", "==")]
    begin(client, folder, pull=pull, settings={"offline": True})
    file = EditedFile(client, folder / "requirements.txt", lines, pull=pull)
    return {"": file.times(place, changes, edits, "invalid-requirement")}


if __name__ == "__main__":
    main()
