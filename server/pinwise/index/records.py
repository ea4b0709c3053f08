"""The stored form of a page: compact to keep, quick to look one version up in.

A page of thousands of links becomes three texts:

- `versions`: the distinct versions, normalized, newest first, separated by spaces;
- `body`: JSON with the files of each version as numbers into small tables, for filenames of one
  project repeat themselves but for the version;
- `artifacts`: what only a download or a hash rewrite needs (addresses, hashes, sizes), compressed,
  and kept apart so that reading the other two stays cheap.

Reading a pinned version costs one `json.loads` and a dictionary; `packaging` parses only the
versions that are looked at.
"""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from packaging.version import InvalidVersion, Version

from pinwise.index.filenames import split_filename
from pinwise.index.types import Artifact, DistributionFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.utils import NormalizedName

    from pinwise.index.links import Link, Page

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TRAILING_ZEROS = re.compile(r"(?:\.0)+(?=[abr ]|\.post|\.dev|$)")


@dataclass(frozen=True)
class PageRecord:
    """What one source said of one project.

    Attributes:
        known: False where the source said that it has no such project; all texts are then "".
        fetched_at: when it was said, in seconds since the epoch.
        etag: the validator to send back as `If-None-Match`, "" without.
        last_modified: likewise for `If-Modified-Since`.
        artifacts: "" also where the store has not been asked for it.
    """

    known: bool
    fetched_at: float
    versions: str = ""
    body: str = ""
    status: str = ""
    etag: str = ""
    last_modified: str = ""
    artifacts: bytes = b""

    @cached_property
    def texts(self) -> list[str]:
        """The versions as texts, newest first."""
        return self.versions.split()

    @cached_property
    def position(self) -> dict[str, int]:
        """Where in `texts` a version stands, by its `version_key`."""
        return {key: i for i, key in enumerate(_keys_of(self.versions))}

    def files(self, position: int) -> tuple[DistributionFile, ...]:
        """Return the files of the version at `position`, in the order of the page."""
        text = self.texts[position]
        tables, ends = self._tables, self._ends
        names, requires, reasons = tables["names"], tables["requires"], tables["reasons"]
        rows = tables["files"][ends[position - 1] * 4 if position else 0 : ends[position] * 4]
        found = []
        for i in range(0, len(rows), 4):
            name, tags = names[rows[i]]
            uploaded = rows[i + 3]
            found.append(
                DistributionFile(
                    name.replace("\0", text),
                    tags,
                    requires[rows[i + 1]],
                    reasons[rows[i + 2]],
                    _EPOCH + timedelta(seconds=uploaded) if uploaded else None,
                )
            )
        return tuple(found)

    @cached_property
    def _tables(self) -> dict[str, Any]:
        tables: dict[str, Any] = json.loads(self.body)
        return tables

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(self._tables["counts"]))


def record_of(
    page: Page,
    project: NormalizedName,
    fetched_at: float,
    *,
    etag: str = "",
    last_modified: str = "",
) -> PageRecord:
    """Turn a page into its stored form, keeping the files of `project` whose names are readable.

    Cost: about 10 µs a file.
    """
    by_version: dict[Version, list[tuple[str, str, Link]]] = {}
    parsed: dict[str, Version | None] = {}
    texts: dict[Version, str] = {}
    for link in page.links:
        parts = split_filename(link.filename, project)
        if parts is None:
            continue
        spelt = parts.version
        if spelt not in parsed:
            parsed[spelt] = _version_of(spelt)
        version = parsed[spelt]
        if version is None:
            continue
        text = texts.get(version)
        if text is None:
            text = texts[version] = str(version)
        # A name that spells the version otherwise than we do is kept whole.
        name = f"{parts.before}\0{parts.after}" if spelt == text else link.filename
        by_version.setdefault(version, []).append((name, parts.tags, link))
    newest_first = sorted(by_version, reverse=True)
    names: dict[tuple[str, str], int] = {}
    requires: dict[str, int] = {}
    reasons: dict[str | None, int] = {}
    rows: list[int] = []
    for version in newest_first:
        for name, tags, link in by_version[version]:
            rows += (
                names.setdefault((name, tags), len(names)),
                requires.setdefault(link.requires_python, len(requires)),
                reasons.setdefault(link.yanked, len(reasons)),
                _seconds(link.uploaded),
            )
    tables = {
        "names": list(names),
        "requires": list(requires),
        "reasons": list(reasons),
        "counts": [len(by_version[version]) for version in newest_first],
        "files": rows,
    }
    return PageRecord(
        known=True,
        fetched_at=fetched_at,
        versions=" ".join(texts[version] for version in newest_first),
        body=json.dumps(tables, separators=(",", ":")),
        status=page.status,
        etag=etag,
        last_modified=last_modified,
        artifacts=_pack(page, (link for v in newest_first for _, _, link in by_version[v])),
    )


def version_key(version: Version | str) -> str:
    """Return a text that is the same for versions that PEP 440 calls equal: `1.0` and `1.0.0`.

    A text must be normalized already.
    """
    text = str(version)
    if ".0" not in text:
        return text
    public, plus, local = text.partition("+")
    return _TRAILING_ZEROS.sub("", public) + plus + local


def read_artifacts(packed: bytes) -> Iterator[Artifact]:
    """Read the `artifacts` of a record, in the order of its files."""
    if not packed:
        return
    base, *lines = zlib.decompress(packed).decode().split("\n")
    for line in lines:
        filename, href, hashes, metadata, size = line.split("\t")
        yield Artifact(
            filename,
            href if href.startswith("https://") else urljoin(base, href),
            _hash_table(hashes),
            None if metadata == "-" else _hash_table(metadata),
            int(size) if size else None,
        )


def _pack(page: Page, links: Iterator[Link]) -> bytes:
    lines = [page.base]
    for link in links:
        metadata = "-" if link.metadata is None else link.metadata
        size = "" if link.size < 0 else str(link.size)
        line = f"{link.filename}\t{link.href}\t{link.hashes}\t{metadata}\t{size}"
        if line.count("\t") == 4 and "\n" not in line:  # noqa: PLR2004 - the five fields
            lines.append(line)
    return zlib.compress("\n".join(lines).encode("utf-8", "replace"), 1)


def _hash_table(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(",") if "=" in part)
    return {name: digest for name, _, digest in pairs}


def _keys_of(versions: str) -> list[str]:
    if ".0" not in versions:
        return versions.split()
    if "+" in versions:
        return [version_key(text) for text in versions.split()]
    return _TRAILING_ZEROS.sub("", versions).split()


def _version_of(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _seconds(moment: str) -> int:
    """Return an ISO 8601 moment in whole seconds since the epoch, 0 where there is none."""
    if not moment:
        return 0
    try:
        # Python 3.10 does not read the "Z" of PEP 700, nor fractions of other lengths than 3 and
        # 6 digits; the fraction is of no interest.
        parsed = datetime.fromisoformat(moment[:19])
    except ValueError:
        return 0
    return int((parsed.replace(tzinfo=timezone.utc) - _EPOCH).total_seconds())
