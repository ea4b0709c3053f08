"""The verdicts of another implementation of PubGrub, over ranges instead of bitmasks."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeAlias

import pytest
from nab_resolver.errors import ResolutionError, ResolutionTerminatedError
from nab_resolver.ranges import Range
from nab_resolver.resolver import BaseProvider, Resolver
from nab_resolver.types import RangeProtocol, RootRequirement
from packaging.requirements import Requirement as Parsed
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.resolver.outcome import Conflict, Solution
from pinwise.resolver.problem import Problem
from pinwise.resolver.solver import solve
from tests.resolver.brute import random_file, random_packages
from tests.resolver.fake import FakeProvider, problem
from tests.resolver.recorded import CONFLICTS, PACKAGES, Recorded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.resolver.brute import Packages

Fitting: TypeAlias = RangeProtocol[Version]

NOT_PUBLISHED = Version("999999")
"""Stands in ranges that no version is in: a requirement on it is one on the package still."""


class NabProvider(BaseProvider[str, Version]):
    """The same packages; `name[extra]` is a package that needs `name` in the same version."""

    def __init__(self, packages: Packages, python: str = "3.12") -> None:
        self.packages = packages
        self.versions = {
            name: {Version(version): needs for version, needs in versions.items()}
            for name, versions in packages.items()
        }
        self.environment: dict[str, str | frozenset[str]] = {"python_version": python}

    def fitting(self, name: str, specifier: str) -> Range[Version]:
        found = SpecifierSet(specifier).filter(self.versions.get(name, ()), prereleases=True)
        return Range.from_versions([*found] or [NOT_PUBLISHED])

    def choose_version(self, package: str, version_range: Fitting) -> Version | None:
        name = package.partition("[")[0]
        fitting = [version for version in self.versions.get(name, ()) if version in version_range]
        # Final versions first, as pip has it.
        return max(fitting, key=lambda each: (not each.is_prerelease, each), default=None)

    def has_satisfying_version(self, package: str, version_range: Fitting) -> bool:
        return self.choose_version(package, version_range) is not None

    def get_dependencies(self, package: str, version: Version) -> Mapping[str, Fitting]:
        name, _, extra = package.rstrip("]").partition("[")
        found: dict[str, Range[Version]] = {}
        if extra:
            found[name] = Range.singleton(version)
        for text in self.versions[name][version]:
            parsed = Parsed(text)
            if parsed.marker is None:
                holds = not extra
            else:
                without = parsed.marker.evaluate({**self.environment, "extra": ""})
                within = parsed.marker.evaluate({**self.environment, "extra": extra})
                holds = without if not extra else within and not without
            if holds:
                for key, fitting in self.asked(parsed):
                    found[key] = found[key] & fitting if key in found else fitting
        return found

    def asked(self, parsed: Parsed) -> list[tuple[str, Range[Version]]]:
        name = canonicalize_name(parsed.name)
        fitting = self.fitting(name, str(parsed.specifier))
        return [(name, fitting), *((f"{name}[{extra}]", fitting) for extra in parsed.extras)]

    def prioritize(self, package: str, version_range: Fitting, *_: object) -> tuple[int, str]:
        name = package.partition("[")[0]
        return sum(version in version_range for version in self.versions.get(name, ())), package

    def widen_decision(self, package: str, version: Version, *_: object) -> Range[Version]:
        del package
        return Range.singleton(version)


def nab_finds(asked: Problem, provider: NabProvider) -> dict[str, Version] | None:
    """Return nab's versions, None where it says that there are none."""
    roots: list[RootRequirement[str, Version]] = []
    constraints: dict[str, Range[Version]] = {}
    for line in asked.requirements:
        fitting = provider.fitting(line.name, line.specifier)
        if line.constraint:
            before = constraints.get(line.name)
            constraints[line.name] = fitting if before is None else before & fitting
            continue
        names = [line.name, *(f"{line.name}[{extra}]" for extra in line.extras)]
        roots += [RootRequirement(name, fitting, line.origin) for name in names]
    try:
        found: dict[str, Version] = Resolver(provider).resolve(roots, constraints)
    except ResolutionTerminatedError:
        raise
    except ResolutionError:
        return None
    return found


@pytest.mark.parametrize("batch", range(4))
def test_same_verdict_on_random_graphs(batch: int) -> None:
    conflicts = 0
    for seed in range(50_000 + batch * 100, 50_100 + batch * 100):
        chance = random.Random(seed)  # noqa: S311
        names = "abcdefgh"
        packages = random_packages(chance, names=names)
        asked = problem("\n".join(random_file(chance, names=names) for _ in range(2)))
        ours = solve(asked, FakeProvider(packages))
        theirs = nab_finds(asked, NabProvider(packages))
        assert isinstance(ours, Solution if theirs is not None else Conflict), f"seed {seed}"
        conflicts += theirs is None
    assert 20 < conflicts < 95


# This judge is not told which Python a version needs.
@pytest.mark.parametrize("recorded", CONFLICTS, ids=lambda recorded: recorded.name)
def test_same_verdict_on_recorded_conflicts(recorded: Recorded) -> None:
    asked = problem(recorded.text)
    provider = NabProvider(PACKAGES)
    assert nab_finds(asked, provider) is None
    # Without any one of the lines that were named, nab finds nothing wrong with them either.
    lines = [line for line in asked.requirements if line.origin in recorded.lines]
    assert nab_finds(Problem(tuple(lines)), provider) is None
    for line in lines:
        fewer = tuple(other for other in lines if other is not line)
        assert nab_finds(Problem(fewer), provider) is not None


@pytest.mark.parametrize("text", ["flask", "celery[redis]", "fastapi\npydantic<2", "boto3"])
def test_same_pins_where_the_order_is_the_same(text: str) -> None:
    ours = solve(problem(text), FakeProvider(PACKAGES))
    assert isinstance(ours, Solution)
    theirs = nab_finds(problem(text), NabProvider(PACKAGES))
    assert theirs is not None
    assert ours.versions == {name: found for name, found in theirs.items() if "[" not in name}
