"""`PW302` conflicting-pins: lines that no version satisfies together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from pinwise.advice.context import same_marker
from pinwise.advice.edits import removal, replacement
from pinwise.advice.findings import Applicability, Finding, Fix, Related, Severity
from pinwise.advice.places import place_of
from pinwise.advice.versions import Availability, availability, clash_of
from pinwise.base.facts import Known
from pinwise.manifests.declarations import Role
from pinwise.resolver.clash import unsatisfiable
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context, Located
    from pinwise.index.types import Listing

MOST_COMPARED = 40
"""Specifiers of one package that are compared pair by pair; a file with more is no real one."""

MOST_NAMED = 3
"""Other lines that a message names, and that a fix is offered for."""


class _Conflict(NamedTuple):
    """A line, and those that cannot hold together with it."""

    located: Located
    others: Sequence[Located]
    published: bool
    """Whether the proof needs the list of published versions."""
    pairs: bool
    """Whether each of the others alone conflicts with it, or only all of them together."""


@rule(
    "PW302",
    "conflicting-pins",
    severity=Severity.ERROR,
    needs=Facts.TEXT | Facts.INDEX,
    contextual=True,
)
def conflicting_pins(ctx: Context) -> Iterator[Finding]:
    """Lines about one package that no version satisfies together."""
    for name, lines in ctx.by_name.items():
        if len(lines) > 1:
            listing = _complete_listing(ctx, name)
            for together in _together(ctx, lines, listing):
                for conflict in _conflicts(together, listing):
                    yield _finding(conflict)


def _complete_listing(ctx: Context, name: NormalizedName) -> Listing | None:
    """Return the published versions where all of them are known."""
    fact = ctx.listing(name)
    return fact.value if isinstance(fact, Known) and not fact.value.incomplete else None


def _together(
    ctx: Context, lines: Sequence[Located], listing: Listing | None
) -> Iterator[list[Located]]:
    """Yield the lines that hold at the same time: for the interpreter, or by their marker.

    A line that is wrong by itself is a finding of its own; left out, it hides nothing here.
    """
    groups: dict[str, list[Located]] = {}
    for located in lines:
        requirement = located.declaration.requirement
        if not requirement.clauses or not ctx.from_index(located):
            continue
        if unsatisfiable(requirement.specifier):
            continue
        if listing is not None and availability(listing, requirement) is Availability.NONE:
            continue
        marker = requirement.marker
        holds = marker is None or ctx.applies(located.declaration) is True
        groups.setdefault("" if holds or marker is None else same_marker(marker.text), []).append(
            located
        )
    return (group for group in groups.values() if len(group) > 1)


def _conflicts(lines: Sequence[Located], listing: Listing | None) -> Iterator[_Conflict]:
    """Yield each line that is part of a smallest conflict: first the pairs, then what is left."""
    by_text: dict[str, list[Located]] = {}
    for located in lines:
        by_text.setdefault(located.declaration.requirement.specifier, []).append(located)
    against: dict[str, list[str]] = {}
    published: set[str] = set()
    for first, second in combinations(list(by_text)[:MOST_COMPARED], 2):
        clash = clash_of(listing, (first, second))
        if clash is not None:
            against.setdefault(first, []).append(second)
            against.setdefault(second, []).append(first)
            published |= {first, second} if clash.published else set()
    rest = [text for text in by_text if text not in against]
    clash = clash_of(listing, tuple(rest)) if len(rest) > 2 else None  # noqa: PLR2004 - no pair
    if clash is not None:
        members = [rest[place] for place in clash.members]
        for text in members:
            against[text] = [other for other in members if other != text]
        published |= set(members) if clash.published else set()
    for text, others in against.items():
        theirs = [line for other in others for line in by_text[other]]
        for located in by_text[text]:
            yield _Conflict(located, theirs, text in published, text not in rest)


def _finding(conflict: _Conflict) -> Finding:
    """Name the other lines, and offer to agree with one of them or to give way."""
    located, others = conflict.located, conflict.others
    requirement = located.declaration.requirement
    named = [f"{_written(other)} in {place_of(other, located.path)}" for other in others]
    if len(named) > MOST_NAMED:
        named[MOST_NAMED:] = [f"{len(named) - MOST_NAMED} more"]
    *first, last = named
    no_version = "no published version" if conflict.published else "no version"
    if conflict.pairs and first:
        message = (
            f"{_written(located)} cannot hold together with {', '.join(first)} or {last}: "
            f"{no_version} satisfies it and any of them."
        )
    elif first:
        message = (
            f"{_written(located)} here, {', '.join(first)} and {last} cannot all hold: "
            f"{no_version} satisfies them all."
        )
    else:
        message = (
            f"{_written(located)} here and {last} cannot both hold: {no_version} satisfies both."
        )
    return Finding(
        located.path,
        requirement.specifier_span or requirement.name_span,
        message,
        related=tuple(_related(other) for other in others),
        fixes=(*_agreements(conflict), *_removal(conflict)),
    )


def _written(located: Located) -> str:
    """Return a line's name and specifier for a message."""
    requirement = located.declaration.requirement
    kind = "the constraint " if located.role is Role.CONSTRAINT else ""
    return f"{kind}`{requirement.name}{requirement.specifier}`"


def _related(other: Located) -> Related:
    """Point at another line of the conflict."""
    requirement = other.declaration.requirement
    span = requirement.specifier_span or requirement.name_span
    role = "the constraint" if other.role is Role.CONSTRAINT else "required"
    return Related(other.path, span, f"`{requirement.name}{requirement.specifier}` is {role} here")


def _agreements(conflict: _Conflict) -> Iterator[Fix]:
    """Offer the specifiers of the other lines; digests belong to the version they are for."""
    located = conflict.located
    span = located.declaration.requirement.specifier_span
    if span is None or located.declaration.hashes:
        return
    offered: dict[str, Located] = {}
    for other in conflict.others:
        offered.setdefault(other.declaration.requirement.specifier, other)
    for text, other in list(offered.items())[:MOST_NAMED]:
        yield Fix(
            f"Change to {text}, as in {place_of(other, located.path)}",
            Applicability.SUGGESTED,
            (replacement(located, span, text),),
        )


def _removal(conflict: _Conflict) -> Iterator[Fix]:
    """Offer to remove the line where what it asks for is still asked for."""
    located = conflict.located
    extras = {extra.name for extra in located.declaration.requirement.extras}
    if located.role is Role.CONSTRAINT or any(
        other.role is Role.REQUIREMENT
        and extras <= {extra.name for extra in other.declaration.requirement.extras}
        for other in conflict.others
    ):
        yield Fix("Remove this line", Applicability.SUGGESTED, (removal(located),))
