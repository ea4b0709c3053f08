"""What follows from the choices so far: unit propagation, and what a dead end teaches.

This is the partial solution of PubGrub with the clause learning of SAT solvers: the derivation of
a statement that was learned is kept, because it is the explanation.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TypeAlias

from pinwise.resolver.incompatibility import Derived, Incompatibility

Assignment: TypeAlias = "tuple[int, int, Incompatibility | None, int]"
"""One step by which the states of a package became fewer, a plain tuple because there are so many:
the package, its states before, the cause (None for a choice), and the level.
"""


class Trail:
    """The states that each package can still have, in the order in which they became fewer.

    A statement is satisfied by a state within its mask, contradicted by one outside it. One with
    a single term that is not satisfied takes that term's mask away from its package (unit
    propagation); one with none is a dead end.

    Attributes:
        state: the states that a package can still have, by its number; never none.
        required: the numbers of the packages that must be installed, as they became so.
        settled: the numbers of the packages that were brought down to one version; to be emptied
            by whoever uses it, who must ask `state` whether that is still so.
        touched: the numbers of the packages whose states changed in either direction; to be
            emptied by whoever uses it.
        full: all states that a package had at first.
        level: how many choices are in force.
        looks: how many statements were looked at, which is what time goes into.
    """

    def __init__(self) -> None:
        self.state: list[int] = []
        self.required: list[int] = []
        self.settled: list[int] = []
        self.touched: list[int] = []
        self.level = 0
        self.looks = 0
        self.full: list[int] = []
        self._assignments: list[Assignment] = []
        # Where in the trail each level begins.
        self._choices: list[int] = []
        # Where in the trail a package changed, and to what.
        self._history: list[list[tuple[int, int]]] = []
        # The statements with a term on a package: by its mask where that is a single version,
        # because most are, and none of the others needs to be looked at then.
        self._single: list[dict[int, list[Incompatibility]]] = []
        self._wide: list[list[tuple[int, Incompatibility]]] = []
        self._changed: list[int] = []
        # Statements whose conclusion was taken back, although it may follow from what is left.
        self._taken_back: list[Incompatibility] = []

    def add_package(self, full: int) -> int:
        """Return the number of a new package that can have these states."""
        number = len(self.state)
        self.state.append(full)
        self.full.append(full)
        self._history.append([])
        self._single.append({})
        self._wide.append([])
        return number

    @property
    def pending(self) -> bool:
        """Whether there are conclusions that `propagate` has not drawn."""
        return bool(self._changed or self._taken_back)

    def add(self, statement: Incompatibility) -> bool:
        """Take a statement in force, for good; return whether it is a dead end already.

        Then somebody has to come back to it: see `revisit`.
        """
        for number, mask in statement.terms.items():
            if mask & (mask - 1):
                self._wide[number].append((mask, statement))
            else:
                self._single[number].setdefault(mask, []).append(statement)
        return self._examine(statement)

    def revisit(self, statement: Incompatibility) -> bool:
        """Draw the conclusion of a statement in force; return whether it is a dead end."""
        return self._examine(statement)

    def choose(self, number: int, bit: int) -> None:
        """Choose a version."""
        self.level += 1
        self._choices.append(len(self._assignments))
        self._assign(number, bit, None)

    def propagate(self) -> Incompatibility | None:
        """Draw all conclusions; return the statement that is a dead end, or None.

        O(statements about the packages that changed).
        """
        while self._taken_back:
            statement = self._taken_back.pop()
            if self._examine(statement):
                return statement
        changed = self._changed
        while changed:
            number = changed.pop()
            state = self.state[number]
            self.looks += len(self._wide[number]) + 1
            for statement in self._single[number].get(state, ()):
                if self._examine(statement):
                    changed.clear()
                    return statement
            # The state may have become smaller meanwhile: then the package is there once more.
            for mask, statement in self._wide[number]:
                if state & mask == state and self._examine(statement):
                    changed.clear()
                    return statement
        return None

    def first_choice_behind(self, number: int) -> tuple[int, int]:
        """Return the first choice that touched what the last conclusion about a package leans on.

        Its level, and the package that was chosen; level 0 where no choice is behind it.
        """
        if not self._history[number]:
            return 0, number
        cause = self._assignments[self._history[number][-1][0]][2]
        levels = []
        for other in cause.terms if cause is not None else ():
            if other != number:
                made = (self._assignments[position][3] for position, _ in self._history[other])
                levels += [level for level in made if level][:1]
        if not levels:
            return 0, number
        level = min(levels)
        return level, self._assignments[self._choices[level - 1]][0]

    def _examine(self, statement: Incompatibility) -> bool:
        """Draw the conclusion of a statement; return whether it is a dead end."""
        state = self.state
        unit = -1
        for number, mask in statement.terms.items():
            common = state[number] & mask
            if common == state[number]:
                continue
            if not common or unit >= 0:
                return False
            unit = number
        if unit < 0:
            return True
        self._assign(unit, state[unit] & ~statement.terms[unit], statement)
        return False

    def _assign(self, number: int, state: int, cause: Incompatibility | None) -> None:
        before = self.state[number]
        self._history[number].append((len(self._assignments), state))
        self._assignments.append((number, before, cause, self.level))
        self.state[number] = state
        self._changed.append(number)
        self.touched.append(number)
        if not state & 1:
            if before & 1:
                self.required.append(number)
            if not state & (state - 1):
                self.settled.append(number)

    def learn(self, dead_end: Incompatibility) -> tuple[Incompatibility, int]:
        """Return what a dead end teaches, and how many resolutions it took.

        Either the statement has no terms, which proves that nothing holds, or the trail was taken
        back to where the statement says something new about one package. It is in force already.
        """
        terms = dict(dead_end.terms)
        parents = [dead_end]
        level = 0
        while terms:
            number, position, level = self._last_satisfier(terms)
            _, _, cause, made = self._assignments[position]
            if cause is None or level < made:
                break
            self._resolve(terms, cause.terms, number)
            parents.append(cause)
        learned = dead_end
        if len(parents) > 1:
            learned = Incompatibility(terms, Derived(tuple(parents)))
        if terms:
            self.back_to(level)
            if learned is dead_end:
                self._examine(learned)
            else:
                self.add(learned)
        return learned, len(parents)

    def _last_satisfier(self, terms: dict[int, int]) -> tuple[int, int, int]:
        """Return whose term was satisfied last, where, and at which level all others were."""
        last, package, others = -1, -1, 0
        for number, mask in terms.items():
            history = self._history[number]
            # The states only become fewer, so that the first that satisfies is found by halves.
            at = bisect_left(history, True, key=lambda entry: entry[1] & mask == entry[1])  # noqa: FBT003
            position = history[at][0]
            if position > last:
                if last >= 0:
                    others = max(others, self._assignments[last][3])
                last, package = position, number
            else:
                others = max(others, self._assignments[position][3])
        return package, last, others

    def _resolve(self, terms: dict[int, int], other: dict[int, int], number: int) -> None:
        """Resolve on a package: a union there, an intersection elsewhere."""
        for package, mask in other.items():
            if package not in terms:
                terms[package] = mask
            elif package == number:
                terms[package] |= mask
                if terms[package] == self.full[package]:
                    del terms[package]
            else:
                terms[package] &= mask

    def back_to(self, level: int) -> None:
        """Take back every step above a level; `propagate` draws what still follows."""
        assignments = self._assignments
        while assignments and assignments[-1][3] > level:
            number, before, cause, _ = assignments.pop()
            if cause is not None:
                # It may have been met long after what it follows from.
                self._taken_back.append(cause)
            if before & 1 and not self.state[number] & 1:
                self.required.pop()
            self.state[number] = before
            self.touched.append(number)
            self._history[number].pop()
        self.level = level
        del self._choices[level:]
        self._changed.clear()
