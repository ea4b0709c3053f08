"""The notation of fixtures: files, marks under their lines, a cursor. README.md describes it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ROOT_NAME = "requirements.txt"
CURSOR = "$0"

_FILE = re.compile(r"=== (?P<name>\S+)")
_MARK = re.compile(
    r"(?P<indent> *)"
    r"(?P<sign>\^+|\||-+(?=[<>]? ?\d)|-+(?=<$))"
    r"(?P<more>[<>]?)"
    r"(?: ?(?P<number>\d+))?"
    r"(?:(?<=\d): (?P<note>.*)| (?P<rule>[a-z][a-z-]*)(?:: (?P<message>.*))?)?"
)


class Place(NamedTuple):
    """A range of one file, in code points."""

    file: str
    start: int
    end: int


class Note(NamedTuple):
    """A related place of a mark, with its message."""

    place: Place
    message: str


@dataclass(frozen=True)
class Mark:
    """What is expected, or was found, at one place. `message` is None where any will do."""

    place: Place
    rule: str
    message: str | None = None
    notes: tuple[Note, ...] = ()

    def fits(self, other: Mark) -> bool:
        """Return whether the two say the same; a message that is left open fits any."""
        same = (self.place, self.rule, set(self.notes)) == (
            other.place,
            other.rule,
            set(other.notes),
        )
        return same and (None in {self.message, other.message} or self.message == other.message)


@dataclass(frozen=True)
class Fixture:
    """Files, the marks in them, and where the cursor is."""

    files: Mapping[str, str]
    """Text by name; the first is the root of the tree."""
    marks: tuple[Mark, ...] = ()
    cursor: Place | None = None


class FixtureError(ValueError):
    """A fixture that breaks the notation: the test is wrong, not the code."""


@dataclass
class _Open:
    """A range of several lines whose end was not met yet."""

    sign: str
    start: int


@dataclass
class _Reader:
    """Reads one fixture, line by line."""

    newline: str
    files: dict[str, str] = field(default_factory=dict)
    cursor: Place | None = None
    _marks: list[tuple[Mark, str]] = field(default_factory=list)
    _notes: list[tuple[str, Note]] = field(default_factory=list)
    _open: dict[str, list[tuple[re.Match[str], int]]] = field(default_factory=dict)

    def read(self, text: str) -> Fixture:
        for name, body in _split(text):
            self._read_file(name, body)
        if any(self._open.values()):
            message = "a range of several lines is opened and never closed"
            raise FixtureError(message)
        numbers = {number for _, number in self._marks}
        if lost := {number for number, _ in self._notes} - numbers:
            message = f"no mark has the number {', '.join(sorted(lost))}"
            raise FixtureError(message)
        marks = tuple(
            Mark(
                mark.place,
                mark.rule,
                mark.message,
                tuple(note for other, note in self._notes if number and other == number),
            )
            for mark, number in self._marks
        )
        return Fixture(self.files, marks, self.cursor)

    def _read_file(self, name: str, body: str) -> None:
        lines: list[str] = []
        offset = start = 0
        pieces = body.split("\n")
        last_ended = pieces[-1] == ""
        if last_ended:
            pieces.pop()
        for piece in pieces:
            match = _MARK.fullmatch(piece)
            if match is not None and lines and _is_mark(match):
                self._read_mark(name, match, start, len(lines[-1]))
                continue
            line = piece
            if CURSOR in line:
                at = offset + line.index(CURSOR)
                line = line.replace(CURSOR, "", 1)
                self.cursor = Place(name, at, at)
            start = offset
            lines.append(line)
            offset += len(line) + len(self.newline)
        text = self.newline.join(lines)
        self.files[name] = text + self.newline if last_ended and lines else text

    def _read_mark(self, name: str, match: re.Match[str], start: int, length: int) -> None:
        sign, more, number = match["sign"], match["more"], match["number"] or ""
        column = len(match["indent"])
        width = 0 if sign == "|" else len(sign)
        if column + width > length:
            message = f"a mark reaches beyond its line: {match[0]!r}"
            raise FixtureError(message)
        begin, end = start + column, start + column + width
        kind = f"{sign[0]}{number}"
        if more == ">":
            self._open.setdefault(kind, []).append((match, begin))
            return
        if more == "<":
            if not self._open.get(kind):
                message = f"nothing was opened for {match[0]!r}"
                raise FixtureError(message)
            match, begin = self._open[kind].pop()
        place = Place(name, begin, end)
        if sign[0] == "-":
            self._notes.append((number, Note(place, match["note"] or "")))
        else:
            self._marks.append((Mark(place, match["rule"], match["message"]), number))


def _is_mark(match: re.Match[str]) -> bool:
    """Return whether what looks like a mark says what a mark must say."""
    if match["more"] == "<":
        return True
    return match["note" if match["sign"][0] == "-" else "rule"] is not None


def parse_fixture(text: str, newline: str = "\n") -> Fixture:
    """Read a fixture.

    Args:
        text: in the notation of README.md; one leading line break is dropped.
        newline: what ends the lines of the files that come out.

    Raises:
        FixtureError: a mark fits nothing.
    """
    return _Reader(newline).read(text.removeprefix("\n"))


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Yield each file's name and text."""
    name = ROOT_NAME
    body: list[str] = []
    for line in text.splitlines(keepends=True):
        header = _FILE.fullmatch(line.rstrip("\n"))
        if header is None:
            body.append(line)
            continue
        if body or name != ROOT_NAME:
            yield name, "".join(body)
        name, body = header["name"], []
    yield name, "".join(body)


def render(files: Mapping[str, str], marks: Iterable[Mark]) -> str:
    """Write marks into files: the inverse of `parse_fixture`."""
    ordered = sorted(marks, key=lambda mark: (list(files).index(mark.place.file), mark.place))
    numbers: dict[int, int] = {}
    for mark in ordered:
        if mark.notes:
            numbers[id(mark)] = len(numbers) + 1
    drawn: list[_Drawn] = []
    for mark in ordered:
        number = numbers.get(id(mark))
        label = f"{number} {mark.rule}" if number else mark.rule
        drawn.append(_Drawn(mark.place, "^", f" {label}", mark.message))
        drawn += (_Drawn(note.place, "-", f" {number}", note.message) for note in mark.notes)
    output: list[str] = []
    for name, text in files.items():
        if output or name != ROOT_NAME:
            output.append(f"=== {name}")
        here = [item for item in drawn if item.place.file == name]
        output += _with_marks(text, here)
    return "\n".join(output) + "\n"


class _Drawn(NamedTuple):
    """A mark to write under a line."""

    place: Place
    sign: str
    label: str
    message: str | None

    def lines(self, start: int, end: int) -> Iterator[str]:
        """Yield what stands under the line `start:end` for this mark."""
        opens = start <= self.place.start <= end
        closes = start <= self.place.end <= end
        said = self.label + (f": {self.message}" if self.message is not None else "")
        if opens and closes:
            width = self.place.end - self.place.start
            sign = self.sign * width if width else "|"
            yield " " * (self.place.start - start) + sign + said
        elif opens:
            yield (
                " " * (self.place.start - start) + self.sign * (end - self.place.start) + ">" + said
            )
        elif closes:
            number = self.label.split()[0]
            tied = f" {number}" if number.isdigit() else ""
            yield self.sign * (self.place.end - start) + "<" + tied


def _with_marks(text: str, marks: Sequence[_Drawn]) -> Iterator[str]:
    """Yield the lines of a text, each with its marks under it."""
    offset = 0
    for line in re.split(r"(?<=\n)", text):
        content = line.rstrip("\r\n")
        if not line:
            # Nothing follows the last line end; only a mark at the very end stands there.
            if any(mark.place.start == offset for mark in marks):
                yield ""
            else:
                break
        else:
            yield content
        for mark in marks:
            yield from mark.lines(offset, offset + len(content))
        offset += len(line)
