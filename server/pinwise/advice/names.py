"""Which package was meant: names near an unknown one, weighted by how often they are used."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

EDIT_COST = 2.5
"""What one edit weighs against popularity: as much as being 300 times less downloaded."""

CLEAR_LEAD = 1.0
"""How far the best candidate must lead to be the evident one: ten times more downloads."""


class Candidate(NamedTuple):
    """A name that may have been meant.

    Attributes:
        distance: the edits between the two names; a transposition counts as one.
        cost: distance and popularity in one figure; smaller is likelier.
    """

    name: NormalizedName
    distance: int
    cost: float


class _Entry(NamedTuple):
    """A popular name, and the set of its characters as bits."""

    name: NormalizedName
    letters: int


@lru_cache(maxsize=1)
def popular_names() -> tuple[NormalizedName, ...]:
    """Return the popular names, most downloaded first. Reads the data file at the first call."""
    lines = _popular_text().splitlines()
    return tuple(NormalizedName(line) for line in lines if line and not line.startswith("#"))


def is_popular(name: NormalizedName) -> bool:
    """Return whether a name is among the popular ones; a search of some ten µs."""
    return f"\n{name}\n" in _popular_text()


@lru_cache(maxsize=1)
def _popular_text() -> str:
    """Return the data file: comments, then one name a line."""
    from importlib.resources import files  # noqa: PLC0415 - only where a name is in question

    return (files("pinwise.advice") / "data" / "popular-packages.txt").read_text(encoding="utf-8")


@lru_cache(maxsize=4096)
def similar_names(name: NormalizedName) -> tuple[Candidate, ...]:
    """Return the popular names that `name` may be a misspelling of, likeliest first.

    What is less likely by a whole edit than the likeliest is left out.

    Costs about 10 ms for a name that was not asked before: the names of nearly the same length
    are sieved by the letters they hold, and only what passes is compared.
    """
    allowed = _allowed_distance(name)
    letters = _letters(name)
    # A customary affix counts as one edit, however long it is.
    found = {other: _candidate(other, 1) for other in _affixed(name)} if allowed else {}
    for length in range(len(name) - allowed, len(name) + allowed + 1):
        for other, other_letters in _of_length().get(length, ()):
            # An edit changes at most two letters of the set: one goes, one comes.
            if (letters ^ other_letters).bit_count() > 2 * allowed:
                continue
            distance = edit_distance(name, other, allowed)
            if 0 < distance <= allowed:
                found.setdefault(other, _candidate(other, distance))
    candidates = sorted(found.values(), key=lambda candidate: candidate.cost)
    return tuple(
        candidate for candidate in candidates if candidate.cost <= candidates[0].cost + EDIT_COST
    )


def clear_favourite(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the one candidate that is evidently meant, or None where several may be."""
    match candidates:
        case [best, *others] if len(best.name) > 3 and all(  # noqa: PLR2004 - one letter in three
            other.cost - best.cost >= CLEAR_LEAD for other in others
        ):
            return best
        case _:
            return None


def _candidate(name: NormalizedName, distance: int) -> Candidate:
    """Weigh a popular name at `distance` edits."""
    return Candidate(name, distance, distance * EDIT_COST + math.log10(_ranks()[name]))


def edit_distance(first: str, second: str, limit: int) -> int:
    """Return how many insertions, deletions, replacements and swaps of neighbours part two names.

    A distance above `limit` comes back as `limit + 1`: the comparison stops early.
    """
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before_last: list[int] = []
    last = list(range(len(second) + 1))
    for row, left in enumerate(first, 1):
        current = [row]
        for column, right in enumerate(second, 1):
            cost = min(
                last[column] + 1,
                current[column - 1] + 1,
                last[column - 1] + (left != right),
            )
            swapped = row > 1 and column > 1 and left == second[column - 2]
            if swapped and right == first[row - 2]:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before_last, last = last, current
    return min(last[-1], limit + 1)


def _allowed_distance(name: str) -> int:
    """Return how many edits may part a misspelling from its name: fewer for short names."""
    if len(name) <= 2:  # noqa: PLR2004 - below three letters everything is near everything
        return 0
    return 1 if len(name) <= 5 else 2  # noqa: PLR2004 - likewise, with two edits


@lru_cache(maxsize=1)
def _of_length() -> Mapping[int, Sequence[_Entry]]:
    """Return the popular names by their length."""
    lengths: dict[int, list[_Entry]] = {}
    for name in popular_names():
        lengths.setdefault(len(name), []).append(_Entry(name, _letters(name)))
    return lengths


def _letters(name: str) -> int:
    """Return the set of a name's characters, as bits."""
    letters = 0
    for code in name.encode():
        letters |= 1 << (code & 63)
    return letters


def _affixed(name: str) -> Iterator[NormalizedName]:
    """Yield popular names that differ by a customary affix: `python-x`, `x-python`, `pyx`."""
    bare = name.removeprefix("python-").removesuffix("-python").removeprefix("py")
    for other in (bare, f"python-{bare}", f"py{bare}", f"{bare}-python"):
        if other != name and other in _ranks():
            yield NormalizedName(other)


@lru_cache(maxsize=1)
def _ranks() -> Mapping[str, int]:
    """Return the place of each popular name, from 1."""
    return {name: rank for rank, name in enumerate(popular_names(), 1)}
