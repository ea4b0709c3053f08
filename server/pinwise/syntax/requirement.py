r"""A tolerant reader of requirement specifiers (PEP 508), after pip has cut the marker off.

The grammar is that of packaging 26.3 (`_parse_requirement` in `packaging/_parser.py`):

    requirement = name extras? (("@" url) | specifier)
    extras      = "[" (name ("," name)*)? "]"
    specifier   = "(" clauses ")" | clauses
    clauses     = (clause ("," clause)* ","?)?

packaging stops at the first error and keeps no places. This reader accepts exactly what it
accepts, knows where every part stands, and goes on behind an error.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.syntax.nodes import Clause, Extra, Problem, ProblemKind
from pinwise.syntax.typography import PLAIN, plain
from pinwise.syntax.versions import CLAUSE, VERSION, misplaced

if TYPE_CHECKING:
    from pinwise.syntax.options import Place

NAME = re.compile(r"\b[a-zA-Z0-9][a-zA-Z0-9._-]*\b")
"""A project's or an extra's name as packaging finds it."""

MAX_PROBLEMS = 20
"""After so many problems the rest of a requirement is not read: it is something else."""

_SPACE = late(r"[ \t]*")
_URL = late(r"[^ \t]+")
_OPERATOR = late(r"[=<>!~]+")
_EXTRA_WORD = late(r"[^,\]\s]+")
_VERSION_WORD = late(r"[^\s,;()]+")
_CLAUSE_WORD = re.compile(r"[^\s,;()<>=!~]+")
_NAME_WORD = late(r"[^\s\[\](),;<>=!~@]+")
_QUOTED = late(r"(['\"])([^'\"]+)\1,?")
_ALTERNATIVE = late(r"\|+")
_PRECISE = late(r"[0-9]+(?:\.[0-9]+){2}")
_WORDS_DASH = late("[\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}][ \t]")
_GLUED_COMMENT = late(r"#.*", re.DOTALL)

_OPERATORS = ("===", "==", "~=", "!=", "<=", ">=", "<", ">")
_MEANT = {
    "=": (ProblemKind.SINGLE_EQUALS, "=="),
    "=>": (ProblemKind.REVERSED_OPERATOR, ">="),
    "=<": (ProblemKind.REVERSED_OPERATOR, "<="),
    "=!": (ProblemKind.REVERSED_OPERATOR, "!="),
    "=~": (ProblemKind.REVERSED_OPERATOR, "~="),
    "<>": (ProblemKind.UNKNOWN_OPERATOR, "!="),
    "~>": (ProblemKind.UNKNOWN_OPERATOR, "~="),
    # `=>=`, `>==` and `==>`, and so on.
    **{
        written: (ProblemKind.UNKNOWN_OPERATOR, f"{sign}=")
        for sign in "<>!~"
        for written in (f"={sign}=", f"{sign}==", f"=={sign}")
    },
}
"""Operators that are none, and what their author meant."""


class SpecifierReader:
    """Reads one requirement specifier without its marker. The fields hold what was found.

    Never raises. Cost: linear in the text.

    Attributes:
        name: the project's name; "" if none can be read.
        name_at: where it stands in the text.
        extras: the names in the brackets.
        clauses: the comparisons; a wrong operator is replaced by the one that was meant.
        url: the URL of a direct reference, else None.
        url_at: where it stands in the text.
        problems: what packaging rejects, in the order of the text.
    """

    def __init__(self, text: str, place: Place) -> None:
        self.text = text
        self.place = place
        self.name = ""
        self.name_at = (0, 0)
        self.extras: list[Extra] = []
        self.clauses: list[Clause] = []
        self.url: str | None = None
        self.url_at = (0, 0)
        self.problems: list[Problem] = []
        self._at = 0
        self._read()

    def _read(self) -> None:
        self._skip()
        if not self._name():
            return
        self._skip()
        if self.text.startswith("[", self._at):
            if not self._extras():
                return
            self._skip()
        if self.text.startswith("@", self._at):
            self._direct_reference()
        else:
            self._specifier()

    # Names and extras.

    def _name(self) -> bool:
        """Read the name; return whether to go on."""
        start, text = self._at, self.text
        match = NAME.match(text, start)
        if match is not None:
            self.name, self.name_at, self._at = match[0], match.span(), match.end()
            return True
        if text.startswith(("'", '"'), start) and self._quoted():
            return False
        word = _NAME_WORD.match(text, start)
        if word is None:
            end = min(start + 1, len(text))
            self._problem(ProblemKind.MISSING_NAME, start, end, "a requirement begins with a name")
            return False
        self.name, self.name_at, self._at = word[0], word.span(), word.end()
        meant = plain(word[0])
        if start == 0 and word[0][0] in "\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}":
            self._smart_option(word[0])
            return False
        if meant != word[0] and NAME.fullmatch(meant):
            self._typography(start, word.end())
            self.name = meant
            return True
        detail = f"{word[0]} is no project name"
        self._problem(ProblemKind.INVALID_NAME, start, word.end(), detail)
        return True

    def _quoted(self) -> bool:
        """Read a requirement in quotes, as TOML and Python lists have it; return whether it is."""
        match = _QUOTED.fullmatch(self.text)
        if match is None:
            return False
        begin = match.start(2)
        inner = SpecifierReader(match[2], lambda start, end: self.place(begin + start, begin + end))
        if inner.problems:
            return False
        detail = "a requirement stands without quotes and commas"
        kind = ProblemKind.QUOTED_REQUIREMENT
        self._problem(kind, 0, len(self.text), detail, match[2])
        start, end = inner.name_at
        self.name, self.name_at = inner.name, (begin + start, begin + end)
        self.extras, self.clauses = inner.extras, inner.clauses
        return True

    def _smart_option(self, word: str) -> None:
        """Note a dash that a word processor made of the two of a long option."""
        letters = word[1:].partition("=")[0]
        dashes = "--" if len(letters) > 1 else "-"
        self._problem(ProblemKind.SMART_QUOTE, 0, 1, "typographic dash", dashes)
        self.name, self.name_at = "", (0, 0)

    def _extras(self) -> bool:
        """Read `[a, b]`; return whether to go on behind it."""
        text = self.text
        opened = self._at
        closed = text.find("]", opened)
        end = closed if closed >= 0 else len(text)
        self._at += 1
        expect_name, after_comma = True, False
        while True:
            gap = self._at
            self._skip()
            if self._at >= end or len(self.problems) >= MAX_PROBLEMS:
                break
            if text[self._at] == ",":
                if expect_name:
                    self._bad_extra(self._at, self._at + 1, "expected an extra's name", "")
                self._at += 1
                expect_name = after_comma = True
                continue
            if not expect_name:
                kind = ProblemKind.MISSING_EXTRA_COMMA
                self._problem(kind, gap, self._at, "expected a comma between extras", ",")
            if not self._extra(end):
                break
            expect_name = after_comma = False
        if after_comma and closed >= 0:
            comma = text.rindex(",", opened, end)
            self._bad_extra(comma, comma + 1, "expected an extra's name after the comma", "")
        if closed < 0:
            kind = ProblemKind.UNCLOSED_BRACKET
            self._problem(kind, opened, opened + 1, "this bracket is never closed")
            return False
        self._at = closed + 1
        return True

    def _extra(self, end: int) -> bool:
        """Read one extra's name; return whether anything could be read."""
        start = self._at
        word = _EXTRA_WORD.match(self.text, start, end)
        if word is None:
            # White space other than space and tab.
            self._bad_extra(start, start + 1, "unexpected character")
            self._at += 1
            return True
        match = NAME.match(self.text, start)
        stop = word.end()
        if match is not None and match.end() <= stop:
            stop = match.end()
            self.extras.append(Extra(match[0], self.place(start, stop)))
        if match is None or stop != word.end():
            self._bad_extra(start, word.end(), f"{word[0]} is no extra's name")
        self._at = word.end()
        return True

    def _bad_extra(self, start: int, end: int, detail: str, replacement: str | None = None) -> None:
        self._problem(ProblemKind.INVALID_EXTRA, start, end, detail, replacement)

    # Direct references.

    def _direct_reference(self) -> None:
        self._at += 1
        self._skip()
        match = _URL.match(self.text, self._at)
        if match is None:
            self._problem(ProblemKind.INVALID_URL, self._at, self._at, "expected a URL after @")
            return
        self.url, self.url_at, self._at = match[0], match.span(), match.end()
        self._skip()
        if self._at < len(self.text):
            self._unexpected("expected the end, or a semicolon and a marker, after the URL")

    # Specifiers.

    def _specifier(self) -> None:
        text = self.text
        opened = -1
        if text.startswith("(", self._at):
            opened = self._at
            self._at += 1
        self._skip()
        if not self._clauses():
            return
        self._skip()
        if opened >= 0 and not self._closing(opened):
            return
        if self._at < len(text):
            self._rest()

    def _closing(self, opened: int) -> bool:
        """Read the closing parenthesis; return whether to go on behind it."""
        text = self.text
        if not text.startswith(")", self._at) and self._at < len(text):
            self._rest()
            self._skip()
        if not text.startswith(")", self._at):
            if text.find(")", opened) < 0:
                kind = ProblemKind.UNCLOSED_BRACKET
                self._problem(kind, opened, opened + 1, "this bracket is never closed")
            return False
        self._at += 1
        self._skip()
        return True

    def _clauses(self) -> bool:
        """Read the comparisons; return whether to go on behind them."""
        text = self.text
        while len(self.problems) < MAX_PROBLEMS:
            match = CLAUSE.match(text, self._at)
            if match is not None:
                if not self._clause(match):
                    return True
            elif not self._bad_clause():
                return True
            gap = self._at
            self._skip()
            if text.startswith(",", self._at):
                self._at += 1
                self._skip()
            elif text.startswith(_OPERATORS, self._at):
                detail = "expected a comma between two comparisons"
                self._problem(ProblemKind.MISSING_COMMA, gap, self._at, detail, ",")
            else:
                return True
        return False

    def _clause(self, match: re.Match[str]) -> bool:
        """Take a comparison that packaging reads; return whether to go on behind it."""
        # `lastindex` is the version's group, because the operator's stands right before it.
        group = match.lastindex or 0
        operator_at, version_at = match.span(group - 1), match.span(group)
        self._at = match.end()
        if match["arbitrary"]:
            if "," in match[group]:
                return self._arbitrary_list(match)
        elif (word := _CLAUSE_WORD.match(self.text, self._at)) is not None:
            return self._bad_version(match[group - 1], operator_at, (version_at[0], word.end()))
        self._add(match[group - 1], operator_at, version_at)
        return True

    def _arbitrary_list(self, match: re.Match[str]) -> bool:
        """Split `===1.0,==2`: packaging takes it for one word and splits it at commas later."""
        start = match.start()
        for index, part in enumerate(match[0].split(",")):
            # Only the first may hold white space, between the operator and its version.
            inner = CLAUSE.fullmatch(self.text, start, start + len(part))
            if inner is not None:
                group = inner.lastindex or 0
                self._add(inner[group - 1], inner.span(group - 1), inner.span(group))
            elif index and part:
                detail = f"{part} is no comparison"
                self._problem(ProblemKind.MISPLACED_VERSION, start, start + len(part), detail)
            start += len(part) + 1
        return True

    def _bad_clause(self) -> bool:
        """Note what stands in the place of a comparison; return whether to go on behind it."""
        start, text = self._at, self.text
        run = _OPERATOR.match(text, start)
        if run is None:
            return False
        written, end = run[0], run.end()
        operator = next((known for known in _OPERATORS if written.startswith(known)), "")
        if written in _MEANT:
            kind, operator = _MEANT[written]
            self._problem(kind, start, end, f"{written} is no operator", operator)
        self._at = end
        self._skip()
        word = _VERSION_WORD.match(text, self._at)
        if written not in _MEANT and operator != written:
            detail, meant = f"{written} is no operator", None
            if written == "~" and word is not None:
                # With two numbers, `~1.2` of other tools and `~=1.2` are not the same.
                operator = "~="
                meant = "~=" if _PRECISE.fullmatch(word[0]) else None
            self._problem(ProblemKind.UNKNOWN_OPERATOR, start, end, detail, meant)
            if not operator and word is not None:
                # Nothing can be said of a version that nothing is known to compare with.
                self._at = word.end()
                return True
        if word is None:
            if not (self.problems and self.problems[-1].span == self.place(start, end)):
                detail = f"expected a version after {written}"
                self._problem(ProblemKind.MISSING_VERSION, end, end, detail)
            return True
        # Without a problem so far, it is the version that packaging rejects.
        corrected = written != operator and word[0][0] not in "=<>!~"
        if corrected and CLAUSE.fullmatch(operator + word[0]):
            self._add(operator, (start, end), word.span())
            self._at = word.end()
            return True
        second = _OPERATOR.search(text, self._at + 1, word.end())
        if second is not None:
            return self._bad_version(operator, (start, end), (self._at, second.start()))
        return self._bad_version(operator, (start, end), word.span())

    def _bad_version(
        self, operator: str, operator_at: tuple[int, int], version_at: tuple[int, int]
    ) -> bool:
        """Note a version that packaging rejects behind `operator`; return whether to go on."""
        start, end = version_at
        text = self.text
        self._at = end
        if (comment := _GLUED_COMMENT.search(text, start, end)) is not None:
            self._add(operator, operator_at, (start, comment.start()))
            self._at = len(text)
            detail = "pip takes this for a part of the version; a comment needs a space before it"
            found = text[comment.start() :]
            kind = ProblemKind.UNEXPECTED_TEXT
            self._problem(kind, comment.start(), len(text), detail, f"  {found}")
            return False
        self._add(operator, operator_at, version_at)
        version = text[start:end]
        if (choice := _ALTERNATIVE.search(text, start, end)) is not None:
            self._at = choice.start()
            self._alternative(choice)
            return False
        meant = plain(version)
        if meant != version and CLAUSE.fullmatch(operator + meant):
            self._typography(start, end)
            return True
        if (reason := misplaced(operator, version)) is not None:
            self._problem(ProblemKind.MISPLACED_VERSION, start, end, *reason)
        else:
            detail = f"{version} is no version (PEP 440)"
            self._problem(ProblemKind.INVALID_VERSION, start, end, detail)
        return True

    def _rest(self) -> None:
        """Note the text behind a requirement that is complete without it."""
        start, text = self._at, self.text
        version = None if self.clauses else VERSION.match(text, start)
        if version is not None and text[version.end() : version.end() + 1] in (
            "",
            " ",
            "\t",
            ",",
            ")",
        ):
            kind = ProblemKind.MISSING_OPERATOR
            detail = "expected an operator before the version"
            self._problem(kind, start, version.end(), detail, f"=={version[0]}")
            self.clauses.append(
                Clause("==", self.place(start, start), version[0], self.place(*version.span()))
            )
            self._at = version.end()
            self._skip()
            if self._at < len(text) and text[self._at] != ")":
                self._unexpected("expected the end")
            return
        if (choice := _ALTERNATIVE.match(text, start)) is not None:
            self._alternative(choice)
            return
        if _WORDS_DASH.match(text, start):
            # A dash before words, as in a sentence: pip's own dash begins an option.
            detail = "a comment begins with #"
            meant = f" # {text[start + 1 :].strip()}"
            self._problem(ProblemKind.UNEXPECTED_TEXT, start, len(text), detail, meant)
            return
        if text[start] in PLAIN:
            end = start + 1
            while end < len(text) and text[end] in PLAIN:
                end += 1
            self._typography(start, end)
            return
        if text[start] == "#":
            detail = "a comment needs a space before it"
            kind = ProblemKind.UNEXPECTED_TEXT
            self._problem(kind, start, len(text), detail, f"  {text[start:]}")
            return
        self._unexpected("expected a comparison, a semicolon or the end")

    def _alternative(self, found: re.Match[str]) -> None:
        """Note a sign for "or", and read no further."""
        detail = "all comparisons must hold, and commas stand between them"
        self._problem(ProblemKind.UNEXPECTED_TEXT, found.start(), found.end(), detail)
        self._at = len(self.text)

    # Helpers.

    def _add(
        self, operator: str, operator_at: tuple[int, int], version_at: tuple[int, int]
    ) -> None:
        version = self.text[version_at[0] : version_at[1]]
        place = self.place
        self.clauses.append(Clause(operator, place(*operator_at), version, place(*version_at)))

    def _skip(self) -> None:
        if self.text.startswith((" ", "\t"), self._at):
            match = _SPACE.match(self.text, self._at)
            self._at = match.end() if match else self._at

    def _typography(self, start: int, end: int) -> None:
        """Note typographic characters, each on its own, with the plain one in its place."""
        for index in range(start, end):
            character = self.text[index]
            if character in PLAIN:
                detail = "typographic character"
                meant = PLAIN[character]
                self._problem(ProblemKind.SMART_QUOTE, index, index + 1, detail, meant)

    def _unexpected(self, detail: str) -> None:
        end = len(self.text.rstrip())
        self._problem(ProblemKind.UNEXPECTED_TEXT, self._at, max(end, self._at), detail)
        self._at = len(self.text)

    def _problem(
        self, kind: ProblemKind, start: int, end: int, detail: str, replacement: str | None = None
    ) -> None:
        self.problems.append(Problem(kind, self.place(start, end), detail, replacement))
