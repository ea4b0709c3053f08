"""`PW502` not-installed: the selected environment lacks what a line asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Severity
from pinwise.advice.installing import (
    install_everything,
    install_fixes,
    judged_lines,
    shown_environment,
)
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context


@rule("PW502", "not-installed", severity=Severity.HINT, needs=Facts.ENVIRONMENT)
def not_installed(ctx: Context) -> Iterator[Finding]:
    """A requirement that is not installed in the selected environment."""
    if ctx.installed is None:
        return
    where = shown_environment(ctx.installed.environment)
    asked = list(judged_lines(ctx))
    missing = [line for line in asked if line.declaration.name not in ctx.installed.versions]
    first = ctx.first_requirement
    if len(missing) == len(asked) > 1 and first is not None:
        # One hint for a new environment, in place of one on each line.
        fix = install_everything(ctx, preferred=True)
        message = f"Nothing that this file asks for is installed in {where}."
        everything = (fix,) if fix else ()
        yield Finding(ctx.tree.root, first, message, fixes=everything, lineless=True)
        return
    for located in missing:
        name = located.declaration.requirement.name
        fixes = install_fixes(ctx, located, f"Install {name}")
        message = f"`{name}` is not installed in {where}."
        yield Finding(located.path, located.name_span, message, fixes=fixes)
