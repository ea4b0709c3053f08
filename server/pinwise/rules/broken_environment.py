"""`PW504` broken-environment: the environment that the project uses does not work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.environment_fixes import broken_environment_of, choose_fix, recreate_fix
from pinwise.advice.findings import Finding, Severity
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context
    from pinwise.environments.types import Environment


@rule("PW504", "broken-environment", severity=Severity.ERROR, needs=Facts.ENVIRONMENT)
def broken_environment(ctx: Context) -> Iterator[Finding]:
    """An environment whose base Python is gone, that was moved, or was made only in part."""
    state, place = ctx.environment, ctx.first_requirement
    environment = broken_environment_of(state) if state is not None else None
    if state is None or environment is None or place is None:
        return
    recreate = recreate_fix(state, environment)
    fixes = tuple(fix for fix in (recreate, choose_fix(state, ctx.tree.root)) if fix is not None)
    yield Finding(ctx.tree.root, place, _message(environment), fixes=fixes, lineless=True)


def _message(environment: Environment) -> str:
    if environment.kept_for:
        return (
            f"Recreating `{environment.kept_for}` was interrupted. "
            f"The old one is kept as `{environment.name}`."
        )
    why = next(problem.message for problem in environment.problems if problem.broken)
    return f"`{environment.name}` cannot be used. {why}"
