"""What a user sees of every fault that an index, the way to it or the cache can have.

    python -m bench.faults [WORDS]

Prints a table in Markdown: the fault, the answer of the index layer, the sentence in the editor
and on the command line, the seconds and requests that it cost, and what became of it afterwards.
With WORDS, only the faults whose names have them. Needs no network.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import re
import tempfile
from pathlib import Path

from tests.fake_index.faults import FAULTS, try_fault

_COLUMNS = ("fault", "the index layer", "what the user sees", "s", "requests", "when it is over")
_LOOPBACK = re.compile(r"127\.0\.0\.1:\d+")
_ANSWERED = ("no-matching-version", "dependency-conflict")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    words = " ".join(parser.parse_args().words)
    logging.disable(logging.CRITICAL)
    print(f"| {' | '.join(_COLUMNS)} |")
    print(f"|{' --- |' * len(_COLUMNS)}")
    for fault in FAULTS:
        if words not in fault.name:
            continue
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            trial = try_fault(fault, folder)
        during, after = trial.during, trial.after
        answer = " ".join(sorted(set(during.unchecked.values()))) or "known"
        answer += f" ({', '.join(sorted(during.unchecked))})" if during.unchecked else ""
        known = not after.unchecked and any(each.startswith(_ANSWERED) for each in after.findings)
        cells = (
            fault.name,
            answer,
            _LOOPBACK.sub("index.example", during.sentence) or "nothing: all is checked",
            f"{during.seconds:.2f}",
            str(during.requests),
            "all is checked" if known else f"STILL WRONG: {after.sentence}",
        )
        print(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |", flush=True)


if __name__ == "__main__":
    main()
