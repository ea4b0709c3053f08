"""Feeds the engine with damaged, composed and random input, and checks what always holds.

    python -m bench.fuzz [--inputs 1000000] [--seed 0] [--jobs 2] [--folder FOLDER] [--keep FOLDER]

Each input goes through decoding, parsing, records, tokens, formatting, sorting and every rule that
needs only text. The inputs follow from the seed, whatever the number of jobs. Lines of real files
(`bench/real_corpus.py`) are damaged too where there are any. One input of each kind of failure is
made as small as possible and written to a file; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import random
import sys
import tempfile
import time
import traceback
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.real_corpus import default_folder, real_files
from pinwise.base.text import apply_edits
from pinwise.features.formatting import format_edits, reading
from pinwise.features.sorting import sort_edits
from pinwise.rules import RULES
from pinwise.rules.registry import Facts
from pinwise.syntax.decode import Decoded, decode_file
from pinwise.syntax.records import records
from pinwise.syntax.requirements import parse, tokens
from tests.harness.checks import World
from tests.harness.facts import FOLDER
from tests.syntax.corpus import corpus
from tests.syntax.mutations import ALPHABET, FRAGMENTS, mutate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.syntax.nodes import RequirementsFile

VARIABLES = {"VERSION": "1.2", "A": "x ${B} y", "B": "", "OPTIONS": "-r a --hash=sha256:b"}
CHUNK = 500
"""Inputs that a job makes from one seed."""

_CODINGS = (
    b"# coding: latin-1\n",
    b"# -*- coding: utf-16 -*-\n",
    b"#coding=hex\n",
    b"# coding: x\n",
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")


class Failure(NamedTuple):
    """An input that broke something, and how."""

    data: bytes | str
    trace: str


class _Complaints(logging.Handler):
    """Keeps what is logged: what is caught and logged is a fault all the same."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.heard.append(self.format(record))


def examine(data: bytes | str) -> None:
    """Do everything with one input that needs no network and no environment.

    Raises:
        Exception: something failed, or does not hold that always should.
    """
    complaints = _Complaints()
    logger = logging.getLogger("pinwise")
    logger.addHandler(complaints)
    try:
        _examine(data)
    finally:
        logger.removeHandler(complaints)
    _require(not complaints.heard, "\n".join(complaints.heard))


def _examine(data: bytes | str) -> None:
    if isinstance(data, bytes):
        decoded = decode_file(data, fallback_encoding="latin-1")
        if not isinstance(decoded, Decoded):
            _require(bool(decoded.message), "no reason why a file cannot be decoded")
            return
        _require(decoded.encoding != "utf-8" or decoded.encode(decoded.text) == data, "other bytes")
        text = decoded.text
    else:
        text = data
    for environment in ({}, VARIABLES):
        file = parse(text, environment=environment)
        _check_tree(file, text)
    _check_formatting(parse(text))
    _check_rules(text)


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - an assertion that -O keeps
    if not holds:
        raise AssertionError(otherwise)


def _check_tree(file: RequirementsFile, text: str) -> None:
    """Check that a tree has all of its text, in order, and that it lies within it."""
    row = tokens(file)
    _require("".join([token.span.of(text) for token in row]) == text, "tokens lose text")
    _require(all(not token.span.empty for token in row), "an empty token")
    lines = file.lines
    physical = len(text.splitlines())
    for line in lines:
        _require(1 <= line.first_line <= line.last_line <= physical, "a line's number")
        full, span = line.full_span, line.span
        _require(full.start <= span.start <= span.end <= full.end <= len(text), "a line's span")
        _require(all(problem.span.end <= len(text) for problem in line.problems), "a problem")
    for before, after in pairwise(lines):
        _require(before.last_line < after.first_line, "lines out of order")
        _require(before.span.end <= after.span.start, "lines that overlap")
    _require(len(records(file, "f")) == len(lines), "records")


def _check_formatting(file: RequirementsFile) -> None:
    """Check that formatting keeps the meaning, and has nothing left to do when it is done."""
    text = file.source.text
    formatted = apply_edits(text, format_edits(file))
    again = parse(formatted)
    _require(reading(again) == reading(file), "formatting changes the meaning")
    _require(not format_edits(again), "formatting twice is not formatting once")
    in_order = parse(apply_edits(formatted, sort_edits(again)))
    _require(len(in_order.lines) == len(again.lines), "sorting loses a line")


def _check_rules(text: str) -> None:
    """Check that no rule fails, and that what they offer can be applied."""
    context = World().context({"requirements.txt": text})
    for rule in RULES:
        if rule.needs is not Facts.TEXT:
            continue
        for finding in rule.check(context):
            inside = finding.path != FOLDER / "requirements.txt" or finding.span.end <= len(text)
            _require(inside, f"{rule.name} points beyond the text")
            for fix in finding.fixes:
                apply_edits(text, [item.edit for item in fix.edits if item.path == finding.path])


def make_input(generator: random.Random, lines: Sequence[str]) -> bytes | str:
    """Return one input: mostly damaged lines, since those get furthest."""
    match generator.randrange(10):
        case 0 | 1 | 2 | 3 | 4:
            return mutate(generator, lines)
        case 5 | 6:
            ends = ("\n", "\n", "\r\n", "\r", " \\\n", "\n\n", "\x0c", "\u2028")
            return "".join(
                mutate(generator, lines) + generator.choice(ends)
                for _ in range(generator.randint(2, 6))
            )
        case 7:
            pieces = (*FRAGMENTS, *ALPHABET)
            return "".join(generator.choices(pieces, k=generator.randint(1, 25)))
        case 8:
            codes = (generator.choice((0x7F, 0x3000, 0xFFFF, 0x10FFFF)) for _ in range(20))
            return "".join(chr(generator.randint(0, code)) for code in codes)
        case _:
            return _bytes(generator, lines)


def _bytes(generator: random.Random, lines: Sequence[str]) -> bytes:
    """Return an input as bytes: marks, coding lines, encodings that fit or do not."""
    text = "\n".join(generator.choices(lines, k=2))
    encoding = generator.choice(("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"))
    data = bytearray(text.encode(encoding, "surrogatepass"))
    for _ in range(generator.randint(0, 3)):
        at = generator.randint(0, len(data))
        data[at : at + generator.randint(0, 1)] = generator.randbytes(1)
    start = generator.choice((b"", b"", *_MARKS, *_CODINGS))
    return start + bytes(data)


def lines_to_damage(folder: Path) -> list[str]:
    """Return the lines of the tests' files and of the real ones, each once."""
    texts = [*corpus().values()]
    texts += [data.decode("utf-8", "replace") for data in real_files(folder).values()]
    lines = dict.fromkeys(line for text in texts for line in text.splitlines() if line.strip())
    return list(lines)


def run_chunk(seed: int, lines: Sequence[str]) -> dict[str, Failure]:
    """Make and examine the inputs of one seed; return the first failure of each kind."""
    generator = random.Random(seed)  # noqa: S311 - repeatable, not secret
    failures: dict[str, Failure] = {}
    for _ in range(CHUNK):
        data = make_input(generator, lines)
        if (trace := broken_by(data)) is not None:
            failures.setdefault(kind_of(trace), Failure(data, trace))
    return failures


def kind_of(trace: str) -> str:
    """Return where a traceback ends and in which exception, without what that says."""
    lines = trace.strip().splitlines()
    places = [line for line in lines if line.startswith("  File ")]
    error = next(line for line in reversed(lines) if line[:1].strip())
    return f"{places[-2:]} {error.partition(':')[0]}"


def broken_by(data: bytes | str) -> str | None:
    """Return how an input fails, as a traceback; None if it does not."""
    try:
        examine(data)
    except Exception:  # noqa: BLE001 - any is what is looked for
        return traceback.format_exc()
    return None


def smallest(failure: Failure) -> Failure:
    """Return a smaller input that fails at the same place, by leaving pieces out."""
    kind = kind_of(failure.trace)
    data, trace = failure
    size = max(1, len(data) // 2)
    while True:
        at, changed = 0, False
        while at < len(data):
            shorter = _without(data, at, size)
            found = broken_by(shorter)
            if found is not None and kind_of(found) == kind:
                data, trace, changed = shorter, found, True
            else:
                at += size
        if size == 1 and not changed:
            return Failure(data, trace)
        size = max(1, size // 2)


def _without(data: bytes | str, at: int, size: int) -> bytes | str:
    if isinstance(data, bytes):
        return data[:at] + data[at + size :]
    return data[:at] + data[at + size :]


def keep(failure: Failure, folder: Path) -> Path:
    """Write an input to a file and return its path; half surrogate pairs stay what they are."""
    file = Path(tempfile.mkdtemp(prefix="pinwise-fuzz-", dir=folder)) / "requirements.txt"
    data = failure.data
    file.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    return file


_lines: list[str] = []
"""The lines to damage, in each process."""


def _prepare(folder: Path) -> None:
    _lines[:] = lines_to_damage(folder)


def _work(seed: int) -> dict[str, Failure]:
    return run_chunk(seed, _lines)


def main() -> int:
    """Run, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--folder", type=Path, default=default_folder(), help="the real files")
    parser.add_argument("--keep", type=Path, help="where a failing input is written")
    given = parser.parse_args()
    chunks = -(-given.inputs // CHUNK)
    seeds = range(given.seed * chunks, (given.seed + 1) * chunks)
    began = time.perf_counter()
    failures: dict[str, Failure] = {}
    with multiprocessing.Pool(given.jobs, partial(_prepare, given.folder)) as pool:
        for number, found in enumerate(pool.imap_unordered(_work, seeds), 1):
            for kind, failure in found.items():
                failures.setdefault(kind, failure)
            if number % 40 == 0 or number == chunks:
                rate = number * CHUNK / (time.perf_counter() - began)
                kinds = f"{len(failures)} kinds of failure" if failures else "none failed"
                print(f"{number * CHUNK} inputs, {rate:.0f} a second, {kinds}", flush=True)
    for failure in map(smallest, failures.values()):
        print(f"\n{failure.trace}{failure.data!r}\n{keep(failure, given.keep)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
