"""Lets resolvelib, pip's solver, solve a tree on the facts that Pinwise has of it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pip._vendor.resolvelib import AbstractProvider, BaseReporter, ResolutionImpossible, Resolver

from pinwise.advice.dependency_problem import lines_asked
from pinwise.advice.solver_facts import IndexProvider
from pinwise.base.facts import Known
from pinwise.resolver.clash import specifier_set
from pinwise.resolver.provider import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context


class _Asked(NamedTuple):
    name: NormalizedName
    extra: str
    specifier: str


class _Candidate(NamedTuple):
    name: NormalizedName
    extra: str
    version: Version


class _Provider(AbstractProvider[Any, Any, Any]):
    """What pip's own provider does, as far as it matters here: newest first, pins first."""

    def __init__(self, facts: Snapshot) -> None:
        self.facts = facts

    def identify(self, requirement_or_candidate: _Asked | _Candidate) -> tuple[str, str]:
        return requirement_or_candidate.name, requirement_or_candidate.extra

    def get_preference(
        self,
        identifier: tuple[NormalizedName, str],
        resolutions: Mapping[Any, Any],  # noqa: ARG002 - as the class above
        candidates: Mapping[Any, Any],  # noqa: ARG002 - likewise
        information: Mapping[Any, Any],
        backtrack_causes: Sequence[Any],
    ) -> tuple[bool, bool, str]:
        asked = [each.requirement for each in information[identifier]]
        named = {cause.requirement.name for cause in backtrack_causes}
        pinned = any("==" in each.specifier for each in asked)
        return not pinned, identifier[0] not in named, identifier[0]

    def find_matches(
        self,
        identifier: tuple[NormalizedName, str],
        requirements: Mapping[Any, Iterator[_Asked]],
        incompatibilities: Mapping[Any, Iterator[_Candidate]],
    ) -> Iterable[_Candidate]:
        name, extra = identifier
        bad = {candidate.version for candidate in incompatibilities[identifier]}
        specifiers = [specifier_set(each.specifier) for each in requirements[identifier]]
        listed = self.facts.versions(name)
        if not isinstance(listed, Known):
            return []
        versions = [
            candidate.version
            for candidate in listed.value.offered()
            if not candidate.obstacle and not candidate.yanked and candidate.version not in bad
        ]
        for specifier in specifiers:
            if specifier is not None:
                versions = list(specifier.filter(versions))
        return [_Candidate(name, extra, version) for version in versions]

    def is_satisfied_by(self, requirement: _Asked, candidate: _Candidate) -> bool:
        specifier = specifier_set(requirement.specifier)
        return specifier is None or specifier.contains(candidate.version, prereleases=True)

    def get_dependencies(self, candidate: _Candidate) -> Iterable[_Asked]:
        needs = self.facts.dependencies(candidate.name, candidate.version, candidate.extra)
        found = []
        if candidate.extra:
            found.append(_Asked(candidate.name, "", f"=={candidate.version}"))
        for need in needs.value if isinstance(needs, Known) else ():
            found += _all_asked(need.name, need.specifier, need.extras)
        return found


def _all_asked(name: NormalizedName, specifier: str, extras: Iterable[str]) -> Iterator[_Asked]:
    yield _Asked(name, "", specifier)
    for extra in extras:
        yield _Asked(name, extra, specifier)


def pip_resolves(context: Context) -> dict[str, Version] | None:
    """Return what resolvelib chooses for a tree, None for a conflict."""
    facts = IndexProvider(context)
    lines = sorted(lines_asked(context, facts).problem.requirements, key=attrgetter("name"))
    asked = [each for line in lines for each in _all_asked(line.name, line.specifier, line.extras)]
    resolver: Any = Resolver(_Provider(Snapshot(facts)), BaseReporter())
    try:
        result = resolver.resolve(asked, max_rounds=100_000)
    except ResolutionImpossible:
        return None
    return {name: found.version for (name, extra), found in result.mapping.items() if not extra}
