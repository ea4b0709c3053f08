"""`PW205` python-incompatible: what the line asks for needs another Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from pinwise.advice.edits import replacement
from pinwise.advice.findings import Applicability, Finding, Fix, Severity
from pinwise.advice.installable import python_fits, python_needed
from pinwise.advice.local_lines import tells_no_name, unnamed_lines, written
from pinwise.advice.memo import IdentityMemo
from pinwise.advice.other_targets import other_targets, python_called
from pinwise.advice.pin_changes import change_pin
from pinwise.advice.pins import pinned_line, question_of
from pinwise.advice.required import installed_lines
from pinwise.advice.substitutes import newest_fitting
from pinwise.advice.told import told
from pinwise.advice.updates import Question
from pinwise.advice.versions import in_the_form_of, pin_of
from pinwise.base.facts import Known
from pinwise.base.tuples import NamedTuple
from pinwise.manifests.declarations import Role
from pinwise.resolver.clash import specifier_set
from pinwise.resolver.wording import joined
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from packaging.version import Version

    from pinwise.advice.context import Context, Located
    from pinwise.base.text import Span
    from pinwise.index.types import Listing, Release

_PARTS = 3
_LAST = ".999"
"""Stands for the newest patch release of a Python whose own is not known."""


_Place: TypeAlias = "tuple[Path, int]"


class _Wrong(NamedTuple):
    """A line of which no file is for a Python.

    Attributes:
        what: the beginning of a sentence that says what the line allows.
        needed: the `Requires-Python` of it.
        listing: None where it comes from no index.
    """

    located: Located
    span: Span
    what: str
    needed: str
    listing: Listing | None = None


_Elsewhere: TypeAlias = "tuple[str, Context, _Wrong]"
"""A further target by its name, the tree as it is there, and what is wrong there."""


class _Asked(NamedTuple):
    specifier: str
    python_version: str


_answers: IdentityMemo[Listing, dict[_Asked, str]] = IdentityMemo(lambda _listing: {})


@rule(
    "PW205",
    "python-incompatible",
    severity=Severity.ERROR,
    needs=Facts.INDEX,
    by_project=True,
)
def python_incompatible(ctx: Context) -> Iterator[Finding]:
    """A line of which no file is for the selected Python, or for one that the project supports."""
    if not ctx.python_version:
        return
    told_of: set[_Place] = set()
    for wrong in _wrong(ctx, ctx, ctx.python_version):
        told_of.add(_place(wrong.located))
        yield _on_the_selected(ctx, wrong)
    elsewhere: dict[_Place, list[_Elsewhere]] = {}
    seen = {_feature(ctx.python_version)}
    for target, other in other_targets(ctx):
        # Any patch release of it will do.
        python = _feature(other.python_version)
        for wrong in _wrong(ctx, other, python, only_marked=python in seen):
            if _place(wrong.located) not in told_of:
                elsewhere.setdefault(_place(wrong.located), []).append((target, other, wrong))
        seen.add(python)
    yield from (_on_others(ctx, found) for found in elsewhere.values())


def _place(located: Located) -> _Place:
    return located.path, located.declaration.span.start


def _feature(python_version: str) -> str:
    return ".".join(python_version.split(".")[: _PARTS - 1])


def _wrong(
    ctx: Context, there: Context, python_version: str, *, only_marked: bool = False
) -> Iterator[_Wrong]:
    """Yield the lines of which no file is for a Python.

    Args:
        ctx: the tree.
        there: the tree for the target that the lines have to count for. What is the same in both
            was worked out for the first one alone.
        python_version: the target's.
        only_marked: whether lines without a marker were looked at before.
    """
    for located in installed_lines(ctx, there):
        if only_marked and located.declaration.requirement.marker is None:
            continue
        fact = ctx.listing(located.declaration.name)
        if isinstance(fact, Known) and (fact.value.kept or not fact.value.incomplete):
            yield from _check(located, fact.value, python_version)
    if ctx.local:
        yield from _local(ctx, there, python_version)


def _local(ctx: Context, there: Context, python_version: str) -> Iterator[_Wrong]:
    """Look at the packages that lie on this disk: pip refuses them for another Python, too.

    It says that they "require a different Python" (`resolvelib/factory.py` of its `resolution`).
    """
    for located in (*unnamed_lines(ctx), *ctx.declarations):
        project = ctx.local.get((located.path, located.declaration.span.start))
        if (
            project is not None
            and project.name == located.declaration.name
            and located.role is Role.REQUIREMENT
            and there.applies(located.declaration)
            and not _fits(project.requires_python, python_version)
        ):
            requirement = located.declaration.requirement
            what = written(located) if tells_no_name(located) else requirement.name
            what = f"`{what or project.name}`"
            yield _Wrong(located, requirement.name_span, what, project.requires_python)


def _fits(requires_python: str, python_version: str) -> bool:
    """Return whether an interpreter, or any of the releases that its version stands for, fits."""
    if python_version.count(".") < _PARTS - 1 and python_fits(
        requires_python, python_version + _LAST
    ):
        return True
    return python_fits(requires_python, python_version)


def _check(located: Located, listing: Listing, python_version: str) -> Iterator[_Wrong]:
    """Say what every file needs that the line allows."""
    requirement = located.declaration.requirement
    pin = pin_of(requirement)
    release = listing.by_version.get(pin.version) if pin is not None else None
    if pin is not None and release is not None:
        needed = _needed(release, python_version, pinned=True)
        what, span = f"`{requirement.name} {pin.clause.version}`", pin.clause.version_span
    elif pin is None and listing.complete:
        needed = _needed_by_all(listing, requirement.specifier, python_version)
        what = f"Every version of `{requirement.name}`"
        if requirement.clauses:
            what += f" that satisfies `{requirement.specifier}`"
        span = requirement.specifier_span or requirement.name_span
    else:
        return
    if needed:
        yield _Wrong(located, span, what, needed, listing)


def _on_the_selected(ctx: Context, wrong: _Wrong) -> Finding:
    """Name the newest version for the selected Python, and offer it."""
    message = f"{wrong.what} needs Python {told(wrong.needed)}"
    message += f", and `{ctx.python_version}` is selected."
    newest = _newest(ctx, wrong)
    if newest is not None:
        message += f" The newest for it is `{newest}`."
    return _finding(ctx, wrong, message, newest)


def _on_others(ctx: Context, found: list[_Elsewhere]) -> Finding:
    """Name the further Pythons of the settings, and the newest version for all of them."""
    _, _, wrong = found[0]
    pythons: list[str] = []
    for target, _, _ in found:
        python, _, platform = target.rpartition(" on ")
        if not target.startswith("Python "):
            pythons.append(f"{python_called(ctx.target)} on {target}")
        elif not python or python not in pythons:
            # On a platform it is worth a word only where the line counts on that alone.
            pythons.append(f"{python} on {platform}" if python else target)
    message = f"{wrong.what} needs Python {told(wrong.needed)}"
    message += f", but this project also supports {joined(pythons)}."
    newest = _newest_for_all(ctx, found)
    if newest is not None:
        message += f" The newest for all its Pythons is `{newest}`."
    return _finding(ctx, wrong, message, newest)


def _finding(ctx: Context, wrong: _Wrong, message: str, newest: Version | None) -> Finding:
    fixes = tuple(_fixes(ctx, wrong.located, newest)) if newest is not None else ()
    return Finding(wrong.located.path, wrong.span, message, fixes=fixes)


def _newest(ctx: Context, wrong: _Wrong) -> Version | None:
    """Return the newest version for a target that the other lines allow."""
    if wrong.listing is None:
        return None
    return newest_fitting(wrong.listing, _question(ctx, wrong.located))


def _newest_for_all(ctx: Context, found: list[_Elsewhere]) -> Version | None:
    """Return a version that is the newest for one target, and is for all others, too."""
    _, _, wrong = found[0]
    newest = [_newest(each, wrong) for each in (ctx, *(other for _, other, _ in found))]
    if wrong.listing is None or None in newest:
        return None
    oldest = min(version for version in newest if version is not None)
    release = wrong.listing.by_version[oldest]
    pythons = (ctx.python_version, *(_feature(other.python_version) for _, other, _ in found))
    return None if any(_needed(release, python) for python in pythons) else oldest


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


def _question(ctx: Context, located: Located) -> Question:
    """Ask for what the interpreter can install and the other lines allow."""
    pin = pin_of(located.declaration.requirement)
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


def _fixes(ctx: Context, located: Located, newest: Version) -> Iterator[Fix]:
    """Offer the newest version that fits, where it is clear how to write it."""
    requirement = located.declaration.requirement
    pin = pin_of(requirement)
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
