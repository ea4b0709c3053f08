r"""The tree of a requirements file: plain data, every part with its place.

All spans are code-point offsets into the file's text. A part that a continuation breaks in two
(`fla\⏎sk`) has the span from its first to its last character, and its value is the joined text.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import Enum
from typing import TYPE_CHECKING

from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinwise.base.text import Span
    from pinwise.syntax.source import Source


class Kind(Enum):
    """What pip takes a logical line for; the values are those of `pinwise parse`."""

    REQUIREMENT = "requirement"
    EDITABLE = "editable"
    OPTION = "option"
    INCLUDE = "include"
    CONSTRAINT = "constraint"
    URL = "url"
    PATH = "path"
    ERROR = "error"


class Extra(NamedTuple):
    """One name between the brackets of `name[extra]`."""

    name: str
    span: Span


class Clause(NamedTuple):
    """One comparison of a specifier: `>=1.2`."""

    operator: str
    operator_span: Span
    version: str
    version_span: Span

    def __str__(self) -> str:
        """Return the clause as PEP 440 writes it, without white space."""
        return f"{self.operator}{self.version}"


class Marker(NamedTuple):
    """The environment marker after the semicolon, as written."""

    text: str
    span: Span


class Hash(NamedTuple):
    """One `--hash=algorithm:digest`."""

    algorithm: str
    digest: str
    span: Span
    """The whole option, from its dashes on."""
    value_span: Span


class Option(NamedTuple):
    """One option of pip, with the value that pip gives it."""

    name: str
    """The long name that pip knows it by (`--index-url` for `-i`), or as written if unknown."""
    written: str
    span: Span
    name_span: Span
    value: str | None
    value_span: Span | None


class Comment(NamedTuple):
    """A comment, from its `#` to the end of the line."""

    text: str
    span: Span


class ProblemKind(Enum):
    """What is wrong with a line. The rules turn a kind into words and fixes."""

    SINGLE_EQUALS = "single-equals"
    """`name=1.0`"""
    REVERSED_OPERATOR = "reversed-operator"
    """`name=>1.0`, `name=<1.0`, `name=!1.0`, `name=~1.0`"""
    SMART_QUOTE = "smart-quote"
    """A typographic quote or dash where pip expects the plain one."""
    MISSING_OPERATOR = "missing-operator"
    """`name 1.0`"""
    MISSING_VERSION = "missing-version"
    """`name==`"""
    MISSING_COMMA = "missing-comma"
    """`name>=1.0 <2.0`"""
    MISSING_EXTRA_COMMA = "missing-extra-comma"
    """`name[one two]`"""
    UNKNOWN_OPERATOR = "unknown-operator"
    """`name<>1.0`, `name>==1.0`"""
    INVALID_VERSION = "invalid-version"
    """A version that PEP 440 does not know."""
    MISPLACED_VERSION = "misplaced-version"
    """A wildcard, a local version or a single number where none may stand."""
    INVALID_NAME = "invalid-name"
    MISSING_NAME = "missing-name"
    """Something else where a requirement begins with its name."""
    QUOTED_REQUIREMENT = "quoted-requirement"
    """`"name==1.0",` as lists of Python and TOML have it."""
    INVALID_EXTRA = "invalid-extra"
    INVALID_MARKER = "invalid-marker"
    INVALID_URL = "invalid-url"
    UNCLOSED_BRACKET = "unclosed-bracket"
    SPLIT_VALUE = "split-value"
    """`-e .[a, b]`: a space ends the value of an option within its brackets."""
    UNEXPECTED_TEXT = "unexpected-text"
    """Something after a complete requirement that pip rejects."""
    FOREIGN_SYNTAX = "foreign-syntax"
    """What another tool, a shell or another file format understands; the detail says which."""
    PRINTED_MESSAGE = "printed-message"
    """What pip once printed on a terminal."""
    SEVERAL_REQUIREMENTS = "several-requirements"
    """`flask, django`: pip reads one requirement on each line."""
    MISREAD_ADDRESS = "misread-address"
    """`flask@2.0`: pip reads the line, but as something else, and fails on it later."""
    MADE_EDITABLE = "made-editable"
    """`flask -e ./x`: pip 25.0 and newer takes the name for the editable."""
    BROKEN_CONTINUATION = "broken-continuation"
    """A backslash with something behind it, so that it continues nothing."""
    UNKNOWN_OPTION = "unknown-option"
    REMOVED_OPTION = "removed-option"
    """An option that pip once knew; the detail is its name."""
    COMMAND_LINE_OPTION = "command-line-option"
    """An option of pip's command line; the detail is its name."""
    MISREAD_OPTION = "misread-option"
    """`-requirement x`, which pip reads as `-r equirement`; the detail is what it reads."""
    AMBIGUOUS_OPTION = "ambiguous-option"
    """The beginning of several options; the detail is their names with commas between."""
    INVALID_OPTION_VALUE = "invalid-option-value"
    MISSING_OPTION_VALUE = "missing-option-value"
    """An option without the value that it needs; the detail is the option."""
    UNBALANCED_QUOTE = "unbalanced-quote"
    IGNORED_TEXT = "ignored-text"
    """pip drops it without a word: no error, but the author meant something."""
    IGNORED_EMPTY_OPTION = "ignored-empty-option"
    """An option whose value is empty."""
    IGNORED_FOR_FIRST = "ignored-for-first"
    """An option that stands twice on a line, and of which the first counts."""
    IGNORED_FOR_LAST = "ignored-for-last"
    """An option that stands twice on a line, and of which the last counts."""
    IGNORED_EDITABLE = "ignored-editable"
    """The value of an `-e` that stands behind what pip takes for the editable."""


IGNORED_KINDS = frozenset(
    {
        ProblemKind.IGNORED_TEXT,
        ProblemKind.IGNORED_EMPTY_OPTION,
        ProblemKind.IGNORED_FOR_FIRST,
        ProblemKind.IGNORED_FOR_LAST,
        ProblemKind.IGNORED_EDITABLE,
    }
)
"""What pip drops without a word. Everything else it rejects, or reads otherwise than meant."""


class Problem(NamedTuple):
    """One thing that is wrong with a line, where, and what pip would say.

    Attributes:
        kind: what is wrong.
        span: the exact place; empty where something is missing.
        detail: what pip or packaging says of it, or the offending word; plain text. Where `before`
            is given, what pip of an older version does: "does not know `--pre`".
        replacement: the text to put at `span` where the intent is evident, else None. Its lines
            end in a line feed, whatever ends those of the file.
        fatal: whether pip 26.3 rejects the file because of it, as soon as it reads the line.
        since: the first version of pip for which it holds; "" for every one from 24.3 on.
        before: the first version of pip for which it no longer holds; "" while it still does. Such
            a problem is not fatal: pip 26.3 accepts the line.
        replaced: where `replacement` goes, if that is more than `span`.
    """

    kind: ProblemKind
    span: Span
    detail: str = ""
    replacement: str | None = None
    fatal: bool = True
    since: str = ""
    before: str = ""
    replaced: Span | None = None

    def holds(self, at_least: Callable[[str], bool]) -> bool:
        """Return whether a version of pip has this problem.

        Args:
            at_least: whether that pip is of the given version or newer.
        """
        if self.since and not at_least(self.since):
            return False
        return not (self.before and at_least(self.before))


class Requirement(NamedTuple):
    """A PEP 508 requirement, a URL or a path, with the places of its parts.

    `name` is "" for a URL or a path that tells no name; its span is then empty. `specifier` joins
    the clauses. `url_span` is the place of the URL or of the path.
    """

    name: str
    name_span: Span
    span: Span
    """From the name to the end of the marker, without options and comments."""
    extras: tuple[Extra, ...] = ()
    clauses: tuple[Clause, ...] = ()
    marker: Marker | None = None
    url: str | None = None
    url_span: Span | None = None
    path: str | None = None
    editable: bool = False
    implied_version: str | None = None
    """The version that a wheel's file name tells, where a URL or a path names a wheel."""

    @property
    def specifier(self) -> str:
        """The clauses joined by commas, as `packaging.specifiers.SpecifierSet` reads them."""
        return ",".join(map(str, self.clauses))

    @property
    def specifier_span(self) -> Span | None:
        """From the first clause's operator to the last one's version; None without clauses."""
        if not self.clauses:
            return None
        first, last = self.clauses[0].operator_span, self.clauses[-1].version_span
        return type(first)(first.start, last.end)


class Line(NamedTuple):
    """One logical line that is not blank and not merely a comment."""

    kind: Kind
    span: Span
    """From the first to the last character that counts: no indent, no comment."""
    full_span: Span
    """Whole editor lines, the last line's terminator included: what "remove the line" removes."""
    first_line: int
    """pip's number of the first physical line, 1-based, counted by `str.splitlines`."""
    last_line: int
    """pip's number of the last physical line that was joined."""
    requirement: Requirement | None = None
    options: tuple[Option, ...] = ()
    hashes: tuple[Hash, ...] = ()
    target: str | None = None
    """The file or URL that an include or a constraint line names."""
    target_span: Span | None = None
    comment: Comment | None = None
    problems: tuple[Problem, ...] = ()


class TokenKind(Enum):
    """What a stretch of text is, for colouring and for the lossless check."""

    NAME = "name"
    EXTRA = "extra"
    OPERATOR = "operator"
    VERSION = "version"
    MARKER = "marker"
    URL = "url"
    PATH = "path"
    OPTION = "option"
    VALUE = "value"
    HASH = "hash"
    COMMENT = "comment"
    PUNCTUATION = "punctuation"
    CONTINUATION = "continuation"
    SPACE = "space"
    NEWLINE = "newline"
    UNKNOWN = "unknown"


class Token(NamedTuple):
    """A stretch of the text; the tokens of a file, joined, are the file."""

    kind: TokenKind
    span: Span


@record(frozen=True, slots=True)
class RequirementsFile:
    r"""The tree of one file.

    Attributes:
        source: the text with its line table.
        lines: the logical lines, in order.
        comments: every comment of the file, in order; those on their own line too.
        expansions: where the `${NAME}`s stand that pip puts a value of the environment in place
            of, in order.
        undefined: where those stand that pip leaves as they are, because the environment has no
            such variable or an empty one, in order.
    """

    source: Source
    lines: tuple[Line, ...]
    comments: tuple[Comment, ...]
    expansions: tuple[Span, ...] = ()
    undefined: tuple[Span, ...] = ()

    def takes_variable(self, part: Span) -> bool:
        """Return whether the value of a part comes from the environment, in whole or in part."""
        return _overlaps(part, self.expansions)

    def lacks_variable(self, part: Span) -> bool:
        """Return whether a variable stands in a part that the environment does not have."""
        return _overlaps(part, self.undefined)


def _overlaps(part: Span, others: tuple[Span, ...]) -> bool:
    """Return whether a part shares a character with any of the others, which stand in order."""
    before = bisect_left(others, part.end, key=lambda other: other.start)
    return before > 0 and others[before - 1].end > part.start
