"""Lines about one package that cannot hold together, across the files of a tree."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from pinwise.advice.context import same_marker
from pinwise.advice.versions import Availability, availability, clash_of
from pinwise.base.facts import Known
from pinwise.resolver.clash import unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context, Located
    from pinwise.index.types import Listing
    from pinwise.syntax.nodes import Requirement

MOST_COMPARED = 40
"""Specifiers of one package that are compared; a file with more is no real one."""


class Conflict(NamedTuple):
    """A line, and those that cannot hold together with it."""

    located: Located
    others: Sequence[Located]
    listing: Listing | None
    """What is known of the versions to choose from; it proves nothing by what it lacks."""
    published: bool
    """Whether the proof needs the list of published versions."""
    pairs: bool
    """Whether each of the others alone conflicts with it, or only all of them together."""


def conflicts(ctx: Context) -> Iterator[Conflict]:
    """Yield each line of a tree that cannot hold together with others, with those others.

    Sound with partial data: what is not known of an index or of a marker proves nothing.
    """
    for name, lines in ctx.by_name.items():
        if len(lines) > 1:
            known = _listing(ctx, name)
            for together in _together(ctx, lines, _proof(known)):
                yield from _conflicts(together, known)


def bound_of(requirement: Requirement) -> str:
    """Return the specifier that a line holds its package to; a wheel's file name is one too."""
    if requirement.implied_version is not None:
        return f"=={requirement.implied_version}"
    return requirement.specifier


def _listing(ctx: Context, name: NormalizedName) -> Listing | None:
    """Return what is known of the published versions, all of them or not."""
    if name in ctx.explicit:
        # What a URL or a path gives may be a version that no index has.
        return None
    fact = ctx.listing(name)
    return fact.value if isinstance(fact, Known) else None


def _proof(listing: Listing | None) -> Listing | None:
    """Return a listing that tells by what it lacks, too."""
    return listing if listing is not None and listing.complete else None


def _together(
    ctx: Context, lines: Sequence[Located], listing: Listing | None
) -> Iterator[list[Located]]:
    """Yield the lines that hold at the same time: for the interpreter, or by their marker.

    A line that is wrong by itself is a finding of its own; left out, it hides nothing here.
    """
    groups: dict[str, list[Located]] = {}
    for located in lines:
        requirement = located.declaration.requirement
        specifier = bound_of(requirement)
        if not specifier or unsatisfiable(specifier):
            continue
        if (
            listing is not None
            and ctx.from_index(located)
            and availability(listing, requirement) is Availability.NONE
        ):
            continue
        marker = requirement.marker
        holds = marker is None or ctx.applies(located.declaration) is True
        groups.setdefault("" if holds or marker is None else same_marker(marker.text), []).append(
            located
        )
    return (group for group in groups.values() if len(group) > 1)


def _conflicts(lines: Sequence[Located], listing: Listing | None) -> Iterator[Conflict]:
    """Yield each line that is part of a smallest conflict: first the pairs, then what is left."""
    proof = _proof(listing)
    by_text: dict[str, list[Located]] = {}
    for located in lines:
        by_text.setdefault(bound_of(located.declaration.requirement), []).append(located)
    against: dict[str, list[str]] = {}
    published: set[str] = set()
    for first, second in combinations(list(by_text)[:MOST_COMPARED], 2):
        clash = clash_of(proof, (first, second))
        if clash is not None:
            against.setdefault(first, []).append(second)
            against.setdefault(second, []).append(first)
            published |= {first, second} if clash.published else set()
    rest = [text for text in list(by_text)[:MOST_COMPARED] if text not in against]
    clash = clash_of(proof, tuple(rest)) if len(rest) > 2 else None  # noqa: PLR2004 - no pair
    if clash is not None:
        members = [rest[place] for place in clash.members]
        for text in members:
            against[text] = [other for other in members if other != text]
        published |= set(members) if clash.published else set()
    for text, others in against.items():
        theirs = [line for other in others for line in by_text[other]]
        for located in by_text[text]:
            yield Conflict(located, theirs, listing, text in published, text not in rest)
