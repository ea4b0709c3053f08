"""Sets of versions in a person's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from pinwise.resolver.clash import specifier_set
from pinwise.resolver.universe import SWITCH_ON
from pinwise.resolver.versions import NOT_INSTALLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from packaging.specifiers import Specifier, SpecifierSet
    from packaging.utils import NormalizedName

    from pinwise.resolver.incompatibility import Incompatibility, Package
    from pinwise.resolver.universe import Universe

MOST_RUNS = 3

_ORDER = ("===", "==", "~=", ">", ">=", "<", "<=", "!=")
"""Lower bounds before upper ones, and what is left out last: so people write specifiers."""


def in_order(specifiers: SpecifierSet) -> str:
    """Return a specifier as a person would write it; old tools sorted the parts as texts."""
    return ",".join(map(str, sorted(specifiers, key=_place_of)))


def _place_of(part: Specifier) -> tuple[int, str]:
    return _ORDER.index(part.operator), str(part)


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


def common_bounds(universe: Universe, specifiers: Iterable[str], allowed: int) -> str:
    """Return the bound that all specifiers have in common, "" where that says too little.

    For packages of which only the pinned versions are known. The bound is true of whatever
    satisfies one of the specifiers, and excludes those known versions that all of them exclude.
    """
    bounds = [_bounds(text) for text in specifiers]
    lowest = [lower for lower, _ in bounds if lower is not None]
    highest = [upper for _, upper in bounds if upper is not None]
    lower_text = f">={min(lowest)}" if len(lowest) == len(bounds) else ""
    upper_text = ""
    if len(highest) == len(bounds):
        # `<=2` admits more than `<2`, and is the greater text too.
        version, operator = max(highest)
        upper_text = f"{operator}{version}"
    known = universe.versions.all
    for bound in filter(None, (lower_text, upper_text, f"{lower_text},{upper_text}".strip(","))):
        if universe.versions.mask(bound) & known & ~allowed == 0:
            return bound
    return ""


def _bounds(specifier: str) -> tuple[Version | None, tuple[Version, str] | None]:
    """Return a lower bound (inclusive) and an upper one of a specifier, as far as it has them."""
    lower: Version | None = None
    upper: tuple[Version, str] | None = None
    for part in specifier_set(specifier) or ():
        if part.version.endswith(".*") or part.operator == "===":
            continue
        version = Version(part.version)
        if part.operator in {">=", ">", "~=", "=="}:
            lower = version if lower is None else max(lower, version)
        if part.operator in {"<", "<=", "=="}:
            bound = (version, "<" if part.operator == "<" else "<=")
            upper = bound if upper is None else min(upper, bound)
    return lower, upper


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
    holding: list[str] = []
    needed: list[str] = []
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
