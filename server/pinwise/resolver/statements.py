"""What is known of packages, as statements about their states: read when a search gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.resolver.incompatibility import Asked, Incompatibility, Needs, Package
from pinwise.resolver.next_versions import best_first, older_than
from pinwise.resolver.problem import names_prerelease, pins
from pinwise.resolver.provider import Gap
from pinwise.resolver.trail import Trail
from pinwise.resolver.universe import (
    SWITCH,
    SWITCH_ON,
    opaque_line,
    statements_about,
    universe_of,
)
from pinwise.resolver.versions import NOT_INSTALLED

if TYPE_CHECKING:
    from collections.abc import Callable

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.base.facts import Fact
    from pinwise.resolver.attempts import Attempts
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.provider import Dependency, Snapshot
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


class Statements:
    """The packages met so far, and what their lines and versions say of each other.

    A search goes on from here: what it chooses decides which packages are met, never what is said
    of them.

    Args:
        problem: the lines.
        facts: asked about packages.
        learned: what earlier attempts found out; added to.

    Attributes:
        gaps: what was wanted and is not known.
        expanded: the versions of a package whose needs are statements already, by its number.
        attempts: the versions that were tried, by the package's number.
        dead_ends: the statements that the choices contradicted when they were added.
    """

    def __init__(self, problem: Problem, facts: Snapshot, learned: Learned) -> None:
        self.problem = problem
        self.facts = facts
        self.learned = learned
        self.trail = Trail()
        self.packages: list[Package] = []
        self.bases: dict[NormalizedName, int] = {}
        self.switches: dict[Package, int] = {}
        self.universes: dict[NormalizedName, Universe] = {}
        self.extras_of: dict[NormalizedName, list[int]] = {}
        self.gaps: dict[tuple[NormalizedName, Version | None, str], Gap] = {}
        self.expanded: dict[int, int] = {}
        self.needs: dict[tuple[int, int], Fact[tuple[Dependency, ...]]] = {}
        self.attempts: dict[int, Attempts] = {}
        self.dead_ends: list[Incompatibility] = []

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

    # Gaps.

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
