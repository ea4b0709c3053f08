"""`PW505` inactive-environment: the project's environment is not the one that is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.environment_fixes import choose_fix, select_fix
from pinwise.advice.findings import Finding, Severity
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context


@rule("PW505", "inactive-environment", severity=Severity.INFORMATION, needs=Facts.ENVIRONMENT)
def inactive_environment(ctx: Context) -> Iterator[Finding]:
    """A project whose own environment is passed over for another interpreter."""
    state = ctx.environment
    if state is None or not state.selection.asked_for or state.selection.environment is None:
        return
    selected = state.selection.environment
    usable = [own for own in state.own if not own.broken]
    if not usable or any(own.prefix == selected.prefix for own in state.own):
        return
    place = ctx.first_requirement
    if place is None:
        return
    # A project inside the folder has a better claim on its own than on that of the folder.
    best = max(usable, key=lambda own: len((own.project or own.prefix.parent).parts))
    version = f"Python {selected.version} ({selected.name})" if selected.version else selected.name
    message = f"`{best.name}` belongs to this folder, but {version} is selected."
    fixes = (select_fix(state, ctx.tree.root, best), choose_fix(state, ctx.tree.root))
    yield Finding(ctx.tree.root, place, message, fixes=fixes, lineless=True)
