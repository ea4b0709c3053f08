"""`pinwise cache`: where the answers of indexes are kept, how much there is, and clearing it."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from pinwise.base.sizes import size_text
from pinwise.cli.output import complain, emit
from pinwise.index.cache import Cache, default_cache_path
from pinwise.index.cache_upkeep import SIZE_LIMIT

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

EXIT_FAILED = 2
"""The cache could not be cleared."""


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "cache",
        help="show the cache of what indexes said, or clear it",
        description=(
            "Print where the answers of package indexes are kept, and how much there is; or forget"
            " all of them. Exit code 2: the cache could not be cleared."
        ),
    )
    parser.add_argument("--clear", action="store_true", help="forget everything")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Print the place and the size of the cache, after clearing it where that was asked for.

    A cache that does not exist is not made.
    """
    with contextlib.closing(Cache(default_cache_path())) as cache:
        before = cache.size()
        failed = given.clear and before > 0 and not cache.clear()
        size = cache.size()
        pages, metadata = cache.contents() if size else (0, 0)
        if given.format == "json":
            record = {
                "version": 1,
                "path": str(cache.path),
                "size": size,
                "size_limit": SIZE_LIMIT,
                "projects": pages,
                "metadata": metadata,
                "cleared": bool(given.clear and not failed),
            }
            print(json.dumps(record, indent=2))
        elif given.clear and not failed:
            emit(f"Cleared {cache.path}: {size_text(max(0, before - size))} less on disk.")
        else:
            emit(str(cache.path))
            counts = f"{pages} answers about projects, metadata of {metadata} versions"
            emit(f"{size_text(size)}, {counts}")
    if failed:
        complain("pinwise: the cache is in use or cannot be written; try again later")
        return EXIT_FAILED
    return 0
