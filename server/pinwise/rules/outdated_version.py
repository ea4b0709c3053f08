"""`PW204` outdated-version: a newer release than the pinned one can be installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Severity
from pinwise.advice.held import hold_sentence
from pinwise.advice.pin_changes import has_hashes
from pinwise.advice.pins import pinned_lines
from pinwise.advice.places import place_of
from pinwise.advice.update_fixes import Trials, UpdateFixes
from pinwise.resolver.clash import specifier_set
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.advice.pins import PinnedLine
    from pinwise.advice.updates import Update, Updates


@rule(
    "PW204",
    "outdated-version",
    severity=Severity.INFORMATION,
    needs=Facts.INDEX,
    by_project=True,
)
def outdated_version(ctx: Context) -> Iterator[Finding]:
    """A pinned version that has a successor which the interpreter can install."""
    trials = Trials(ctx)
    for line, updates in pinned_lines(ctx, ctx.unsettled):
        if updates.newest is not None:
            yield _finding(ctx, line, updates, updates.newest, trials)


def _finding(
    ctx: Context, line: PinnedLine, updates: Updates, newest: Update, trials: Trials
) -> Finding:
    """Say what is newer and what holds it back; offer what nothing holds back."""
    located, pin = line.located, line.pin
    name = located.declaration.requirement.name
    best = updates.candidates[0] if updates.candidates else None
    shown = best or newest
    message = (
        f"`{name} {shown.text}` is newer than `{pin.clause.version}` ({shown.level.value} update)"
    )
    if best is None:
        message += f", but {_holder(line, newest.version)} holds it back."
    elif best.version != newest.version:
        message += f". {_holder(line, newest.version)} holds back `{newest.text}`."
    elif updates.held is not None:
        why = hold_sentence(ctx, located.declaration.name, updates.held, located.path)
        message += f". The newer {why}"
    else:
        message += "."
    # What they would be in conflict with costs a solve each, and is asked for by few.
    fixes = UpdateFixes(trials, line, updates.candidates)
    if not fixes.untried and has_hashes(line):
        # They belong to the pinned version, and the new ones are not known.
        message = message.removesuffix(".") + "; its `--hash` options have to change with it."
    return Finding(located.path, pin.clause.version_span, message, fixes=fixes)


def _holder(line: PinnedLine, version: Version) -> str:
    """Name the first line that excludes a version."""
    for other in line.others:
        requirement = other.declaration.requirement
        specifiers = specifier_set(requirement.specifier)
        if specifiers is not None and not specifiers.contains(version, prereleases=True):
            place = place_of(other, line.located.path)
            return f"`{requirement.name}{requirement.specifier}` in {place}"
    return f"`{line.located.declaration.requirement.specifier}`"
