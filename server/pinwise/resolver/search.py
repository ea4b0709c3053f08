"""One search: facts become statements, choices are made until nothing is left to choose."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.resolver.attempts import Attempts
from pinwise.resolver.incompatibility import Asked, Incompatibility, Needs, Package
from pinwise.resolver.next_versions import best_first, bits_of, older_than
from pinwise.resolver.outcome import Conflict, GaveUp, Limits, Solution, Stop, Work
from pinwise.resolver.priorities import Priorities
from pinwise.resolver.problem import names_prerelease, pins
from pinwise.resolver.provider import Gap, Snapshot
from pinwise.resolver.trail import Trail
from pinwise.resolver.universe import (
    SWITCH,
    SWITCH_ON,
    opaque_line,
    statements_about,
    universe_of,
)
from pinwise.resolver.unoffered import unoffered
from pinwise.resolver.versions import NOT_INSTALLED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.cancellation import CancelToken
    from pinwise.base.facts import Fact
    from pinwise.resolver.outcome import Outcome
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.provider import Dependency
    from pinwise.resolver.universe import Universe

STATIC_METADATA_MISSING = NotChecked(
    Reason.NOT_STATIC, "Only a build would tell what it needs, and Pinwise does not build."
)
ADDRESS_NOT_READ = NotChecked(
    Reason.NOT_STATIC, "A dependency names an address for it, which Pinwise does not read."
)


class Reconsider(Exception):  # noqa: N818 - it is no error
    """A dependency was met that changes what a package can be: begin again, knowing it."""


class Learned:
    """What earlier attempts found out about packages that they took for something else.

    Attributes:
        yanked: yanked versions that a dependency pins.
        addressed: names for which a dependency names an address.
    """

    def __init__(self) -> None:
        self.yanked: set[tuple[NormalizedName, Version | None]] = set()
        self.addressed: set[NormalizedName] = set()


class Search:
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
        self.problem = problem
        self.facts = facts
        self.limits = limits
        self.token = token
        self.learned = learned
        self.trail = Trail()
        self.packages: list[Package] = []
        self.bases: dict[NormalizedName, int] = {}
        self.switches: dict[Package, int] = {}
        self.candidates: list[tuple[int, int]] = []
        self.universes: dict[NormalizedName, Universe] = {}
        self.extras_of: dict[NormalizedName, list[int]] = {}
        self.gaps: dict[tuple[NormalizedName, Version | None, str], Gap] = {}
        self.expanded: dict[int, int] = {}
        self.needs: dict[tuple[int, int], Fact[tuple[Dependency, ...]]] = {}
        self.attempts: dict[int, Attempts] = {}
        self.priorities = Priorities()
        self.dead_ends: list[Incompatibility] = []
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

    # What is known becomes statements.

    def _number(self, name: NormalizedName) -> int:
        """Return a package's number; the first time, read its versions and its lines."""
        number = self.bases.get(name)
        if number is None:
            universe = universe_of(
                name, self.problem, self.facts, opaque=name in self.learned.addressed
            )
            self.universes[name] = universe
            if universe.missing is not None:
                self._gap(name, None, "", universe.missing)
            elif name in self.learned.addressed:
                self._gap(name, None, "", ADDRESS_NOT_READ)
            number = self.bases[name] = self._new(Package(name), universe.full)
            if not universe.unlisted:
                admitted = self.learned.yanked
                for statement in statements_about(universe, number, self.problem, admitted):
                    self._add(statement)
        return number

    def _switch(self, name: NormalizedName, extra: str) -> int:
        """Return the number of the switch of an extra."""
        package = Package(name, extra)
        number = self.switches.get(package)
        if number is None:
            number = self.switches[package] = self._new(package, SWITCH)
            self.extras_of.setdefault(name, []).append(number)
        return number

    def _new(self, package: Package, full: int) -> int:
        self.packages.append(package)
        return self.trail.add_package(full)

    def _add(self, statement: Incompatibility) -> None:
        if self.trail.add(statement):
            self.dead_ends.append(statement)

    def _dead_end(self) -> Incompatibility | None:
        """Return a statement that the choices so far contradict, after all conclusions."""
        while self.dead_ends:
            # Of several, the first to be learned from may have taken back what the others lean on.
            statement = self.dead_ends.pop()
            if self.trail.revisit(statement):
                return statement
        return self.trail.propagate()

    def _ask(self, line: Requirement) -> None:
        """Turn a requirement into statements: `_number` asks for it, and its extras are on."""
        self._number(line.name)
        if not self.universes[line.name].unlisted:
            for extra in line.extras:
                switch = self._switch(line.name, extra)
                self._add(Incompatibility({switch: NOT_INSTALLED}, Asked(line)))

    def _depend(self, package: Package, versions: int, needed: Dependency) -> None:
        """Turn a dependency of some versions into statements."""
        name = needed.name
        number = self.bases[name] if name in self.bases else self._number(name)
        universe = self.universes[name]
        if needed.direct:
            given = opaque_line(universe.lines) is not None
            if not given and name not in self.learned.addressed:
                self.learned.addressed.add(name)
                raise Reconsider
        if universe.unlisted:
            return
        allowed = universe.mask("" if needed.direct else needed.specifier)
        base = self.bases[package.name]
        left = self.trail.state[number] & universe.versions.all
        if not left & allowed and (attempts := self.attempts.get(base)) is not None:
            attempts.note(versions, needed.specifier, universe, left)
        self._admit(needed, universe, allowed)
        cause = Needs(package, needed)
        needing = {base: versions}
        if package.extra:
            needing[self.switches[package]] = SWITCH_ON
        self._require(needing, number, universe.full & ~allowed, cause)
        for extra in needed.extras:
            self._require(needing, self._switch(name, extra), NOT_INSTALLED, cause)

    def _require(self, needing: dict[int, int], target: int, refused: int, cause: Needs) -> None:
        """Say that what needs something excludes some states of it."""
        if target in needing:
            # A package that needs itself, or one extra of it that needs another.
            refused &= needing[target]
        if not refused:
            return
        if refused == self.trail.full[target] and target not in needing:
            terms = needing
        else:
            terms = {**needing, target: refused}
        self._add(Incompatibility(terms, cause))

    def _admit(self, needed: Dependency, universe: Universe, allowed: int) -> None:
        """Take note of a specifier that admits yanked versions or pre-releases."""
        if not universe.prereleases_named and names_prerelease(needed.specifier):
            universe.prereleases_named = True
        yanked = universe.versions.yanked & allowed
        if yanked and pins(needed.specifier):
            found = {(universe.name, version) for version in universe.versions.at(yanked)}
            if not found <= self.learned.yanked:
                self.learned.yanked |= found
                if not self.problem.yanked:
                    raise Reconsider

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

    def _expand(self, number: int, bit: int) -> bool:
        """Add what a version needs, once; return whether that was new."""
        done = self.expanded.get(number, 0)
        if done & bit:
            return False
        package = self.packages[number]
        needs = self._needs(number, bit)
        if not isinstance(needs, Known):
            self.expanded[number] = done | bit
            self._missing_metadata(package, bit, needs)
            return True
        # The first time most sets hold, and neighbours would be read in vain.
        versions = self._alike(number, bit, needs.value) if done else bit
        self.expanded[number] = done | versions
        for needed in needs.value:
            self._depend(package, versions, needed)
        return True

    def _needs(self, number: int, bit: int) -> Fact[tuple[Dependency, ...]]:
        """Return what a version needs, or what one of its extras adds."""
        found = self.needs.get((number, bit))
        if found is None:
            found = self.needs[number, bit] = self._read_needs(self.packages[number], bit)
        return found

    def _read_needs(self, package: Package, bit: int) -> Fact[tuple[Dependency, ...]]:
        universe = self.universes[package.name]
        if (given := opaque_line(universe.lines)) is not None:
            return given.dependencies.get(package.extra, STATIC_METADATA_MISSING)
        version = universe.version(bit)
        if version is None:
            return STATIC_METADATA_MISSING
        return self.facts.dependencies(package.name, version, package.extra)

    def _alike(self, number: int, bit: int, needs: tuple[Dependency, ...]) -> int:
        """Return a version with its neighbours that need the same: one statement for them all."""
        listed = self.universes[self.packages[number].name].versions.all
        found = bit
        for older in (True, False):
            at = bit
            while True:
                at = at << 1 if older else at >> 1
                if not at & listed:
                    break
                other = self._needs(number, at)
                if not isinstance(other, Known) or other.value != needs:
                    break
                found |= at
        return found

    # Gaps and ends.

    def _gap(
        self,
        name: NormalizedName,
        version: Version | None,
        extra: str,
        obstacle: NotChecked,
        others: Callable[[], tuple[Version, ...]] | None = None,
    ) -> None:
        gap = Gap(name, version, obstacle, extra, others)
        self.gaps.setdefault(gap.same_as(), gap)

    def _missing_metadata(
        self, package: Package, bit: int, answer: Fact[tuple[Dependency, ...]]
    ) -> None:
        universe = self.universes[package.name]
        left = self.trail.state[self.bases[package.name]] & ~bit
        if not left & universe.versions.all:
            # Of a family in lockstep its parent leaves one version at a time: then the next older.
            left = older_than(universe, bit)
        prereleases = self.problem.prereleases.get(package.name)
        attempts = self.attempts.get(self.bases[package.name])

        def others() -> tuple[Version, ...]:
            if attempts is None or not attempts.is_impatient:
                return tuple(best_first(universe, left, prereleases=prereleases))
            return tuple(attempts.following(universe, left, prereleases=prereleases))

        obstacle = answer if isinstance(answer, NotChecked) else STATIC_METADATA_MISSING
        self._gap(package.name, universe.version(bit), package.extra, obstacle, others)

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
        return Solution(versions, extras, told, tuple(self.gaps.values()), self._work())

    def _note_pins(self) -> None:
        """Look for pins that admit a yanked version in whatever a solution may have.

        That are the versions left where nothing was chosen, and what they need, over any number of
        others. Each counts as a step; only done where yanked versions decide. What is not known
        may pin one, and is a gap.
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
            left &= self.universes[package.name].versions.all
            for bit in bits_of(left & ~looked_at.get(number, 0)):
                self.steps += 1
                needs = self._needs(number, bit)
                if not isinstance(needs, Known):
                    # The others of the package would not make up for it.
                    self._missing_metadata(package, bit, needs)
                    break
                for needed in needs.value:
                    waiting += self._reach(needed)
            looked_at[number] = left

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
