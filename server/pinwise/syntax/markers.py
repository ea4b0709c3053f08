r"""Environment markers, read tolerantly.

The grammar is that of packaging 26.3 (`_parse_full_marker` in `packaging/_parser.py`, PEP 508
and the page "Dependency specifiers" of the packaging guide):

    marker  = atom (("and" | "or") atom)*
    atom    = "(" marker ")" | operand operator operand
    operand = variable | quoted string

A marker that packaging parses and then crashes on when pip evaluates it (`'3' > '2'`,
`os_name ~= "posix"`) is a problem too, because pip's user sees a traceback.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, Specifier

from pinwise.base.tuples import NamedTuple
from pinwise.syntax.nodes import ProblemKind
from pinwise.syntax.typography import PLAIN

MAX_DEPTH = 400
"""How deep parentheses may be nested.

packaging reads them recursively: from a bare stack, Python's limit of 1,000 frames ends that at
491. What lies below leaves room for the callers of whoever evaluates the marker.
"""

VARIABLES = (
    "python_version",
    "python_full_version",
    "os_name",
    "sys_platform",
    "platform_release",
    "platform_system",
    "platform_version",
    "platform_machine",
    "platform_python_implementation",
    "implementation_name",
    "implementation_version",
    "extra",
)
"""The variables that a requirement's marker may ask for."""

_VERSION_VARIABLES = frozenset(
    {"implementation_version", "platform_release", "python_full_version", "python_version"}
)
"""Those that packaging compares as versions where it can (`MARKERS_REQUIRING_VERSION`)."""

_SPACE = re.compile(r"[ \t]*")
_VARIABLE = re.compile(
    r"\b(?:python_version|python_full_version|os[._]name|sys[._]platform"
    r"|platform_(?:release|system)|platform[._](?:version|machine|python_implementation)"
    r"|python_implementation|implementation_(?:name|version)|extras?|dependency_groups)\b"
)
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_OPERATOR = re.compile(r"===|==|~=|!=|<=|>=|<|>|\bin\b|\bnot[ \t]+in\b")
_JOINT = re.compile(r"\b(?:or|and)\b")
_WRONG_JOINT = re.compile(r"[&|]+|(?:AND|OR)\b")
_WORD = re.compile(r"[^\s()'\"<>=!~;,&|#]+")
_RUN = re.compile(r"[=<>!~]+")
_ESCAPE = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U(?P<code>[0-9a-fA-F]{8})|N\{(?P<name>[^}]+)\}"
    r"|[^xuUN])",
    re.DOTALL,
)
_JOINTS = {"&&": "and", "&": "and", "||": "or", "|": "or", "AND": "and", "OR": "or"}
_OPERATORS = {"=": "==", "=>": ">=", "=<": "<=", "=!": "!=", "=~": "~=", "<>": "!="}


class MarkerProblem(NamedTuple):
    """A problem of a marker, at offsets into its text."""

    kind: ProblemKind
    start: int
    end: int
    detail: str
    replacement: str | None = None


class MarkerPart(NamedTuple):
    """One word of a marker, at offsets into its text."""

    kind: str
    """`variable`, `string`, `operator`, `joint` (`and`, `or`) or `parenthesis`."""
    start: int
    end: int


class MarkerReading(NamedTuple):
    """What a marker consists of, and what is wrong with it."""

    parts: tuple[MarkerPart, ...]
    problems: tuple[MarkerProblem, ...]


@lru_cache(maxsize=4096)
def read_marker(text: str) -> MarkerReading:
    """Read a marker: the text behind the semicolon, stripped.

    Never raises. Cost: linear in the text; markers repeat within and across files, so the
    reading is remembered.
    """
    reader = _Reader(text)
    reader.read()
    return MarkerReading(tuple(reader.parts), tuple(reader.problems))


class _Reader:
    """A cursor over a marker. Recursion is replaced by a list of open parentheses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.parts: list[MarkerPart] = []
        self.problems: list[MarkerProblem] = []
        self._open: list[int] = []

    def read(self) -> None:
        """Read the whole marker, up to the first thing that cannot be passed over."""
        while self._atom() and self._after_atom():
            pass
        if not self.problems and self._open:
            self._problem(self._open[-1], self._open[-1] + 1, "this bracket is never closed")

    def _atom(self) -> bool:
        """Read opening parentheses and one comparison; return whether to go on."""
        self._skip()
        while self.text.startswith("(", self.at):
            self._open.append(self.at)
            self._part("parenthesis", self.at + 1)
            self._skip()
            if len(self._open) > MAX_DEPTH:
                self._problem(self._open[0], self.at, "brackets are nested too deeply for pip")
                return False
        first = len(self.parts)
        left = self._operand()
        if left is None:
            return False
        operator = self._operator()
        if operator is None:
            return False
        right = self._operand()
        if right is None:
            return False
        self._check(first, left, operator, right)
        return True

    def _after_atom(self) -> bool:
        """Read closing parentheses and a joint; return whether another comparison follows."""
        while True:
            self._skip()
            if self._open and self.text.startswith(")", self.at):
                self._open.pop()
                self._part("parenthesis", self.at + 1)
                continue
            break
        if self.at >= len(self.text):
            return False
        if match := _JOINT.match(self.text, self.at):
            self._part("joint", match.end())
            return True
        if self.text.startswith("#", self.at):
            found = MarkerProblem(
                ProblemKind.UNEXPECTED_TEXT,
                self.at,
                len(self.text),
                "a comment needs a space before it",
                f"  {self.text[self.at :]}",
            )
            self.problems.append(found)
            return False
        match = _WRONG_JOINT.match(self.text, self.at)
        if match and (joint := _JOINTS.get(match[0])):
            self._problem(self.at, match.end(), f"write `{joint}`", joint)
            self._part("joint", match.end())
            return True
        self._problem(self.at, len(self.text), "expected `and`, `or` or the end of the marker")
        return False

    def _operand(self) -> str | None:
        """Read a variable or a quoted string and return it; None if there is neither."""
        self._skip()
        if match := _VARIABLE.match(self.text, self.at):
            self._part("variable", match.end())
            return match[0].replace(".", "_")
        if match := _STRING.match(self.text, self.at):
            if not _is_python_string(match[0]):
                self._problem(self.at, match.end(), "invalid quoted string")
            self._part("string", match.end())
            return match[0]
        return self._bad_operand()

    def _bad_operand(self) -> str | None:
        """Note what stands where a variable or a string should; return a stand-in to go on."""
        start, text = self.at, self.text
        if start >= len(text):
            self._problem(start, start, "expected a variable or a quoted string")
            return None
        if text[start] in "'\"":
            self._problem(start, len(text), "this quote is never closed")
            return None
        if (plain := PLAIN.get(text[start])) in ("'", '"'):
            return self._smart_string(plain)
        match = _WORD.match(text, start)
        if match is None:
            self._problem(start, start + 1, "expected a variable or a quoted string")
            return None
        word = match[0]
        after_operator = bool(self.parts) and self.parts[-1].kind == "operator"
        import difflib  # noqa: PLC0415 - for what is misspelt alone

        close = difflib.get_close_matches(word.lower(), VARIABLES, n=1, cutoff=0.75)
        if close:
            self._problem(start, match.end(), f"{word} is no variable", close[0])
        elif after_operator or word[0].isdigit():
            self._problem(start, match.end(), "a value needs quotes", f'"{word}"')
        else:
            self._problem(start, match.end(), f"{word} is no variable")
        self._part("variable" if close else "string", match.end())
        return close[0] if close else f'"{word}"'

    def _smart_string(self, quote: str) -> str | None:
        """Read a string in typographic quotes."""
        start = self.at
        end = start + 1
        while end < len(self.text) and PLAIN.get(self.text[end], self.text[end]) != quote:
            end += 1
        kind = ProblemKind.SMART_QUOTE
        detail = "typographic quote"
        self.problems.append(MarkerProblem(kind, start, start + 1, detail, quote))
        if end >= len(self.text):
            return None
        if self.text[end] != quote:
            self.problems.append(MarkerProblem(kind, end, end + 1, detail, quote))
        value = quote + self.text[start + 1 : end] + quote
        self._part("string", end + 1)
        return value

    def _operator(self) -> str | None:
        """Read a comparison operator and return it; None if there is none."""
        self._skip()
        text = self.text
        match = _OPERATOR.match(text, self.at)
        run = _RUN.match(text, self.at)
        if run and (meant := _OPERATORS.get(run[0])):
            self._problem(self.at, run.end(), f"{run[0]} is no operator", meant)
            self._part("operator", run.end())
            return meant
        if match is None:
            word = run or _WORD.match(text, self.at)
            end = word.end() if word else min(self.at + 1, len(text))
            self._problem(self.at, end, "expected a comparison such as == or in")
            return None
        self._part("operator", match.end())
        return "not in" if match[0].startswith("not") else match[0]

    def _check(self, first: int, left: str, operator: str, right: str) -> None:
        """Note a comparison that packaging parses and cannot evaluate."""
        start, end = self.parts[first].start, self.parts[-1].end
        names = [side for side in (left, right) if side[0] not in "'\""]
        if not names:
            self._problem(start, end, "a comparison needs a variable")
        elif names[0] in ("extras", "dependency_groups"):
            self._problem(start, end, f"{names[0]} is known in lock files only")
        elif operator in ("~=", "==="):
            # Where these two do not compare versions, packaging knows no meaning for them. With
            # the variable on the right, the value is the interpreter's own, which is a version.
            value = right if len(names) > 1 else right[1:-1]
            versions = names[0] in _VERSION_VARIABLES
            if not versions or (left == names[0] and not _is_version(operator, value)):
                self._problem(start, end, f"{operator} compares versions only")

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _part(self, kind: str, end: int) -> None:
        self.parts.append(MarkerPart(kind, self.at, end))
        self.at = end

    def _problem(self, start: int, end: int, detail: str, replacement: str | None = None) -> None:
        kind = ProblemKind.INVALID_MARKER
        self.problems.append(MarkerProblem(kind, start, end, detail, replacement))


def _is_version(operator: str, value: str) -> bool:
    try:
        Specifier(operator + value)
    except InvalidSpecifier:
        return False
    return True


def _is_python_string(literal: str) -> bool:
    r"""Return whether Python reads a quoted literal: packaging gives it to `ast.literal_eval`.

    `literal_eval` itself would print a warning for escapes such as `\d`.
    """
    body = literal[1:-1]
    if "\0" in body or any("\ud800" <= character <= "\udfff" for character in body):
        return False
    at = body.find("\\")
    while at >= 0:
        match = _ESCAPE.match(body, at)
        if match is None:
            return False
        if match["code"] and int(match["code"], 16) > sys.maxunicode:
            return False
        if match["name"] and not _is_character_name(match["name"]):
            return False
        at = body.find("\\", match.end())
    return True


def _is_character_name(name: str) -> bool:
    try:
        unicodedata.lookup(name)
    except KeyError:
        return False
    return True
