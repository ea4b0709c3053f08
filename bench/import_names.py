"""Checks entries of the table of import names against the files of the wheels themselves.

    python -m bench.import_names [--sample 50] [--seed 0]

For each distribution that is drawn, one page and mostly one ranged read of its newest wheel, from
the places that pip is configured for: the directory at the end of the archive, no more. A
distribution without a wheel cannot be checked so, and is told. The exit code is 1 where a wheel
does not have what the table says.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import re
import sys
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from packaging.utils import (
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_wheel_filename,
)

from pinwise.advice.import_names import import_table
from pinwise.index.archives import RangedFile
from pinwise.index.client import IndexClient
from pinwise.index.configuration import read_configuration
from pinwise.index.http import Answer, HttpClient

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pinwise.index.types import Artifact

TAIL = 64 * 1024
LIMIT = 8 * 1024 * 1024
LOOK_UP_LIMIT = 120.0
"""Seconds for all pages together."""

_DATA = re.compile(r"[^/]+\.data/(?:purelib|platlib)/")
_MODULE = re.compile(r"(?P<path>[\w/]+?)(?:/__init__)?(?:\.[\w.-]*)?\.(?:py|so|pyd)")


def modules_in(members: Iterable[str]) -> set[str]:
    """Return the modules and packages among the files of a wheel, as the table writes them.

    `google/protobuf/__init__.py` makes `google-protobuf` and `google`.
    """
    found: set[str] = set()
    for member in members:
        match = _MODULE.fullmatch(_DATA.sub("", member))
        if match is not None:
            parts = match["path"].split("/")
            found |= {canonicalize_name(".".join(parts[: i + 1])) for i in range(len(parts))}
    return found


def newest_wheel(artifacts: Iterable[Artifact]) -> Artifact | None:
    """Return a wheel of the newest final version that has one."""
    found = []
    for artifact in artifacts:
        with contextlib.suppress(InvalidWheelFilename):
            _, version, _, _ = parse_wheel_filename(artifact.filename)
            found.append((not version.is_prerelease, version, artifact.filename, artifact))
    return max(found)[-1] if found else None


def members_of(artifact: Artifact, http: HttpClient) -> list[str] | None:
    """Return the names of the files of a wheel; None where its directory could not be read."""
    parts = urlsplit(artifact.url)
    if parts.scheme == "file":
        return zipfile.ZipFile(Path(unquote(parts.path))).namelist()

    def part(asked: str) -> Answer | None:
        headers = {"Accept-Encoding": "identity", "Range": f"bytes={asked}"}
        answer = http.get(artifact.url, headers=headers, limit=LIMIT)
        if not isinstance(answer, Answer) or answer.status != 206:  # noqa: PLR2004 - a part
            return None
        return answer

    def fetch(first: int, end: int) -> bytes:
        answer = part(f"{first}-{end - 1}")
        if answer is None:
            message = "a part could not be had"
            raise OSError(message)
        return answer.body

    tail = part(f"-{TAIL}")
    if tail is None:
        return None
    size = int(tail.content_range.rpartition("/")[2])
    try:
        file = RangedFile(size, size - len(tail.body), tail.body, fetch)
        return zipfile.ZipFile(file).namelist()
    except (OSError, zipfile.BadZipFile):
        return None


def main() -> None:
    """Print what each wheel says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sample", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    imports: dict[NormalizedName, list[NormalizedName]] = {}
    for imported, names in import_table().items():
        for name in names:
            imports.setdefault(name, []).append(imported)
    chance = random.Random(given.seed)  # noqa: S311 - repeatable, not secret
    drawn = chance.sample(sorted(imports), min(given.sample, len(imports)))
    options = read_configuration(Path(sys.prefix)).options
    told, missing = threading.Event(), set(drawn)

    def arrived(batch: frozenset[NormalizedName]) -> None:
        missing.difference_update(batch)
        if not missing:
            told.set()

    right, wrong, unread = 0, 0, []
    with (
        contextlib.closing(IndexClient(options)) as index,
        contextlib.closing(HttpClient(options)) as http,
    ):
        index.fetch(drawn, arrived)
        told.wait(LOOK_UP_LIMIT)
        for project in sorted(drawn):
            wheel = newest_wheel(index.artifacts(project))
            members = members_of(wheel, http) if wheel is not None else None
            if wheel is None or members is None:
                unread.append(project)
                continue
            there = modules_in(members)
            for imported in imports[project]:
                verdict = "right" if imported in there else "WRONG"
                right, wrong = right + (imported in there), wrong + (imported not in there)
                print(f"{verdict} {imported} {project} ({wheel.filename})")
    print(f"{right} right, {wrong} wrong; no wheel was read of {', '.join(unread) or 'none'}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
