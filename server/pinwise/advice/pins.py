"""Pinned lines, the other lines that have a say in their version, and their updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.marker_sets import never_holds, supported_by
from pinwise.advice.updates import Question, find_updates
from pinwise.advice.versions import pin_of
from pinwise.base.facts import Known
from pinwise.base.tuples import NamedTuple
from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context, Located
    from pinwise.advice.marker_sets import Supported
    from pinwise.advice.updates import Updates
    from pinwise.advice.versions import Pin

PYTHON_VARIABLES = ("python_version", "python_full_version", "implementation")


MOST_LINES = 100
"""Lines about one package."""


class PinnedLine(NamedTuple):
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

    def in_conflict(self) -> bool:
        """Return whether another line excludes the pinned version: that is PW302's."""
        return any(
            (specifiers := specifier_set(text)) is not None
            and not specifiers.contains(self.pin.version, prereleases=True)
            for text in self.bounds()
        )


def pinned_lines(
    ctx: Context, projects: Mapping[NormalizedName, Sequence[Located]]
) -> Iterator[tuple[PinnedLine, Updates]]:
    """Yield each line that pins a version of a known package, and its updates.

    Left out are lines that are meant for another Python, those of a conflict, and packages that
    more lines name than in any real project: each line is compared with all the others.

    Args:
        ctx: the tree.
        projects: some or all of those of its `by_name`.
    """
    supported = supported_by(ctx)
    for name, lines in projects.items():
        if len(lines) > MOST_LINES:
            continue
        for located in lines:
            pin = pin_of(located.declaration.requirement) if ctx.from_index(located) else None
            if pin is None or not _current(ctx, located):
                continue
            fact = ctx.listing(name)
            if isinstance(fact, Known):
                line = _line(located, pin, lines, supported)
                if not line.in_conflict():
                    yield line, find_updates(fact.value, question_of(ctx, line))


def pinned_line(ctx: Context, located: Located, pin: Pin) -> PinnedLine:
    """Return a line that pins a version, with the other lines that have a say in it.

    Of a package that more lines name than in any real project, only the first ones count.
    """
    lines = ctx.by_name.get(located.declaration.name, ())[:MOST_LINES]
    return _line(located, pin, lines, supported_by(ctx))


def _current(ctx: Context, located: Located) -> bool:
    """Return whether the line is meant for the interpreter, and not for an older Python.

    A line for another platform is: what the interpreter's Python can install there is as new.
    """
    if ctx.applies(located.declaration) is not False:
        return True
    marker = located.declaration.requirement.marker
    return marker is not None and not any(word in marker.text for word in PYTHON_VARIABLES)


def _line(located: Located, pin: Pin, lines: Sequence[Located], supported: Supported) -> PinnedLine:
    """Sort the other lines about the package into those that change too and those that bound.

    A line that counts in no environment that this one counts in is neither.
    """
    if len(lines) == 1:
        return PinnedLine(located, pin, (), ())
    alike: list[Located] = []
    others: list[Located] = []
    for other in lines:
        if other is located or _apart(located, other, supported):
            continue
        requirement = other.declaration.requirement
        their_pin = pin_of(requirement)
        if their_pin is not None and their_pin.version == pin.version:
            alike.append(other)
        elif requirement.clauses:
            others.append(other)
    return PinnedLine(located, pin, alike, others)


def _apart(first: Located, second: Located, supported: Supported) -> bool:
    """Return whether it is certain that two lines never count together."""
    markers = (line.declaration.requirement.marker for line in (first, second))
    texts = dict.fromkeys(marker.text for marker in markers if marker and marker.text.strip())
    return bool(texts) and never_holds(" and ".join(f"({text})" for text in texts), supported)


def question_of(ctx: Context, line: PinnedLine) -> Question:
    """Ask for what the interpreter can install; of a line for another platform, any wheel."""
    pinned, bounds = line.pin.clause.version, line.bounds()
    declaration = line.located.declaration
    admission = ctx.admission(declaration.name, any_platform=not ctx.applies(declaration))
    return Question(pinned, admission, bounds, ctx.settings.prerelease, ctx.cooldown)
