"""`PW205` python-incompatible: what the line asks for needs another Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pinwise.advice.edits import replacement
from pinwise.advice.findings import Applicability, Finding, Fix, Severity
from pinwise.advice.installable import python_fits, python_needed
from pinwise.advice.local_lines import tells_no_name, unnamed_lines, written
from pinwise.advice.memo import IdentityMemo
from pinwise.advice.pin_changes import change_pin
from pinwise.advice.pins import pinned_line, question_of
from pinwise.advice.required import installed_lines
from pinwise.advice.substitutes import newest_fitting
from pinwise.advice.told import told
from pinwise.advice.updates import Question
from pinwise.advice.versions import in_the_form_of, pin_of
from pinwise.base.facts import Known
from pinwise.manifests.declarations import Role
from pinwise.resolver.clash import specifier_set
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from pinwise.advice.context import Context, Located
    from pinwise.advice.versions import Pin
    from pinwise.index.types import Listing, Release

_PARTS = 3
_LAST = ".999"
"""Stands for the newest patch release of a Python whose own is not known."""


class _Asked(NamedTuple):
    specifier: str
    python_version: str


_answers: IdentityMemo[Listing, dict[_Asked, str]] = IdentityMemo(lambda _listing: {})


@rule("PW205", "python-incompatible", severity=Severity.ERROR, needs=Facts.INDEX)
def python_incompatible(ctx: Context) -> Iterator[Finding]:
    """A line of which no file is for the selected Python."""
    if not ctx.python_version:
        return
    for located in installed_lines(ctx):
        fact = ctx.listing(located.declaration.name)
        if isinstance(fact, Known) and not fact.value.incomplete:
            yield from _check(ctx, located, fact.value)
    yield from _local(ctx)


def _local(ctx: Context) -> Iterator[Finding]:
    """Look at the packages that lie on this disk: pip refuses them for another Python, too.

    It says that they "require a different Python" (`resolvelib/factory.py` of its `resolution`).
    """
    for located in (*unnamed_lines(ctx), *ctx.declarations):
        project = ctx.local.get((located.path, located.declaration.span.start))
        if (
            project is not None
            and project.name == located.declaration.name
            and located.role is Role.REQUIREMENT
            and ctx.applies(located.declaration)
            and not _fits(project.requires_python, ctx.python_version)
        ):
            requirement = located.declaration.requirement
            what = written(located) if tells_no_name(located) else requirement.name
            yield Finding(
                located.path,
                requirement.name_span,
                f"`{what or project.name}` needs Python {told(project.requires_python)}, and"
                f" `{ctx.python_version}` is selected.",
            )


def _fits(requires_python: str, python_version: str) -> bool:
    """Return whether an interpreter, or any of the releases that its version stands for, fits."""
    if python_version.count(".") < _PARTS - 1 and python_fits(
        requires_python, python_version + _LAST
    ):
        return True
    return python_fits(requires_python, python_version)


def _check(ctx: Context, located: Located, listing: Listing) -> Iterator[Finding]:
    """Say what every file needs, and which version needs less."""
    requirement = located.declaration.requirement
    pin = pin_of(requirement)
    release = listing.by_version.get(pin.version) if pin is not None else None
    if pin is not None and release is not None:
        needed = _needed(release, ctx.python_version, pinned=True)
        what, span = f"`{requirement.name} {pin.clause.version}`", pin.clause.version_span
    elif pin is None and listing.complete:
        needed = _needed_by_all(listing, requirement.specifier, ctx.python_version)
        what = f"Every version of `{requirement.name}`"
        if requirement.clauses:
            what += f" that satisfies `{requirement.specifier}`"
        span = requirement.specifier_span or requirement.name_span
    else:
        return
    if not needed:
        return
    python = f"`{ctx.python_version}` is selected"
    message = f"{what} needs Python {told(needed)}, and {python}."
    question = _question(ctx, located, pin)
    newest = newest_fitting(listing, question)
    if newest is not None:
        message += f" The newest for it is `{newest}`."
    fixes = tuple(_fixes(ctx, located, pin, newest)) if newest is not None else ()
    yield Finding(located.path, span, message, fixes=fixes)


def _needed_by_all(listing: Listing, specifier: str, python_version: str) -> str:
    """Return what the newest allowed version needs, if none of them fits; else "".

    Pre-releases count, since pip takes them where nothing else fits. Reads releases from the
    newest on until one fits, mostly the first; remembered while the listing lives.
    """
    known = _answers(listing)
    asked = _Asked(specifier, python_version)
    if asked not in known:
        known[asked] = _find(listing, asked)
    return known[asked]


def _find(listing: Listing, asked: _Asked) -> str:
    specifiers = specifier_set(asked.specifier)
    if specifiers is None:
        return ""
    first = ""
    for release in listing.releases:
        if release.yanked is None and specifiers.contains(release.version, prereleases=True):
            needed = _needed(release, asked.python_version)
            if not needed:
                return ""
            first = first or needed
    return first


def _needed(release: Release, python_version: str, *, pinned: bool = False) -> str:
    """Return the `Requires-Python` that keeps every file from the interpreter, or "".

    Where only `3.12` of its version is known, any 3.12 counts.
    """
    needed = python_needed(release, python_version, yanked=pinned)
    if needed and python_version.count(".") < _PARTS - 1:
        return python_needed(release, python_version + _LAST, yanked=pinned)
    return needed


def _question(ctx: Context, located: Located, pin: Pin | None) -> Question:
    """Ask for what the interpreter can install and the other lines allow."""
    if pin is not None:
        return question_of(ctx, pinned_line(ctx, located, pin))
    others = {
        other.declaration.requirement.specifier
        for other in ctx.by_name[located.declaration.name]
        if other.declaration.requirement.clauses
        and other.declaration.requirement != located.declaration.requirement
        and ctx.applies(other.declaration) is not False
    }
    admission = ctx.admission(located.declaration.name)
    bounds = tuple(sorted(others))
    return Question("", admission, bounds, ctx.settings.prerelease, ctx.cooldown)


def _fixes(ctx: Context, located: Located, pin: Pin | None, newest: Version) -> Iterator[Fix]:
    """Offer the newest version that fits, where it is clear how to write it."""
    requirement = located.declaration.requirement
    if pin is not None:
        line = pinned_line(ctx, located, pin)
        edits = () if line.in_conflict() else change_pin(ctx, line, newest)
        text = f"Change to `{newest}`"
    elif len(requirement.clauses) == 1 and requirement.clauses[0].operator in {">=", "~=", "=="}:
        (clause,) = requirement.clauses
        changed = in_the_form_of(clause, newest)
        text = f"Change to `{clause.operator}{changed}`"
        edits = (replacement(located, clause.version_span, changed),)
        if located.declaration.hashes:
            edits = ()
    else:
        return
    if edits:
        yield Fix(text, Applicability.SUGGESTED, edits, preferred=True)
