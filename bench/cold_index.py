"""Listings of many projects from the configured index: cold, warm from disk, warm in memory.

    python -m bench.cold_index [--names 100] [FILE]

FILE has one name a line (what follows the name is ignored); without it, the most popular names
are taken. This asks the network: one page for each name, and once more for validators.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.base.facts import Known
from pinwise.index.cache import Cache
from pinwise.index.client import IndexClient
from pinwise.index.configuration import read_configuration

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

POPULAR = Path(__file__).parents[1] / "server/pinwise/advice/data/popular-packages.txt"


def names_in(file: Path, count: int) -> list[NormalizedName]:
    """Return the first distinct names in a file; comments and options are skipped."""
    lines = file.read_text(encoding="utf-8").splitlines()
    found = (re.match(r"\s*([A-Za-z0-9][\w.-]*)", line) for line in lines)
    names = dict.fromkeys(canonicalize_name(match[1]) for match in found if match)
    return list(names)[:count]


def fetch_all(client: IndexClient, names: list[NormalizedName]) -> tuple[float, int]:
    """Return the seconds until all names were told, and the number of batches."""
    done, batches = threading.Event(), []

    def receive(batch: frozenset[NormalizedName]) -> None:
        batches.append(len(batch))
        if sum(batches) == len(names):
            done.set()

    began = time.perf_counter()
    client.fetch(names, receive)
    done.wait()
    return time.perf_counter() - began, len(batches)


def look_at(client: IndexClient, names: list[NormalizedName]) -> float:
    """Return the seconds for what the checks of a pinned line look at, for all names."""
    began = time.perf_counter()
    for name in names:
        fact = client.listing(name)
        if isinstance(fact, Known) and fact.value.releases:
            newest = fact.value.releases[0]
            _ = fact.value.by_version[newest.version].yanked
    return time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=100)
    parser.add_argument("file", nargs="?", type=Path, default=POPULAR)
    arguments = parser.parse_args()
    names = names_in(arguments.file, arguments.names)
    options = read_configuration(Path(sys.prefix)).options
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.closing(Cache(Path(folder) / "index.sqlite")) as cache,
    ):
        with contextlib.closing(IndexClient(options, cache)) as client:
            seconds, batches = fetch_all(client, names)
            counts = client.statistics
            known = sum(isinstance(client.listing(name), Known) for name in names)
        print(f"cold, {len(names)} names: {seconds:.2f} s, {known} known, {batches} batches")
        print(f"  {counts.requests} requests, {counts.bytes_received / 1e6:.1f} MB of pages")
        print(f"  {cache.size() / 1e6:.1f} MB on disk")
        with contextlib.closing(IndexClient(options, cache)) as client:
            seconds = look_at(client, names)
            print(
                f"warm from disk: {1e3 * seconds:.1f} ms, {1e6 * seconds / len(names):.0f} us each"
            )
            seconds = look_at(client, names)
            print(
                f"warm in memory: {1e3 * seconds:.2f} ms, {1e6 * seconds / len(names):.1f} us each"
            )
            seconds = min(_listing_seconds(client, names) for _ in range(20))
            print(f"listing() alone: {1e9 * seconds:.0f} ns each")


def _listing_seconds(client: IndexClient, names: list[NormalizedName]) -> float:
    began = time.perf_counter()
    for name in names:
        client.listing(name)
    return (time.perf_counter() - began) / len(names)


if __name__ == "__main__":
    main()
