"""`PW103` ignored-text: pip drops a part of the file without a word."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pinwise.advice.comments import misread_comments
from pinwise.advice.findings import Applicability, Finding, Fix, Severity, Tag
from pinwise.advice.ignored import (
    Dropped,
    continuation,
    fixes_of_dropped,
    is_option,
    list_item,
    removal,
)
from pinwise.advice.problems import follows_from, removal_edit, shown
from pinwise.base.text import Span
from pinwise.rules.registry import rule
from pinwise.syntax.nodes import IGNORED_KINDS, Kind, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Line, Problem


@rule("PW103", "ignored-text", severity=Severity.WARNING)
def ignored_text(ctx: Context) -> Iterator[Finding]:
    """Words and options that pip drops without a word."""
    for document in ctx.documents:
        if document.prose:
            continue
        for previous, line in pairwise((None, *document.file.lines)):
            if line is None or not (line.problems or line.kind in _INCLUDES):
                continue
            if not follows_from(previous, line):
                yield from _of_line(ctx, document, previous, line)
        yield from misread_comments(document)


def _of_line(
    ctx: Context, document: Document, previous: Line | None, line: Line
) -> Iterator[Finding]:
    """Yield what pip drops of one line."""
    marker = _marker(document, line)
    if marker is not None:
        yield marker
        return
    problems = [found for found in line.problems if found.holds(ctx.pip_at_least)]
    if any(found.kind not in IGNORED_KINDS for found in problems):
        # What pip drops follows from that mistake, which another rule reports.
        return
    if line.kind is Kind.OPTION and line.hashes and not line.options and problems:
        # Hashes that stand alone are one mistake, however many they are.
        span = Span(problems[0].span.start, problems[-1].span.end)
        yield _lonely_hashes(Dropped(document, line, previous, span))
        return
    if problems and not line.options and _is_list_item(document, line):
        dropped = Dropped(document, line, previous, line.span)
        message = "pip ignores this: a dash begins an item in YAML, but no requirement."
        fixes = tuple(list_item(dropped))
        yield Finding(document.path, line.span, message, fixes=fixes, tags=_TAGS)
        return
    for problem in problems:
        yield _finding(ctx, Dropped(document, line, previous, problem.span), problem)


def _is_list_item(document: Document, line: Line) -> bool:
    return line.span.of(document.text).startswith(("- ", "-\t"))


def _marker(document: Document, line: Line) -> Finding | None:
    """Return what is to say of a marker behind an included file, which pip knows none for."""
    if line.kind not in _INCLUDES or line.target_span is None:
        return None
    text = document.text
    at = text.find(";", line.target_span.start, line.span.end)
    if at < 0 or document.file.takes_variable(line.target_span):
        return None
    start = at
    while text[start - 1] in " \t":
        start -= 1
    option = "-r" if line.kind is Kind.INCLUDE else "-c"
    if start < at:
        message = f"pip ignores this: `{option}` takes no marker."
    else:
        message = f"`{option}` takes no marker: pip makes the `;` a part of the file's name."
    edit = removal_edit(document, line, Span(start, line.span.end))
    fix = Fix("Remove the marker", Applicability.SUGGESTED, (edit,), preferred=True)
    return Finding(document.path, Span(at, line.span.end), message, fixes=(fix,), tags=_TAGS)


def _lonely_hashes(dropped: Dropped) -> Finding:
    """Say that hashes belong to no requirement, and why where that is clear."""
    previous, line = dropped.previous, dropped.line
    message = "pip ignores this hash: it belongs to no requirement."
    if (
        previous is not None
        and previous.last_line + 1 == line.first_line
        and previous.comment is not None
        and previous.last_line > previous.first_line
    ):
        message = "pip ignores this hash: the comment above ends the requirement that it is for."
    fixes = (*continuation(dropped), removal(dropped))
    document = dropped.document
    return Finding(document.path, dropped.span, message, fixes=fixes, tags=_TAGS)


def _finding(ctx: Context, dropped: Dropped, problem: Problem) -> Finding:
    """Say what pip drops, and why."""
    document, text = dropped.document, dropped.text
    if document.file.takes_variable(dropped.span):
        message = f"pip ignores what {shown(text)} stands for here."
        return Finding(document.path, dropped.span, message)
    if problem.before:
        message = f"pip {ctx.pip} of this environment ignores `-e` behind a requirement."
    else:
        message = _message(dropped, problem)
    fixes = tuple(fixes_of_dropped(dropped))
    return Finding(document.path, dropped.span, message, fixes=fixes, tags=_TAGS)


def _message(dropped: Dropped, problem: Problem) -> str:
    line, text = dropped.line, dropped.text
    if not is_option(text):
        return _words(line, text)
    option = text.partition("=")[0].split()[0]
    if problem.kind in _SENTENCES:
        return _SENTENCES[problem.kind].format(option)
    if line.kind is Kind.OPTION:
        return f"pip ignores `{option}` without a requirement."
    return _behind(line, option)


def _behind(line: Line, option: str) -> str:
    """Say that an option has no effect behind what the line is."""
    if line.kind in _INCLUDES:
        beside = "-r" if line.kind is Kind.INCLUDE else "-c"
        if option.startswith(beside):
            return f"pip reads only the first `{beside}` of a line."
        return f"pip ignores `{option}` beside `{beside}`. It counts on a line of its own."
    if line.kind is Kind.EDITABLE and option == "--hash":
        return "pip ignores `--hash` behind an editable."
    return f"pip ignores `{option}` behind a requirement. It counts on a line of its own."


def _words(line: Line, text: str) -> str:
    if text == "-":
        return "pip ignores this dash."
    if line.kind is Kind.EDITABLE and text.startswith("["):
        return f"pip ignores {shown(text)}: a space ends the path of `-e`."
    if line.kind is Kind.EDITABLE and text.startswith(";"):
        return "pip ignores this marker, which stands outside the value of `-e`."
    if line.kind in _INCLUDES:
        option = "-r" if line.kind is Kind.INCLUDE else "-c"
        return f"pip ignores {shown(text)}: `{option}` takes one file."
    if line.kind is Kind.OPTION:
        return f"pip ignores {shown(text)} behind an option."
    return f"pip ignores {shown(text)} here."


_SENTENCES = {
    ProblemKind.IGNORED_EMPTY_OPTION: "`{}` has no value, and pip ignores it.",
    ProblemKind.IGNORED_EDITABLE: "pip ignores this: what stands before `-e` is the editable.",
    ProblemKind.IGNORED_FOR_FIRST: "pip reads only the first `{}` of a line.",
    ProblemKind.IGNORED_FOR_LAST: "pip reads only the last `{}` of a line.",
}
"""What is said of an option that another one, or its own value, makes useless."""

_INCLUDES = (Kind.INCLUDE, Kind.CONSTRAINT)
_TAGS = (Tag.UNNECESSARY,)
