"""A place that something may be written at, and the text around the cursor that it is read from."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from pinwise.base.records import record
from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from pinwise.syntax.option_table import OptionSpec

OPERATOR_CHARACTERS = "=<>!~"

OPERATORS = frozenset({"===", "==", "~=", "!=", "<=", ">=", "<", ">"})

OPERATOR_REST = re.compile(r"[=<>!~]*")
"""What of a comparison may stand behind the cursor."""


class Wanted(Enum):
    """What may stand at a place."""

    NAME = auto()
    PROJECT_PATH = auto()
    """The path of a project or an archive, in place of a name."""
    EXTRA = auto()
    OPERATOR = auto()
    VERSION = auto()
    MARKER_VARIABLE = auto()
    MARKER_OPERATOR = auto()
    MARKER_VALUE = auto()
    MARKER_JOINT = auto()
    OPTION = auto()
    OPTION_VALUE = auto()


@record(frozen=True, slots=True)
class Place:
    """A place that something may be written at.

    Attributes:
        wanted: what.
        span: the whole part under the cursor, on one line; empty between two parts.
        typed: the beginning of it, up to the cursor.
        before: what stands before it and belongs to it: the folders of a path, with slashes.
        name: the project that the line names, as written; "" where there is none yet.
        extras: the other extras between the brackets.
        operator: that of the clause whose version is written, or of the marker's comparison.
        variable: the marker's variable that a value is compared with.
        quote: the quote that the part stands in, if it is not yet closed; "" otherwise.
        quoted: whether the part stands in quotes.
        option: the option whose value is written; for an option, None.
        requirement: whether a requirement stands before the options.
        first: whether nothing but white space stands before the part on its logical line.
    """

    wanted: Wanted
    span: Span
    typed: str
    before: str = ""
    name: str = ""
    extras: tuple[str, ...] = ()
    operator: str = ""
    variable: str = ""
    quote: str = ""
    quoted: bool = False
    option: OptionSpec | None = None
    requirement: bool = False
    first: bool = False


class Around(NamedTuple):
    """The text around the cursor.

    Attributes:
        before: that of the logical line up to the cursor, its pieces joined.
        own: where in `before` the cursor's physical line begins.
        after: the rest of the physical line.
        offset: the cursor's place in the file.
    """

    before: str
    own: int
    after: str
    offset: int

    def span(self, start: int, rest: re.Pattern[str]) -> Span | None:
        """Return the part from `start` of `before` to where `rest` ends behind the cursor.

        None where the part begins on an earlier line: an edit of completion may not span lines.
        """
        if start < self.own:
            return None
        match = rest.match(self.after)
        end = match.end() if match is not None else 0
        return Span(self.offset - (len(self.before) - start), self.offset + end)


def part_at(  # noqa: PLR0913 - the fields of a place
    text: Around,
    wanted: Wanted,
    start: int,
    rest: re.Pattern[str],
    *,
    name: str = "",
    extras: tuple[str, ...] = (),
    operator: str = "",
    variable: str = "",
    quote: str = "",
    quoted: bool = False,
    option: OptionSpec | None = None,
    requirement: bool = False,
    first: bool = False,
) -> Place | None:
    """Return a place, if the part under the cursor lies on one line."""
    span = text.span(start, rest)
    if span is None:
        return None
    return Place(
        wanted,
        span,
        text.before[start:],
        "",
        name,
        extras,
        operator,
        variable,
        quote,
        quoted,
        option,
        requirement,
        first,
    )
