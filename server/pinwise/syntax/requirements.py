r"""Requirements files: text to tree, exactly as pip 26.3 reads it, every part with its place.

`parse` never raises, goes on behind every error, and is linear in the length of the text. A line
that pip rejects has the kind `ERROR` and a fatal problem, and still carries what can be read.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple
from pinwise.syntax.common import read_common
from pinwise.syntax.decode import MARK
from pinwise.syntax.entry import Entry, read_editable, read_entry
from pinwise.syntax.ignored import ignored
from pinwise.syntax.lines import FOREIGN_ENDS, MAX_EXPANDED, LogicalLine, logical_lines
from pinwise.syntax.misread import misread
from pinwise.syntax.nodes import (
    Comment,
    Hash,
    Kind,
    Line,
    Option,
    Problem,
    ProblemKind,
    Requirement,
    RequirementsFile,
)
from pinwise.syntax.options import OptionPart, Value, read_options
from pinwise.syntax.sentences import MAX_LENGTH
from pinwise.syntax.source import Source
from pinwise.syntax.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["parse", "tokens"]

_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})

_OPTION_START = re.compile(r"(?:^| )-")
# Extras that a space splits, so that an option takes only the first part of them.
_SPLIT_EXTRAS = late(r"(\[[^\]\s\"']*)\s[^\]\[\"']*\]")
# `-e name @ URL` without quotes.
_SPLIT_REFERENCE = late(
    r"^(?:-e|--editable)[ =] *([A-Za-z0-9][\w.-]*(?:\[[\w.,-]*\])? *@ *[^\s\"';]+:[^\s\"';]+)$"
)
_FOREIGN_END = re.compile(f"[{FOREIGN_ENDS}]")


def parse(
    text: str,
    *,
    environment: Mapping[str, str] = _NO_VARIABLES,
    previous: RequirementsFile | None = None,
    marked: bool = True,
) -> RequirementsFile:
    """Parse a requirements or constraints file.

    Args:
        text: the file's text. Places count from its beginning, also where that is a mark.
        environment: what `${NAME}` stands for; names that are missing stay as written, as in pip.
        previous: an earlier version of the file, read with the same environment. The lines before
            the first change and behind the last one are taken from it, which saves their reading
            at each keystroke.
        marked: whether a byte-order mark that the text begins with is that of the file, which pip
            takes away. Behind the mark that was decoded already, another one is an error for pip.

    Cost: some 10 µs a line that is read, linear in the text however it is broken.
    """
    source = Source(text)
    foreign = _FOREIGN_END.search(text) is not None
    lines: list[Line] = []
    comments: list[Comment] = []
    expansions: list[Span] = []
    undefined: list[Span] = []
    expanded = 0
    start, first = (len(MARK) if marked and text.startswith(MARK) else 0), 1
    kept, read = None, text
    # Where editors and pip count lines alike, a line's place tells where pip's next one begins.
    if previous is not None and not foreign and "${" not in text and _plain(previous.source.text):
        from pinwise.syntax.reading_on import kept_of  # noqa: PLC0415 - for editors alone

        kept = kept_of(previous, text)
        lines, comments = list(kept.before[0]), list(kept.before[1])
        if lines:
            start, first = kept.start, lines[-1].last_line + 1
        read = text[: kept.end]
    for logical in logical_lines(read, environment, start, first):
        expansions += logical.expansions
        if logical.expansions:
            expanded += len(logical.text)
            if expanded > MAX_EXPANDED:
                continue
        undefined += logical.undefined
        comment = None
        if logical.comment is not None and logical.comment_span is not None:
            comment = Comment(logical.comment, logical.comment_span)
            comments.append(comment)
        if logical.text:
            _, _, begin, end = logical.extent
            full_span = _editor_lines(source, begin, end) if foreign else Span(begin, end)
            lines.append(_read_line(source, logical, comment, full_span))
    if kept is not None:
        lines += kept.behind[0]
        comments += kept.behind[1]
    return RequirementsFile(
        source, tuple(lines), tuple(comments), tuple(expansions), tuple(undefined)
    )


def _plain(text: str) -> bool:
    """Return whether editors and pip count the lines of a text alike, and it has no variables."""
    return "${" not in text and _FOREIGN_END.search(text) is None


def _editor_lines(source: Source, start: int, end: int) -> Span:
    """Return the editor's lines that hold pip's: those may end at a form feed."""
    first = source.position(start).line
    last = source.position(max(start, end - 1)).line
    return Span(source.full_line_span(first).start, source.full_line_span(last).end)


def _read_line(
    source: Source, logical: LogicalLine, comment: Comment | None, full_span: Span
) -> Line:
    text, place = logical.text, logical.span
    first, last, _, _ = logical.extent
    entry_end, options_start = len(text), len(text)
    if "-" in text and (match := _OPTION_START.search(text)):
        # pip splits at single spaces and drops the one before the first option.
        entry_end, options_start = match.start(), match.end() - 1
    if options_start < len(text):
        part = read_options(text, options_start, place)
        reading = _classify(text[:entry_end], part, logical)
    else:
        reading = _Reading(*_entry(text, logical))
    kind, requirement, found, options, hashes, target = reading
    problems: Sequence[Problem] = found
    if problems and any(problem.fatal for problem in problems):
        kind = Kind.ERROR
        from pinwise.syntax.foreign import recognised  # noqa: PLC0415 - most files need none of it

        problems = recognised(logical, source, problems)
    elif kind is Kind.PATH and not problems and requirement is not None:
        from pinwise.syntax.foreign import unlikely_path  # noqa: PLC0415 - likewise

        problems = unlikely_path(logical, requirement)
    return Line(
        kind,
        place(0, len(text)),
        full_span,
        first,
        last,
        requirement,
        tuple(options),
        tuple(hashes),
        target.value if target is not None else None,
        target.value_span if target is not None else None,
        comment,
        tuple(problems),
    )


def _entry(text: str, logical: LogicalLine) -> Entry:
    """Read what stands before the options."""
    entry = read_common(text, logical.span)
    if entry is None:
        entry = read_entry(text, logical.span)
        if not entry.problems:
            entry.problems.extend(misread(text, entry, logical.span))
    return entry


class _Reading(NamedTuple):
    """What a line is, before a fatal problem makes it an error."""

    kind: Kind
    requirement: Requirement | None
    problems: list[Problem]
    options: Sequence[Option] = ()
    hashes: Sequence[Hash] = ()
    target: Option | None = None


def _classify(text: str, part: OptionPart, logical: LogicalLine) -> _Reading:
    """Decide what a line with options is, in pip's order (`ParsedLine.requirement`).

    What stands before the options wins; then the first `-e`, the first `-r`, the first `-c`.
    """
    editables = [o for o in part.options if o.name == "--editable"]
    includes = [o for o in part.options if o.name == "--requirement"]
    constraints = [o for o in part.options if o.name == "--constraint"]
    problems = list(part.problems)
    requirement = target = None
    kept: tuple[str, ...] = ()
    if text:
        # pip takes a requirement with `-e` behind it for an editable, since 25.0.
        entry = read_editable(text, logical.span) if editables else _entry(text, logical)
        kind, requirement = entry.kind, entry.requirement
        problems += (
            _made_editable(text, part, editables[0], entry, logical)
            if editables
            else entry.problems
        )
        kept = ("--config-settings", "--editable") if editables else ("--config-settings",)
    elif editables:
        kind = Kind.EDITABLE
        value = part.values[part.options.index(editables[0])]
        entry = _editable(value, logical)
        requirement = entry.requirement
        problems += entry.problems
        kept = ("--config-settings",)
    elif includes:
        kind, target = Kind.INCLUDE, includes[0]
    elif constraints:
        kind, target = Kind.CONSTRAINT, constraints[0]
    else:
        kind = Kind.OPTION
    if not any(problem.fatal for problem in problems):
        main = editables[0] if editables and not text else target
        problems += ignored(kind, part, kept, main)
    return _Reading(kind, requirement, problems, part.options, part.hashes, target)


def _made_editable(
    text: str, part: OptionPart, option: Option, entry: Entry, logical: LogicalLine
) -> list[Problem]:
    """Return what pip says of a requirement that `-e` stands behind.

    pip 24.3 drops the option without a word. Since 25.0 the requirement is the editable, which
    only a folder can be, and the option's value is dropped.
    """
    before = "pip ignores -e on a requirement's line"
    dropped = Problem(ProblemKind.IGNORED_TEXT, option.span, before, fatal=False, before="25.0")
    alone = _entry(text, logical)
    if alone.problems or alone.kind is not Kind.REQUIREMENT:
        since = "pip takes what stands before -e for the editable, and ignores its value"
        kind = ProblemKind.IGNORED_EDITABLE
        late = Problem(kind, option.span, since, fatal=False, since="25.0")
        return [*entry.problems, dropped, late]
    span, meant, replaced = logical.span(0, len(text)), None, None
    if len(part.options) == 1 and not part.hashes and not part.positional:
        meant = f"\n{option.written} {option.value or ''}".rstrip(" ")
        replaced = Span(span.end, option.span.end)
    fatal = any(problem.fatal for problem in entry.problems)
    problem = Problem(
        ProblemKind.MADE_EDITABLE,
        span,
        "takes this for the editable",
        meant,
        fatal=fatal,
        since="25.0",
        replaced=replaced,
    )
    return [problem, dropped]


def _editable(value: Value | None, logical: LogicalLine) -> Entry:
    if value is None:
        at = len(logical.text)
        entry = read_editable("", lambda _start, _end: logical.span(at, at))
        # That the option lacks its value is said already.
        entry.problems.clear()
        return entry
    entry = read_editable(value.text, value.place)
    reference = _SPLIT_REFERENCE.search(logical.text)
    if reference is not None and len(logical.text) <= MAX_LENGTH:
        detail = "a space ends the value of `-e`, which then needs quotes"
        quoted = f'"{reference[1]}"'
        span = logical.span(*reference.span(1))
        kind = ProblemKind.MISREAD_ADDRESS
        entry.problems[:] = [problem for problem in entry.problems if problem.fatal]
        entry.problems.append(Problem(kind, span, detail, quoted, fatal=False))
        return entry
    split = None
    if "[" in value.text and "]" not in value.text and len(logical.text) <= MAX_LENGTH:
        split = _SPLIT_EXTRAS.search(logical.text)
    if split is not None and value.text.endswith(split[1]):
        entry.problems.append(
            Problem(
                ProblemKind.SPLIT_VALUE,
                logical.span(split.start(), split.start() + 1),
                "a space ends the value of an option",
                "".join(split[0].split()),
                fatal=False,
                replaced=logical.span(*split.span()),
            )
        )
    elif not entry.problems:
        entry.problems.extend(misread(value.text, entry, value.place))
    return entry
