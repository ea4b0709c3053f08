"""Lines about one package that cannot hold together, across the files of a tree."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING
from urllib.parse import unquote

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from pinwise.advice.context import same_marker
from pinwise.advice.marker_sets import never_holds, supported_by
from pinwise.advice.marker_witnesses import witnesses
from pinwise.advice.memo import IdentityMemo
from pinwise.advice.versions import Availability, availability, clash_of
from pinwise.base.facts import Known
from pinwise.base.tuples import NamedTuple
from pinwise.resolver.clash import unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context, Located
    from pinwise.advice.marker_sets import Supported
    from pinwise.index.types import Listing
    from pinwise.resolver.clash import Clash
    from pinwise.syntax.nodes import Requirement

MOST_COMPARED = 40
"""Specifiers of one package that are compared; a file with more is no real one."""

MOST_ALIKE = 10
"""Lines of one meaning that are told of; the others are duplicates of them."""


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
    only_where: tuple[str, ...]
    """The markers that have to hold; empty where the lines meet in the selected environment."""


class _Bound(NamedTuple):
    """What lines that mean the same say of a package.

    Attributes:
        text: the specifier.
        marker: the marker, in one spelling; "" where there is none.
        here: whether it is known to hold for the selected interpreter.
    """

    text: str
    marker: str
    here: bool


def conflicts(ctx: Context) -> tuple[Conflict, ...]:
    """Return each line of a tree that cannot hold together with others, with those others.

    Sound with partial data: what is not known of an index or of a marker proves nothing. Worked
    out once for a context, because the solver leaves to others what they tell.
    """
    return _CONFLICTS(ctx)


def _find(ctx: Context) -> Iterator[Conflict]:
    supported = supported_by(ctx)
    for name, lines in ctx.by_name.items():
        if len(lines) > 1:
            known = _listing(ctx, name)
            bounds = _bounds(ctx, lines, _proof(known))
            if len(bounds) > 1:
                yield from _conflicts(bounds, supported, known)


def bound_of(requirement: Requirement) -> str:
    """Return the specifier that a line holds its package to; a wheel's file name is one too."""
    version = wheel_version(requirement)
    return requirement.specifier if version is None else f"=={version}"


def wheel_version(requirement: Requirement) -> str | None:
    """Return the version that the file name of a line's wheel tells; None where there is none.

    Also for `name @ https://…/name-1.0-py3-none-any.whl`. One of another package tells nothing:
    pip rejects it.
    """
    if requirement.implied_version is not None or not requirement.url:
        return requirement.implied_version
    path = re.split("[?#]", requirement.url, maxsplit=1)[0]
    file = unquote(path.rpartition("/")[2])
    if not file.endswith(".whl") or "${" in file:
        return None
    try:
        name, version, _, _ = parse_wheel_filename(file)
    except InvalidWheelFilename:
        return None
    return str(version) if name == canonicalize_name(requirement.name) else None


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


def _bounds(
    ctx: Context, lines: Sequence[Located], proof: Listing | None
) -> dict[_Bound, list[Located]]:
    """Return the lines by what they mean: some of each, and not too many different ones.

    A line that is wrong by itself is a finding of its own; left out, it hides nothing here.
    """
    bounds: dict[_Bound, list[Located]] = {}
    for located in lines:
        requirement = located.declaration.requirement
        specifier = bound_of(requirement)
        if not specifier or unsatisfiable(specifier):
            continue
        if (
            proof is not None
            and ctx.from_index(located)
            and availability(proof, requirement) is Availability.NONE
        ):
            continue
        marker = requirement.marker
        written = same_marker(marker.text) if marker is not None else ""
        bound = _Bound(specifier, written, here=ctx.applies(located.declaration) is True)
        if bound not in bounds and len(bounds) >= MOST_COMPARED:
            continue
        alike = bounds.setdefault(bound, [])
        if len(alike) < MOST_ALIKE:
            alike.append(located)
    return bounds


def _meet(first: _Bound, second: _Bound, supported: Supported) -> bool:
    """Return whether two lines certainly count in one environment that the project is for.

    That a marker means some environment is taken from its author, unless it cannot be so. Of two
    markers it has to be shown.
    """
    if first.here and second.here:
        return True
    one, other = first.marker or second.marker, second.marker or first.marker
    if one == other:
        return not never_holds(one, supported)
    return bool(witnesses(one, supported) & witnesses(other, supported))


def _conflicts(
    bounds: Mapping[_Bound, Sequence[Located]], supported: Supported, listing: Listing | None
) -> Iterator[Conflict]:
    """Yield each line that is part of a smallest conflict: first the pairs, then what is left."""
    proof = _proof(listing)
    against: dict[_Bound, list[_Bound]] = {}
    published: set[_Bound] = set()
    for first, second in combinations(bounds, 2):
        clash = clash_of(proof, (first.text, second.text)) if first.text != second.text else None
        if clash is not None and _meet(first, second, supported):
            against.setdefault(first, []).append(second)
            against.setdefault(second, []).append(first)
            published |= {first, second} if clash.published else set()
    paired = set(against)
    for members, clash in _larger(
        [bound for bound in bounds if bound not in paired], supported, proof
    ):
        for member in members:
            others = [other for other in members if other.text != member.text]
            against.setdefault(member, others)
        published |= set(members) if clash.published else set()
    for bound, others in against.items():
        # What cannot be installed here and now is told before what another machine will meet.
        here = [other for other in others if bound.here and other.here]
        if bound not in paired and len(here) < len(others):
            here = []
        theirs = [line for other in here or others for line in bounds[other]]
        only_where = () if here else _markers_of(bound, *others)
        for located in bounds[bound]:
            yield Conflict(
                located, theirs, listing, bound in published, bound in paired, only_where
            )


def _larger(
    bounds: Sequence[_Bound], supported: Supported, proof: Listing | None
) -> Iterator[tuple[list[_Bound], Clash]]:
    """Yield what conflicts only together: of the lines that count here, then of each marker."""
    markers = dict.fromkeys(bound.marker for bound in bounds if not bound.here)
    groups = [[bound for bound in bounds if bound.here]]
    groups += [
        [bound for bound in bounds if not bound.marker or bound.marker == marker]
        for marker in markers
        if not never_holds(marker, supported)
    ]
    for group in groups:
        texts = tuple(dict.fromkeys(bound.text for bound in group))
        clash = clash_of(proof, texts) if len(texts) > 2 else None  # noqa: PLR2004 - no pair
        if clash is not None:
            chosen = {texts[place] for place in clash.members}
            yield [bound for bound in group if bound.text in chosen], clash


def _markers_of(*bounds: _Bound) -> tuple[str, ...]:
    """Return the markers of lines, each once."""
    return tuple(dict.fromkeys(bound.marker for bound in bounds if bound.marker))


def _all(ctx: Context) -> tuple[Conflict, ...]:
    return tuple(_find(ctx))


_CONFLICTS = IdentityMemo(_all)
