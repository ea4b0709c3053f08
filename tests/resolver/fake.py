"""A provider over plain data, for the tests and the benchmark of the solver."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from packaging.requirements import Requirement as Parsed
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.resolver.problem import Problem, Requirement
from pinwise.resolver.provider import Dependency
from pinwise.resolver.versions import Candidate, Versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from packaging.utils import NormalizedName

    from pinwise.base.facts import Fact

PENDING = NotChecked(Reason.PENDING)


class FakeProvider:
    """Answers from `{name: {version: [Requires-Dist, ...]}}`.

    Args:
        packages: every version of every package and what it needs, markers and all.
        yanked: `{"name version", ...}`.
        obstacles: `{"name version": "needs Python >=3.13"}`.
        unknown: what nobody has fetched: "name" for a listing, "name version" for metadata.
        python: the target's.
        obstacle: why what is unknown is not known.
    """

    def __init__(  # noqa: PLR0913 - what a test may want to vary
        self,
        packages: Mapping[str, Mapping[str, Sequence[str]]],
        *,
        yanked: Iterable[str] = (),
        obstacles: Mapping[str, str] | None = None,
        unknown: Iterable[str] = (),
        python: str = "3.12",
        obstacle: NotChecked = PENDING,
    ) -> None:
        self.packages = packages
        self.unknown = set(unknown)
        self.obstacle = obstacle
        self.questions: list[str] = []
        self._yanked = set(yanked)
        self._obstacles = obstacles or {}
        self._environment: dict[str, str | frozenset[str]] = {"python_version": python}
        self._listings: dict[str, Versions] = {}
        self._texts = {
            name: {Version(version): (version, needs) for version, needs in versions.items()}
            for name, versions in packages.items()
        }
        self._pins: dict[tuple[str, Version], Fact[Versions]] = {}
        self._dependencies: dict[tuple[str, Version, str], Known[tuple[Dependency, ...]]] = {}

    def _candidate(self, name: str, version: Version) -> Candidate:
        key = f"{name} {self._texts[name][version][0]}"
        return Candidate(version, key in self._yanked, self._obstacles.get(key, ""))

    def versions(self, name: NormalizedName) -> Fact[Versions]:
        self.questions.append(name)
        if name in self.unknown:
            return self.obstacle
        if name not in self.packages:
            return Absent()
        if name not in self._listings:
            newest_first = sorted(self._texts[name], reverse=True)
            self._listings[name] = Versions(self._candidate(name, each) for each in newest_first)
        return Known(self._listings[name])

    def pinned(self, name: NormalizedName, version: Version) -> Fact[Versions]:
        if name in self.unknown:
            return self.obstacle
        if name not in self.packages:
            return Absent()
        key = (name, version)
        if key not in self._pins:
            found = [
                self._candidate(name, each)
                for each in sorted(self._texts[name], reverse=True)
                if each == version or (not version.local and Version(each.public) == version)
            ]
            self._pins[key] = Known(Versions(found)) if found else Absent()
        return self._pins[key]

    def dependencies(
        self, name: NormalizedName, version: Version, extra: str
    ) -> Fact[tuple[Dependency, ...]]:
        text, needs = self._texts.get(name, {}).get(version, (str(version), ()))
        if f"{name} {text}" in self.unknown or version not in self._texts.get(name, {}):
            return self.obstacle
        key = (name, version, extra)
        if key not in self._dependencies:
            self._dependencies[key] = Known(self._read(needs, extra))
        return self._dependencies[key]

    def _read(self, needs: Sequence[str], extra: str) -> tuple[Dependency, ...]:
        found = []
        for text in needs:
            parsed, dependency = _parsed(text)
            marker = parsed.marker
            if marker is None:
                holds = not extra
            else:
                without = marker.evaluate({**self._environment, "extra": ""})
                holds = (
                    not without and marker.evaluate({**self._environment, "extra": extra})
                    if extra
                    else without
                )
            if holds:
                found.append(dependency)
        return tuple(found)


@cache
def _parsed(text: str) -> tuple[Parsed, Dependency]:
    parsed = Parsed(text)
    return parsed, Dependency(
        canonicalize_name(parsed.name),
        str(parsed.specifier),
        tuple(sorted(map(canonicalize_name, parsed.extras))),
        text.partition(";")[0].strip(),
        direct=parsed.url is not None,
    )


def line(text: str, origin: object = None, *, constraint: bool = False) -> Requirement:
    """Return a requirement as the caller makes it from a line."""
    parsed = Parsed(text)
    return Requirement(
        canonicalize_name(parsed.name),
        str(parsed.specifier),
        tuple(sorted(map(canonicalize_name, parsed.extras))),
        origin if origin is not None else text,
        constraint=constraint,
    )


def problem(text: str) -> Problem:
    """Return the problem of a file; a line that begins with `-c ` is a constraint.

    The origin of a line is its number, from 1.
    """
    lines = []
    for number, written in enumerate(text.strip().splitlines(), 1):
        constraint = written.startswith("-c ")
        if written.strip():
            lines.append(line(written.removeprefix("-c "), number, constraint=constraint))
    return Problem(tuple(lines))
