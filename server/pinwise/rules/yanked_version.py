"""`PW203` yanked-version: the pinned version was withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Severity
from pinwise.advice.substitutes import substitute_fixes
from pinwise.advice.told import told
from pinwise.advice.versions import pin_of
from pinwise.base.facts import Known
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context, Located
    from pinwise.advice.versions import Pin
    from pinwise.index.types import Listing, Release


@rule(
    "PW203",
    "yanked-version",
    severity=Severity.WARNING,
    needs=Facts.INDEX,
    by_project=True,
)
def yanked_version(ctx: Context) -> Iterator[Finding]:
    """A pinned version that was yanked: its publisher asks everybody not to use it."""
    for located in ctx.unsettled_lines:
        pin = pin_of(located.declaration.requirement)
        if pin is None:
            continue
        fact = ctx.listing(located.declaration.name)
        if not isinstance(fact, Known):
            continue
        release = fact.value.by_version.get(pin.version)
        if release is not None:
            yield from _check(ctx, located, pin, fact.value, release)


def _check(
    ctx: Context, located: Located, pin: Pin, listing: Listing, release: Release
) -> Iterator[Finding]:
    """Say that all files were yanked, or all that the interpreter has any use for."""
    name = located.declaration.requirement.name
    written = pin.clause.version
    what = f"`{name} {written}`"
    reason = release.yanked
    if reason is None:
        what = f"Every file of {what} that this Python can install"
        reason = _yanked_here(ctx, located, release)
    if reason is None:
        return
    because = told(reason)
    message = f"{what} was yanked: {because}." if because else f"{what} was yanked."
    fixes = substitute_fixes(ctx, located, pin, listing)
    yield Finding(located.path, pin.clause.version_span, message, fixes=fixes)


def _yanked_here(ctx: Context, located: Located, release: Release) -> str | None:
    """Return the reason if all files for the interpreter are yanked (PEP 592), None if not so.

    pip takes a yanked file of a pinned version only where there is no other.
    """
    if all(file.yanked is None for file in release.files):
        return None
    if ctx.target is None or ctx.applies(located.declaration) is not True:
        return None
    admission = ctx.admission(located.declaration.name)
    yanked = [file.yanked for file in admission.candidates(release, yanked=True)]
    if not yanked or None in yanked:
        return None
    return next(filter(None, yanked), "")
