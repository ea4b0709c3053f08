r"""What is being written at the cursor of a requirements file.

The tree is of no help here: a half-typed line is an error, and may be read as something else than
it is about to become. So the text from the beginning of the logical line up to the cursor is
read, as pip reads it (continuations, comments, options from the first ` -` on), and what follows
the cursor only says where the part under it ends.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from pinwise.base.records import record
from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple
from pinwise.syntax.lines import comment_start
from pinwise.syntax.options import OPTIONS, OptionSpec, split_words

if TYPE_CHECKING:
    from pinwise.syntax.source import Source


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


_OPERATOR_CHARACTERS = "=<>!~"
_OPERATORS = frozenset({"===", "==", "~=", "!=", "<=", ">=", "<", ">"})
_OPTION_START = re.compile(r"(?:^| )-")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NAME_REST = re.compile(r"[A-Za-z0-9._-]*")
_EXTRA = re.compile(r"[A-Za-z0-9._-]*\Z")
_CLAUSE = re.compile(
    r"\s*(?P<operator>===|[=~!<>]=|[=~!<>])?(?P<gap>\s*)(?P<version>[^\s,;()\[\]'\"@]*)\Z"
)
_VERSION_REST = re.compile(r"[^\s,;()#\\]*")
_OPERATOR_REST = re.compile(r"[=<>!~]*")
_WORD_REST = re.compile(r"[^\s\"'\\]*")
_OPTION_REST = re.compile(r"[A-Za-z-]*")
_MARKER_REST = re.compile(r"[A-Za-z0-9_.]*")
_MARKER_PIECE = re.compile(
    r"(?P<blank>\s+)|(?P<string>'[^']*'|\"[^\"]*\")|(?P<open>'[^']*\Z|\"[^\"]*\Z)"
    r"|(?P<operator>===|[=~!<>]=|[=~!<>])|(?P<word>[A-Za-z0-9_.]+)|(?P<bracket>[()])"
)
_BY_NAME = {spec.name: spec for spec in OPTIONS} | {
    spec.short: spec for spec in OPTIONS if spec.short
}
_LISTS = ("--no-binary", "--only-binary", "--all-releases", "--only-final")
_WORDS = (*_LISTS, "--hash", "--use-feature")
"""Options whose values are words that pip knows."""

_PATHS = ("--requirement", "--constraint", "--editable", "--find-links")


class _Text(NamedTuple):
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


def place_at(source: Source, offset: int) -> Place | None:
    """Return what is being written at an offset; None where nothing can be offered.

    Nothing is offered in comments and within `${NAME}`, nor for a part that holds a variable or
    that a continuation breaks in two. Cost: linear in the logical line.
    """
    text = _around(source, offset)
    before = text.before
    if comment_start(before) >= 0 or before.lstrip().startswith("#"):
        return None
    opened = before.rfind("${")
    if opened >= 0 and "}" not in before[opened:]:
        return None
    start = len(before) - len(before.lstrip())
    # As pip does it: it splits at single spaces, after it has stripped the line.
    option = _OPTION_START.search(before[start:])
    if option is None:
        found = _requirement(text, start)
    else:
        found = _options(text, start, start + option.end() - 1)
    if found is None or "${" in found.span.of(source.text):
        return None
    return found


def _around(source: Source, offset: int) -> _Text:
    """Return the text of the logical line around the cursor."""
    number = source.position(offset).line
    line = source.line_span(number)
    head, tail = source.text[line.start : offset], source.text[offset : line.end]
    # A form feed or its like ends a line for pip, though not for an editor.
    own, cut = _last_piece(head)
    tail = (tail.splitlines() or [""])[0]
    pieces = [own]
    while not cut and number > 0:
        number -= 1
        content, cut = _last_piece(source.line_span(number).of(source.text))
        if not content.endswith("\\") or content.lstrip().startswith("#"):
            break
        pieces.append(content.strip("\\"))
    before = "".join(reversed(pieces[1:]))
    return _Text(before + own, len(before), tail, offset)


def _last_piece(content: str) -> tuple[str, bool]:
    """Return what stands behind the last of pip's line ends in an editor's line; whether any is."""
    lines = f"{content}.".splitlines()
    return lines[-1][:-1], len(lines) > 1


def _requirement(text: _Text, start: int) -> Place | None:
    """Read a line without options up to the cursor: a requirement, as PEP 508 writes it."""
    before = text.before
    match = _NAME.match(before, start)
    at = match.end() if match is not None else start
    if at == len(before):
        return _place(text, Wanted.NAME, start, _NAME_REST, first=True)
    if match is None or before[at] in "/\\":
        return _project_path(text, start)
    name = match[0]
    at = _skip(before, at)
    if before.startswith("[", at):
        close = before.find("]", at)
        if close < 0:
            return _extra(text, at + 1, name)
        at = _skip(before, close + 1)
    if before.startswith("@", at):
        # A URL ends at white space, and only behind that may a marker stand.
        semicolon = re.compile(r"\s;").search(before, at)
        return _marker(text, semicolon.end()) if semicolon is not None else None
    if before.startswith("(", at):
        at += 1
    semicolon_at = before.find(";", at)
    if semicolon_at >= 0:
        return _marker(text, semicolon_at + 1)
    return _clause(text, max(before.rfind(",", at) + 1, at), name)


def _clause(text: _Text, start: int, name: str) -> Place | None:
    """Read the comparison that is being written."""
    match = _CLAUSE.match(text.before, start)
    if match is None:
        return None
    operator, version = match["operator"] or "", match["version"]
    goes_on = text.after[:1] in tuple(_OPERATOR_CHARACTERS)
    if not operator or (not version and not match["gap"] and goes_on):
        if version:
            return None
        at = match.start("operator") if operator else len(text.before)
        return _place(text, Wanted.OPERATOR, at, _OPERATOR_REST, name=name)
    if operator not in _OPERATORS:
        if version or match["gap"]:
            return None
        return _place(text, Wanted.OPERATOR, match.start("operator"), _OPERATOR_REST, name=name)
    at = match.start("version")
    return _place(text, Wanted.VERSION, at, _VERSION_REST, name=name, operator=operator)


def _extra(text: _Text, start: int, name: str) -> Place | None:
    """Read the extra that is being written between brackets."""
    before = text.before
    at = _skip(before, max(before.rfind(",", start) + 1, start))
    if _EXTRA.match(before, at) is None:
        return None
    closed = text.after.partition("]")[0] if "]" in text.after else ""
    others = [*before[start:at].split(","), *closed.split(",")[1:]]
    extras = tuple(extra.strip() for extra in others if extra.strip())
    return _place(text, Wanted.EXTRA, at, _NAME_REST, name=name, extras=extras)


def _project_path(text: _Text, start: int) -> Place | None:
    """Read the path of a project, which a name cannot begin like."""
    before = text.before
    written = before[start:]
    if any(mark in written for mark in " \t\"'@;\\") or "://" in written:
        return None
    if not written.startswith(".") and "/" not in written:
        return None
    return _path(text, Wanted.PROJECT_PATH, start)


def _path(
    text: _Text,
    wanted: Wanted,
    start: int,
    *,
    option: OptionSpec | None = None,
    quote: str = "",
) -> Place | None:
    """Return the place of the last part of a path, with what leads there."""
    before = text.before
    at = max(before.rfind("/", start) + 1, start)
    if "://" in before[start:] or before.startswith(("//", "\\\\"), start):
        return None
    rest = re.compile(rf"[^/{re.escape(quote)}]*") if quote else re.compile(r"[^\s/\"'\\]*")
    span = text.span(at, rest)
    if span is None:
        return None
    closed = quote and text.after[span.end - text.offset :].startswith(quote)
    return Place(
        wanted,
        span,
        before[at:],
        before[start:at],
        option=option,
        quote="" if closed else quote,
        quoted=bool(quote),
    )


def _marker(text: _Text, start: int) -> Place | None:
    """Read a marker up to the cursor: `variable operator value`, joined by `and` and `or`."""
    before = text.before
    comparison = _Comparison()
    at = start
    while at < len(before):
        match = _MARKER_PIECE.match(before, at)
        if match is None:
            return None
        kind = match.lastgroup or ""
        if kind == "open":
            return _marker_value(text, at, comparison)
        if match.end() == len(before):
            if kind in ("string", "bracket") and match[0] != "(":
                return None
            if kind == "word" or (kind == "operator" and _is_half(match[0], text.after)):
                break
        comparison.take(kind, match[0])
        at = match.end()
    wanted, variable = comparison.wanted, comparison.operand
    if wanted is Wanted.MARKER_VALUE and comparison.value_first:
        wanted, variable = Wanted.MARKER_VARIABLE, ""
    rest = _OPERATOR_REST if before[at:] and before[at] in _OPERATOR_CHARACTERS else _MARKER_REST
    return _place(text, wanted, at, rest, variable=variable, operator=comparison.operator)


class _Comparison:
    """One comparison of a marker while it is read.

    Attributes:
        wanted: what comes next.
        operand: what stands left of the operator.
        operator: as far as it was read.
    """

    def __init__(self) -> None:
        self.wanted = Wanted.MARKER_VARIABLE
        self.operand = ""
        self.operator = ""

    @property
    def value_first(self) -> bool:
        """Whether a value stands on the left: `"3.9" <= python_version`."""
        return self.operand.startswith(("'", '"'))

    def take(self, kind: str, piece: str) -> None:
        """Go on behind a piece; blanks and brackets change nothing."""
        if kind == "word" and piece in ("and", "or"):
            self.wanted, self.operand, self.operator = Wanted.MARKER_VARIABLE, "", ""
        elif kind == "operator" or (kind == "word" and piece in ("in", "not")):
            self.operator = f"{self.operator} {piece}".strip()
            self.wanted = Wanted.MARKER_OPERATOR if piece == "not" else Wanted.MARKER_VALUE
        elif kind in ("word", "string") and self.wanted is Wanted.MARKER_VARIABLE:
            self.wanted, self.operand = Wanted.MARKER_OPERATOR, piece
        elif kind in ("word", "string"):
            self.wanted = Wanted.MARKER_JOINT


def _is_half(operator: str, after: str) -> bool:
    """Return whether a comparison that ends at the cursor is still being written."""
    return operator not in _OPERATORS or after[:1] in tuple(_OPERATOR_CHARACTERS)


def _marker_value(text: _Text, at: int, comparison: _Comparison) -> Place | None:
    """Return the place of a value in quotes that are open at the cursor."""
    if comparison.wanted is not Wanted.MARKER_VALUE or comparison.value_first:
        return None
    quote = text.before[at]
    closed = quote in text.after
    rest = re.compile(rf"[^{quote}]*") if closed else _MARKER_REST
    return _place(
        text,
        Wanted.MARKER_VALUE,
        at + 1,
        rest,
        variable=comparison.operand,
        operator=comparison.operator,
        quote="" if closed else quote,
        quoted=True,
    )


def _options(text: _Text, start: int, options_at: int) -> Place | None:
    """Read the option part up to the cursor, as `optparse` would."""
    before = text.before
    requirement = bool(before[start:options_at].strip())
    words, opened = split_words(before, options_at)
    done = [word.value for word in words]
    if opened is not None:
        return _quoted_value(text, done, options_at, opened)
    current = ""
    if before[-1:] not in (" ", "\t"):
        if not words or words[-1].offsets is not None:
            return None
        current = done.pop()
    at = len(before) - len(current)
    spec = _waiting(done)
    glued = 0
    if spec is None and current.startswith("-"):
        spec, glued = _glued(current)
    if spec is not None:
        return _value(text, spec, at + glued, requirement=requirement)
    if glued or (current and not current.startswith("-")):
        return None
    first = not before[start:at].strip()
    return _place(text, Wanted.OPTION, at, _OPTION_REST, requirement=requirement, first=first)


def _glued(word: str) -> tuple[OptionSpec | None, int]:
    """Return the option that a word begins with its value, and where that begins; 0 if none does.

    `--hash=sha256` or `-rbase.txt`.
    """
    if word.startswith("--"):
        name, equals, _ = word.partition("=")
        return (_BY_NAME.get(name), len(name) + 1) if equals else (None, 0)
    letter = 2
    return (_BY_NAME.get(word[:letter]), letter) if len(word) > letter else (None, 0)


def _quoted_value(text: _Text, done: list[str], options_at: int, opened: int) -> Place | None:
    """Return the place of a value in quotes that are open at the cursor; only paths need any."""
    before = text.before
    quote = before[opened]
    if quote not in ("'", '"'):
        # A backslash at the cursor.
        return None
    begin = max(before.rfind(" ", options_at, opened) + 1, options_at)
    word = before[begin:opened]
    spec = _BY_NAME.get(word.removesuffix("=")) if word.endswith("=") else None
    if not word:
        spec = _waiting(done)
    return _value(text, spec, opened + 1, quote=quote)


def _waiting(words: list[str]) -> OptionSpec | None:
    """Return the option that waits for its value behind some words; None if none does."""
    waiting: OptionSpec | None = None
    for word in words:
        if waiting is not None:
            waiting = None
            continue
        # An option with its value glued on is no name of the table.
        spec = _BY_NAME.get(word)
        waiting = spec if spec is not None and spec.takes_value else None
    return waiting


def _value(
    text: _Text,
    spec: OptionSpec | None,
    start: int,
    *,
    requirement: bool = False,
    quote: str = "",
) -> Place | None:
    """Return the place of an option's value; None of one that takes any text."""
    if spec is None or not spec.takes_value:
        return None
    if spec.name in _PATHS:
        return _path(text, Wanted.OPTION_VALUE, start, option=spec, quote=quote)
    if quote or spec.name not in _WORDS:
        return None
    rest = _WORD_REST
    if spec.name in _LISTS:
        start = max(text.before.rfind(",", start) + 1, start)
        rest = re.compile(r"[^\s,\"'\\]*")
    elif spec.name == "--hash":
        rest = re.compile(r"[A-Za-z0-9]*(?::[A-Za-z0-9]*)?")
    return _place(text, Wanted.OPTION_VALUE, start, rest, option=spec, requirement=requirement)


def _place(  # noqa: PLR0913 - the fields of a place
    text: _Text,
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


def _skip(text: str, at: int) -> int:
    """Return where the blanks from `at` on end."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at
