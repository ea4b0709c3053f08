"""The versions of a whole listing, read only where they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, overload

from packaging.version import Version

from pinwise.base.patterns import late
from pinwise.resolver.sorted_masks import sorted_mask_of
from pinwise.resolver.versions import Candidate, Versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PRERELEASE = late(r"[^+]*(?:[ab]|rc|dev)")
"""Matches a normalized pre-release: its public part has one of these in it, and no other has."""


class ListedVersions(Versions):
    """As `Versions`, of thousands of versions of which few are ever compared.

    Args:
        texts: the versions, normalized, newest first by PEP 440.
        runs: how many versions in a row share what is held against them, and its place in
            `judged`; together as many as there are texts.
        judged: what is held against versions; the version in it is not looked at.
        prereleases: whether pip was told to take pre-releases as if they were final.
    """

    def __init__(
        self,
        texts: Sequence[str],
        runs: Sequence[tuple[int, int]],
        judged: Sequence[Candidate],
        *,
        prereleases: bool = False,
    ) -> None:
        self._texts = texts
        self._runs = runs
        self._judged = judged
        super().__init__((), prereleases=prereleases)

    @cached_property
    def versions(self) -> Sequence[Version]:
        """The versions, newest first."""
        return _Versions(self._texts)

    @cached_property
    def all(self) -> int:
        """The mask of every version; without "not installed"."""
        return (1 << len(self._texts) + 1) - 2

    @cached_property
    def prereleases(self) -> int:
        """The mask of the pre-releases and development releases."""
        # Most have no letter at all.
        odd = [at for at, text in enumerate(self._texts, 1) if text.islower()]
        return sum(1 << at for at in odd if _PRERELEASE.match(self._texts[at - 1]))

    @cached_property
    def yanked(self) -> int:
        """The mask of the yanked versions."""
        return self._where_judged([judged.yanked for judged in self._judged])

    @cached_property
    def last(self) -> int:
        """The mask of the versions that come after all others."""
        return self._where_judged([judged.last for judged in self._judged])

    @cached_property
    def obstacles(self) -> Mapping[str, int]:
        """The mask of the versions that each obstacle concerns."""
        found: dict[str, int] = {}
        # In the order in which the versions meet them.
        for _, place in self._runs:
            obstacle = self._judged[place].obstacle
            if obstacle and obstacle not in found:
                same = [judged.obstacle == obstacle for judged in self._judged]
                found[obstacle] = self._where_judged(same)
        return found

    def offered(self) -> Iterable[Candidate]:
        """Yield the candidates; reads every version."""
        versions = iter(self.versions)
        for count, place in self._runs:
            for version in islice(versions, count):
                yield self._judged[place]._replace(version=version)

    def _where_judged(self, flags: Sequence[bool]) -> int:
        """Return the mask of the versions whose place in `judged` is flagged."""
        found = 0
        if any(flags):
            start = 1
            for count, place in self._runs:
                if flags[place]:
                    found |= (1 << count) - 1 << start
                start += count
        return found

    def _mask(self, specifier: str) -> int:
        return sorted_mask_of(specifier, self.versions) << 1

    def bit(self, version: Version) -> int:
        """Return the mask of one version, 0 where it is not among them. O(log n)."""
        low, high = 0, len(self._texts)
        while low < high:
            middle = (low + high) // 2
            if self.versions[middle] > version:
                low = middle + 1
            else:
                high = middle
        return 2 << low if low < len(self._texts) and self.versions[low] == version else 0


class _Versions(Sequence[Version]):
    """Versions that are parsed where they are asked for, once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._read: list[Version | None] = [None] * len(texts)

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, at: int) -> Version: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Version]: ...
    def __getitem__(self, at: int | slice) -> Version | Sequence[Version]:
        if isinstance(at, slice):
            return [self[place] for place in range(len(self))[at]]
        found = self._read[at]
        if found is None:
            found = self._read[at] = Version(self._texts[at])
        return found
