"""What holds for the tree of any text: it exists, its spans lie in the text, nothing is lost."""

from __future__ import annotations

import dataclasses
import random
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinwise.base.text import Span, TextEdit, apply_edits
from pinwise.syntax.nodes import Kind, RequirementsFile
from pinwise.syntax.records import records
from pinwise.syntax.requirements import parse, tokens
from pinwise.syntax.sentences import MAX_LENGTH
from tests.harness.counting import assert_linear
from tests.syntax.corpus import corpus
from tests.syntax.mutations import ALPHABET, mutate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VARIABLES = {"VERSION": "1.2", "A": "x ${B} y", "B": "", "OPTIONS": "-r a --hash=sha256:b"}


def spans_of(node: Any) -> Iterator[Span]:  # noqa: ANN401 - any part of the tree
    if isinstance(node, Span):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from spans_of(part)
    elif dataclasses.is_dataclass(node) and not isinstance(node, (type, Enum)):
        for item in dataclasses.fields(node):
            yield from spans_of(getattr(node, item.name))


def check(text: str, environment: Mapping[str, str] | None = None) -> RequirementsFile:
    file = parse(text, environment=environment or {})
    assert all(span.end <= len(text) for span in spans_of((file.lines, file.comments)))
    row = tokens(file)
    assert "".join(token.span.of(text) for token in row) == text
    assert all(not token.span.empty for token in row)
    starts = [line.span.start for line in file.lines]
    assert starts == sorted(starts)
    count = len(text.splitlines())
    for line in file.lines:
        assert 1 <= line.first_line <= line.last_line <= count
        assert line.full_span.start <= line.span.start <= line.span.end <= line.full_span.end
        assert (line.kind is Kind.ERROR) == any(problem.fatal for problem in line.problems)
    assert len(records(file, "f")) == len(file.lines)
    return file


@pytest.mark.parametrize("name", corpus())
def test_corpus(name: str) -> None:
    text = corpus()[name]
    check(text)
    check(text, VARIABLES)


def test_a_joined_line_ends_where_the_next_begins() -> None:
    """pip keeps no last line; the line behind it tells: nothing but blanks lies between."""
    for text in corpus().values():
        physical = text.splitlines()
        lines = parse(text).lines
        for line in lines:
            joined = physical[line.first_line - 1 : line.last_line]
            comment = [piece.lstrip().startswith("#") for piece in joined]
            assert all(piece.endswith("\\") for piece in joined[:-1])
            assert not any(comment[:-1])
            assert not joined[-1].endswith("\\") or comment[-1] or line is lines[-1]


def test_mutants() -> None:
    generator = random.Random(7)  # noqa: S311 - repeatable, not secret
    lines = [line for text in corpus().values() for line in text.splitlines()]
    for _ in range(3_000):
        check(mutate(generator, lines), VARIABLES)


def test_reading_on_from_an_earlier_version_changes_nothing() -> None:
    generator = random.Random(11)  # noqa: S311 - repeatable, not secret
    files = list(corpus().values())
    for _ in range(1_500):
        old = generator.choice(files).replace("\n", generator.choice(("\n", "\n", "\r\n", "\r")))
        start = generator.randint(0, len(old))
        end = min(len(old), start + generator.choice((0, 0, 1, 30)))
        inserted = "".join(generator.choices(ALPHABET, k=generator.choice((0, 1, 1, 5))))
        new = old[:start] + inserted + old[end:]
        again, fresh = parse(new, previous=parse(old)), parse(new)
        assert (again.lines, again.comments) == (fresh.lines, fresh.comments), (old, new)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_of_many_lines_the_edited_ones_alone_are_read(end: str) -> None:
    lines = [f"package-{number}==1.{number} # via x" for number in range(100)]
    before = parse(end.join(lines))
    lines[50] = "edited==2.50 # via xyz.."
    after = parse(end.join(lines), previous=before)
    same = [one is other for one, other in zip(before.lines, after.lines, strict=True)]
    # The lines around an edit may belong to it, as far as is known without reading.
    assert same == [True] * 49 + [False] * 3 + [True] * 48
    lines[50] = "edited==2.50"
    assert parse(end.join(lines), previous=after).lines == parse(end.join(lines)).lines


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet=ALPHABET, max_size=80))
def test_any_text(text: str) -> None:
    check(text, VARIABLES)


@pytest.mark.slow
@settings(max_examples=100_000, deadline=None)
@given(st.text(max_size=120) | st.text(alphabet=ALPHABET, max_size=120))
def test_much_text(text: str) -> None:
    check(text, VARIABLES)


def test_every_replacement_of_the_corpus_removes_its_problem() -> None:
    """A fix that leaves the same problem at its place is none."""
    for text in corpus().values():
        for line in parse(text).lines:
            for problem in line.problems:
                if problem.replacement is None:
                    continue
                fixed = apply_edits(
                    text, [TextEdit(problem.replaced or problem.span, problem.replacement)]
                )
                again = [
                    found
                    for other in parse(fixed).lines
                    for found in other.problems
                    if found.kind is problem.kind and found.span.start == problem.span.start
                ]
                assert not again, (text[line.span.start : line.span.end], problem)


# A piece that is repeated until the line has the wanted length, with what stands around it.
LARGE = {
    "words": ("", "a ", ""),
    "spaces": ("a", " ", "b"),
    "spaces and a glued hash sign": ("a", " ", "b#c"),
    "one name": ("", "a", ""),
    "name and dots": ("a", ".", ""),
    "name and dashes": ("a", "-a", "!"),
    "backslashes": ("a ", "\\", " b"),
    "continuations": ("", "a \\\n", ""),
    "hash signs": ("a", "#", ""),
    "brackets": ("", "a[", ""),
    "commas": ("a[", ",", "]"),
    "extras": ("a[", "b ", "]"),
    "comparisons": ("a", ">=1,", ""),
    "arbitrary comparisons": ("a", "===1,", ""),
    "operators": ("a", "=", ""),
    "wrong operators": ("a", "=>1 ", ""),
    "digits": ("a==", "1", "x"),
    "parentheses in a marker": ("a; ", "(", "os_name == 'x'"),
    "marker words": ("a; ", "os_name ", ""),
    "marker comparisons": ("a; ", "os_name == 'x' and ", ""),
    "quotes": ("a --hash=", "'", ""),
    "option words": ("-r ", "a ", ""),
    "options": ("", "--pre ", ""),
    "hashes": ("a ", "--hash=sha256:ab ", ""),
    "at signs": ("", "a@", ""),
    "semicolons": ("", ";", ""),
    "variables": ("", "${A}", ""),
    "dashes": ("a ", "-", ""),
    "typographic": ("", "a\u2013", ""),
    "brackets at the end": ("./a", "[a]", ""),
    "slashes": ("a", "/", ".zip"),
}


def read(name: str, length: int) -> None:
    before, piece, after = LARGE[name]
    text = before + piece * (length // len(piece)) + after
    tokens(parse(text, environment={"A": "b"}))


@pytest.mark.parametrize("name", LARGE)
def test_a_long_line_is_read_in_linear_time(name: str) -> None:
    # Longer ones are not read as other tools' lines, which takes more.
    assert_linear(partial(read, name), MAX_LENGTH + 200)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_megabyte_in_one_line(name: str) -> None:
    read(name, 1_000_000)
