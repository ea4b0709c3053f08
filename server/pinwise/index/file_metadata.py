"""Asks for the metadata of one file, in the cheapest way that works.

1. The metadata file that the index offers beside the file (PEP 658, PEP 714), its hash verified.
2. For a wheel, the same address tried on the chance: one large index has some without saying so.
3. For a wheel, its directory and its `METADATA`, by ranged requests (RFC 9110, 14).
4. For a source archive, `PKG-INFO` from a stream that ends there, if it says that its dependencies
   are final (PEP 643). Nothing is built.

What is read of a part of a file is not covered by the file's hash; it comes encrypted from the
host that the index names, and decides nothing but what is shown.
"""

from __future__ import annotations

import hashlib
import io
import re
import threading
from typing import TYPE_CHECKING

from pinwise.base.facts import Absent, NotChecked, Reason
from pinwise.base.sizes import size_text
from pinwise.index.archives import (
    METADATA_LIMIT,
    RangedFile,
    metadata_of_archive,
    metadata_of_wheel,
)
from pinwise.index.core_metadata import UnreadableFileError, read_core_metadata
from pinwise.index.urls import origin_of, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.index.http import Answer, HttpClient
    from pinwise.index.types import Artifact, Metadata

TAIL = 64 * 1024
"""Bytes from the end of a wheel that are asked for first: mostly all that is needed."""

WHOLE_LIMIT = 16_000_000
"""Bytes of a wheel that are read where the server sends it as a whole, and of its parts."""

ARCHIVE_LIMIT = 32 * 1024 * 1024
"""Bytes of a source archive that are read at most until its metadata is found."""

_MOST_RANGES = 8
_CHANCES = 3
"""After so many tries in vain a host is not asked on the chance again."""

_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
_IDENTITY = {"Accept-Encoding": "identity"}


class _NoAnswerError(Exception):
    """A request failed."""

    def __init__(self, outcome: NotChecked) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


class FileReader:
    """Reads the metadata of files. Blocks; safe from any thread."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self._lock = threading.Lock()
        self._misses: dict[tuple[str, str, int], int] = {}

    def read(
        self, artifact: Artifact, project: NormalizedName, version: Version
    ) -> Metadata | NotChecked:
        """Return the metadata of a file.

        Args:
            artifact: a wheel or a source archive, behind HTTP or on this machine.
            project: whose it is, and the `version` that it is of.
            version: see there.

        Returns:
            `NotChecked(NOT_STATIC)` for a source archive that would have to be built, which no
            later question can change.
        """
        try:
            data = self._data(artifact, project, version)
            found = read_core_metadata(data, project, version)
        except _NoAnswerError as failure:
            return failure.outcome
        except UnreadableFileError as error:
            return NotChecked(Reason.UNREADABLE, f"{artifact.filename} {error}")
        except OSError as error:
            return NotChecked(Reason.UNREADABLE, f"{artifact.filename}: {error.strerror}")
        if not artifact.filename.endswith(".whl") and not found.static:
            detail = f"{artifact.filename} tells its dependencies only when it is built"
            return NotChecked(Reason.NOT_STATIC, detail)
        return found.metadata

    def _data(self, artifact: Artifact, project: NormalizedName, version: Version) -> bytes:
        wheel = artifact.filename.endswith(".whl")
        if artifact.url.startswith("file:"):
            path = path_of(artifact.url)
            if not wheel:
                return metadata_of_archive(_pieces_of(path), artifact.filename)
            with path.open("rb") as file:
                return metadata_of_wheel(file, project)
        if artifact.metadata_hashes is not None:
            data = self._offered(artifact, artifact.metadata_hashes)
            if data is not None:
                return data
        elif wheel:
            data = self._on_the_chance(artifact, project, version)
            if data is not None:
                return data
        if wheel:
            return self._of_wheel(artifact, project)
        return self._of_archive(artifact)

    # Beside the file --------------------------------------------------------------------------

    def _offered(self, artifact: Artifact, hashes: Mapping[str, str]) -> bytes | None:
        """Return the metadata file that the index tells of, None where there is none after all."""
        answer = self._get(f"{artifact.url}.metadata", METADATA_LIMIT)
        if answer is None:
            return None
        if not matches(answer.body, hashes):
            message = "has a metadata file that is not the one that the index tells of"
            raise UnreadableFileError(message)
        return answer.body

    def _on_the_chance(
        self, artifact: Artifact, project: NormalizedName, version: Version
    ) -> bytes | None:
        origin = origin_of(artifact.url)
        with self._lock:
            if self._misses.get(origin, 0) >= _CHANCES:
                return None
        answer = self._http.get(f"{artifact.url}.metadata", headers=_IDENTITY, limit=METADATA_LIMIT)
        body = None if isinstance(answer, (Absent, NotChecked)) else answer.body
        if body is not None:
            try:
                read_core_metadata(body, project, version)
            except UnreadableFileError:
                # A page that says "not found" to people, with status 200.
                body = None
        with self._lock:
            # One hit is enough to go on trying.
            missed = self._misses.get(origin, 0)
            self._misses[origin] = missed + 1 if body is None else missed - 10 * _CHANCES
        return body

    # Within the file --------------------------------------------------------------------------

    def _of_wheel(self, artifact: Artifact, project: NormalizedName) -> bytes:
        asked = f"-{TAIL}"
        if artifact.size:
            # Understood by servers that do not know ranges from the end.
            asked = f"{max(0, artifact.size - TAIL)}-{artifact.size - 1}"
        answer = self._part(artifact, asked)
        if answer.status == 416:  # noqa: PLR2004 - Range Not Satisfiable: shorter than the range
            answer = self._existing(artifact, WHOLE_LIMIT, {})
        if answer.status == 200:  # noqa: PLR2004 - the server knows no ranges
            if not matches(answer.body, artifact.hashes):
                message = "is not the file that the index tells of"
                raise UnreadableFileError(message)
            return metadata_of_wheel(io.BytesIO(answer.body), project)
        start, size = _place_of(answer)
        left = {"ranges": _MOST_RANGES, "bytes": WHOLE_LIMIT}

        def fetch(first: int, end: int) -> bytes:
            left["ranges"] -= 1
            left["bytes"] -= end - first
            if min(left.values()) < 0:
                message = f"needs more than {size_text(WHOLE_LIMIT)} to be read for its metadata"
                raise _NoAnswerError(
                    NotChecked(Reason.UNREADABLE, f"{artifact.filename} {message}")
                )
            part = self._part(artifact, f"{first}-{end - 1}")
            changed = part.etag != answer.etag or part.status != answer.status
            if changed or _place_of(part) != (first, size) or len(part.body) != end - first:
                message = "is sent in parts that do not belong together"
                raise UnreadableFileError(message)
            return part.body

        return metadata_of_wheel(RangedFile(size, start, answer.body, fetch), project)

    def _of_archive(self, artifact: Artifact) -> bytes:
        def read(pieces: Iterator[bytes]) -> bytes:
            return metadata_of_archive(pieces, artifact.filename)

        answer = self._http.get(artifact.url, headers=_IDENTITY, limit=ARCHIVE_LIMIT, read=read)
        return _checked(answer).body

    def _part(self, artifact: Artifact, asked: str) -> Answer:
        return self._existing(artifact, WHOLE_LIMIT, {"Range": f"bytes={asked}"})

    def _existing(self, artifact: Artifact, limit: int, headers: Mapping[str, str]) -> Answer:
        answer = self._http.get(artifact.url, headers={**_IDENTITY, **headers}, limit=limit)
        return _checked(answer)

    def _get(self, url: str, limit: int) -> Answer | None:
        answer = self._http.get(url, headers=_IDENTITY, limit=limit)
        if isinstance(answer, NotChecked):
            raise _NoAnswerError(answer)
        return None if isinstance(answer, Absent) else answer


def _checked(answer: Answer | Absent | NotChecked) -> Answer:
    if isinstance(answer, NotChecked):
        raise _NoAnswerError(answer)
    if isinstance(answer, Absent):
        message = "is listed by the index and does not exist"
        raise UnreadableFileError(message)
    return answer


def matches(data: bytes, hashes: Mapping[str, str]) -> bool:
    """Whether data have the digests that an index tells, as far as we can compute them."""
    return all(
        hashlib.new(name, data, usedforsecurity=False).hexdigest() == digest.lower()
        for name, digest in hashes.items()
        if name in {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}
    )


def _place_of(answer: Answer) -> tuple[int, int]:
    """Return where a part begins, and the size of the whole."""
    match = _CONTENT_RANGE.fullmatch(answer.content_range.strip())
    if match is not None:
        first, last, size = map(int, match.groups())
        if len(answer.body) == last - first + 1 and last < size:
            return first, size
    message = "is sent in parts that do not fit"
    raise UnreadableFileError(message)


def _pieces_of(path: Path) -> Iterator[bytes]:
    left = ARCHIVE_LIMIT
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(256 * 1024)):
            left -= len(piece)
            yield piece
