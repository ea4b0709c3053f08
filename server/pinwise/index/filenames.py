"""What the name of a distribution file tells: the project, the version, the tags.

The rules are those of pip's `LinkEvaluator`: wheels by the binary distribution format, archives
by the longest reading whose first part is the project's name. Names are read by the thousand, so
the common shapes take a few string operations; the meaning is the one of `packaging.utils`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName, canonicalize_name

from pinwise.base.patterns import late
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ARCHIVES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar", ".tbz", ".txz", ".tlz")
"""The endings of source archives that pip installs, the usual first."""

_WHEEL_NAME = late(r"[\w.]*", re.UNICODE)

_FOR_ONE_PYTHON = late(r"-py[123]\.?[0-9]?$")
"""The end of the name of an archive that was built for one Python: `bdist_dumb` of old."""

normalize = lru_cache(maxsize=65_536)(canonicalize_name)
"""The normalized name (PEP 503), remembered: a page spells one name thousands of times."""


class FilenameParts(NamedTuple):
    """A filename, cut into three: `before + version + after` is the filename again.

    Attributes:
        before: the project's name as spelt, and the hyphen.
        version: the version as spelt, not normalized, and not proven to be one.
        after: the rest, from the end of the version.
        tags: the compressed tag set of a wheel (`py3-none-any`), "" for a source archive.
    """

    before: str
    version: str
    after: str
    tags: str


def split_filename(filename: str, project: NormalizedName) -> FilenameParts | None:
    """Cut up the name of a file of `project`, or return None where pip would skip the file.

    Skipped are other projects' files, unknown kinds of archives, and names that cannot be read.
    """
    if filename.endswith(".whl"):
        return _split_wheel(filename, project)
    for ending in _ARCHIVES:
        if filename.endswith(ending):
            break
    else:
        return None
    stem = filename[: -len(ending)]
    if ending == ".zip" and "macosx10" in filename:
        return None
    at = len(project)
    if stem[at : at + 1] != "-" or normalize(stem[:at]) != project:
        at = next((i for i in _hyphens(stem) if normalize(stem[:i]) == project), -1)
        if at < 0:
            return None
    version = stem[at + 1 :]
    if not version or ("-py" in version and _FOR_ONE_PYTHON.search(version)):
        return None
    return FilenameParts(filename[: at + 1], version, ending, "")


def split_filenames(
    filenames: Iterable[str], project: NormalizedName
) -> Iterator[tuple[str, str, str, str] | None]:
    """Yield for each name what `split_filename` returns, in half the time.

    Nearly all files of a page are wheels whose names begin like the one before.
    """
    wheels = ""
    for filename in filenames:
        if wheels and filename.startswith(wheels) and filename.endswith(".whl"):
            version, _, tags = filename[len(wheels) : -4].partition("-")
            if version and tags.count("-") == 2:  # noqa: PLR2004 - python, abi, platform
                yield wheels, version, f"-{tags}.whl", tags
                continue
        parts = split_filename(filename, project)
        if parts is not None and parts.tags:
            wheels = parts.before
        yield parts


def projects_of(filename: str) -> list[NormalizedName]:
    """Return the projects that a file may belong to, judged by its name alone.

    A wheel's name tells it; an archive's leaves open which hyphen separates the version, so that
    there is one reading for each. `split_filename` decides.
    """
    if filename.endswith(".whl"):
        return [normalize(filename.partition("-")[0])]
    for ending in _ARCHIVES:
        if filename.endswith(ending):
            stem = filename[: -len(ending)]
            return list(dict.fromkeys(normalize(stem[:i]) for i in _hyphens(stem) if i))
    return []


def _split_wheel(filename: str, project: NormalizedName) -> FilenameParts | None:
    parts = filename[:-4].split("-")
    count = len(parts)
    if count == 6:  # noqa: PLR2004 - name, version, build, python, abi, platform
        if not parts[2][:1].isdigit():
            return None
    elif count != 5:  # noqa: PLR2004 - the same without a build tag
        return None
    name, version = parts[0], parts[1]
    if not version or _project_of_wheel(name) != project:
        return None
    before = len(name) + 1
    after = filename[before + len(version) :]
    tags = after[1:-4] if count == 5 else "-".join(parts[-3:])  # noqa: PLR2004 - as above
    return FilenameParts(filename[:before], version, after, tags)


@lru_cache(maxsize=65_536)
def _project_of_wheel(name: str) -> NormalizedName | None:
    """Return whose a wheel is by the first part of its name; None where that is not allowed."""
    if "__" in name or not _WHEEL_NAME.fullmatch(name):
        return None
    return canonicalize_name(name)


def _hyphens(text: str) -> list[int]:
    return [i for i, character in enumerate(text) if character == "-"]
