"""Lines that pip rejects in a constraints file, though it would take them as requirements.

The checks are `check_invalid_constraint_type` of pip (`pip/_internal/req/req_install.py`), which
runs before markers are looked at, and since 26.0 the one for editables where a file is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix
from pinwise.base.text import Span, TextEdit
from pinwise.manifests.declarations import Role
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Line, Requirement


def invalid_constraints(ctx: Context) -> Iterator[Finding]:
    """Yield the lines of the tree's constraints files that can be no constraint.

    A file that is used both ways is judged here for the one way. What `-r` within a constraints
    file brings in are requirements.
    """
    lost = {(path.document.path, path.line.span) for path in ctx.tree.lost}
    for member in ctx.tree.members:
        if member.role is not Role.CONSTRAINT or member.document.prose:
            continue
        for line in member.document.file.lines:
            if line.kind is Kind.ERROR or line.requirement is None:
                continue
            if any(problem.holds(ctx.pip_at_least) for problem in line.problems):
                # What is wrong with the line in any role is said of it already.
                continue
            if line.kind is Kind.PATH and (member.document.path, line.span) in lost:
                # Nor is a path that leads nowhere.
                continue
            found = _judge(ctx, member.document, line, line.requirement)
            if found is not None:
                yield found


def _judge(
    ctx: Context, document: Document, line: Line, requirement: Requirement
) -> Finding | None:
    if line.kind is Kind.EDITABLE:
        # Up to 25.3 pip finds out later, and with the same end.
        message = "pip takes no editable as a constraint."
        if ctx.pip_at_least("26.0"):
            message = "pip 26.0 and newer rejects a file of constraints with an editable in it."
        return Finding(document.path, line.span, message)
    if not requirement.name:
        span = requirement.url_span or requirement.span
        message = "pip takes no constraint without a name. Write `name @ URL`."
        return Finding(document.path, span, message)
    if not requirement.extras:
        return None
    text = document.text
    start = text.rfind("[", 0, requirement.extras[0].span.start)
    end = text.find("]", requirement.extras[-1].span.end) + 1
    if start < 0 or end <= start or document.file.takes_variable(Span(start, end)):
        return Finding(document.path, line.span, "pip takes no extras in a constraint.")
    edit = FileEdit(document.path, TextEdit(Span(start, end), ""))
    fix = Fix("Remove the extras", Applicability.SAFE, (edit,), preferred=True)
    message = "pip takes no extras in a constraint."
    return Finding(document.path, Span(start, end), message, fixes=(fix,))
