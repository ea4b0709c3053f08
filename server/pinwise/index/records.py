"""The stored form of a page: compact to keep, quick to look one version up in.

A page of thousands of links becomes:

- `versions`: the distinct versions, normalized, newest first, separated by spaces;
- `tables`: JSON with what files repeat: names but for the version, specifiers, reasons;
- `rows`: numbers of 32 bits, first where the files of each version end, then four for each file:
  its places in the three tables, and the second in which it was uploaded;
- `shapes`: what the files of all versions are like (`shapes`), for whoever judges all of them;
- `artifacts`: what only a download or a hash rewrite needs (addresses, hashes, sizes), compressed,
  and kept apart so that reading the others stays cheap.

Looking a version up is a search in the first text; its files are then at hand by their numbers,
and `packaging` parses only the versions that are looked at.
"""

from __future__ import annotations

import json
import re
import zlib
from array import array
from datetime import date, datetime, timedelta, timezone
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from packaging.version import InvalidVersion, Version

from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.index.filenames import split_filenames
from pinwise.index.shapes import read_shapes, stored_shapes
from pinwise.index.types import Artifact, DistributionFile

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from packaging.utils import NormalizedName

    from pinwise.index.links import Link, Page
    from pinwise.index.types import Shapes

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TRAILING_ZEROS = re.compile(r"(?:\.0)+(?=[abr ]|\.post|\.dev|$)")


@record(frozen=True)
class PageRecord:
    """What one source said of one project.

    Attributes:
        known: False where the source said that it has no such project; all texts are then "".
        fetched_at: when it was said, in seconds since the epoch.
        etag: the validator to send back as `If-None-Match`, "" without.
        last_modified: likewise for `If-Modified-Since`.
        artifacts: "" also where the store has not been asked for it.
        notes: JSON with what few pages tell (`Notes`), "" mostly.
    """

    known: bool
    fetched_at: float
    versions: str = ""
    tables: str = ""
    rows: bytes = b""
    shapes: str = ""
    status: str = ""
    etag: str = ""
    last_modified: str = ""
    artifacts: bytes = b""
    notes: str = ""

    @cached_property
    def texts(self) -> list[str]:
        """The versions as texts, newest first."""
        return self.versions.split()

    def position_of(self, key: str) -> int | None:
        """Return where in `texts` the version with a `version_key` stands, None if nowhere.

        Costs microseconds, some ten of them for thousands of versions.
        """
        # A version without zeros at its end, as most are, stands there as its own key.
        keys = f" {self.versions} "
        at = keys.find(f" {key} ")
        if at < 0 and ".0" in keys:
            keys = self._keys
            at = keys.find(f" {key} ")
        return None if at < 0 else keys.count(" ", 0, at)

    def files(self, position: int) -> tuple[DistributionFile, ...]:
        """Return the files of the version at `position`, in the order of the page."""
        text, numbers = self.texts[position], self._numbers
        names, requires, reasons = self._decoded
        count = len(self.texts)
        first = numbers[position - 1] if position else 0
        found = []
        for i in range(count + 4 * first, count + 4 * numbers[position], 4):
            name, tags = names[numbers[i]]
            uploaded = numbers[i + 3]
            found.append(
                DistributionFile(
                    name.replace("\0", text),
                    tags,
                    requires[numbers[i + 1]],
                    reasons[numbers[i + 2]],
                    _EPOCH + timedelta(seconds=uploaded) if uploaded else None,
                )
            )
        return tuple(found)

    def read_shapes(self) -> Shapes | None:
        """Return what the files of all versions are like, read anew; None where that is large."""
        return read_shapes(self.shapes) if self.shapes else None

    @cached_property
    def _keys(self) -> str:
        """The `version_key`s in the order of `texts`, each with a space on both sides."""
        text = self.versions
        if ".0" in text:
            if "+" in text:
                text = " ".join(version_key(each) for each in text.split())
            else:
                text = _TRAILING_ZEROS.sub("", text)
        return f" {text} "

    @cached_property
    def _numbers(self) -> memoryview:
        # The cache belongs to one machine, so that its order of bytes need not be told.
        return memoryview(self.rows).cast("I")

    @cached_property
    def _decoded(self) -> tuple[list[tuple[str, str]], list[str], list[str | None]]:
        names, requires, reasons = json.loads(self.tables)
        return names, requires, reasons


class Notes(NamedTuple):
    """What few pages tell besides their files; see `Page`."""

    status_reason: str = ""
    tracks: Sequence[str] = ()
    alternate_locations: Sequence[str] = ()


def record_of(
    page: Page,
    project: NormalizedName,
    fetched_at: float,
    *,
    etag: str = "",
    last_modified: str = "",
) -> PageRecord:
    """Turn a page into its stored form, keeping the files of `project` whose names are readable.

    Cost: about 7 µs a file.
    """
    by_version: dict[Version, list[tuple[str, str, Link]]] = {}
    texts: dict[Version, str] = {}
    spellings: dict[str, tuple[str, list[tuple[str, str, Link]]] | None] = {}
    filenames = [link.filename for link in page.links]
    for link, parts in zip(page.links, split_filenames(filenames, project), strict=True):
        if parts is None:
            continue
        before, spelt, after, tags = parts
        if spelt not in spellings:
            version = _version_of(spelt)
            if version is None:
                spellings[spelt] = None
            else:
                text = texts.setdefault(version, str(version))
                spellings[spelt] = text, by_version.setdefault(version, [])
        entry = spellings[spelt]
        if entry is None:
            continue
        # A name that spells the version otherwise than we do is kept whole.
        name = f"{before}\0{after}" if spelt == entry[0] else link.filename
        entry[1].append((name, tags, link))
    newest_first = sorted(by_version, reverse=True)
    names: dict[tuple[str, str], int] = {}
    requires: dict[str, int] = {}
    reasons: dict[str | None, int] = {}
    seconds = _Seconds().of
    numbers: list[int] = []
    ordered: list[Link] = []
    ends: list[int] = []
    for version in newest_first:
        for name, tags, link in by_version[version]:
            ordered.append(link)
            numbers += (
                names.setdefault((name, tags), len(names)),
                requires.setdefault(link.requires_python, len(requires)),
                reasons.setdefault(link.yanked, len(reasons)),
                seconds(link.uploaded),
            )
        ends.append(len(ordered))
    return PageRecord(
        known=True,
        fetched_at=fetched_at,
        versions=" ".join(texts[version] for version in newest_first),
        tables=json.dumps([list(names), list(requires), list(reasons)], separators=(",", ":")),
        rows=array("I", ends + numbers).tobytes(),
        shapes=stored_shapes(
            ((tags, link.requires_python, link.yanked) for _, tags, link in by_version[version])
            for version in newest_first
        ),
        status=page.status,
        etag=etag,
        last_modified=last_modified,
        artifacts=_pack(page.base, ordered),
        notes=_notes_of(page),
    )


def read_notes(notes: str) -> Notes:
    """Read the `notes` of a record."""
    return Notes(*json.loads(notes)) if notes else Notes()


def _notes_of(page: Page) -> str:
    notes = Notes(page.status_reason, page.tracks, page.alternate_locations)
    return json.dumps(notes, separators=(",", ":")) if any(notes) else ""


@lru_cache(maxsize=16_384)
def version_key(version: Version | str) -> str:
    """Return a text that is the same for versions that PEP 440 calls equal: `1.0` and `1.0.0`.

    A text must be normalized already. Remembered, because a solve asks for each version anew.
    """
    text = str(version)
    if ".0" not in text:
        return text
    public, plus, local = text.partition("+")
    return _TRAILING_ZEROS.sub("", public) + plus + local


def read_artifacts(packed: bytes, wanted: Container[str] | None = None) -> Iterator[Artifact]:
    """Read the `artifacts` of a record, in the order of its files.

    Args:
        packed: as they are stored.
        wanted: the names of the files that are read, which costs less; None for all.
    """
    if not packed:
        return
    base, *lines = zlib.decompress(packed).decode().split("\n")
    for line in lines:
        if wanted is not None and line.partition("\t")[0] not in wanted:
            continue
        filename, href, hashes, metadata, size = line.split("\t")
        yield Artifact(
            filename,
            href if href.startswith("https://") else urljoin(base, href),
            _hash_table(hashes),
            None if metadata == "-" else _hash_table(metadata),
            int(size) if size else None,
        )


def _pack(base: str, links: list[Link]) -> bytes:
    lines = [
        f"{name}\t{href}\t{hashes}\t{'-' if metadata is None else metadata}"
        f"\t{'' if size < 0 else size}"
        for name, href, hashes, _, _, _, metadata, size in links
    ]
    text = "\n".join((base, *lines))
    if text.count("\t") != 4 * len(lines) or text.count("\n") != len(lines):
        # Hardly any page has an address with such a character.
        text = "\n".join(
            (base, *(line for line in lines if line.count("\t") == 4 and "\n" not in line))  # noqa: PLR2004 - the five fields
        )
    # Compressing lets other threads run meanwhile.
    return zlib.compress(text.encode("utf-8", "replace"), 1)


def _hash_table(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(",") if "=" in part)
    return {name: digest for name, _, digest in pairs}


def _version_of(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


class _Seconds:
    """Reads ISO 8601 moments, of which many fall into one minute: that of a release."""

    def __init__(self) -> None:
        self._minutes: dict[str, int] = {}

    def of(self, moment: str) -> int:
        """Return a moment in whole seconds since the epoch, 0 where it is none.

        The fraction and the zone are not read: PEP 700 has UTC only.
        """
        if not moment:
            return 0
        minute = self._minutes.get(moment[:16])
        try:
            if minute is None:
                minute = self._minutes[moment[:16]] = self._minute_of(moment)
            return max(0, minute + int(moment[17:19]))
        except ValueError:
            return 0

    @staticmethod
    def _minute_of(moment: str) -> int:
        days = date.fromisoformat(moment[:10]).toordinal() - _EPOCH.toordinal()
        return days * 86_400 + int(moment[11:13]) * 3600 + int(moment[14:16]) * 60
