"""`PW105` include-cycle: requirements files that include each other in a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix, Related, Severity
from pinwise.advice.places import relative
from pinwise.advice.problems import shown
from pinwise.base.text import TextEdit
from pinwise.project.graph import TreeProblemKind
from pinwise.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.advice.context import Context
    from pinwise.project.graph import Include

MOST_STEPS = 6
"""A message names so many files of a circle; a longer one is cut in its middle."""

MOST_RELATED = 20
"""So many of a circle's lines are pointed at."""


@rule("PW105", "include-cycle", severity=Severity.ERROR, contextual=True)
def include_cycle(ctx: Context) -> Iterator[Finding]:
    """Files that include each other in a circle."""
    for problem in ctx.tree.problems:
        if problem.kind is TreeProblemKind.CYCLE and problem.include is not None:
            files = [step.document.path for step in problem.via]
            # The way round begins in the file that the last line leads back to.
            yield _finding(problem.via[files.index(problem.path) :])


def _finding(way: Sequence[Include]) -> Finding:
    """Point at the line that closes the circle, and name the others."""
    last = way[-1]
    document = last.document
    related = tuple(
        Related(step.document.path, step.span, f"{_name(way, number)} includes the next file here")
        for number, step in enumerate(way[:-1][:MOST_RELATED])
    )
    edit = FileEdit(document.path, TextEdit(last.line.full_span, ""))
    fix = Fix("Remove this line", Applicability.SUGGESTED, (edit,), preferred=True)
    return Finding(document.path, last.span, _message(way), related, (fix,))


def _message(way: Sequence[Include]) -> str:
    """Name the files on the way round."""
    if len(way) == 1:
        return "This file includes itself, and pip rejects that."
    numbers = [*range(len(way)), 0]
    half = MOST_STEPS // 2
    if len(numbers) > MOST_STEPS:
        names = [_name(way, number) for number in (*numbers[:half], *numbers[-half:])]
        names.insert(half, "…")
    else:
        names = [_name(way, number) for number in numbers]
    return f"pip rejects files that include each other in a circle: {' → '.join(names)}."


def _name(way: Sequence[Include], number: int) -> str:
    """Return what a file is called, seen from the one that closes the circle.

    That is the text of the line that leads to it where a value of the environment is part of it.
    """
    leading = way[number - 1]
    if leading.document.file.takes_variable(leading.span):
        return shown(leading.span.of(leading.document.text))
    return f"`{relative(way[number].document.path, way[-1].document.path.parent)}`"
