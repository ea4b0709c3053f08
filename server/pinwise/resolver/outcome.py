"""What a solve can end with, and how long it may take."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from pinwise.base.tuples import NamedTuple
from pinwise.resolver.incompatibility import Asked, Derived, Excluded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.resolver.incompatibility import Incompatibility, Package
    from pinwise.resolver.problem import Requirement
    from pinwise.resolver.provider import Gap
    from pinwise.resolver.universe import Universe


class Limits(NamedTuple):
    """How much work one solve may be; counted, not timed, so that it ends the same everywhere.

    Attributes:
        steps: versions tried, statements learned and resolutions of statements, in all.
        looks: statements looked at to draw conclusions, in all. A million take 0.2 to 0.4 s.
        tries: versions tried of one package.
        patience: how many versions of one package are tried newest first; from then on the ones
            in the middle of what was not tried yet, which comes to an end where thousands of
            versions in lockstep with another package are too new. None for all: of two versions
            that hold the newer one is chosen then.
    """

    steps: int = 50_000
    looks: int = 4_000_000
    tries: int = 3_000
    patience: int | None = None


class Stop(Enum):
    """Why a solve gave up."""

    STEPS = "steps"
    LOOKS = "looks"
    TRIES = "tries"


class Work(NamedTuple):
    """What a solve took.

    Attributes:
        steps: as `Limits.steps` counts them.
        looks: as `Limits.looks` counts them.
        decisions: how often a version was chosen.
        conflicts: how often it turned out that the choices cannot hold.
    """

    steps: int
    looks: int
    decisions: int
    conflicts: int


class Solution(NamedTuple):
    """Versions that hold together.

    Only with no `gaps` does it say that there is no conflict.

    Attributes:
        versions: what would be installed; None is a version that nobody knows.
        extras: the extras that are asked for, by name.
        unoffered: versions in it which pip would not take by itself: pre-releases where some
            final version satisfies the same requirements (although it leads to a conflict), and
            yanked versions that nothing in it pins.
    """

    versions: Mapping[NormalizedName, Version | None]
    extras: Mapping[NormalizedName, frozenset[str]]
    unoffered: tuple[tuple[NormalizedName, Version], ...]
    gaps: tuple[Gap, ...]
    work: Work


class Conflict(NamedTuple):
    """A proof that the requirements cannot all hold; real whatever the gaps turn out to be.

    Attributes:
        requirements: the problem's.
        contradiction: the statement without terms, with its derivation behind it.
        packages: what the numbers of the statements mean; `universes` what their masks do, by
            name.
    """

    requirements: tuple[Requirement, ...]
    contradiction: Incompatibility
    packages: tuple[Package, ...]
    universes: Mapping[NormalizedName, Universe]
    gaps: tuple[Gap, ...]
    work: Work

    def leaves(self) -> list[Incompatibility]:
        """Return the statements that the proof rests on, each once. O(size of the proof)."""
        found: dict[int, Incompatibility] = {}
        seen: set[int] = set()
        waiting = [self.contradiction]
        while waiting:
            statement = waiting.pop()
            if id(statement) in seen:
                continue
            seen.add(id(statement))
            if isinstance(statement.cause, Derived):
                waiting.extend(reversed(statement.cause.parents))
            else:
                found[id(statement)] = statement
        return list(found.values())

    def lines(self) -> tuple[Requirement, ...]:
        """Return the lines that the proof uses, in their order; there may be smaller sets."""
        causes = (statement.cause for statement in self.leaves())
        used = {cause.requirement for cause in causes if isinstance(cause, Asked)}
        return tuple(line for line in self.requirements if line in used)

    @property
    def leans_on_yanks(self) -> bool:
        """Whether the proof leaves out yanked versions that a further pin could admit."""
        causes = (statement.cause for statement in self.leaves())
        return any(isinstance(cause, Excluded) and cause.yanked for cause in causes)


class GaveUp(NamedTuple):
    """Neither found nor excluded within the limits: nothing may be said.

    Attributes:
        package: the one that was tried most.
    """

    why: Stop
    package: NormalizedName | None
    gaps: tuple[Gap, ...]
    work: Work


Outcome: TypeAlias = Solution | Conflict | GaveUp
