"""How far a compiled file has drifted from what it was compiled from.

Only what is certain is told. A compiler judges markers for a Python and a platform of its own,
drops extras, merges lines and leaves packages out, so that a line with a marker, a file with
overrides or a source that cannot be read in full say little.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.advice.context import Located
from pinwise.advice.versions import pin_of
from pinwise.base.facts import Known
from pinwise.base.tuples import NamedTuple
from pinwise.manifests.compile_command import Compiler
from pinwise.manifests.declarations import Role
from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.manifests.compiled import Via
    from pinwise.project.compilation import Compilation

_UNSAFE = frozenset(map(canonicalize_name, ("pip", "setuptools", "distribute")))
"""What pip-compile leaves out by default, where it says so only in a comment."""

_PLATFORM_ALONE = re.compile(r"\b(?:python_|implementation_|platform_python|extra\b)")
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")


class Stale(NamedTuple):
    """A line of a source that a pin does not satisfy."""

    line: Located
    pin: Located
    version: Version


class Extra(NamedTuple):
    """A pin that lost what asked for it: who compiles again may be rid of it.

    Attributes:
        files: the files that asked for it, as its comment names them; empty where no comment
            says who did.
        because: packages that need it and that nothing asks for either: there is only that circle.
        brought: how many other pins are there because of this one alone.
        settled: whether these are certain to go; not where the sources ask for something new,
            which may need any of them.
    """

    pin: Located
    files: tuple[str, ...] = ()
    because: tuple[NormalizedName, ...] = ()
    brought: int = 0
    settled: bool = True


class Drift:
    """The comparison of one compiled file with its sources. Linear in their lines.

    Args:
        ctx: for markers, and for what packages need where no comment says it.
        compilation: the two sides.
    """

    def __init__(self, ctx: Context, compilation: Compilation) -> None:
        self._ctx = ctx
        self._compilation = compilation

    @cached_property
    def wishes(self) -> tuple[Located, ...]:
        """The lines of the sources, constraints among them, that pip accepts; each once."""
        found: dict[tuple[Path, int, Role], Located] = {}
        for source in self._compilation.sources:
            for member in source.members:
                if member.document.prose or member.document == self._compilation.output:
                    continue
                for declaration in member.document.declarations(member.role):
                    located = Located(member.document, declaration, member.role, member.via)
                    if declaration.clean and not located.takes_variable:
                        key = located.path, declaration.span.start, member.role
                        found.setdefault(key, located)
        for project in self._compilation.projects:
            for declaration in project.document.declarations(Role.REQUIREMENT):
                located = Located(project.document, declaration, Role.REQUIREMENT)
                if declaration.clean and not located.takes_variable:
                    found[located.path, declaration.span.start, Role.REQUIREMENT] = located
        return tuple(found.values())

    @cached_property
    def pins(self) -> Mapping[NormalizedName, tuple[Located, ...]]:
        """The lines of the compiled file by name."""
        output = self._compilation.output
        found: dict[NormalizedName, list[Located]] = {}
        for declaration in output.declarations(Role.REQUIREMENT):
            located = Located(output, declaration, Role.REQUIREMENT)
            found.setdefault(declaration.name, []).append(located)
        return {name: tuple(lines) for name, lines in found.items()}

    def stale(self) -> Iterator[Stale]:
        """Yield each line of a source with each pin that it excludes."""
        if self._replaced():
            return
        for wish in self.wishes:
            pins = self.pins.get(wish.declaration.name, ())
            if not pins or not wish.from_index:
                continue
            specifiers = specifier_set(wish.declaration.requirement.specifier)
            if specifiers is None or not self._certain(wish):
                continue
            marked = wish.declaration.requirement.marker is not None
            for pin in pins:
                if marked and self._ctx.applies(pin.declaration) is not True:
                    continue
                version = self._version(pin)
                if version is not None and not specifiers.contains(version, prereleases=True):
                    yield Stale(wish, pin, version)

    def missing(self) -> Iterator[Located]:
        """Yield each line of a source whose package the compiled file does not have."""
        if self._replaced():
            return
        left_out = self._compilation.compiled.left_out
        command = self._compilation.compiled.command
        if command is None or command.compiler is not Compiler.UV:
            left_out |= _UNSAFE
        for wish in self.wishes:
            name = wish.declaration.name
            asked = wish.role is Role.REQUIREMENT and self._certain(wish)
            if asked and name not in self.pins and name not in left_out:
                yield wish

    def extra(self) -> Iterator[Extra]:
        """Yield each pin that nothing asks for any more, but for those that go with another.

        Nothing unless all sources are read. Where these ask for something new, whose needs nobody
        has worked out, only what they asked for themselves before.
        """
        if not self._compilation.complete:
            return
        vias = self._compilation.compiled.vias
        asked = {wish.declaration.name for wish in self.wishes if wish.role is Role.REQUIREMENT}
        needed = self._needed_by_comments(asked) if vias else self._needed_by_metadata(asked)
        if needed is None:
            return
        gone = [name for name in self.pins if name not in needed]
        asking = {name: self._said(name) for name in gone}
        needing = (
            self._needing(gone)
            if not vias
            else {
                name: [via.package for via in said if via.package in asking]
                for name, said in asking.items()
            }
        )
        roots = [
            name
            for name in gone
            if not needing[name] or any(via.file and not via.bounds for via in asking[name])
        ]
        brought = _brought(roots, gone, needing)
        # Of a circle that no other leads to, the first stands for the others.
        roots += [name for name in gone if name not in brought and name not in roots][:1]
        settled = not self._asks_anew(asked)
        for name in roots:
            files = tuple(via.file for via in asking[name] if via.file and not via.bounds)
            if not files and not settled:
                continue
            because = tuple(dict.fromkeys(needing[name])) if not files else ()
            count = sum(owner == name for owner in brought.values())
            for pin in self.pins[name]:
                yield Extra(pin, files, because, count, settled)

    def _said(self, name: NormalizedName) -> list[Via]:
        """Return what the comments say of who asks for a package."""
        vias = self._compilation.compiled.vias
        return [via for pin in self.pins[name] for via in vias.get(pin.declaration.span.start, ())]

    def _asks_anew(self, asked: set[NormalizedName]) -> bool:
        """Return whether the sources ask for what was not compiled: other packages or versions."""
        left_out = self._compilation.compiled.left_out | _UNSAFE
        if any(name not in self.pins and name not in left_out for name in asked):
            return True
        return any(found.line.role is Role.REQUIREMENT for found in self.stale())

    def _needing(
        self, gone: Sequence[NormalizedName]
    ) -> dict[NormalizedName, list[NormalizedName]]:
        """Return which of some packages need each of them, after the metadata of their pins."""
        needing: dict[NormalizedName, list[NormalizedName]] = {name: [] for name in gone}
        for name in gone:
            for other in self._needs(name) or ():
                if other in needing and other != name:
                    needing[other].append(name)
        return needing

    def _replaced(self) -> bool:
        """Return whether the call replaces what the sources say with something else."""
        command = self._compilation.compiled.command
        return command is not None and command.has(
            "--override", "--overrides", "--exclude", "--excludes"
        )

    def _certain(self, wish: Located) -> bool:
        """Return whether a line counted when the file was compiled, wherever that was.

        A marker about the platform alone counts in a file for all platforms if it holds here.
        """
        marker = wish.declaration.requirement.marker
        if marker is None or not marker.text.strip():
            return True
        command = self._compilation.compiled.command
        if command is None or not command.has("--universal"):
            return False
        if _PLATFORM_ALONE.search(marker.text):
            return False
        return self._ctx.applies(wish.declaration) is True

    def _version(self, pin: Located) -> Version | None:
        """Return the version that a line pins; None where that is not certain."""
        requirement = pin.declaration.requirement
        if not pin.declaration.clean or not pin.from_index or pin.takes_variable:
            return None
        said = self._compilation.compiled.vias.get(pin.declaration.span.start, ())
        if any(via.overrides for via in said):
            return None
        found = pin_of(requirement)
        return found.version if found is not None else None

    def _needed_by_comments(self, asked: set[NormalizedName]) -> set[NormalizedName]:
        """Return the packages that somebody asks for, after their comments.

        A comment that is missing, or names somebody who is not known, asks.
        """
        needed: set[NormalizedName] = set()
        dependents: dict[NormalizedName, list[NormalizedName]] = {}
        for name, pins in self.pins.items():
            for pin in pins:
                said = self._compilation.compiled.vias.get(pin.declaration.span.start, ())
                asking = [via for via in said if not via.bounds]
                if name in asked or not asking or any(map(self._asks, asking)):
                    needed.add(name)
                for via in asking:
                    if via.package is not None:
                        dependents.setdefault(via.package, []).append(name)
        waiting = list(needed)
        while waiting:
            for name in dependents.get(waiting.pop(), ()):
                if name not in needed:
                    needed.add(name)
                    waiting.append(name)
        return needed

    def _asks(self, via: Via) -> bool:
        """Return whether somebody asks whatever the sources say: one who is not known."""
        if via.package is not None:
            return via.package not in self.pins
        return self._compilation.files.get(via.file or "") not in self._read

    @cached_property
    def _read(self) -> frozenset[Path]:
        """The files whose lines are all known."""
        sources = self._compilation.sources
        projects = self._compilation.projects
        return frozenset(
            {member.document.path for tree in sources for member in tree.members}
            | {project.document.path for project in projects if project.complete}
        )

    def _needed_by_metadata(self, asked: set[NormalizedName]) -> set[NormalizedName] | None:
        """Return what the sources lead to, after the metadata of the pins.

        Markers and extras are taken to hold, so that rather too much is needed. None where the
        metadata of any of it is not known.
        """
        needed: set[NormalizedName] = set()
        waiting = [name for name in asked if name in self.pins]
        while waiting:
            name = waiting.pop()
            if name in needed:
                continue
            needed.add(name)
            needs = self._needs(name)
            if needs is None:
                return None
            waiting += needs
        return needed

    def _needs(self, name: NormalizedName) -> list[NormalizedName] | None:
        """Return which pinned packages the pins of a package need; None where that is not known."""
        found: list[NormalizedName] = []
        for pin in self.pins[name]:
            version = self._version(pin)
            fact = self._ctx.peek(name, version) if version is not None else None
            if not isinstance(fact, Known):
                return None
            matches = map(_NAME.match, fact.value.requires_dist)
            names = (canonicalize_name(match[0]) for match in matches if match)
            found += (other for other in names if other in self.pins)
        return found


def _brought(
    roots: Sequence[NormalizedName],
    gone: Sequence[NormalizedName],
    needing: Mapping[NormalizedName, Sequence[NormalizedName]],
) -> dict[NormalizedName, NormalizedName | None]:
    """Return which of some packages is there because of which root; None for several of them.

    Linear in the needs: what becomes of a package changes at most twice.
    """
    needs: dict[NormalizedName, list[NormalizedName]] = {}
    for name in gone:
        for other in needing[name]:
            needs.setdefault(other, []).append(name)
    own = set(roots)
    found: dict[NormalizedName, NormalizedName | None] = {}
    waiting: list[tuple[NormalizedName, NormalizedName | None]] = [(name, name) for name in roots]
    while waiting:
        name, owner = waiting.pop()
        for other in needs.get(name, ()):
            if other in own:
                continue
            reached = owner if found.get(other, owner) == owner else None
            if other not in found or found[other] != reached:
                found[other] = reached
                waiting.append((other, reached))
    return found
