"""`# pinwise: ignore[rule-name, ...]`: findings that the author does not want to see.

The comment stands at the end of a logical line and covers the whole of it. `ignore-file[...]` on
a comment line of its own covers the file. Without brackets, every rule is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinwise.base.text import Span

if TYPE_CHECKING:
    from pinwise.syntax.nodes import Comment, Line, RequirementsFile

_DIRECTIVE = re.compile(
    r"#[ \t]*pinwise:[ \t]*(?P<scope>ignore-file|ignore)\b(?![\w-])"
    r"(?:[ \t]*\[(?P<names>[^\]]*)\])?"
)
_NAME = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One directive.

    Attributes:
        rules: the rule names, in order; empty for every rule.
        span: the directive, from its `#` to its last bracket.
        rule_spans: where each name stands.
        whole_file: whether it covers the file.
    """

    rules: tuple[str, ...]
    span: Span
    rule_spans: tuple[Span, ...]
    whole_file: bool = False

    def covers(self, rule: str) -> bool:
        """Return whether findings of `rule` are not wanted here."""
        return not self.rules or rule in self.rules


def suppressions_in(comment: Comment, *, whole_file: bool = False) -> tuple[Suppression, ...]:
    """Return the directives of a comment: those for a line, or those for the file.

    Several may stand in one comment: `# via flask  # pinwise: ignore[yanked-version]`.
    """
    found = []
    start = comment.span.start
    for match in _DIRECTIVE.finditer(comment.text):
        if (match["scope"] == "ignore-file") is not whole_file:
            continue
        names: list[str] = []
        spans: list[Span] = []
        if match["names"] is not None:
            offset = start + match.start("names")
            for name in _NAME.finditer(match["names"]):
                names.append(name[0])
                spans.append(Span(offset + name.start(), offset + name.end()))
            if not names:
                # Empty brackets name no rule, and so silence none.
                continue
        span = Span(start + match.start(), start + match.end())
        found.append(Suppression(tuple(names), span, tuple(spans), whole_file))
    return tuple(found)


def line_suppressions(line: Line) -> tuple[Suppression, ...]:
    """Return the directives that cover a line."""
    return suppressions_in(line.comment) if line.comment is not None else ()


def file_suppressions(file: RequirementsFile) -> tuple[Suppression, ...]:
    """Return the directives that cover a file: those on comment lines of their own."""
    behind = {line.comment.span for line in file.lines if line.comment is not None}
    return tuple(
        suppression
        for comment in file.comments
        if comment.span not in behind and "pinwise" in comment.text
        for suppression in suppressions_in(comment, whole_file=True)
    )
