"""`# pinwise: ignore[rule-name, ...]`: findings that the author does not want to see.

The comment stands at the end of a logical line and covers the whole of it. `ignore-file[...]` on
a comment line of its own covers the file. Without brackets, every rule is meant. A rule is named
by its name or its code.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from pinwise.base.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.syntax.nodes import Comment, Line, RequirementsFile

_DIRECTIVE = re.compile(
    r"#[ \t]*pinwise:[ \t]*(?P<scope>ignore-file|ignore)\b(?![\w-])"
    # A bracket that is not closed yet is no directive: what is half typed silences nothing.
    r"(?:[ \t]*\[(?P<names>[^\[\]#]*)\]|(?![ \t]*\[))"
)
_NAME = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class Suppression:
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


@dataclass(frozen=True, slots=True)
class Directive:
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


def mentions_directives(text: str) -> bool:
    """Return whether a text may hold directives; costs a search."""
    return "pinwise:" in text


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
