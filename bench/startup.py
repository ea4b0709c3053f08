"""Process start to the answer of `initialize`, against a bare pygls server.

    python -m bench.startup [--runs 21]

Both run on the same interpreter with the same flags, warm byte code and the capabilities of a
real VS Code; they take turns, so that a machine that slows down slows both.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

from bench.client import Client, server_command

BARE = Path(__file__).resolve().parent / "bare_server.py"


def seconds_to_initialize(command: list[str]) -> float:
    """Start a server, and return how long its answer to `initialize` took."""
    began = time.perf_counter()
    with Client(command) as client:
        client.initialize()
        return time.perf_counter() - began


def main() -> None:
    """Print the medians, the minima and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21)
    runs = parser.parse_args().runs
    commands = {
        "pinwise": server_command(),
        "bare pygls": [sys.executable, "-I", "-X", "utf8", str(BARE)],
    }
    for command in commands.values():
        seconds_to_initialize(command)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(seconds_to_initialize(command))
    for name, found in times.items():
        median, least = 1000 * statistics.median(found), 1000 * min(found)
        print(f"{name:12} median {median:6.0f} ms   minimum {least:6.0f} ms")
    ratio = statistics.median(times["pinwise"]) / statistics.median(times["bare pygls"])
    pairs = zip(times["pinwise"], times["bare pygls"], strict=True)
    paired = statistics.median(ours / bare for ours, bare in pairs)
    print(f"ratio of the medians {ratio:.2f}, median of the paired ratios {paired:.2f}")


if __name__ == "__main__":
    main()
