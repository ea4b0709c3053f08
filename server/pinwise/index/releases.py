"""The releases of a listing, built from stored pages where they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, overload

from packaging.version import Version

from pinwise.index.records import version_key
from pinwise.index.types import LazyReleases, Release

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.index.records import PageRecord
    from pinwise.index.types import DistributionFile


def releases_of(records: Sequence[PageRecord]) -> LazyReleases:
    """Return the union of what the records list.

    Args:
        records: in the order of precedence; of files with one name the first counts.
    """
    return StoredReleases(tuple(record for record in records if record.versions))


class StoredReleases(LazyReleases):
    """The releases that some records list together, newest first.

    Counting and looking one version up parse no version; going through the first n parses n of
    them where there is one record, and all of them once where there are several. Safe from any
    thread: two that build the same release get equal ones, of which one is kept.
    """

    def __init__(self, records: tuple[PageRecord, ...]) -> None:
        self._records = records
        self._by_key: dict[str, Release] = {}
        self._texts_if_merged: list[str] | None = None

    @property
    def by_version(self) -> Mapping[Version, Release]:
        """The releases by version, each built where it is asked for."""
        return _ByVersion(self)

    def find(self, key: str) -> Release | None:
        """Return the release with a `version_key`, or None."""
        release = self._by_key.get(key)
        if release is not None:
            return release
        files: dict[str, DistributionFile] = {}
        text = ""
        for record in self._records:
            position = record.position.get(key)
            if position is None:
                continue
            text = text or record.texts[position]
            for file in record.files(position):
                files.setdefault(file.filename, file)
        if not files:
            return None
        return self._by_key.setdefault(key, Release(Version(text), tuple(files.values())))

    def holds(self, key: str) -> bool:
        """Whether there is a release with a `version_key`."""
        return any(key in record.position for record in self._records)

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, index: int) -> Release: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Release, ...]: ...
    def __getitem__(self, index: int | slice) -> Release | tuple[Release, ...]:
        if isinstance(index, slice):
            return tuple(self._release(text) for text in self._texts[index])
        return self._release(self._texts[index])

    def __iter__(self) -> Iterator[Release]:
        return map(self._release, self._texts)

    def __repr__(self) -> str:
        return f"<{len(self)} releases>"

    def _release(self, text: str) -> Release:
        release = self.find(version_key(text))
        # The text comes from the records themselves.
        assert release is not None  # noqa: S101 - an invariant of this class
        return release

    @property
    def _texts(self) -> list[str]:
        if len(self._records) == 1:
            return self._records[0].texts
        if self._texts_if_merged is None:
            distinct: dict[str, str] = {}
            for record in self._records:
                for text in record.texts:
                    distinct.setdefault(version_key(text), text)
            self._texts_if_merged = sorted(distinct.values(), key=Version, reverse=True)
        return self._texts_if_merged


class _ByVersion(Mapping[Version, Release]):
    """A mapping over releases that are not built yet."""

    def __init__(self, releases: StoredReleases) -> None:
        self._releases = releases

    def __getitem__(self, version: Version) -> Release:
        release = self._releases.find(version_key(version))
        if release is None:
            raise KeyError(version)
        return release

    def __contains__(self, version: object) -> bool:
        return isinstance(version, Version) and self._releases.holds(version_key(version))

    def __iter__(self) -> Iterator[Version]:
        return (release.version for release in self._releases)

    def __len__(self) -> int:
        return len(self._releases)
