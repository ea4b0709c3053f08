"""The lines of a tree as a problem for the solver."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypeAlias

from packaging.utils import canonicalize_name

from pinwise.advice.conflicting_urls import url_conflicts
from pinwise.advice.conflicts import conflicts, wheel_version
from pinwise.advice.local_lines import opaque_of, unnamed_lines
from pinwise.advice.required import asked_for
from pinwise.advice.versions import Availability, availability, parse_version
from pinwise.base.facts import Absent, Known
from pinwise.base.tuples import NamedTuple
from pinwise.manifests.declarations import Role
from pinwise.resolver.clash import unsatisfiable
from pinwise.resolver.problem import Opaque, Problem, Requirement, pins

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context, Located
    from pinwise.advice.solver_facts import IndexProvider
    from pinwise.base.facts import Fact
    from pinwise.resolver.versions import Versions

Meaning: TypeAlias = "tuple[NormalizedName, str, tuple[str, ...], bool, tuple[object, ...] | None]"

MOST_LINES = 3000
"""Lines of a tree that are solved; more take too long between two keystrokes."""

MOST_OF_ONE = 50
"""Lines about one package that are looked at; a project with more is no real one."""


class LinesAsked(NamedTuple):
    """The lines that count on the target.

    Attributes:
        lines: by the origin of each requirement, which is a place in here: those that ask for
            the same, the first of them first.
        problem: without the lines that are wrong by themselves, or with another about the same
            package: those are findings of their own, and would hide the others.
        key: equal for trees that ask for the same.
        too_many: whether there are more than are solved; then there are none.
    """

    lines: tuple[tuple[Located, ...], ...]
    problem: Problem
    key: tuple[object, ...]
    too_many: bool = False


def lines_asked(ctx: Context, provider: IndexProvider) -> LinesAsked:
    """Return the problem of a tree. Linear in its lines; asks about each package that they name.

    Raises:
        CancelledError: the context's token was cancelled.
    """
    lines_of_all = (*unnamed_lines(ctx), *ctx.declarations)
    counting = [located for located in lines_of_all if ctx.applies(located.declaration) is True]
    if len(counting) > MOST_LINES:
        return LinesAsked((), Problem(()), (), too_many=True)
    told = _told_elsewhere(ctx)
    lines: list[list[Located]] = []
    asked: list[Requirement] = []
    places: dict[Meaning, int | None] = {}
    for located in counting:
        if ctx.token is not None:
            ctx.token.check()
        if located.declaration.name in told:
            continue
        line = requirement_of(ctx, located, len(lines))
        meaning = meaning_of(line)
        if meaning not in places:
            if _wrong_alone(ctx, located, line, provider):
                places[meaning] = None
                continue
            places[meaning] = len(lines)
            lines.append([])
            asked.append(line)
        place = places[meaning]
        if place is not None:
            lines[place].append(located)
    key = tuple(meaning for meaning, place in places.items() if place is not None)
    return LinesAsked(tuple(map(tuple, lines)), Problem(tuple(asked)), key)


def names_elsewhere(ctx: Context) -> frozenset[str]:
    """Return the names that lines without a name may provide: `-e .`, `./libs/core`.

    Which they are, only their own files tell; where those do not, the last part of the path is a
    guess. Empty only where there are no such lines.
    """
    found = set()
    for document in ctx.documents:
        if document.prose:
            continue
        for line in document.file.lines:
            requirement = line.requirement
            if (document.path, line.span.start) in ctx.local:
                continue
            if requirement is not None and not requirement.name:
                where = requirement.path or requirement.url or ""
                if where.rstrip("/") in {"", "."}:
                    where = ctx.tree.root.parent.as_posix()
                found.add(canonicalize_name(posixpath.basename(where.rstrip("/"))))
    return frozenset(found)


def lines_about(ctx: Context, name: NormalizedName) -> tuple[Located, ...]:
    """Return the lines of a tree about one package, those that only its own files name first."""
    unnamed = (located for located in unnamed_lines(ctx) if located.declaration.name == name)
    return (*unnamed, *ctx.by_name.get(name, ()))


def requirement_of(ctx: Context, located: Located, origin: int) -> Requirement:
    """Return a line as the solver takes it."""
    requirement = located.declaration.requirement
    opaque = None
    if not located.from_index:
        opaque = opaque_of(ctx, located)
        if opaque is None:
            implied = wheel_version(requirement)
            opaque = Opaque(parse_version(implied) if implied else None)
    return Requirement(
        located.declaration.name,
        requirement.specifier if opaque is None else "",
        tuple(sorted({canonicalize_name(extra.name) for extra in requirement.extras})),
        origin,
        opaque,
        located.role is Role.CONSTRAINT,
    )


def meaning_of(line: Requirement) -> Meaning:
    """Return what two lines that ask for the same have in common."""
    opaque = None
    if line.opaque is not None:
        opaque = line.opaque.version, line.opaque.shown, *line.opaque.dependencies.items()
    return line.name, line.specifier, line.extras, line.constraint, opaque


def _told_elsewhere(ctx: Context) -> set[NormalizedName]:
    """Return the packages whose lines conflict with each other here and now, or are too many.

    Constraints alone do so only where another package needs theirs.
    """
    found = {name for name, lines in ctx.by_name.items() if len(lines) > MOST_OF_ONE}
    for conflict in conflicts(ctx):
        name = conflict.located.declaration.name
        if not conflict.only_where and asked_for(ctx, name):
            found.add(name)
    return found | {each.located.declaration.name for each in url_conflicts(ctx)}


def _wrong_alone(
    ctx: Context, located: Located, line: Requirement, provider: IndexProvider
) -> bool:
    """Return whether nothing that an index has satisfies a line, whatever the others say.

    Of a constraint about a package that no line names, that is no mistake until another package
    needs it.
    """
    if unsatisfiable(line.specifier):
        return True
    if not ctx.from_index(located) or not asked_for(ctx, line.name):
        return False
    listing = ctx.listing(line.name)
    if not isinstance(listing, Known) or not listing.value.complete:
        return isinstance(listing, Absent)
    requirement = located.declaration.requirement
    if availability(listing.value, requirement) is not Availability.AVAILABLE:
        return True
    return _unusable(ctx, line, provider)


def _unusable(ctx: Context, line: Requirement, provider: IndexProvider) -> bool:
    """Return whether no version that a line allows can be installed on the target."""
    versions: Fact[Versions]
    if line.pin is not None:
        versions = provider.pinned(line.name, line.pin)
    elif any("==" in other.declaration.requirement.specifier for other in ctx.by_name[line.name]):
        # A pin has its own say, and then the whole listing is not worth reading.
        return False
    else:
        versions = provider.versions(line.name)
    if not isinstance(versions, Known):
        return isinstance(versions, Absent)
    usable = versions.value.mask(line.specifier)
    for mask in versions.value.obstacles.values():
        usable &= ~mask
    if not pins(line.specifier):
        usable &= ~versions.value.yanked
    return not usable
