"""A file of 100 real pinned lines, cold cache, to complete diagnostics.

    python -m bench.cold_check [FILE]

This asks the index that pip is configured for: one page for each name. It prints the seconds
from the first analysis to the one that has no gap left, the number of requests, and the same
again from the cache that the first run filled.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.workspace import Workspace

PINNED = Path(__file__).resolve().parent / "pinned.txt"


def run(file: Path) -> None:
    """Check the file once, and print what it took."""
    workspace = Workspace((file.parent,))
    workspace.environments.discover(file.parent)
    began = time.perf_counter()
    (analysis,) = analyse_completely(workspace, [file])
    seconds = time.perf_counter() - began
    found = sum(map(len, analysis.report.diagnostics.values()))
    lines = len(analysis.context.declarations)
    requests = workspace.requests()
    workspace.close()
    print(
        f"{lines} pinned lines: {seconds:.2f} s, {requests} requests, {found} diagnostics,"
        f" {len(analysis.report.unchecked)} not checked"
    )


def main() -> None:
    """Run cold, then warm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=PINNED)
    file = parser.parse_args().file.resolve()
    with tempfile.TemporaryDirectory() as folder:
        # The cache's place follows this variable; nothing of the user's own cache is touched.
        os.environ["XDG_CACHE_HOME"] = folder
        print("cold: ", end="")
        run(file)
        print("again: ", end="")
        run(file)


if __name__ == "__main__":
    main()
