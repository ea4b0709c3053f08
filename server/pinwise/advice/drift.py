"""How far a compiled file has drifted from what it was compiled from.

Only what is certain is told. A compiler judges markers for a Python and a platform of its own,
drops extras, merges lines and leaves packages out, so that a line with a marker, a file with
overrides or a source that cannot be read in full say little.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from packaging.utils import canonicalize_name

from pinwise.advice.context import Located
from pinwise.advice.versions import pin_of
from pinwise.base.facts import Known
from pinwise.manifests.compile_command import Compiler
from pinwise.manifests.declarations import Role
from pinwise.resolver.clash import specifier_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
    """A pin that nothing asks for any more.

    Attributes:
        because: the packages that it was there for, which nothing asks for either; empty where it
            was a source itself that asked for it, or no comment says who did.
        files: the files that asked for it, as its comment names them.
    """

    pin: Located
    because: tuple[NormalizedName, ...] = ()
    files: tuple[str, ...] = ()


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
        """Yield each pin that nothing asks for any more; nothing unless all sources are read."""
        if not self._compilation.complete:
            return
        vias = self._compilation.compiled.vias
        asked = {wish.declaration.name for wish in self.wishes if wish.role is Role.REQUIREMENT}
        needed = self._needed_by_comments(asked) if vias else self._needed_by_metadata(asked)
        if needed is None:
            return
        for name, pins in self.pins.items():
            if name in needed:
                continue
            for pin in pins:
                said = vias.get(pin.declaration.span.start, ())
                because = tuple(via.package for via in said if via.package is not None)
                files = tuple(via.file for via in said if via.file and not via.bounds)
                yield Extra(pin, because, files)

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
        return frozenset(member.document.path for tree in sources for member in tree.members)

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
            for pin in self.pins[name]:
                version = self._version(pin)
                fact = self._ctx.peek(name, version) if version is not None else None
                if not isinstance(fact, Known):
                    return None
                found = map(_NAME.match, fact.value.requires_dist)
                names = (canonicalize_name(match[0]) for match in found if match)
                waiting += (other for other in names if other in self.pins)
        return needed
