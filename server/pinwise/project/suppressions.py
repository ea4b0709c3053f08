"""`# pinwise: ignore[rule-name, ...]`: findings that the author does not want to see.

The comment stands at the end of a logical line and covers the whole of it. `ignore-file[...]` on
a comment line of its own covers the file. Without brackets, every rule is meant. A rule is named
by its name or its code, always in brackets: `ignore PW101` silences nothing, because it was not
meant to silence everything.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.syntax.nodes import Comment, Line, RequirementsFile

_RULE = r"(?:[Pp][Ww][0-9]{3}\b|[a-z]+(?:-[a-z]+)+(?![\w-]))"
_DIRECTIVE = late(
    r"#[ \t]*pinwise:[ \t]*(?P<scope>ignore-file|ignore)\b(?![\w-])"
    # A bracket that is not closed yet is no directive: what is half typed silences nothing.
    r"(?:[ \t]*\[(?P<names>[^\[\]#]*)\]"
    # Nor is one with names that stand outside of brackets.
    rf"|(?![ \t]*[\[({{])(?![ \t]{{0,9}}[:=]?[ \t]{{0,9}}{_RULE}))"
)
# Runs of spaces are bounded, so that two of them side by side cost no square.
_NEAR = late(
    r"#[ \t]{0,9}pinwise[ \t]{0,9}(?P<colon>:?)[ \t]{0,9}"
    r"(?P<word>ig?[a-z]{1,10}(?P<file>[-_ ]files?)?)(?![\w-])"
    r"(?:[ \t]{0,9}[\[({](?P<inside>[^\[\](){}#]*)(?P<close>[\])}]?)"
    rf"|[ \t]{{0,9}}[:=]?(?P<names>(?:[ \t]{{0,9}},?[ \t]{{0,9}}{_RULE}){{1,50}}))?",
    re.IGNORECASE,
)
# Only whole words: each letter of a long one would be tried.
_RULES = late(rf"(?<![\w-]){_RULE}", re.IGNORECASE)
_NAME = late(r"[^\s,]+")
_LIKE_IGNORE = 0.75
"""How alike a word has to be, by the measure of `difflib`."""


class Suppression(NamedTuple):
    """One directive.

    Attributes:
        rules: the rules as they are written, in order; empty for every rule.
        span: the directive, from its `#` to its last bracket.
        rule_spans: where each name stands.
        scope_span: where `ignore` or `ignore-file` stands.
        whole_file: whether it is meant for the file.
        brackets: whether it has brackets; empty ones name no rule, and so silence none.
    """

    rules: tuple[str, ...]
    span: Span
    rule_spans: tuple[Span, ...]
    scope_span: Span
    whole_file: bool = False
    brackets: bool = False

    def covers(self, *words: str) -> bool:
        """Return whether findings of a rule, given by its name and code, are not wanted here."""
        return bool(self.covering(*words))

    def covering(self, *words: str) -> tuple[Span, ...]:
        """Return the places of the names that mean a rule; the directive where it has none."""
        if not self.rules and not self.brackets:
            return (self.span,)
        wanted = {word.lower() for word in words}
        return tuple(
            span
            for name, span in zip(self.rules, self.rule_spans, strict=True)
            if name.lower() in wanted
        )


class Directive(NamedTuple):
    """A directive where it stands.

    Attributes:
        line: the logical line at whose end it stands; None on a comment line of its own.
    """

    suppression: Suppression
    comment: Comment
    line: Line | None

    @property
    def effective(self) -> bool:
        """Whether it stands where it counts, and names something."""
        named = bool(self.suppression.rules) or not self.suppression.brackets
        return named and self.suppression.whole_file is (self.line is None)


class NearMiss(NamedTuple):
    """A comment that silences nothing, and was meant to.

    Attributes:
        span: what was meant to be a directive, from its `#` on.
        meant: how that is written.
    """

    span: Span
    meant: str


def mentions_directives(text: str) -> bool:
    """Return whether a text may hold directives, or what was meant for some; costs a search."""
    return "pinwise" in text or "Pinwise" in text or "PINWISE" in text


def near_misses_in(file: RequirementsFile) -> Iterator[NearMiss]:
    """Yield what was meant to be a directive: `ignor[...]`, `ignore PW101`, `ignore[` and such.

    Not what merely speaks of Pinwise: "pinwise ignores this line".
    """
    for comment in file.comments:
        if not mentions_directives(comment.text):
            continue
        for match in _NEAR.finditer(comment.text):
            if _DIRECTIVE.match(comment.text, match.start()) or not _is_meant(match):
                continue
            scope = "ignore-file" if match["file"] else "ignore"
            start, end = comment.span.start, match.end()
            inside = match["inside"]
            rules = list(_RULES.finditer(comment.text, match.end("word"), end))
            if rules and inside and not match["close"]:
                # What follows is a remark.
                end = rules[-1].end()
            words = [found[0] for found in rules] or _NAME.findall(inside or "")
            names = ", ".join(words)
            span = Span(start + match.start(), start + end)
            yield NearMiss(span, f"# pinwise: {scope}[{names}]" if names else f"# pinwise: {scope}")


def _is_meant(match: re.Match[str]) -> bool:
    """Return whether something like a directive was meant as one, and is no sentence."""
    word = match["word"][: len(match["word"]) - len(match["file"] or "")].lower()
    from difflib import SequenceMatcher  # noqa: PLC0415 - few comments are nearly one of ours

    if SequenceMatcher(None, word, "ignore").ratio() < _LIKE_IGNORE:
        return False
    rest = match.string[match.end() :].strip()
    return bool(match["inside"] or match["names"]) or (
        not rest and (bool(match["colon"]) or word == "ignore")
    )


def directives_in(file: RequirementsFile) -> Iterator[Directive]:
    """Yield every directive of a file, those too that stand where they do not count."""
    lines = {line.comment.span: line for line in file.lines if line.comment is not None}
    for comment in file.comments:
        if mentions_directives(comment.text):
            for suppression in _read(comment):
                yield Directive(suppression, comment, lines.get(comment.span))


def line_suppressions(line: Line) -> tuple[Suppression, ...]:
    """Return the directives that cover a line.

    Several may stand in one comment: `# via flask  # pinwise: ignore[yanked-version]`.
    """
    comment = line.comment
    if comment is None:
        return ()
    found = (Directive(suppression, comment, line) for suppression in _read(comment))
    return tuple(directive.suppression for directive in found if directive.effective)


def file_suppressions(file: RequirementsFile) -> tuple[Suppression, ...]:
    """Return the directives that cover a file: those on comment lines of their own."""
    return tuple(
        directive.suppression
        for directive in directives_in(file)
        if directive.effective and directive.line is None
    )


def line_at(file: RequirementsFile, offset: int) -> Line | None:
    """Return the logical line at an offset, its comment and line end included.

    The end of the text belongs to a last line without a terminator.
    """
    number = bisect_right(file.lines, offset, key=attrgetter("full_span.start")) - 1
    if number < 0:
        return None
    # At a form feed and its like pip ends a line, and an editor does not: two may share a row.
    while (
        number > 0
        and offset < file.lines[number].span.start
        and offset < file.lines[number - 1].full_span.end
    ):
        number -= 1
    line = file.lines[number]
    text = file.source.text
    if offset < line.full_span.end:
        return line
    at_end = offset == line.full_span.end == len(text) and not text.endswith(("\n", "\r"))
    return line if at_end else None


def _read(comment: Comment) -> Iterator[Suppression]:
    """Yield the directives of a comment."""
    start = comment.span.start
    for match in _DIRECTIVE.finditer(comment.text):
        names: list[str] = []
        spans: list[Span] = []
        if match["names"] is not None:
            offset = start + match.start("names")
            for name in _NAME.finditer(match["names"]):
                names.append(name[0])
                spans.append(Span(offset + name.start(), offset + name.end()))
        yield Suppression(
            tuple(names),
            Span(start + match.start(), start + match.end()),
            tuple(spans),
            Span(start + match.start("scope"), start + match.end("scope")),
            match["scope"] == "ignore-file",
            match["names"] is not None,
        )
