"""Which packages a few typed letters may be the beginning of, the most used first."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName, canonicalize_name

from pinwise.advice.names import popular_names, similar_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_SHORTEST_MISSPELT = 4
"""Below so many letters everything is a misspelling of everything."""

_SHORTEST_SCATTERED = 3
"""Likewise for letters that are spread over a name."""


def search_names(
    typed: str,
    known: Collection[NormalizedName],
    seen: Collection[NormalizedName],
    present: Collection[NormalizedName],
    most: int,
) -> list[NormalizedName]:
    """Return the names that may be meant by `typed`, best first.

    First come those that begin with it, then those with a word that does (`pytest-django` for
    `dja`), those that hold it, those of which it may be a misspelling, and last those that have
    its letters in this order. Within each, the names in `known` come first, then the more popular,
    then those `seen`, and those `present` last: hardly anybody writes a package twice. The very
    name comes before all.

    Args:
        typed: as it was written; `Foo_b` finds `foo-bar`.
        known: names that the project uses elsewhere.
        seen: names that an index was seen to have; those of private ones are popular nowhere.
        present: names that the file has already.
        most: so many at most.

    Costs some 2 ms for the 15,000 popular names, some 10 ms where hardly any fits.
    """
    wanted = _normalized(typed)
    used = sorted(set(known).difference(present))
    popular = (name for name in popular_names() if name not in present)
    others = sorted(set(seen).difference(_popular_set(), known, present))
    names = (*used, *popular, *others, *sorted(present))
    found: dict[NormalizedName, None] = {}
    if wanted in names:
        found[canonicalize_name(wanted)] = None
    for way in _ways(wanted, names):
        for name in way:
            found[name] = None
            if len(found) >= most:
                return list(found)
    return list(found)


@lru_cache(maxsize=1)
def _popular_set() -> frozenset[NormalizedName]:
    return frozenset(popular_names())


def _ways(wanted: str, names: Sequence[NormalizedName]) -> Iterator[Iterator[NormalizedName]]:
    """Yield the ways to find names, the surest first; each is gone only where one goes on."""
    yield (name for name in names if name.startswith(wanted))
    if not wanted:
        return
    holding = [name for name in names if wanted in name]
    word = f"-{wanted}"
    yield (name for name in holding if word in name)
    yield iter(holding)
    if len(wanted) >= _SHORTEST_MISSPELT:
        yield (candidate.name for candidate in similar_names(canonicalize_name(wanted)))
    if len(wanted) >= _SHORTEST_SCATTERED:
        # The first letter is right nearly always, and without it too much would fit.
        scattered = re.compile("[^.]*?".join(map(re.escape, wanted)))
        yield (name for name in names if scattered.match(name))


def _normalized(typed: str) -> str:
    """Return half a name as PEP 503 normalises it: a separator at its end stays one."""
    return re.sub(r"[-_.]+", "-", typed).lower()
