"""Sets of versions in a person's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.resolver.universe import SWITCH_ON
from pinwise.resolver.versions import NOT_INSTALLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from packaging.utils import NormalizedName

    from pinwise.resolver.incompatibility import Incompatibility, Package
    from pinwise.resolver.universe import Universe

MOST_RUNS = 3


def runs_of(states: int, among: int) -> list[tuple[int, int]]:
    """Return the stretches of `states` without a gap in `among`, newest first.

    Each as the places of its newest and its oldest bit. O(n) in the number of bits.
    """
    found: list[tuple[int, int]] = []
    previous_in = False
    for place in range(among.bit_length()):
        if not among >> place & 1:
            continue
        inside = bool(states >> place & 1)
        if inside and previous_in:
            found[-1] = (found[-1][0], place)
        elif inside:
            found.append((place, place))
        previous_in = inside
    return found


def specifier_for(universe: Universe, states: int, among: int | None = None) -> str:
    """Return a specifier that is true of `states` and of nothing else in `among`.

    Where it takes more than one, they are joined by "or". "" means every version; versions that
    nobody knows are told as such.

    Args:
        universe: the package's states.
        states: the versions to describe.
        among: the versions that matter: bounds that only keep out others are left out. None for
            all that are known.
    """
    known = universe.versions.all
    among = (known if among is None else among & known) | states & known
    states &= known
    if states == among:
        return ""
    versions = universe.versions.versions
    texts = []
    for newest, oldest in runs_of(states, among):
        if newest == oldest:
            texts.append(f"=={versions[newest - 1]}")
            continue
        lower = f">={versions[oldest - 1]}" if among >> (oldest + 1) else ""
        upper = f"<={versions[newest - 1]}" if among & ((1 << newest) - 1) else ""
        texts.append(",".join(filter(None, (lower, upper))))
    if len(texts) > MOST_RUNS:
        texts[MOST_RUNS - 1 :] = ["..."]
    return " or ".join(texts)


def every(universe: Universe, states: int, among: int | None = None) -> str:
    """Return how a sentence about versions begins: "`a==1`", "every `a>=1`", "every `a`"."""
    known = states & universe.versions.all
    if known and not known & (known - 1):
        return (
            f"`{universe.name}=={universe.version(known)}`"
            if universe.version(known)
            else (f"`{universe.name}`")
        )
    return f"every `{universe.name}{specifier_for(universe, states, among)}`"


def told(
    statement: Incompatibility,
    packages: Sequence[Package],
    universes: Mapping[NormalizedName, Universe],
) -> str:
    """Return what a statement says: "`a>=2` needs `b<3`", "`a` and `b` exclude each other"."""
    holding, needed = [], []
    for number, mask in statement.terms.items():
        package = packages[number]
        if package.extra:
            (holding if mask == SWITCH_ON else needed).append(f"`{package}`")
            continue
        universe = universes[package.name]
        if mask & NOT_INSTALLED:
            needed.append(_thing(universe, universe.full & ~mask))
        else:
            holding.append(_thing(universe, mask))
    if not needed:
        if not holding:
            return "the lines cannot hold together"
        if len(holding) == 1:
            return f"{holding[0]} cannot be installed"
        return f"{joined(holding)} exclude each other"
    if not holding:
        return f"{joined(needed, 'or')} must be installed"
    return f"{joined(holding)} {'needs' if len(holding) == 1 else 'need'} {joined(needed, 'or')}"


def _thing(universe: Universe, states: int) -> str:
    if universe.other and states & universe.other:
        refused = universe.versions.all & ~states
        if not refused:
            return f"`{universe.name}`"
        return f"a `{universe.name}` that is not {specifier_for(universe, refused, 0)}".replace(
            "not ==", "not "
        )
    return f"`{universe.name}{specifier_for(universe, states)}`"


def joined(parts: Iterable[str], word: str = "and") -> str:
    """Return an enumeration: "a", "a and b", "a, b and c"."""
    *first, last = list(parts)
    return f"{', '.join(first)} {word} {last}" if first else last
