"""Fetches the requirements files that well-known projects publish in their source archives.

    python -m bench.real_corpus [--folder FOLDER]

One pass over a fixed list of projects: one page and one archive each, one after the other, with
a pause, from the index that pip is configured for. What was fetched once is not asked for again.
Nothing of an archive is run or unpacked: its members are read as a stream, and the text files
that bear the name of a requirements file are kept, under names of our own making.

The files belong to their authors, so that they stay in the folder and out of the repository.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import tarfile
import threading
import time
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from packaging.utils import InvalidSdistFilename, canonicalize_name, parse_sdist_filename
from platformdirs import user_cache_path

from pinwise.index.cache import Cache
from pinwise.index.client import IndexClient
from pinwise.index.configuration import read_configuration
from pinwise.index.http import Answer, HttpClient
from pinwise.manifests.recognise import is_requirements_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.index.types import Artifact

PROJECTS = [
    "aiohttp",
    "ansible-core",
    "boto3",
    "botocore",
    "celery",
    "cinder",
    "dask",
    "distributed",
    "edx-enterprise",
    "flask",
    "glance",
    "gradio",
    "great-expectations",
    "keystone",
    "kombu",
    "matplotlib",
    "mlflow",
    "mypy",
    "neutron",
    "nltk",
    "nova",
    "numpy",
    "oslo.config",
    "pip-tools",
    "pytorch-lightning",
    "salt",
    "scrapy",
    "sqlalchemy",
    "taskcluster-taskgraph",
    "tornado",
    "wandb",
    "yarl",
]
"""Whose archives are looked at: hand-written files, locked ones, constraints, nested ones."""

PAUSE = 1.0
"""Seconds between two requests."""

LOOK_UP_LIMIT = 120.0
"""Seconds that a look-up may take with all its repetitions."""

ARCHIVE_LIMIT = 64 * 1024 * 1024
MEMBER_LIMIT = 4 * 1024 * 1024
UNPACKED_LIMIT = 2 * 1024 * 1024 * 1024
"""Bytes of all members of one archive, so that a small one cannot unpack without end."""


def default_folder() -> Path:
    """Return where the files are kept unless the caller says otherwise."""
    return user_cache_path("pinwise-bench") / "real-files"


def real_files(folder: Path) -> dict[str, bytes]:
    """Return the files that were fetched into `folder`, by `project/path`."""
    kept = folder / "files"
    return {
        path.relative_to(kept).as_posix(): path.read_bytes()
        for path in sorted(kept.rglob("*"))
        if path.is_file()
    }


def fetch_all(folder: Path) -> None:
    """Fetch what `folder` does not have yet, and say what came of it."""
    archives = folder / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    options = read_configuration(Path(sys.prefix)).options
    missing = [name for name in PROJECTS if not any((archives / name).glob("*"))]
    if missing:
        with (
            contextlib.closing(Cache(folder / "index.sqlite")) as cache,
            contextlib.closing(IndexClient(options, cache)) as index,
            contextlib.closing(HttpClient(options)) as http,
        ):
            for name in missing:
                print(f"{name}: {_fetch(name, archives / name, index, http)}")
    for name in PROJECTS:
        for archive in (archives / name).glob("*"):
            _keep_members(archive, folder / "files" / name)


def _fetch(name: str, place: Path, index: IndexClient, http: HttpClient) -> str:
    """Fetch the newest source archive of one project; return a word on how that went."""
    time.sleep(PAUSE)
    told = threading.Event()
    normal = canonicalize_name(name)
    index.fetch([normal], lambda _batch: told.set())
    if not told.wait(LOOK_UP_LIMIT):
        return "no answer"
    artifact = _newest_archive(index.artifacts(normal))
    if artifact is None:
        return "no source archive"
    if (artifact.size or 0) > ARCHIVE_LIMIT:
        return f"{artifact.filename} is too large"
    time.sleep(PAUSE)
    parts = urlsplit(artifact.url)
    if parts.scheme == "file":
        data = Path(unquote(parts.path)).read_bytes()
    else:
        answer = http.get(artifact.url, headers={}, limit=ARCHIVE_LIMIT)
        if not isinstance(answer, Answer):
            return f"{artifact.filename} could not be had: {answer}"
        data = answer.body
    place.mkdir(parents=True, exist_ok=True)
    # The name was parsed as an archive's, and a path's last part has no separator.
    (place / PurePosixPath(artifact.filename).name).write_bytes(data)
    return f"{artifact.filename}, {len(data) / 1e6:.1f} MB"


def _newest_archive(artifacts: tuple[Artifact, ...]) -> Artifact | None:
    """Return the source archive of the newest final release."""
    found = []
    for artifact in artifacts:
        try:
            _, version = parse_sdist_filename(artifact.filename)
        except InvalidSdistFilename:
            continue
        if not version.is_prerelease:
            found.append((version, artifact.filename, artifact))
    return max(found)[2] if found else None


def _keep_members(archive: Path, place: Path) -> None:
    """Write the requirements files of an archive below `place`, if that is not there yet."""
    if place.exists():
        return
    place.mkdir(parents=True)
    for member, data in _members(archive):
        # The first part is the archive's own folder. The rest becomes one flat file name, so
        # that no member chooses where it is written.
        flat = "__".join(member.parts[1:])
        (place / flat).write_bytes(data)


def _members(archive: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Yield the requirements files of an archive; links and special files are no files."""
    unpacked = 0
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as package:
            for item in package.infolist():
                path = PurePosixPath(item.filename)
                if not item.is_dir() and _wanted(path, item.file_size):
                    yield path, package.open(item).read(MEMBER_LIMIT)
        return
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes()), mode="r:*") as package:
        for entry in package:
            unpacked += entry.size
            if unpacked > UNPACKED_LIMIT:
                print(f"{archive.name}: too large when unpacked, not read to its end")
                return
            path = PurePosixPath(entry.name)
            if entry.isfile() and _wanted(path, entry.size):
                stream = package.extractfile(entry)
                if stream is not None:
                    yield path, stream.read(MEMBER_LIMIT)


def _wanted(path: PurePosixPath, size: int) -> bool:
    """Return whether a member is a requirements file; those of test data are some, too."""
    inside = path.parts[1:]
    if size > MEMBER_LIMIT or not inside or ".egg-info" in str(path):
        return False
    if any(part in {"", ".", ".."} or "\\" in part or ":" in part for part in path.parts):
        return False
    below = path.suffix in {".txt", ".in"} and "requirements" in inside[:-1]
    return is_requirements_file(path) or below or path.name == "upper-constraints.txt"


def main() -> None:
    """Fetch, and count."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=default_folder())
    folder: Path = parser.parse_args().folder
    fetch_all(folder)
    files = real_files(folder)
    lines = sum(data.count(b"\n") for data in files.values())
    print(f"{len(files)} files, {lines} lines in {folder}")


if __name__ == "__main__":
    main()
