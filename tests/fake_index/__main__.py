"""Serves the fake index until standard input closes or SIGTERM comes."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import NoReturn

from tests.fake_index.server import FakeIndex


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fake_index", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("data", type=Path, metavar="DATA.json")
    arguments = parser.parse_args()

    def stop(_signal: int, _frame: object) -> NoReturn:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    data = json.loads(arguments.data.read_text(encoding="utf-8"))
    with FakeIndex.from_json(data, port=arguments.port) as index:
        sys.stdout.write(f"READY {index.url}\n")
        sys.stdout.flush()
        while sys.stdin.buffer.read(4096):
            pass


if __name__ == "__main__":
    main()
