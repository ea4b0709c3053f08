"""What shall hold together: the lines of a project's files, as plain data."""

from __future__ import annotations

from dataclasses import field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from pinwise.base.records import record
from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from packaging.utils import NormalizedName

    from pinwise.base.facts import Fact
    from pinwise.resolver.provider import Dependency


@record(frozen=True)
class Opaque:
    """What a URL, VCS, editable or path requirement is, as far as it can be told statically.

    Attributes:
        version: None where only a build would tell it.
        dependencies: what it needs by extra, "" for none; an extra that is missing here is not
            known, and neither is anything where the mapping is empty.
        shown: what the line is called in a sentence where it tells no name: `-e .`; "" else.
    """

    version: Version | None = None
    dependencies: Mapping[str, Fact[tuple[Dependency, ...]]] = field(default_factory=dict)
    shown: str = ""


@record(frozen=True, eq=False)
class Requirement:
    """One line that asks for a package, or with `constraint` only bounds it.

    Two lines with the same words are two requirements: they are compared by identity.

    Attributes:
        specifier: PEP 440 text; one that `packaging` cannot read excludes nothing.
        extras: normalized; those of a constraint count for nothing, as in pip.
        origin: whatever the caller wants to find again: file, line, text.
        opaque: set where the line names a thing and not a project of an index.
        constraint: from a `-c` file.
    """

    name: NormalizedName
    specifier: str = ""
    extras: tuple[str, ...] = ()
    origin: object = None
    opaque: Opaque | None = None
    constraint: bool = False

    @cached_property
    def pin(self) -> Version | None:
        """The version of an exact pin, `==1.0`; None for `==1.*`, `===` and ranges."""
        if self.opaque is not None:
            return None
        return pinned_version(self.specifier)

    @cached_property
    def shown(self) -> str:
        """The requirement as a person would write it, without its marker."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"{self.name}{extras}{self.specifier}"

    def with_specifier(self, specifier: str) -> Requirement:
        """Return the same line with other versions."""
        return replace(self, specifier=specifier, opaque=None)


@lru_cache(maxsize=8192)
def pinned_version(specifier: str) -> Version | None:
    """Return the version of the first `==` without a wildcard in a specifier, or None."""
    if "==" not in specifier:
        return None
    for part in specifier_set(specifier) or ():
        if part.operator == "==" and not part.version.endswith(".*"):
            try:
                return Version(part.version)
            except InvalidVersion:  # pragma: no cover - `packaging` has read it already
                return None
    return None


@lru_cache(maxsize=8192)
def pins(specifier: str) -> bool:
    """Return whether pip calls a specifier pinned, which admits yanked versions (PEP 592)."""
    return "==" in specifier and any(
        part.operator == "===" or (part.operator == "==" and not part.version.endswith(".*"))
        for part in specifier_set(specifier) or ()
    )


@lru_cache(maxsize=8192)
def names_prerelease(specifier: str) -> bool:
    """Return whether a specifier names a pre-release, which makes all of them ordinary."""
    found = specifier_set(specifier) if specifier else None
    return bool(found is not None and found.prereleases)


@record(frozen=True)
class Problem:
    """The requirements and constraints of one target, and what to prefer.

    Attributes:
        requirements: in the order of the files; whether a line's marker holds on the target was
            decided by the caller, who leaves the others out.
        preferred: the version to try first, by name: what is installed, say.
        prereleases: what pip's options say, by name: True admits pre-releases as if they were
            final, False never; a name that is missing follows pip's default, by which they come
            after all final versions unless a specifier names one.
        yanked: whether yanked versions are ordinary last resorts, which pip only does for pins.
    """

    requirements: tuple[Requirement, ...]
    preferred: Mapping[NormalizedName, Version] = field(default_factory=dict)
    prereleases: Mapping[NormalizedName, bool] = field(default_factory=dict)
    yanked: bool = False

    @cached_property
    def lines_of(self) -> Mapping[NormalizedName, tuple[Requirement, ...]]:
        """The requirements and constraints of each name."""
        found: dict[NormalizedName, list[Requirement]] = {}
        for requirement in self.requirements:
            found.setdefault(requirement.name, []).append(requirement)
        return {name: tuple(lines) for name, lines in found.items()}

    def only(self, requirements: Iterable[Requirement]) -> Problem:
        """Return the same problem with these requirements instead."""
        return replace(self, requirements=tuple(requirements))

    def without(self, dropped: Iterable[Requirement]) -> Problem:
        """Return the same problem without some of its requirements."""
        gone = set(dropped)
        return self.only(line for line in self.requirements if line not in gone)

    def replacing(self, changes: Mapping[Requirement, Requirement | None]) -> Problem:
        """Return the same problem with some requirements changed, or left out (None)."""
        changed = (changes.get(line, line) for line in self.requirements)
        return self.only(line for line in changed if line is not None)
