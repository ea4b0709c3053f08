"""`PW501` missing-environment: the project has requirements and no environment of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.environment_fixes import choose_fix, create_fix
from pinwise.advice.findings import Finding, Severity
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context, EnvironmentState


@rule("PW501", "missing-environment", severity=Severity.INFORMATION, needs=Facts.ENVIRONMENT)
def missing_environment(ctx: Context) -> Iterator[Finding]:
    """A project with requirements and without an environment to install them into."""
    state = ctx.environment
    place = ctx.first_requirement
    message = _message(state) if state is not None else ""
    if state is None or place is None or not message:
        return
    fixes = (create_fix(state, ctx.tree.root), choose_fix(state, ctx.tree.root))
    yield Finding(ctx.tree.root, place, message, fixes=fixes, lineless=True)


def _message(state: EnvironmentState) -> str:
    """Return what is missing; "" where nothing is."""
    selected = state.selection.environment
    if state.selection.unusable:
        # Others that lie in the folder are not what it asks for.
        return f"This project's environment is missing: {state.selection.reason}."
    managed = selected is not None and selected.externally_managed
    chosen = state.selection.explicit and not managed
    if state.own or chosen or (selected is not None and not selected.is_base):
        return ""
    whose = f"`{state.nested}`" if state.nested else "This folder"
    return f"{whose} has no virtual environment{_consequence(state)}"


def _consequence(state: EnvironmentState) -> str:
    """Return how the sentence goes on that says that there is none: what follows, or helps."""
    selected, asked_for = state.selection.environment, state.selection.asked_for
    if selected is not None and selected.externally_managed and asked_for:
        python = f"Python {selected.version}".rstrip()
        return f". {python} is managed by the system, and nothing is installed into it."
    if selected is not None and state.selection.named and selected.version:
        return f". Its requirements would go into Python {selected.version} itself."
    if state.tool_command:
        # Who manages a project with a tool works in the environment that this one makes.
        tool = state.tool_command.partition(" ")[0]
        return f". `{state.tool_command}` makes the one that {tool} uses."
    if selected is None:
        return ", and no Python was found."
    # Which Python the `pip` of a terminal belongs to is not known.
    return ". Its requirements would go into a Python that all projects share."
