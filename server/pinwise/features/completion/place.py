r"""What is being written at the cursor of a requirements file.

The tree is of no help here: a half-typed line is an error, and may be read as something else than
it is about to become. So the text from the beginning of the logical line up to the cursor is
read, as pip reads it (continuations, comments, options from the first ` -` on), and what follows
the cursor only says where the part under it ends.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinwise.features.completion.marker_place import marker_at
from pinwise.features.completion.part import (
    OPERATOR_CHARACTERS,
    OPERATOR_REST,
    OPERATORS,
    Around,
    Place,
    Wanted,
    part_at,
)
from pinwise.syntax.lines import comment_start
from pinwise.syntax.option_table import OPTIONS, OptionSpec
from pinwise.syntax.options import split_words

if TYPE_CHECKING:
    from pinwise.syntax.source import Source


_OPTION_START = re.compile(r"(?:^| )-")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NAME_REST = re.compile(r"[A-Za-z0-9._-]*")
_EXTRA = re.compile(r"[A-Za-z0-9._-]*\Z")
_CLAUSE = re.compile(
    r"\s*(?P<operator>===|[=~!<>]=|[=~!<>])?(?P<gap>\s*)(?P<version>[^\s,;()\[\]'\"@]*)\Z"
)
_VERSION_REST = re.compile(r"[^\s,;()#\\]*")
_WORD_REST = re.compile(r"[^\s\"'\\]*")
_OPTION_REST = re.compile(r"[A-Za-z-]*")
_BY_NAME = {spec.name: spec for spec in OPTIONS} | {
    spec.short: spec for spec in OPTIONS if spec.short
}
_LISTS = ("--no-binary", "--only-binary", "--all-releases", "--only-final")
_WORDS = (*_LISTS, "--hash", "--use-feature")
"""Options whose values are words that pip knows."""

_PATHS = ("--requirement", "--constraint", "--editable", "--find-links")


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


def _around(source: Source, offset: int) -> Around:
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
    return Around(before + own, len(before), tail, offset)


def _last_piece(content: str) -> tuple[str, bool]:
    """Return what stands behind the last of pip's line ends in an editor's line; whether any is."""
    lines = f"{content}.".splitlines()
    return lines[-1][:-1], len(lines) > 1


def _requirement(text: Around, start: int) -> Place | None:
    """Read a line without options up to the cursor: a requirement, as PEP 508 writes it."""
    before = text.before
    match = _NAME.match(before, start)
    at = match.end() if match is not None else start
    if at == len(before):
        return part_at(text, Wanted.NAME, start, _NAME_REST, first=True)
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
        return marker_at(text, semicolon.end()) if semicolon is not None else None
    if before.startswith("(", at):
        at += 1
    semicolon_at = before.find(";", at)
    if semicolon_at >= 0:
        return marker_at(text, semicolon_at + 1)
    return _clause(text, max(before.rfind(",", at) + 1, at), name)


def _clause(text: Around, start: int, name: str) -> Place | None:
    """Read the comparison that is being written."""
    match = _CLAUSE.match(text.before, start)
    if match is None:
        return None
    operator, version = match["operator"] or "", match["version"]
    goes_on = text.after[:1] in tuple(OPERATOR_CHARACTERS)
    if not operator or (not version and not match["gap"] and goes_on):
        if version:
            return None
        at = match.start("operator") if operator else len(text.before)
        return part_at(text, Wanted.OPERATOR, at, OPERATOR_REST, name=name)
    if operator not in OPERATORS:
        if version or match["gap"]:
            return None
        return part_at(text, Wanted.OPERATOR, match.start("operator"), OPERATOR_REST, name=name)
    at = match.start("version")
    return part_at(text, Wanted.VERSION, at, _VERSION_REST, name=name, operator=operator)


def _extra(text: Around, start: int, name: str) -> Place | None:
    """Read the extra that is being written between brackets."""
    before = text.before
    at = _skip(before, max(before.rfind(",", start) + 1, start))
    if _EXTRA.match(before, at) is None:
        return None
    closed = text.after.partition("]")[0] if "]" in text.after else ""
    others = [*before[start:at].split(","), *closed.split(",")[1:]]
    extras = tuple(extra.strip() for extra in others if extra.strip())
    return part_at(text, Wanted.EXTRA, at, _NAME_REST, name=name, extras=extras)


def _project_path(text: Around, start: int) -> Place | None:
    """Read the path of a project, which a name cannot begin like."""
    before = text.before
    written = before[start:]
    if any(mark in written for mark in " \t\"'@;\\") or "://" in written:
        return None
    if not written.startswith(".") and "/" not in written:
        return None
    return _path(text, Wanted.PROJECT_PATH, start)


def _path(
    text: Around,
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


def _options(text: Around, start: int, options_at: int) -> Place | None:
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
    return part_at(text, Wanted.OPTION, at, _OPTION_REST, requirement=requirement, first=first)


def _glued(word: str) -> tuple[OptionSpec | None, int]:
    """Return the option that a word begins with its value, and where that begins; 0 if none does.

    `--hash=sha256` or `-rbase.txt`.
    """
    if word.startswith("--"):
        name, equals, _ = word.partition("=")
        return (_BY_NAME.get(name), len(name) + 1) if equals else (None, 0)
    letter = 2
    return (_BY_NAME.get(word[:letter]), letter) if len(word) > letter else (None, 0)


def _quoted_value(text: Around, done: list[str], options_at: int, opened: int) -> Place | None:
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
    text: Around,
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
    return part_at(text, Wanted.OPTION_VALUE, start, rest, option=spec, requirement=requirement)


def _skip(text: str, at: int) -> int:
    """Return where the blanks from `at` on end."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at
