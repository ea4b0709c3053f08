"""`PW101` invalid-requirement: pip rejects the line."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from pinwise.advice.constraint_lines import invalid_constraints
from pinwise.advice.findings import Finding, Severity
from pinwise.advice.problems import is_visible, problem_findings, shown
from pinwise.advice.tables import fix_of_table, tables_of
from pinwise.rules.registry import rule
from pinwise.syntax.nodes import ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pinwise.advice.context import Context
    from pinwise.syntax.nodes import Problem


@rule("PW101", "invalid-requirement", severity=Severity.ERROR)
def invalid_requirement(ctx: Context) -> Iterator[Finding]:
    """A line that pip rejects."""
    return chain(problem_findings(ctx, _SENTENCES), invalid_constraints(ctx), _tables(ctx))


def _tables(ctx: Context) -> Iterator[Finding]:
    for document in ctx.documents:
        if document.prose:
            continue
        for table in tables_of(document):
            message = f"This is the output of `{table.command}`, which pip does not read."
            fixes = (fix_of_table(document, table),)
            yield Finding(document.path, table.lines[0].span, message, fixes=fixes)


def _operator(text: str, problem: Problem) -> str:
    message = f"{shown(text)} is no version operator."
    return f"{message} Write `{problem.replacement}`." if problem.replacement else message


def _typography(text: str, problem: Problem) -> str:
    if problem.replacement == " ":
        return "This is no plain space, and pip rejects it."
    if problem.replacement:
        return f"{shown(text)} is a typographic character. pip understands `{problem.replacement}`."
    return "There is an invisible character here that pip rejects."


def _missing_operator(text: str, problem: Problem) -> str:
    if text.lstrip().startswith(":"):
        return f"{shown(text)} is no version comparison. Write `{problem.replacement}`."
    return f"An operator is missing before {shown(text)}. Write `{problem.replacement}` for it."


def _missing_version(_text: str, _problem: Problem) -> str:
    return "A version is missing after the operator."


def _missing_comma(_text: str, _problem: Problem) -> str:
    return "A comma is missing between two version comparisons."


def _missing_extra_comma(_text: str, _problem: Problem) -> str:
    return "A comma is missing between two extras."


def _version(text: str, _problem: Problem) -> str:
    return f"{shown(text)} is no version that pip knows (PEP 440)."


def _misplaced_version(text: str, problem: Problem) -> str:
    detail = problem.detail.replace(".*", "`.*`")
    return f"{shown(text)} cannot stand here: {detail}."


def _quoted(_text: str, _problem: Problem) -> str:
    return "pip takes no quotes or commas around a requirement."


def _name(text: str, _problem: Problem) -> str:
    return f"{shown(text)} is no valid package name."


def _missing_name(text: str, _problem: Problem) -> str:
    if not is_visible(text):
        return "A package name is missing here."
    return f"Expected a package name, but found {shown(text)}."


def _extra(_text: str, problem: Problem) -> str:
    return f"The extras in brackets are invalid: {problem.detail}."


def _marker(_text: str, problem: Problem) -> str:
    return f"The marker after the semicolon is invalid: {problem.detail}."


def _url(_text: str, problem: Problem) -> str:
    if problem.since:
        return f"pip {problem.since} and newer cannot use this URL: {problem.detail}."
    if problem.detail.startswith("pip "):
        return f"{problem.detail}."
    return f"pip cannot use this URL or path: {problem.detail}."


def _split_value(_text: str, _problem: Problem) -> str:
    return "A space ends the value of an option, so that this bracket is never closed."


def _bracket(text: str, _problem: Problem) -> str:
    return f"{shown(text)} is never closed."


def _unexpected(text: str, problem: Problem) -> str:
    if text.startswith("#"):
        return "A comment needs a space before its `#`: pip takes this for a part of the line."
    return f"pip does not understand {shown(text)} here: {problem.detail}."


def _printed(_text: str, problem: Problem) -> str:
    return f"This is {problem.detail}, and no requirement."


def _foreign(_text: str, problem: Problem) -> str:
    message = f"This is {problem.detail}, which pip does not read."
    meant = problem.replacement
    if not meant or "\n" in meant:
        return message
    return f"{message} Write {shown(meant)}."


def _several(_text: str, _problem: Problem) -> str:
    return "pip reads one requirement on each line."


def _misread(_text: str, problem: Problem) -> str:
    message = f"{problem.detail[:1].upper()}{problem.detail[1:]}."
    if problem.detail.startswith(("pip ", "ssh ")):
        message = f"{problem.detail}."
    return f"{message} Write `{problem.replacement}`." if problem.replacement else message


def _made_editable(text: str, problem: Problem) -> str:
    return (
        f"pip {problem.since} and newer takes {shown(text)} for an editable, because `-e` stands "
        "behind it."
    )


def _continuation(_text: str, problem: Problem) -> str:
    if problem.detail == "comment":
        return "A comment cannot stand behind `\\`: the line is not continued."
    return "The space behind `\\` keeps the line from being continued."


_SENTENCES: Final[Mapping[ProblemKind, Callable[[str, Problem], str]]] = {
    ProblemKind.SINGLE_EQUALS: _operator,
    ProblemKind.REVERSED_OPERATOR: _operator,
    ProblemKind.SMART_QUOTE: _typography,
    ProblemKind.MISSING_OPERATOR: _missing_operator,
    ProblemKind.MISSING_VERSION: _missing_version,
    ProblemKind.MISSING_COMMA: _missing_comma,
    ProblemKind.MISSING_EXTRA_COMMA: _missing_extra_comma,
    ProblemKind.UNKNOWN_OPERATOR: _operator,
    ProblemKind.INVALID_VERSION: _version,
    ProblemKind.MISPLACED_VERSION: _misplaced_version,
    ProblemKind.INVALID_NAME: _name,
    ProblemKind.MISSING_NAME: _missing_name,
    ProblemKind.QUOTED_REQUIREMENT: _quoted,
    ProblemKind.INVALID_EXTRA: _extra,
    ProblemKind.INVALID_MARKER: _marker,
    ProblemKind.INVALID_URL: _url,
    ProblemKind.UNCLOSED_BRACKET: _bracket,
    ProblemKind.SPLIT_VALUE: _split_value,
    ProblemKind.UNEXPECTED_TEXT: _unexpected,
    ProblemKind.FOREIGN_SYNTAX: _foreign,
    ProblemKind.PRINTED_MESSAGE: _printed,
    ProblemKind.SEVERAL_REQUIREMENTS: _several,
    ProblemKind.MISREAD_ADDRESS: _misread,
    ProblemKind.MADE_EDITABLE: _made_editable,
    ProblemKind.BROKEN_CONTINUATION: _continuation,
}
