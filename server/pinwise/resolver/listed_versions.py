"""The versions of a whole listing, read only where they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, overload

from packaging.version import Version

from pinwise.resolver.sorted_masks import sorted_mask_of
from pinwise.resolver.versions import Candidate, Versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PRERELEASE = ("a", "b", "rc", "dev")
"""What the public part of a normalized pre-release has in it, and no other version."""


class ListedVersions(Versions):
    """As `Versions`, of thousands of versions of which few are ever compared.

    Args:
        texts: the versions, normalized, newest first by PEP 440.
        judged: what is held against each of them; a version in it is not looked at, so that
            versions of which the same is said can share one.
        prereleases: whether pip was told to take pre-releases as if they were final.
    """

    def __init__(
        self, texts: Sequence[str], judged: Sequence[Candidate], *, prereleases: bool = False
    ) -> None:
        self._texts = texts
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
        public = (text.partition("+")[0] for text in self._texts)
        return self._where(any(word in text for word in _PRERELEASE) for text in public)

    @cached_property
    def yanked(self) -> int:
        """The mask of the yanked versions."""
        return self._where(each.yanked for each in self._judged)

    @cached_property
    def last(self) -> int:
        """The mask of the versions that come after all others."""
        return self._where(each.last for each in self._judged)

    @cached_property
    def obstacles(self) -> Mapping[str, int]:
        """The mask of the versions that each obstacle concerns."""
        return self._by_obstacle(self._judged)

    def offered(self) -> Iterable[Candidate]:
        """Yield the candidates; reads every version."""
        for version, judged in zip(self.versions, self._judged, strict=True):
            yield replace(judged, version=version)

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
