"""`PW209` no-installable-file: what the line asks for has no file that pip could install here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Severity
from pinwise.advice.lacking_ranges import lacking_ranges
from pinwise.advice.lacking_wheels import forbidden_here, lacking_wheels
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context


# The tags are those of an interpreter on this machine: on another, the answer may be another.
@rule(
    "PW209",
    "no-installable-file",
    severity=Severity.WARNING,
    needs=Facts.INDEX | Facts.MACHINE,
    by_project=True,
)
def no_installable_file(ctx: Context) -> Iterator[Finding]:
    """A version or a range of which the selected Python and platform can install no file."""
    for each in lacking_wheels(ctx):
        if each.built:
            continue
        why = "and no source archive"
        if each.forbidding is not None:
            why = f"and {each.forbidding.told(each.located.path)} allows nothing else"
        message = f"pip cannot install `{each.what}` here: it has {each.lack}, {why}."
        span = each.pin.clause.version_span
        yield Finding(each.located.path, span, message, related=each.related)
    for lacking in lacking_ranges(ctx):
        located = lacking.located
        requirement = located.declaration.requirement
        what = f"`{requirement.name}{requirement.specifier}`"
        forbidding = ctx.policy.formats(located.declaration.name) if lacking.source else None
        why = "or a source archive"
        if forbidding is not None:
            why = f"and {forbidding.told(located.path)} allows nothing else"
        message = (
            f"pip cannot install any {what} here: no such version has a wheel for this Python and"
            f" platform, {why}."
        )
        span = requirement.specifier_span or requirement.name_span
        related = () if forbidding is None else tuple(forbidden_here(forbidding))
        yield Finding(located.path, span, message, related=related)
