"""In which order packages are chosen: those with few candidates, and those that make trouble.

Whatever is noted here decides only what is tried next, never what holds. Counted per search, so
that the same problem with the same facts ends the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DEAD_ENDS = 5
"""After how many dead ends a package is chosen before those with fewer candidates."""

REFUSALS = 6
REFUSALS_BEFORE_FIRST = 48
"""How many versions of a package choices exclude at once until it is chosen before those, and
until even before those that were put forward earlier."""

_FORWARD = -1_000_000
"""The rank of what is put forward: before whatever was in dead ends, of which there are fewer."""


class Priorities:
    """The ranks of the packages of one search."""

    def __init__(self) -> None:
        self._heat: dict[int, int] = {}
        self._refused: dict[int, int] = {}
        self._forward: dict[int, int] = {}

    def rank(self, number: int, candidates: int) -> int:
        """Return how early a package with so many candidates is to be chosen; the least first."""
        if number in self._forward:
            return self._forward[number]
        heat = self._heat.get(number, 0)
        # What keeps ending dead is better settled first.
        return -heat if heat > DEAD_ENDS else candidates

    def met_dead_end(self, numbers: Iterable[int]) -> None:
        """Note that packages were part of a dead end."""
        for number in numbers:
            self._heat[number] = self._heat.get(number, 0) + 1

    def refused(self, number: int, versions: int) -> bool:
        """Note that choices excluded versions at once; return whether those are enough.

        Of a family in lockstep hardly any version fits the newest of another package, and all that
        are older would be tried, down to those of which nobody knows what they need.
        """
        before = self._refused.get(number, 0)
        count = self._refused[number] = before + versions
        return before < REFUSALS <= count or before < REFUSALS_BEFORE_FIRST <= count

    def put_forward(self, number: int, other: int) -> bool:
        """Choose a package early that another one refused; return whether now before that one.

        As in uv, what is refused comes before what refuses it, but behind others that were put
        forward: each of two may refuse the other. Where that does not help, it becomes the first.
        """
        places = self._forward.values()
        if self._refused[number] >= REFUSALS_BEFORE_FIRST:
            self._forward[number] = min(places, default=_FORWARD) - 1
            return True
        before = other not in self._forward
        self._forward[number] = max(places, default=_FORWARD) + 1
        return before
