"""Problems of syntax as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix
from pinwise.advice.variables import lacks_variable
from pinwise.base.text import TextEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pinwise.advice.context import Context
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Problem, ProblemKind

MOST_SHOWN = 40
"""Characters of the file that a message repeats."""


def problem_findings(
    ctx: Context,
    sentences: Mapping[ProblemKind, Callable[[str, Problem], str]],
    *,
    overruling: ProblemKind | None = None,
) -> Iterator[Finding]:
    """Yield a finding for each problem that makes pip reject a line.

    Args:
        ctx: the tree to look through.
        sentences: the kinds to yield; each makes a sentence of the text at the problem's place
            and the problem.
        overruling: the kind that the others of its line merely follow from.
    """
    for document in ctx.documents:
        if document.prose:
            continue
        for line in document.file.lines:
            if not line.problems:
                continue
            cause = tuple(problem for problem in line.problems if problem.kind is overruling)
            for problem in cause or line.problems:
                if lacks_variable(ctx, document, problem.span):
                    continue
                if problem.fatal and problem.kind in sentences:
                    yield _finding(document, problem, sentences[problem.kind])


def _finding(
    document: Document, problem: Problem, sentence: Callable[[str, Problem], str]
) -> Finding:
    """Say what is wrong, without the values that the environment has for variables."""
    text = problem.span.of(document.text)
    if document.file.takes_variable(problem.span):
        message = f"pip rejects {shown(text)} with the value that your environment has for it."
        return Finding(document.path, problem.span, message)
    fixes = tuple(_fixes(document, text, problem))
    return Finding(document.path, problem.span, sentence(text, problem), fixes=fixes)


def shown(text: str) -> str:
    """Return a part of the file for a message: on one line, not too long, between backticks."""
    text = " ".join(text.split())
    if len(text) > MOST_SHOWN:
        text = f"{text[: MOST_SHOWN - 1]}…"
    return f"`{text}`"


def _fixes(document: Document, text: str, problem: Problem) -> Iterator[Fix]:
    """Offer the text that was evidently meant."""
    meant = problem.replacement
    if meant is None:
        return
    edit = FileEdit(document.path, TextEdit(problem.span, meant))
    if not meant.strip():
        title = f"Remove {shown(text)}" if text.strip() else "Remove the invisible character"
    elif not text.strip():
        title = f"Insert {shown(meant)}"
    else:
        title = f"Change to {shown(meant)}"
    yield Fix(title, Applicability.SAFE, (edit,), preferred=True)
