"""What holds for completion at any place of any text."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from pinwise.features.completion.part import Wanted
from pinwise.features.completion.place import place_at
from pinwise.syntax.requirements import parse
from pinwise.syntax.source import Source
from tests.syntax.corpus import corpus

if TYPE_CHECKING:
    from pinwise.syntax.nodes import RequirementsFile

FILES = corpus()
PIECES = (
    "\\\n",
    "\n",
    "\x0c",
    "\u2028",
    "\r",
    " ",
    " #",
    " -",
    "[",
    ";",
    ",",
    "${A}",
    "'",
    "=",
    "@",
)
"""What changes how lines are read."""


@pytest.mark.parametrize("name", FILES)
def test_a_place_is_a_part_of_one_line_with_the_cursor_in_it(name: str) -> None:
    text = FILES[name]
    chance = random.Random(name)  # noqa: S311 - the same at every run
    for _ in range(15):
        at = chance.randrange(len(text) + 1)
        cut = chance.randrange(3)
        changed = text[:at] + chance.choice(PIECES) + text[at + cut :]
        source = Source(changed)
        for offset in {at, at + 1, chance.randrange(len(changed) + 1)}:
            _hold(source, min(offset, len(changed)))


def _hold(source: Source, offset: int) -> None:
    place = place_at(source, offset)
    if place is None:
        return
    span = place.span
    assert 0 <= span.start <= offset <= span.end <= len(source)
    part = span.of(source.text)
    assert part.splitlines() in ([], [part])
    assert source.text[span.start : offset] == place.typed
    assert source.text[:offset].endswith(f"{place.before}{place.typed}")
    assert "${" not in part


@pytest.mark.parametrize("name", FILES)
def test_the_parts_of_sound_lines_are_found_as_the_parser_reads_them(name: str) -> None:
    """At the end of each name, extra and version of a file, just that is completed."""
    file = parse(FILES[name])
    source = file.source
    for start, end, wanted in _parts(file):
        # What a continuation breaks in two, or a variable stands in, is not completed.
        part = source.text[start:end]
        if "\\" in part or "$" in part or part.startswith((" ", "\t")):
            continue
        place = place_at(source, end)
        assert place is not None, part
        assert (place.wanted, place.typed) == (wanted, part)


def _parts(file: RequirementsFile) -> list[tuple[int, int, Wanted]]:
    """Return the names, extras and versions of the plain requirements that pip accepts."""
    found = []
    for line in file.lines:
        requirement = line.requirement
        if requirement is None or line.kind.value != "requirement" or line.problems:
            continue
        if requirement.url is not None or requirement.path is not None or requirement.editable:
            continue
        found.append((*requirement.name_span, Wanted.NAME))
        found += [(*extra.span, Wanted.EXTRA) for extra in requirement.extras]
        found += [(*clause.version_span, Wanted.VERSION) for clause in requirement.clauses]
    return found
