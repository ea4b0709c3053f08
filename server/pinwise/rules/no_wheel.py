"""`PW206` no-wheel: pip has to build the pinned version from source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Severity
from pinwise.advice.lacking_wheels import lacking_wheels
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context


# The tags are those of an interpreter on this machine: on another, the answer may be another.
@rule(
    "PW206",
    "no-wheel",
    severity=Severity.INFORMATION,
    needs=Facts.INDEX | Facts.MACHINE,
    by_project=True,
)
def no_wheel(ctx: Context) -> Iterator[Finding]:
    """A pinned version without a wheel for the selected Python and platform."""
    for each in lacking_wheels(ctx):
        if each.built:
            message = f"`{each.what}` has {each.lack}: pip builds it from source."
            span = each.pin.clause.version_span
            yield Finding(each.located.path, span, message, related=each.related)
