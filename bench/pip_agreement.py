"""How far the parser and pip's own agree, by field, on real files and on mutants of their lines.

    python -m bench.pip_agreement [--mutants 20000] [--seed 0] [--show 10]
        [--folder FOLDER] [--also FOLDER ...]

The fields are those of `tests/syntax/pip_judge.py`. A line counts for a field where both accept
it; "accepted or rejected" counts every line, "decoded text" every file. The real files are what
`bench/real_corpus.py` fetched, and every file of the folders after `--also`; without any, the
files of the tests stand alone.
"""

from __future__ import annotations

import argparse
import logging
import random
import tempfile
import warnings
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from bench.real_corpus import default_folder, real_files
from pinwise.syntax.decode import Undecodable, decode
from tests.syntax.corpus import corpus
from tests.syntax.mutations import mutate
from tests.syntax.pip_judge import (
    REJECTED,
    Verdict,
    judging_in,
    our_verdicts,
    pip_text,
    pip_verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

VERDICT = "accepted or rejected"
DECODED = "decoded text"


class Tally:
    """Counts agreement, and keeps the lines without it."""

    def __init__(self) -> None:
        self.compared: Counter[str] = Counter()
        self.agreed: Counter[str] = Counter()
        self.same = 0
        """Logical lines that are the same in every field."""
        self.differing: list[str] = []

    def add_file(self, data: bytes) -> str:
        """Compare what the two make of a file, and return its text; "" if it has none."""
        ours, theirs = decode(data), pip_text(data)
        text = "" if isinstance(ours, Undecodable) else ours
        same = theirs == (None if isinstance(ours, Undecodable) else ours)
        self._count(DECODED, agreed=same)
        if not same:
            self.differing.append(repr(data[:80]))
        self.add(text)
        return text

    def add(self, text: str) -> None:
        """Compare the two readings of a text."""
        ours, theirs = our_verdicts(text), pip_verdicts(text)
        if len(ours) != len(theirs):
            self._count(VERDICT, agreed=False)
            self.differing.append(f"{text[:300]!r}: {len(ours)} lines, by pip {len(theirs)}")
            return
        for mine, judge in zip(ours, theirs, strict=True):
            both = (mine.kind == REJECTED) == (judge.kind == REJECTED)
            self._count(VERDICT, agreed=both)
            if both and mine.kind != REJECTED:
                for field in fields(Verdict):
                    same = getattr(mine, field.name) == getattr(judge, field.name)
                    self._count(field.name, agreed=same)
            if mine != judge:
                shown = text.splitlines()[mine.line - 1][:300]
                self.differing.append(f"{shown!r}\n      we:  {mine}\n      pip: {judge}")
            else:
                self.same += 1

    def _count(self, field: str, *, agreed: bool) -> None:
        self.compared[field] += 1
        self.agreed[field] += agreed

    def report(self, title: str, show: int) -> None:
        """Print the figures."""
        total = self.compared[VERDICT]
        share = 100 * self.same / total if total else 100
        print(f"{title}: {self.same} of {total} logical lines the same, {share:.3f} %")
        for field, compared in self.compared.items():
            share = 100 * self.agreed[field] / compared
            print(f"  {field:22} {self.agreed[field]:8} of {compared:8}  {share:7.3f} %")
        for difference in self.differing[:show]:
            print(f"  differs: {difference}")


def on_files(files: Iterable[bytes], title: str, show: int) -> list[str]:
    """Compare on whole files, print, and return their lines."""
    tally = Tally()
    count, lines = 0, []
    for data in files:
        count += 1
        lines += [line for line in tally.add_file(data).splitlines() if line.strip()]
    tally.report(f"{count} {title}, {len(lines)} lines that are not blank", show)
    return lines


def on_mutants(lines: list[str], count: int, seed: int, title: str, show: int) -> None:
    """Compare on damaged lines, and print."""
    generator = random.Random(seed)  # noqa: S311 - repeatable, not secret
    tally = Tally()
    for _ in range(count):
        tally.add(mutate(generator, lines))
    tally.report(f"{count} mutants of {title}, seed {seed}", show)


def main() -> None:
    """Compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mutants", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=10, help="how many differing lines to print")
    parser.add_argument("--folder", type=Path, default=default_folder())
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="more real files")
    given = parser.parse_args()
    # pip warns about files that do not exist and hashes that do not count.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    real = list(real_files(given.folder).values())
    for folder in given.also:
        real += [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    with tempfile.TemporaryDirectory() as place, judging_in(Path(place).resolve()):
        written = [text.encode("utf-8", "surrogatepass") for text in corpus().values()]
        sound = [data for data in written if not isinstance(decode(data), Undecodable)]
        lines = on_files(sound, "files of the tests", given.show)
        on_mutants(lines, given.mutants, given.seed, "their lines", given.show)
        if real:
            lines = on_files(real, "files of real projects", given.show)
            on_mutants(lines, given.mutants, given.seed, "their lines", given.show)
        else:
            print(f"no real files in {given.folder}: python -m bench.real_corpus fetches them")


if __name__ == "__main__":
    main()
