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
    from pinwise.index.types import DistributionFile, Shapes


def releases_of(records: Sequence[PageRecord]) -> LazyReleases:
    """Return the union of what the records list.

    Args:
        records: in the order of precedence; of files with one name the first counts.
    """
    return StoredReleases(tuple(record for record in records if record.versions))


class StoredReleases(LazyReleases):
    """The releases that some records list together, newest first.

    Counting and looking one version up parse no version; going through the first n parses n of
    them. Safe from any thread: two that build the same release get equal ones, of which one is
    kept.
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
        places = [(record, record.position_of(key)) for record in self._records]
        return self._build(key, [(record, at) for record, at in places if at is not None])

    def holds(self, key: str) -> bool:
        """Whether there is a release with a `version_key`."""
        return any(record.position_of(key) is not None for record in self._records)

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, index: int) -> Release: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Release, ...]: ...
    def __getitem__(self, index: int | slice) -> Release | tuple[Release, ...]:
        places = range(len(self))[index]
        if isinstance(places, range):
            return tuple(map(self._at, places))
        return self._at(places)

    def __iter__(self) -> Iterator[Release]:
        return map(self._at, range(len(self)))

    def __repr__(self) -> str:
        return f"<{len(self)} releases>"

    def _at(self, position: int) -> Release:
        key = version_key(self.texts[position])
        release = self._by_key.get(key)
        if release is None and len(self._records) == 1:
            # The place is known: no search.
            release = self._build(key, [(self._records[0], position)])
        release = release or self.find(key)
        # The texts come from the records themselves.
        assert release is not None  # noqa: S101 - an invariant of this class
        return release

    def _build(self, key: str, places: Sequence[tuple[PageRecord, int]]) -> Release | None:
        if not places:
            return None
        files: dict[str, DistributionFile] = {}
        for record, position in places:
            for file in record.files(position):
                files.setdefault(file.filename, file)
        record, position = places[0]
        release = Release(Version(record.texts[position]), tuple(files.values()))
        return self._by_key.setdefault(key, release)

    @property
    def texts(self) -> list[str]:
        """The versions as the records spell them, newest first."""
        if len(self._records) == 1:
            return self._records[0].texts
        if self._texts_if_merged is None:
            self._texts_if_merged = _merged(self._records)
        return self._texts_if_merged

    @property
    def shapes(self) -> Shapes | None:
        """What the files of the versions are like, where one place alone lists them."""
        return self._records[0].read_shapes() if len(self._records) == 1 else None


def _merged(records: Sequence[PageRecord]) -> list[str]:
    """Return the versions of several records, newest first, parsing few of them.

    A private index or a folder mostly repeats some versions of a large index: only what is new
    in it has to find its place.
    """
    if not records:
        return []
    largest = max(records, key=lambda record: len(record.texts))
    new: dict[str, str] = {}
    for record in records:
        if record is largest:
            continue
        for text in record.texts:
            key = version_key(text)
            if key not in new and largest.position_of(key) is None:
                new[key] = text
    if len(new) * 16 > len(largest.texts):
        return sorted((*largest.texts, *new.values()), key=Version, reverse=True)
    merged = list(largest.texts)
    for text in new.values():
        merged.insert(_place_for(Version(text), merged), text)
    return merged


def _place_for(version: Version, newest_first: Sequence[str]) -> int:
    """Return where a version belongs, by bisection: `bisect` knows rising orders only."""
    low, high = 0, len(newest_first)
    while low < high:
        middle = (low + high) // 2
        if Version(newest_first[middle]) > version:
            low = middle + 1
        else:
            high = middle
    return low


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
