"""`PW506` failed-installation: a line that an installer failed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Severity
from pinwise.advice.installing import install_everything
from pinwise.advice.told import harmless, told
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context

_LONGEST = 300
"""Characters of what the installer says."""


@rule("PW506", "failed-installation", severity=Severity.ERROR, needs=Facts.ENVIRONMENT)
def failed_installation(ctx: Context) -> Iterator[Finding]:
    """A line that could not be installed the last time that it was tried."""
    if not ctx.failed:
        return
    for document in ctx.documents:
        failures = {failed.text: failed for failed in ctx.failed if failed.file == document.path}
        for line in document.file.lines if failures else ():
            failed = failures.get(line.span.of(document.text))
            if failed is not None:
                place = line.requirement.span if line.requirement is not None else line.span
                # Between backticks stands what the installer printed, and nothing else.
                why = (told if failed.printed else harmless)(failed.sentence, _LONGEST)
                message = f"This could not be installed: {why}."
                # To try again helps once something else was mended.
                fix = install_everything(ctx)
                yield Finding(document.path, place, message, fixes=(fix,) if fix else ())
