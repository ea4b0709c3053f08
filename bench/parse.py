"""How long parsing takes, and what an edit costs, against pip's own parser in the same run.

python -m bench.parse [--no-pip]

Python's garbage collector is off, for both: it looks at all that lives again and again, so that
its share grows with the file. The server has it collect seldom, the command line never.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from functools import partial
from pathlib import Path
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


def pip_best(text: str) -> tuple[float, float]:
    """Return the best of three runs of pip, warm as ours."""
    runs = [pip_milliseconds(text) for _ in range(3)]
    return min(parsing for parsing, _ in runs), min(whole for _, whole in runs)


def pip_milliseconds(text: str) -> tuple[float, float]:
    """Return how long pip takes: to parse the file, and to make requirements of its lines."""
    # Importing pip is no part of any other measurement.
    from pip._internal.network.session import PipSession  # noqa: PLC0415
    from pip._internal.req.constructors import (  # noqa: PLC0415
        install_req_from_parsed_requirement,
    )
    from pip._internal.req.req_file import parse_requirements  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text(text, encoding="utf-8")
        session = PipSession()
        start = time.perf_counter()
        parsed = list(parse_requirements(str(file), session))
        parsing = time.perf_counter() - start
        for item in parsed:
            install_req_from_parsed_requirement(item)
        return parsing * 1000, (time.perf_counter() - start) * 1000


def against_pip(count: int) -> None:
    """Compare in one run, with the same files: what pip does in two steps is one of ours."""
    for make in (pins, markers, hashes):
        text = make(count)
        ours = milliseconds(partial(parse, text), 3)
        parsing, whole = pip_best(text)
        print(
            f"{count:7} lines of {make.__name__:8} {ours:9.1f} ms, pip parses in {parsing:9.1f} ms"
            f" ({parsing / ours:.0f} times as long), with requirements {whole:9.1f} ms"
            f" ({whole / ours:.0f} times)"
        )


def growth() -> None:
    """Time files of growing length, and an edit in the middle of each."""
    for make in (pins, markers, hashes):
        before = 0.0
        for count in (1_000, 10_000, 100_000):
            times = 7 if count < 100_000 else 2  # noqa: PLR2004 - the largest takes seconds
            text = make(count)
            whole = milliseconds(partial(parse, text), times)
            file = parse(text)
            half = text.index("\n", len(text) // 2)
            changed = f"{text[:half]}1{text[half:]}"
            edit = milliseconds(partial(parse, changed, previous=file), times)
            grown = f" ({whole / before:4.1f} times)" if before else " " * 13
            before = whole
            shown = f"{count:7} lines of {make.__name__:8} {whole:9.1f} ms{grown}"
            print(f"{shown}, after an edit in the middle {edit:9.1f} ms")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--no-pip", action="store_true", help="do not wait for pip")
    given = parser.parse_args()
    gc.disable()
    growth()
    if not given.no_pip:
        against_pip(10_000)


if __name__ == "__main__":
    main()
