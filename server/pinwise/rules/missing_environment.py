"""`PW501` missing-environment: the project has requirements and no environment of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.environment_fixes import choose_fix, create_fix
from pinwise.advice.findings import Finding, Severity
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context


@rule("PW501", "missing-environment", severity=Severity.INFORMATION, needs=Facts.ENVIRONMENT)
def missing_environment(ctx: Context) -> Iterator[Finding]:
    """A project with requirements and without an environment to install them into."""
    state = ctx.environment
    if state is None or state.own or state.selection.explicit:
        return
    selected = state.selection.environment
    if selected is not None and not selected.is_base:
        return
    place = ctx.first_requirement
    if place is None:
        return
    whose = f"`{state.nested}`" if state.nested else "This folder"
    if selected is None:
        message = f"{whose} has no virtual environment, and no Python was found."
    elif state.selection.named and selected.version:
        message = (
            f"{whose} has no virtual environment. Its requirements would go into"
            f" Python {selected.version} itself."
        )
    else:
        # Which Python the `pip` of a terminal belongs to is not known.
        message = (
            f"{whose} has no virtual environment."
            " Its requirements would go into a Python that all projects share."
        )
    fixes = (create_fix(state, ctx.tree.root), choose_fix(state, ctx.tree.root))
    yield Finding(ctx.tree.root, place, message, fixes=fixes)
