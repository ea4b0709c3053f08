"""How far the parser and pip's own agree, by field, on the corpus and on mutants of its lines.

    python -m bench.pip_agreement [--mutants 20000] [--seed 0] [--show 10]

The fields are those of `tests/syntax/pip_judge.py`. A line counts for a field where both accept
it; "accepted or rejected" counts every line.
"""

from __future__ import annotations

import argparse
import logging
import random
import tempfile
from collections import Counter
from dataclasses import fields
from pathlib import Path

from tests.syntax.corpus import corpus
from tests.syntax.mutations import mutate
from tests.syntax.pip_judge import REJECTED, Verdict, judging_in, our_verdicts, pip_verdicts

VERDICT = "accepted or rejected"


class Tally:
    """Counts agreement, and keeps some of the lines without it."""

    def __init__(self) -> None:
        self.compared: Counter[str] = Counter()
        self.agreed: Counter[str] = Counter()
        self.differing: list[str] = []

    def add(self, text: str) -> None:
        """Compare the two readings of a text."""
        ours, theirs = our_verdicts(text), pip_verdicts(text)
        if len(ours) != len(theirs):
            self._count(VERDICT, agreed=False)
            self.differing.append(text)
            return
        for mine, judge in zip(ours, theirs, strict=True):
            both = (mine.kind == REJECTED) == (judge.kind == REJECTED)
            self._count(VERDICT, agreed=both)
            if both and mine.kind != REJECTED:
                for field in fields(Verdict):
                    same = getattr(mine, field.name) == getattr(judge, field.name)
                    self._count(field.name, agreed=same)
            if mine != judge:
                self.differing.append(text)

    def _count(self, field: str, *, agreed: bool) -> None:
        self.compared[field] += 1
        self.agreed[field] += agreed

    def report(self, title: str, show: int) -> None:
        """Print the figures."""
        total = self.compared[VERDICT]
        print(f"{title}: {total - len(self.differing)} of {total} lines the same")
        for field, compared in self.compared.items():
            share = 100 * self.agreed[field] / compared
            print(f"  {field:22} {self.agreed[field]:8} of {compared:8}  {share:7.3f} %")
        for text in self.differing[:show]:
            print(f"  differs: {text!r}")


def main() -> None:
    """Compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mutants", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=10, help="how many differing lines to print")
    given = parser.parse_args()
    # pip warns about files that do not exist and hashes that do not count.
    logging.disable(logging.CRITICAL)
    generator = random.Random(given.seed)  # noqa: S311 - repeatable, not secret
    files = corpus()
    lines = [line for text in files.values() for line in text.splitlines() if line.strip()]
    real, mutants = Tally(), Tally()
    with tempfile.TemporaryDirectory() as folder, judging_in(Path(folder).resolve()):
        for text in files.values():
            real.add(text)
        for _ in range(given.mutants):
            mutants.add(mutate(generator, lines))
    real.report(f"{len(files)} files of the corpus", given.show)
    mutants.report(f"{given.mutants} mutants, seed {given.seed}", given.show)


if __name__ == "__main__":
    main()
