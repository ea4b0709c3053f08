"""The parser and pip 26.3 must agree on every field of `Verdict`, and on what is rejected."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.syntax import grammar
from tests.syntax.corpus import corpus
from tests.syntax.mutations import ALPHABET, mutate
from tests.syntax.pip_judge import judging_in, our_verdicts, pip_verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Work in a folder where `./local` is a project, with known variables."""
    with judging_in(tmp_path_factory.mktemp("project")) as folder:
        yield folder


def differences(text: str) -> list[str]:
    """Return the lines of a text that the two readers read differently."""
    ours, theirs = our_verdicts(text), pip_verdicts(text)
    found = [
        f"line {mine.line}: {mine}\n       pip: {judge}"
        for mine, judge in zip(ours, theirs, strict=False)
        if mine != judge
    ]
    if len(ours) != len(theirs):
        found.append(f"{len(ours)} lines, pip has {len(theirs)}")
    return found


@pytest.mark.parametrize("name", corpus())
def test_real_files(name: str) -> None:
    assert differences(corpus()[name]) == []


def agreement(seed: int, count: int) -> tuple[int, list[str]]:
    """Compare on mutants of the corpus' logical lines; return how many lines, and which differ."""
    generator = random.Random(seed)  # noqa: S311 - repeatable, not secret
    lines = [line for text in corpus().values() for line in text.splitlines() if line.strip()]
    compared = 0
    failed: list[str] = []
    while compared < count:
        text = mutate(generator, lines)
        compared += max(1, len(our_verdicts(text)))
        failed += [f"{text!r}\n  {found}" for found in differences(text)]
    return compared, failed


def test_mutants() -> None:
    _, failed = agreement(seed=26, count=1_500)
    assert failed == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_many_mutants(seed: int) -> None:
    compared, failed = agreement(seed, count=20_000)
    assert len(failed) <= compared * 0.005, "\n".join(failed[:20])


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(alphabet=ALPHABET, max_size=60))
def test_generated_text(text: str) -> None:
    assert differences(text) == []


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=80))
def test_much_generated_text(text: str) -> None:
    assert differences(text) == []


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(grammar.texts)
def test_composed_text(text: str) -> None:
    assert differences(text) == []


@pytest.mark.slow
@settings(max_examples=40_000, deadline=None)
@given(grammar.texts)
def test_much_composed_text(text: str) -> None:
    assert differences(text) == []
