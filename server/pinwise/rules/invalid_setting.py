"""`PW002` invalid-setting: a setting in the project's file that means nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix, Severity
from pinwise.base.text import TextEdit
from pinwise.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context


@rule("PW002", "invalid-setting", severity=Severity.WARNING)
def invalid_setting(ctx: Context) -> Iterator[Finding]:
    """A setting of Pinwise in the project's file that means nothing."""
    for problem in ctx.loaded.problems if ctx.loaded is not None else ():
        # The editor's own settings have no file: the editor is told of them in a message.
        if problem.path is None or problem.span is None:
            continue
        fixes: tuple[Fix, ...] = ()
        if problem.replacement is not None:
            edit = FileEdit(problem.path, TextEdit(problem.span, problem.replacement))
            title = f"Change to `{problem.replacement}`"
            fixes = (Fix(title, Applicability.SUGGESTED, (edit,), preferred=True),)
        yield Finding(problem.path, problem.span, problem.message, fixes=fixes)
