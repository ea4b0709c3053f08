"""`PW001` unused-ignore: a comment that ignores what is not there."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix, Severity, Tag
from pinwise.base.text import Span, TextEdit
from pinwise.base.tuples import NamedTuple
from pinwise.project.rule_names import ALL, no_such
from pinwise.project.suppressions import directives_in, mentions_directives, near_misses_in
from pinwise.rules.registry import Facts, rule
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.advice.context import Context
    from pinwise.advice.ignores import IgnoreUse
    from pinwise.project.files import Document
    from pinwise.project.suppressions import Directive
    from pinwise.syntax.nodes import Line


_EVERY = (ALL, "*")
"""What settings and other tools call every rule."""


@rule("PW001", "unused-ignore", severity=Severity.HINT, needs=Facts.FINDINGS, unanimous=True)
def unused_ignore(ctx: Context) -> Iterator[Finding]:
    """A `# pinwise: ignore` comment that silences nothing."""
    use = ctx.ignores
    if use is None:
        return
    settled = frozenset(
        (located.path, located.declaration.full_span)
        for located in ctx.declarations
        if ctx.applies(located.declaration) is True
    )
    for document in ctx.documents:
        if document.prose or not mentions_directives(document.text):
            continue
        lines = _Lines(document, settled)
        for directive in directives_in(document.file):
            place = _Place(document, directive)
            if directive.effective:
                yield from _names(place, use, lines)
            else:
                yield _ineffective(place)
        for near in near_misses_in(document.file):
            edit = FileEdit(document.path, TextEdit(near.span, near.meant))
            fix = Fix(f"Change to `{near.meant}`", Applicability.SUGGESTED, (edit,), preferred=True)
            message = f"This comment ignores nothing. Write `{near.meant}`."
            yield Finding(document.path, near.span, message, fixes=(fix,))


class _Lines:
    """Knows the lines of a file about which every rule says what it has to say.

    Of a line that pip rejects, whose marker does not hold here, or that takes a variable, some
    rules say nothing on this machine or at this moment.

    Args:
        document: the file.
        settled: the named requirements of the tree that pip takes as they are written.
    """

    def __init__(self, document: Document, settled: frozenset[tuple[Path, Span]]) -> None:
        self._document = document
        self._settled = settled

    def are_settled(self, line: Line | None) -> bool:
        """Return whether a line is such a one; without a line, whether all of the file are."""
        return self._all_are_settled if line is None else self._is_settled(line)

    @cached_property
    def _all_are_settled(self) -> bool:
        return all(map(self._is_settled, self._document.file.lines))

    def _is_settled(self, line: Line) -> bool:
        if line.requirement is not None and line.requirement.name:
            return (self._document.path, line.full_span) in self._settled
        file = self._document.file
        return line.kind is not Kind.ERROR and not file.takes_variable(line.full_span)


class _Place(NamedTuple):
    """A directive in a file, and the findings about it."""

    document: Document
    directive: Directive

    def finding(self, span: Span, message: str, *fixes: Fix, unused: bool = False) -> Finding:
        """Return a finding at a part of the directive."""
        tags = (Tag.UNNECESSARY,) if unused else ()
        return Finding(self.document.path, span, message, fixes=fixes, tags=tags)

    def change(
        self,
        title: str,
        edit: TextEdit,
        applicability: Applicability = Applicability.SUGGESTED,
        *,
        preferred: bool = False,
    ) -> Fix:
        """Return a fix of one edit."""
        edits = (FileEdit(self.document.path, edit),)
        return Fix(title, applicability, edits, preferred=preferred)

    def without_comment(self, *, safe: bool = True) -> Fix:
        """Return the fix that takes the directive out, and a comment that says nothing more."""
        edit = _removal(self.document, self.directive)
        applicability = Applicability.SAFE if safe else Applicability.SUGGESTED
        return self.change("Remove the comment", edit, applicability, preferred=safe)


def _names(place: _Place, use: IgnoreUse, lines: _Lines) -> Iterator[Finding]:
    """Yield what is wrong with the names of a directive, or with one that has none."""
    item, path = place.directive.suppression, place.document.path
    if not item.rules:
        known = use.all_judged and lines.are_settled(place.directive.line)
        if known and (path, item.span) not in use.used:
            message = "This comment ignores nothing: no rule speaks here."
            yield place.finding(item.span, message, place.without_comment(), unused=True)
        return
    unused = []
    for number, (written, span) in enumerate(zip(item.rules, item.rule_spans, strict=True)):
        name = use.names.find(written)
        if name is None:
            yield _unknown(place, use, number)
        elif name in use.judged and (path, span) not in use.used:
            unused.append(number)
    if not unused or not lines.are_settled(place.directive.line):
        return
    gone = frozenset(unused)
    stays = next((number for number in range(len(item.rules)) if number not in gone), None)
    where = "in this file" if item.whole_file else "here"
    for number in unused:
        message = f"`{item.rules[number]}` finds nothing {where} that could be ignored."
        if stays is None:
            fix = place.without_comment()
        else:
            edit = TextEdit(_name_with_comma(item.rule_spans, number, stays), "")
            title = f"Remove `{item.rules[number]}`"
            fix = place.change(title, edit, Applicability.SAFE, preferred=True)
        yield place.finding(item.rule_spans[number], message, fix, unused=True)


def _unknown(place: _Place, use: IgnoreUse, number: int) -> Finding:
    """Report a name that no rule has."""
    item = place.directive.suppression
    written, span = item.rules[number], item.rule_spans[number]
    if written.lower() in _EVERY:
        scope = item.scope_span
        bare = scope.of(place.document.text)
        message = (
            f"Brackets name rules, and no rule is called `{written}`."
            " Without them, the comment ignores every rule."
        )
        edit = TextEdit(Span(scope.end, item.span.end), "")
        return place.finding(span, message, place.change(f"Change to `{bare}`", edit))
    meant = use.names.nearest(written)
    fixes = []
    if meant is not None:
        edit = TextEdit(span, meant)
        fixes.append(place.change(f"Change to `{meant}`", edit, preferred=True))
    elif len(item.rules) == 1:
        fixes.append(place.without_comment(safe=False))
    else:
        edit = TextEdit(_name_with_comma(item.rule_spans, number, 1 if number == 0 else 0), "")
        fixes.append(place.change(f"Remove `{written}`", edit, preferred=True))
    return place.finding(span, no_such("rule", written, meant), *fixes)


def _ineffective(place: _Place) -> Finding:
    """Report a directive that stands where it does not count, or that names nothing."""
    item = place.directive.suppression
    if item.brackets and not item.rules:
        message = "This comment ignores nothing: its brackets name no rule."
        return place.finding(item.span, message, place.without_comment(), unused=True)
    if item.whole_file:
        message = "`ignore-file` counts only on a line of its own. Here, write `ignore`."
        other = "ignore"
    else:
        message = "`ignore` counts only at the end of the line that it is about."
        other = "ignore-file"
    change = place.change(f"Change to `{other}`", TextEdit(item.scope_span, other))
    return place.finding(item.span, message, change, place.without_comment(safe=False))


def _name_with_comma(spans: tuple[Span, ...], number: int, stays: int) -> Span:
    """Return a name with the comma that goes with it.

    Where several go, no two of the edits overlap: those before the first name that stays take
    the comma behind them, the others the one before them.
    """
    if number < stays:
        return Span(spans[number].start, spans[number + 1].start)
    return Span(spans[number - 1].end, spans[number].end)


def _removal(document: Document, directive: Directive) -> TextEdit:
    """Return the edit that takes a directive out of its comment.

    What else the comment says stays a comment; one that says nothing more goes, with the spaces
    before it, or with its line if it has that for itself.
    """
    text, comment = document.text, directive.comment.span
    span = directive.suppression.span
    before, after = text[comment.start : span.start], text[span.end : comment.end]
    if before.strip():
        return TextEdit(Span(comment.start + len(before.rstrip()), span.end), "")
    if after.strip():
        # The `#` of the directive may be the one that makes the rest a comment.
        rest = after.lstrip()
        kept = "" if rest.startswith("#") else "# "
        return TextEdit(Span(span.start, comment.end - len(rest)), kept)
    source = document.source
    whole = source.full_line_span(source.position(comment.start).line)
    start = comment.start
    while start > whole.start and text[start - 1] in " \t":
        start -= 1
    if directive.line is None and start == whole.start:
        return TextEdit(whole, "")
    return TextEdit(Span(start, comment.end), "")
