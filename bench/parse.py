"""How long parsing takes, and what an edit costs, against pip's own parser.

python -m bench.parse [--pip]
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import TYPE_CHECKING

from pinwise.syntax.requirements import parse

if TYPE_CHECKING:
    from collections.abc import Callable

DIGEST = "0123456789abcdef" * 4


def pins(count: int) -> str:
    """Return a file of `count` pinned names."""
    return "".join(f"package-{n}=={n % 7}.{n % 11}.{n % 5}\n" for n in range(count))


def markers(count: int) -> str:
    """Return a file of `count` lines with an extra, two bounds, a marker and a comment."""
    return "".join(
        f"package-{n}[a]>={n % 7}.{n % 11},<9 ; python_version >= '3.{n % 12}'  # via x\n"
        for n in range(count)
    )


def hashes(count: int) -> str:
    """Return a file of `count` lines as pip-compile writes them, two hashes each."""
    return "".join(
        f"package-{n}=={n % 7}.0 \\\n    --hash=sha256:{DIGEST} \\\n    --hash=sha256:{DIGEST}\n"
        "    # via flask\n"
        for n in range(count // 4)
    )


def milliseconds(work: Callable[[], object], times: int) -> float:
    """Return the best of several runs."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pip", action="store_true", help="time pip's parser as well")
    given = parser.parse_args()
    for count in (1_000, 10_000, 100_000):
        times = 7 if count < 100_000 else 2  # noqa: PLR2004 - the largest takes seconds
        for make in (pins, markers, hashes):
            text = make(count)
            whole = milliseconds(partial(parse, text), times)
            file = parse(text)
            half = text.index("\n", len(text) // 2)
            changed = f"{text[:half]}1{text[half:]}"
            edit = milliseconds(partial(parse, changed, previous=file), times)
            shown = f"{count:7} lines of {make.__name__:8} {whole:9.1f} ms"
            print(f"{shown}, after an edit in the middle {edit:9.1f} ms")
    if given.pip:
        # Importing pip is no part of any other measurement.
        from tests.syntax.pip_judge import pip_verdicts  # noqa: PLC0415

        theirs = milliseconds(partial(pip_verdicts, pins(10_000)), 1)
        print(f"  10000 lines of pins by pip {theirs:9.1f} ms")


if __name__ == "__main__":
    main()
