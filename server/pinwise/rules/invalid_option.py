"""`PW102` invalid-option: an option that pip does not know, or a value that it rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinwise.advice.findings import Severity
from pinwise.advice.problems import problem_findings, shown
from pinwise.rules.registry import rule
from pinwise.syntax.nodes import ProblemKind
from pinwise.syntax.option_table import REMOVED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pinwise.advice.context import Context
    from pinwise.advice.findings import Finding
    from pinwise.syntax.nodes import Problem


@rule("PW102", "invalid-option", severity=Severity.ERROR)
def invalid_option(ctx: Context) -> Iterator[Finding]:
    """An option that pip rejects."""
    return problem_findings(ctx, _SENTENCES, overruling=ProblemKind.UNBALANCED_QUOTE)


def _unknown(text: str, problem: Problem) -> str:
    written = text.partition("=")[0]
    message = f"pip knows no option {shown(written)} in a requirements file."
    return f"{message} Did you mean `{problem.replacement}`?" if problem.replacement else message


def _misread(text: str, problem: Problem) -> str:
    return f"pip reads {shown(text)} as `{problem.detail}`. Write `{problem.replacement}`."


def _removed(text: str, problem: Problem) -> str:
    written = text.partition("=")[0]
    return f"pip {REMOVED[problem.detail]} and newer no longer knows {shown(written)}."


def _command_line(text: str, _problem: Problem) -> str:
    written = text.partition("=")[0]
    return f"{shown(written)} belongs on pip's command line, not in a requirements file."


def _ambiguous(text: str, problem: Problem) -> str:
    named = " or ".join(f"`{choice}`" for choice in problem.detail.split(", "))
    since = f" since pip {problem.since}" if problem.since else ""
    return f"{shown(text)} is ambiguous{since}: it could be {named}."


def _no_value(_text: str, problem: Problem) -> str:
    return f"`{problem.detail}` needs a value."


def _value(_text: str, problem: Problem) -> str:
    if not problem.fatal:
        return f"{problem.detail[:1].upper()}{problem.detail[1:]}.".replace("Pip ", "pip ", 1)
    return f"pip rejects this option: {problem.detail}."


def _quote(_text: str, _problem: Problem) -> str:
    return "This quotation is never closed, so that pip cannot split the options."


_SENTENCES: Final[Mapping[ProblemKind, Callable[[str, Problem], str]]] = {
    ProblemKind.UNKNOWN_OPTION: _unknown,
    ProblemKind.MISREAD_OPTION: _misread,
    ProblemKind.REMOVED_OPTION: _removed,
    ProblemKind.COMMAND_LINE_OPTION: _command_line,
    ProblemKind.AMBIGUOUS_OPTION: _ambiguous,
    ProblemKind.INVALID_OPTION_VALUE: _value,
    ProblemKind.MISSING_OPTION_VALUE: _no_value,
    ProblemKind.UNBALANCED_QUOTE: _quote,
}
