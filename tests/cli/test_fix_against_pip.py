"""Safe fixes are safe: pip reads afterwards what it read before, and at most what it rejected."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import main
from tests.isolation import isolate
from tests.syntax.corpus import corpus
from tests.syntax.mutations import mutate
from tests.syntax.pip_judge import REJECTED, judging_in, pip_verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.syntax.pip_judge import Verdict

_SURROGATES = re.compile("[\ud800-\udfff]")


def installed(verdicts: list[Verdict]) -> set[str]:
    """Return what pip makes of the lines that it takes, each thing once, wherever it stands."""
    return {repr(replace(item, line=0)) for item in verdicts if item.kind != REJECTED}


def texts(seed: int, count: int) -> list[str]:
    """Return the corpus, and mutants of its lines."""
    generator = random.Random(seed)  # noqa: S311 - repeatable, not secret
    lines = [line for text in corpus().values() for line in text.splitlines() if line.strip()]
    found = [*corpus().values(), *(mutate(generator, lines) for _ in range(count))]
    # What is no text of any file is left out.
    return [text for text in found if not _SURROGATES.search(text)]


def changes(project: Path, found: list[str]) -> dict[str, tuple[str, str]]:
    """Fix each text in a file of its own; return those that changed, before and after."""
    for number, text in enumerate(found):
        (project / f"requirements-{number:04}.txt").write_bytes(text.encode())
    assert main(["fix", "--offline"]) == 0
    after = {
        number: (project / f"requirements-{number:04}.txt").read_bytes().decode()
        for number in range(len(found))
    }
    return {
        f"file {number}": (before, after[number])
        for number, before in enumerate(found)
        if after[number] != before
    }


def judge(changed: dict[str, tuple[str, str]]) -> list[str]:
    """Return what became of other things than those that pip rejected."""
    wrong = []
    for name, (before, after) in changed.items():
        old, new = pip_verdicts(before), pip_verdicts(after)
        lost = installed(old) - installed(new)
        gained = installed(new) - installed(old)
        rejected = any(item.kind == REJECTED for item in old)
        if lost or (gained and not rejected):
            wrong.append(f"{name}: lost {lost}, gained {gained}\n{before!r}\n{after!r}")
    return wrong


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, where `./local` is a project, of a user who has nothing."""
    return isolate(monkeypatch, tmp_path)


@pytest.mark.parametrize(
    ("seed", "count"),
    [(1, 150), pytest.param(2, 1000, marks=pytest.mark.slow)],
)
def test_pip_reads_what_it_read_before(
    folder: Path, seed: int, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with judging_in(folder):
        changed = changes(folder, texts(seed, count))
        assert len(changed) > count // 20
        wrong = judge(changed)
        assert not wrong, "\n\n".join(wrong[:5])
        capsys.readouterr()
        # What is mended needs no mending.
        assert main(["fix", "--offline", "--diff"]) == 0, capsys.readouterr().out
