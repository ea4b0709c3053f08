"""One search: choices are made until nothing is left to choose, or nothing holds."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from pinwise.base.facts import Known
from pinwise.resolver.attempts import Attempts
from pinwise.resolver.next_versions import bits_of
from pinwise.resolver.outcome import Conflict, GaveUp, Limits, Solution, Stop, Work
from pinwise.resolver.priorities import Priorities
from pinwise.resolver.statements import ADDRESS_NOT_READ, Learned, Statements
from pinwise.resolver.universe import SWITCH_ON, opaque_line, unpinned_yanks
from pinwise.resolver.unoffered import unoffered
from pinwise.resolver.versions import NOT_INSTALLED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.cancellation import CancelToken
    from pinwise.resolver.incompatibility import Incompatibility
    from pinwise.resolver.outcome import Outcome
    from pinwise.resolver.problem import Problem
    from pinwise.resolver.provider import Dependency, Gap, Snapshot
    from pinwise.resolver.universe import Universe


class Search(Statements):
    """One attempt, to be run once.

    Args:
        problem: the lines.
        facts: asked about packages.
        limits: how much work it may be.
        token: raises `CancelledError` between two steps.
        learned: what earlier attempts found out; added to.
    """

    def __init__(
        self,
        problem: Problem,
        facts: Snapshot,
        limits: Limits,
        token: CancelToken,
        learned: Learned,
    ) -> None:
        super().__init__(problem, facts, learned)
        self.limits = limits
        self.token = token
        self.candidates: list[tuple[int, int]] = []
        self.priorities = Priorities()
        self.exhausted = False
        self.steps = self.decisions = self.conflicts = 0

    def run(self) -> Outcome:
        """Search to the end; raise `Reconsider` where `learned` has got something new."""
        for line in self.problem.requirements:
            if not line.constraint:
                self._ask(line)
        while True:
            self.token.check()
            dead_end = self._dead_end()
            if dead_end is not None:
                learned = self._learn(dead_end)
                if not learned.terms:
                    return self._conflict(learned)
            elif not self._expand_settled():
                number = self._next()
                if number is None:
                    return self._solution()
                self._try(number)
            if (limit := self._exceeded()) is not None:
                return self._gave_up(limit)

    def _exceeded(self) -> Stop | None:
        """Return the limit that was passed."""
        if self.steps > self.limits.steps:
            return Stop.STEPS
        if self.trail.looks > self.limits.looks:
            return Stop.LOOKS
        return Stop.TRIES if self.exhausted else None

    def _dead_end(self) -> Incompatibility | None:
        """Return a statement that the choices so far contradict, after all conclusions."""
        while self.dead_ends:
            # Of several, the first to be learned from may have taken back what the others lean on.
            statement = self.dead_ends.pop()
            if self.trail.revisit(statement):
                return statement
        return self.trail.propagate()

    # Choosing.

    def _expand_settled(self) -> bool:
        """Add what the packages need that have one version left; return whether that was new."""
        settled = self.trail.settled
        state = self.trail.state
        new = False
        while settled and not self.dead_ends:
            number = settled.pop()
            name = self.packages[number].name
            base = self.bases[name]
            version = state[base]
            if version & NOT_INSTALLED or version & (version - 1):
                continue
            new |= self._expand(base, version)
            for switch in self.extras_of.get(name, ()):
                if state[switch] == SWITCH_ON:
                    new |= self._expand(switch, version)
        return new

    def _next(self) -> int | None:
        """Return the package to choose a version of: the one with fewest candidates.

        O(log n) for each package that changed since it was last asked.
        """
        touched = self.trail.touched
        if touched:
            # Most changed several times, and most have no choice left.
            for number in set(touched):
                if self._is_open(number):
                    heappush(self.candidates, (self._rank(number), number))
            touched.clear()
        while self.candidates:
            rank, number = self.candidates[0]
            if self._is_open(number) and self._rank(number) == rank:
                return number
            heappop(self.candidates)
        return None

    def _is_open(self, number: int) -> bool:
        """Whether a version of a package has to be chosen, and there are several."""
        left = self.trail.state[number]
        return not left & NOT_INSTALLED and left & (left - 1) != 0

    def _rank(self, number: int) -> int:
        """Return how early an open package is to be chosen."""
        return self.priorities.rank(number, self.trail.state[number].bit_count())

    def _try(self, number: int) -> None:
        """Choose the best version left, unless its needs exclude it at once."""
        self.steps += 1
        attempts = self.attempts.get(number)
        if attempts is None:
            attempts = self.attempts[number] = Attempts(self.limits.patience)
        self.exhausted = attempts.count >= self.limits.tries
        name = self.packages[number].name
        universe = self.universes[name]
        left = self.trail.state[number]
        chosen = universe.equally_good(left, prereleases=self.problem.prereleases.get(name))
        bit = attempts.next(chosen)
        known = self.expanded.get(number, 0)
        self._expand(number, bit)
        for switch in self.extras_of.get(name, ()):
            if self.trail.state[switch] == SWITCH_ON:
                self._expand(switch, bit)
        if self.dead_ends:
            return
        if self.trail.pending:
            if self.priorities.refused(number, (self.expanded[number] & left & ~known).bit_count()):
                self._put_forward(number)
        else:
            self.decisions += 1
            self.trail.choose(number, bit)

    def _put_forward(self, number: int) -> None:
        """Begin again at the choice that excluded versions of a package, with that package."""
        level, other = self.trail.first_choice_behind(number)
        if level and self.priorities.put_forward(number, other):
            # Beside what is chosen later, the newest ones may fit again.
            self.attempts.pop(number, None)
            self.trail.back_to(level - 1)

    # Ends.

    def _learn(self, dead_end: Incompatibility) -> Incompatibility:
        self.conflicts += 1
        learned, resolutions = self.trail.learn(dead_end)
        self.steps += resolutions
        self.priorities.met_dead_end(dead_end.terms)
        self.trail.touched += dead_end.terms
        return learned

    def _work(self) -> Work:
        return Work(self.steps, self.trail.looks, self.decisions, self.conflicts)

    def _conflict(self, contradiction: Incompatibility) -> Conflict:
        return Conflict(
            self.problem.requirements,
            contradiction,
            tuple(self.packages),
            self.universes,
            tuple(self.gaps.values()),
            self._work(),
        )

    def _gave_up(self, why: Stop) -> GaveUp:
        most = max(self.attempts, key=lambda number: self.attempts[number].count, default=None)
        name = None if most is None else self.packages[most].name
        return GaveUp(why, name, tuple(self.gaps.values()), self._work())

    def _solution(self) -> Solution | GaveUp:
        versions: dict[NormalizedName, Version | None] = {}
        extras: dict[NormalizedName, frozenset[str]] = {}
        odd: dict[NormalizedName, tuple[Universe, int]] = {}
        for number in self.trail.required:
            package = self.packages[number]
            if package.extra:
                extras[package.name] = extras.get(package.name, frozenset()) | {package.extra}
            else:
                universe = self.universes[package.name]
                bit = self.trail.state[number]
                versions[package.name] = universe.version(bit)
                if bit & (universe.versions.yanked | universe.versions.prereleases):
                    odd[package.name] = (universe, bit)
        found = unoffered(odd.values(), self._asked(odd), self.problem.prereleases) if odd else ()
        told = tuple(found)
        if self.problem.yanked:
            self._note_pins()
            if (limit := self._exceeded()) is not None:
                return self._gave_up(limit)
            if all(map(self._leads_nowhere, self.gaps.values())):
                self.gaps.clear()
        return Solution(versions, extras, told, tuple(self.gaps.values()), self._work())

    def _note_pins(self) -> None:
        """Look for pins that admit a yanked version in whatever a solution may have.

        That are the versions left where nothing was chosen, and what they need, over any number of
        others. Each counts as a step; only done where yanked versions decide. What is not known
        may pin one, and is a gap; a yanked version only if something pins it.
        """
        self.trail.back_to(0)
        self.trail.propagate()
        looked_at: dict[int, int] = {}
        waiting = list(range(len(self.packages)))
        while waiting and self._exceeded() is None:
            self.token.check()
            number = waiting.pop()
            package = self.packages[number]
            left = self.trail.state[self.bases[package.name]]
            universe = self.universes[package.name]
            left &= universe.versions.all
            unpinned = unpinned_yanks(universe, self.learned.yanked)
            for bit in bits_of(left & ~looked_at.get(number, 0)):
                self.steps += 1
                needs = self._needs(number, bit)
                if not isinstance(needs, Known):
                    self._missing_metadata(package, bit, needs)
                    if bit & unpinned:
                        continue
                    # The others of the package would not make up for it.
                    break
                for needed in needs.value:
                    waiting += self._reach(needed)
            looked_at[number] = left

    def _leads_nowhere(self, gap: Gap) -> bool:
        """Return whether a gap is about a yanked version that nothing pins: pip never takes it."""
        if gap.version is None:
            return False
        universe = self.universes[gap.name]
        bit = universe.versions.bit(gap.version)
        return bool(bit & unpinned_yanks(universe, self.learned.yanked))

    def _reach(self, needed: Dependency) -> list[int]:
        """Note what a dependency pins; return the numbers of what it needs."""
        number = self._number(needed.name)
        universe = self.universes[needed.name]
        if needed.direct and opaque_line(universe.lines) is None:
            self._gap(needed.name, None, "", ADDRESS_NOT_READ)
        elif universe.versions.yanked:
            self._admit(needed, universe, universe.mask(needed.specifier))
        return [number, *(self._switch(needed.name, extra) for extra in needed.extras)]

    def _asked(self, names: Collection[NormalizedName]) -> Mapping[NormalizedName, list[str]]:
        """Return the specifiers of the lines and of the chosen versions for some packages."""
        lines = {name: self.universes[name].lines for name in names}
        found = {name: [line.specifier for line in lines[name]] for name in names}
        for number in self.trail.required:
            base = self.bases[self.packages[number].name]
            needs = self._needs(number, self.trail.state[base])
            if isinstance(needs, Known):
                for needed in needs.value:
                    if needed.name in found and not needed.direct:
                        found[needed.name].append(needed.specifier)
        return found
