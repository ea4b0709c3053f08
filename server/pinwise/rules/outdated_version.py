"""`PW204` outdated-version: a newer release than the pinned one can be installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pinwise.advice.edits import replacement
from pinwise.advice.findings import Applicability, Finding, Fix, Severity
from pinwise.advice.places import place_of
from pinwise.advice.updates import Question, find_updates
from pinwise.advice.versions import pin_of
from pinwise.base.facts import Known
from pinwise.resolver.clash import specifier_set
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.version import Version

    from pinwise.advice.context import Context, Located
    from pinwise.advice.updates import Update, Updates
    from pinwise.advice.versions import Pin


PYTHON_VARIABLES = ("python_version", "python_full_version", "implementation")


class _Line(NamedTuple):
    """A pinned line, and the other lines that have a say in its version."""

    located: Located
    pin: Pin
    alike: Sequence[Located]
    """Other lines that pin the same version: they change together with it."""
    others: Sequence[Located]

    def bounds(self) -> tuple[str, ...]:
        """Return the specifiers that an update must satisfy."""
        if not self.others and len(self.located.declaration.requirement.clauses) == 1:
            return ()
        own = (
            str(clause)
            for clause in self.located.declaration.requirement.clauses
            if clause is not self.pin.clause
        )
        return (*own, *(other.declaration.requirement.specifier for other in self.others))


@rule("PW204", "outdated-version", severity=Severity.INFORMATION, needs=Facts.INDEX)
def outdated_version(ctx: Context) -> Iterator[Finding]:
    """A pinned version that has a successor which the interpreter can install."""
    for name, lines in ctx.by_name.items():
        for located in lines:
            pin = pin_of(located.declaration.requirement) if ctx.from_index(located) else None
            if pin is None or not _current(ctx, located):
                continue
            fact = ctx.listing(name)
            if not isinstance(fact, Known):
                continue
            line = _line(ctx, located, pin, lines)
            updates = find_updates(fact.value, _question(ctx, line))
            if updates.newest is not None:
                yield _finding(line, updates, updates.newest)


def _current(ctx: Context, located: Located) -> bool:
    """Return whether the line is meant for the interpreter, and not for an older Python.

    A line for another platform is: what the interpreter's Python can install there is as new.
    """
    if ctx.applies(located.declaration) is not False:
        return True
    marker = located.declaration.requirement.marker
    return marker is not None and not any(word in marker.text for word in PYTHON_VARIABLES)


def _line(ctx: Context, located: Located, pin: Pin, lines: Sequence[Located]) -> _Line:
    """Sort the other lines about the package into those that change too and those that bound."""
    if len(lines) == 1:
        return _Line(located, pin, (), ())
    alike: list[Located] = []
    others: list[Located] = []
    for other in lines:
        if other is located or ctx.applies(other.declaration) is False:
            continue
        requirement = other.declaration.requirement
        their_pin = pin_of(requirement)
        if their_pin is not None and their_pin.version == pin.version:
            alike.append(other)
        elif requirement.clauses:
            others.append(other)
    return _Line(located, pin, alike, others)


def _question(ctx: Context, line: _Line) -> Question:
    """Ask for what the interpreter can install; of a line for another platform, any wheel."""
    pinned, bounds = line.pin.clause.version, line.bounds()
    prereleases = ctx.settings.prerelease == "allow"
    if ctx.target is None:
        return Question(pinned, bounds=bounds, prereleases=prereleases)
    tags = ctx.target.tags if ctx.applies(line.located.declaration) else frozenset[str]()
    return Question(pinned, ctx.target.python_version, tags, bounds, prereleases)


def _finding(line: _Line, updates: Updates, newest: Update) -> Finding:
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
    elif updates.too_new is not None:
        version, requires_python = updates.too_new
        message += f". `{version}` needs Python `{requires_python}`."
    else:
        message += "."
    fixes: tuple[Fix, ...] = ()
    if any(other.declaration.hashes for other in (located, *line.alike)):
        # The digests belong to the pinned version: without new ones pip would refuse the file.
        message = message.removesuffix(".") + "; its `--hash` options have to change with it."
    else:
        fixes = tuple(_fixes(line, updates.candidates))
    return Finding(located.path, pin.clause.version_span, message, fixes=fixes)


def _holder(line: _Line, version: Version) -> str:
    """Name the first line that excludes a version."""
    for other in line.others:
        requirement = other.declaration.requirement
        specifiers = specifier_set(requirement.specifier)
        if specifiers is not None and not specifiers.contains(version, prereleases=True):
            place = place_of(other, line.located.path)
            return f"`{requirement.name}{requirement.specifier}` in {place}"
    return f"`{line.located.declaration.requirement.specifier}`"


def _fixes(line: _Line, candidates: Sequence[Update]) -> Iterator[Fix]:
    """Offer each step, the newest first; only the text of the version changes."""
    places = [(line.located, line.pin)]
    for other in line.alike:
        their_pin = pin_of(other.declaration.requirement)
        if their_pin is not None:
            places.append((other, their_pin))
    for rank, update in enumerate(candidates):
        yield Fix(
            f"Update to {update.text} ({update.level.value})",
            Applicability.SUGGESTED,
            tuple(
                replacement(place, pin.clause.version_span, update.text) for place, pin in places
            ),
            preferred=rank == 0,
        )
