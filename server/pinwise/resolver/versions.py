"""The versions of one package as bits, and specifiers as masks over them.

Bit 0 is "not installed"; bit `i` is the i-th newest version. With it a positive and a negative
statement about a package are both one plain int: "1.0 or 2.0", "anything but 1.0", "not at all".
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple
from pinwise.resolver.clash import mask_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from packaging.version import Version

NOT_INSTALLED = 1
"""The mask of bit 0."""


class Candidate(NamedTuple):
    """One version that an index offers.

    Attributes:
        yanked: whether every file of it that pip would take is yanked (PEP 592).
        obstacle: why pip would not take it for this target, as the end of a sentence that begins
            with the version: "needs Python >=3.9", "has no file for this platform"; "" where it
            would.
        last: whether every version that is neither comes before it: it is source where wheels are
            preferred, or too young to be suggested.
    """

    version: Version
    yanked: bool = False
    obstacle: str = ""
    last: bool = False


class Versions:
    """The candidates of a package and the masks of specifiers over them.

    Immutable but for its memory of masks, which makes it worth keeping as long as the listing
    stays the same: a mask belongs to the object that made it and to no other. Reading a listing
    again makes a new object.

    Args:
        candidates: newest first, by PEP 440; each version once.
        assumed: whether nobody has said that they exist. Then there may be others that differ in
            their local part or their spelling, so that a specifier that looks at these excludes
            nothing.
        prereleases: whether pip was told to take pre-releases as if they were final.
    """

    def __init__(
        self, candidates: Iterable[Candidate], *, assumed: bool = False, prereleases: bool = False
    ) -> None:
        self._candidates = tuple(candidates)
        self.assumed = assumed
        self.prereleases_wanted = prereleases
        self._masks: dict[str, int] = {"": self.all}

    def offered(self) -> Iterable[Candidate]:
        """Return the candidates, newest first. O(n), and n versions are read."""
        return self._candidates

    @cached_property
    def versions(self) -> Sequence[Version | None]:
        """The versions, newest first; None is a version that nobody knows."""
        return tuple(candidate.version for candidate in self._candidates)

    @cached_property
    def all(self) -> int:
        """The mask of every version; without "not installed"."""
        return (1 << len(self._candidates) + 1) - 2

    @cached_property
    def prereleases(self) -> int:
        """The mask of the pre-releases and development releases."""
        return self._where(candidate.version.is_prerelease for candidate in self._candidates)

    @cached_property
    def yanked(self) -> int:
        """The mask of the yanked versions."""
        return self._where(candidate.yanked for candidate in self._candidates)

    @cached_property
    def last(self) -> int:
        """The mask of the versions that come after all others."""
        return self._where(candidate.last for candidate in self._candidates)

    @cached_property
    def obstacles(self) -> Mapping[str, int]:
        """The mask of the versions that each obstacle concerns."""
        return self._by_obstacle(self._candidates)

    def mask(self, specifier: str) -> int:
        """Return the versions that a specifier admits, pre-releases and yanked ones too.

        A specifier that `packaging` cannot read admits all. O(n) once a specifier, then a look-up.
        """
        found = self._masks.get(specifier)
        if found is None:
            found = self._masks[specifier] = self._mask(specifier)
        return found

    def _mask(self, specifier: str) -> int:
        if self.assumed and ("+" in specifier or "===" in specifier):
            return self.all
        return mask_of(specifier, [candidate.version for candidate in self._candidates]) << 1

    def at(self, mask: int) -> Iterator[Version | None]:
        """Yield the versions of a mask, newest first."""
        mask &= self.all
        while mask:
            lowest = mask & -mask
            yield self.versions[lowest.bit_length() - 2]
            mask ^= lowest

    def bit(self, version: Version) -> int:
        """Return the mask of one version, 0 where it is not among them. O(n)."""
        try:
            return 2 << self.versions.index(version)
        except ValueError:
            return 0

    @staticmethod
    def _by_obstacle(candidates: Iterable[Candidate]) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for place, candidate in enumerate(candidates, 1):
            if candidate.obstacle:
                found[candidate.obstacle] = found.get(candidate.obstacle, 0) | 1 << place
        return found

    @staticmethod
    def _where(flags: Iterable[object]) -> int:
        return sum(1 << place for place, flag in enumerate(flags, 1) if flag)


class UnknownVersion(Versions):
    """One installed thing whose version nobody knows: every specifier admits it."""

    def __init__(self) -> None:
        super().__init__(())

    @cached_property
    def versions(self) -> tuple[Version | None, ...]:
        """The one version, not known."""
        return (None,)

    @cached_property
    def all(self) -> int:
        """The mask of the one version."""
        return 0b10

    def mask(self, specifier: str) -> int:  # noqa: ARG002 - as the class above
        """Return that it may satisfy any specifier."""
        return self.all
