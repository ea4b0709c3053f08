"""Problems of syntax as findings."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix
from pinwise.advice.tables import tables_of
from pinwise.advice.variables import lacks_variable
from pinwise.base.redaction import redacted, redacted_part
from pinwise.base.text import Span, TextEdit
from pinwise.project.suppressions import line_at
from pinwise.syntax.nodes import ProblemKind
from pinwise.syntax.sentences import ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pinwise.advice.context import Context
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Line, Problem

MOST_SHOWN = 40
"""Characters of the file that a message repeats."""

_PATH_BEGINS = 12
"""Characters that stay of the beginning of a path that is shortened."""


_GUESSES = frozenset(
    {
        ProblemKind.FOREIGN_SYNTAX,
        ProblemKind.PRINTED_MESSAGE,
        ProblemKind.MISREAD_ADDRESS,
        ProblemKind.INVALID_URL,
        ProblemKind.INVALID_OPTION_VALUE,
    }
)
"""Where what was meant is likely but not certain, or where something is lost."""


def problem_findings(
    ctx: Context,
    sentences: Mapping[ProblemKind, Callable[[str, Problem], str]],
    *,
    overruling: ProblemKind | None = None,
) -> Iterator[Finding]:
    """Yield a finding for each problem that the project's pip has with a line.

    A problem that only some versions of pip have counts where the selected environment's pip has
    it; where that is not known, the newest pip is meant.

    Args:
        ctx: the tree to look through.
        sentences: the kinds to yield; each makes a sentence of the text at the problem's place
            and the problem.
        overruling: the kind that the others of its line merely follow from.
    """
    for document in ctx.documents:
        if document.prose:
            continue
        said = ""
        # What is wrong with each row of a table follows from the whole.
        tables = {line.span for table in tables_of(document) for line in table.lines}
        for previous, line in pairwise((None, *document.file.lines)):
            if line is None or not line.problems:
                said = ""
                continue
            if line.span in tables or follows_from(previous, line):
                said = ""
                continue
            cause = tuple(problem for problem in line.problems if problem.kind is overruling)
            for problem in cause or line.problems:
                if lacks_variable(ctx, document, problem.span):
                    continue
                if problem.kind not in sentences or not problem.holds(ctx.pip_at_least):
                    continue
                foreign = problem.detail if _says_no_more(problem) else ""
                if not (foreign and foreign == said):
                    yield _finding(ctx, document, line, problem, sentences[problem.kind])
            said = _foreign_format(line.problems)


def follows_from(previous: Line | None, line: Line) -> bool:
    """Return whether what is wrong with a line follows from a continuation that failed before.

    The line would be a part of the one before, if that one were continued as it was meant.
    """
    return (
        previous is not None
        and line.span.start > line.full_span.start
        and line.first_line == previous.last_line + 1
        and any(found.kind is ProblemKind.BROKEN_CONTINUATION for found in previous.problems)
    )


def _foreign_format(problems: tuple[Problem, ...]) -> str:
    """Return the format that a line is of, if it is one of another kind of file; else ""."""
    return next((problem.detail for problem in problems if _says_no_more(problem)), "")


def _says_no_more(problem: Problem) -> bool:
    """Return whether a problem of the next line, too, is the same mistake: a file pasted in."""
    return problem.kind is ProblemKind.FOREIGN_SYNTAX and problem.replacement is None


def _finding(
    ctx: Context,
    document: Document,
    line: Line,
    problem: Problem,
    sentence: Callable[[str, Problem], str],
) -> Finding:
    """Say what is wrong, without the values that the environment has for variables."""
    text = redacted_part(document.text, problem.span)
    if document.file.takes_variable(problem.span):
        message = f"pip rejects {shown(text)} with the value that your environment has for it."
        return Finding(document.path, problem.span, message)
    if _may_repeat_value(document, line, problem):
        problem = problem._replace(replacement=None)
    fixes = tuple(_fixes(document, line, problem))
    if problem.before:
        message = f"pip {ctx.pip} of this environment {problem.detail}."
    else:
        message = sentence(text, problem)
    return Finding(document.path, problem.span, message, fixes=fixes)


def _may_repeat_value(document: Document, line: Line, problem: Problem) -> bool:
    """Return whether what was meant tells more than the problem's place does: maybe a password.

    It is made of what pip reads, with the values in it, and would write them to the file.
    """
    wider = problem.replaced is not None or problem.kind is ProblemKind.INVALID_URL
    return wider and bool(problem.replacement) and document.file.takes_variable(line.span)


def shown(text: str) -> str:
    """Return a part of the file for a message: on one line, not too long, between backticks."""
    # Before it is shortened: half an address does not show which half of it is the password.
    text = " ".join(redacted(text).split())
    if len(text) > MOST_SHOWN:
        # The end of a path tells more than its middle.
        behind = MOST_SHOWN - _PATH_BEGINS if "/" in text and " " not in text else 0
        text = f"{text[: MOST_SHOWN - 1 - behind]}…{text[len(text) - behind :]}"
    return f"`{text}`"


def is_visible(text: str) -> bool:
    """Return whether any character of a text can be seen: no space, of whatever width."""
    return any(character.isprintable() and character != " " for character in text)


def removal_edit(document: Document, line: Line, place: Span) -> FileEdit:
    """Take a part of a line away: the whole line where nothing else stands on it."""
    if place.start <= line.span.start and place.end >= line.span.end and line.comment is None:
        return FileEdit(document.path, TextEdit(line.full_span, ""))
    text, start, end = document.text, place.start, place.end
    if text[end : end + 1] in {"", " ", "\t", "\r", "\n"}:
        while start > line.span.start and text[start - 1] in " \t":
            start -= 1
        while start <= line.span.start and text[end : end + 1] in {" ", "\t"}:
            end += 1
    return FileEdit(document.path, TextEdit(Span(start, end), ""))


def _fixes(document: Document, line: Line, problem: Problem) -> Iterator[Fix]:
    """Offer the text that was evidently meant."""
    meant = problem.replacement
    if meant is None:
        return
    place = problem.replaced or problem.span
    text = redacted_part(document.text, place)
    if not meant and text.strip():
        edit = removal_edit(document, line, place)
    else:
        if line.full_span.of(document.text).endswith("\r\n"):
            meant = meant.replace("\n", "\r\n")
        edit = FileEdit(document.path, TextEdit(place, meant))
    guess = (
        problem.kind in _GUESSES or problem.detail == ROW or _would_swallow(document, line, problem)
    )
    applicability = Applicability.SUGGESTED if guess else Applicability.SAFE
    yield Fix(_title(problem, text, meant), applicability, (edit,), preferred=True)


def _would_swallow(document: Document, line: Line, problem: Problem) -> bool:
    """Return whether a continuation, once it is mended, takes a line that pip reads by itself."""
    if problem.kind is not ProblemKind.BROKEN_CONTINUATION:
        return False
    following = line_at(document.file, line.full_span.end)
    if following is None or following.first_line != line.last_line + 1 or following.problems:
        return False
    # Hashes by themselves mean nothing.
    return following.requirement is not None or not following.hashes


def _title(problem: Problem, text: str, meant: str) -> str:
    """Say what a fix does that puts `meant` in the place of `text`."""
    if "\n" in meant:
        one = len(meant.split("\n")) == 2  # noqa: PLR2004 - what stays, and what moves
        moved = shown(meant) if meant[0] in "\r\n" and one else "each"
        return f"Put {moved} on a line of its own"
    if not meant.strip():
        if is_visible(text):
            return f"Remove {shown(text)}"
        return f"{'Replace' if meant else 'Remove'} the invisible character"
    if problem.kind is ProblemKind.BROKEN_CONTINUATION:
        return "Remove the space"
    if meant.startswith((" #", "  #")):
        return "Make it a comment"
    return f"Change to {shown(meant)}" if text.strip() else f"Insert {shown(meant)}"
