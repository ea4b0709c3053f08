"""What is installed in an environment, by the names of folders alone."""
# ruff: noqa: PTH112, PTH118, PTH120 - plain strings, for speed

from __future__ import annotations

import contextlib
import functools
import os
import re
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NewType, cast

from pinwise.base.patterns import late
from pinwise.base.tuples import NamedTuple
from pinwise.environments.small_files import read_small
from pinwise.environments.user_site import user_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from packaging.utils import NormalizedName

    from pinwise.environments.types import Environment
else:
    # Importing it takes longer than reading a large environment.
    NormalizedName = NewType("NormalizedName", str)

_SEPARATORS = late(r"[-_.]+")
_EGG_INFO = late(r"(?P<name>.+?)-(?P<version>\d[^-]*)(?:-py\d.*)?")
_HEADER = late(r"^Version:\s*(\S+)", re.MULTILINE)
_HEADER_SIZE = 4096
_OLDER = (".egg-info", ".egg-link", ".egg")

TICK: Final = 50_000_000
"""Nanoseconds within which two changes of a folder may bear the same time."""


class Distribution(NamedTuple):
    """One installed distribution, as the names of its files tell it.

    Attributes:
        name: as the folder of its metadata writes it, which may differ from what its author does.
        path: the `.dist-info` or `.egg-info`, which is a folder, or a file of distutils.
        link: the `.egg-link` that led there; "" where none did.
    """

    name: str
    version: str
    path: str
    link: str = ""


_distribution_of = functools.partial(tuple.__new__, Distribution)
"""As `Distribution._make`, without a call in Python for each of hundreds."""


def installed(environment: Environment) -> Mapping[NormalizedName, str]:
    """Return the version of every installed distribution, by normalised name (PEP 503).

    Costs what `distributions` costs.
    """
    found = distributions(environment)
    return MappingProxyType({name: one.version for name, one in found.items()})


def distributions(environment: Environment) -> Mapping[NormalizedName, Distribution]:
    """Return every installed distribution, by normalised name (PEP 503).

    Reads the names of the `.dist-info` folders (PEP 376, PEP 491) and of what setuptools left
    before them (`.egg-info`, `.egg-link`); a name in an earlier folder of `sys.path` hides the
    same one in a later folder. What pip only half removed (no METADATA) is left out.

    About a millisecond for 250 distributions. The answer is remembered until a folder's entries
    change, which every installation and removal does; asking again costs a look at each folder.
    """
    found: dict[NormalizedName, Distribution] = {}
    for path in package_folders(environment):
        changed = changed_at(path)
        if changed is None:
            continue
        # What changed this moment may change again within the same tick of the clock.
        settled = time.time_ns() - changed > TICK
        read = _distributions if settled else _distributions.__wrapped__
        # What is found already stays, in its place.
        found |= {**read(path, changed), **found}
    return MappingProxyType(found)


def package_folders(environment: Environment) -> tuple[str, ...]:
    """Return the folders that an environment imports packages from, in the order of `sys.path`.

    A Python that sees the packages of its base sees those in the user's home, too, which `site`
    puts before the base's own.
    """
    folders = [os.fspath(folder) for folder in environment.site_packages]
    users = user_site(environment)
    if users:
        folders.insert(0 if environment.is_base else 1, users)
    return tuple(folders)


def changed_at(folder: str) -> int | None:
    """Return when the entries of a folder last changed, in nanoseconds; None if there is none."""
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116 - a string, for speed
    except OSError:
        return None


def normalised_name(name: str) -> NormalizedName:
    """Return a distribution's name as PEP 503 normalises it: `Flask_Login` is `flask-login`."""
    plain = name.lower().replace("_", "-").replace(".", "-")
    # Runs of separators are rare, and the expression takes as long as all the rest of a reading.
    return cast("NormalizedName", _SEPARATORS.sub("-", plain) if "--" in plain else plain)


@functools.lru_cache(maxsize=64)
def _distributions(folder: str, _changed: int) -> Mapping[NormalizedName, Distribution]:
    """Read one folder; the second argument makes a changed folder another key of the cache."""
    try:
        read = _read(folder)
    except OSError:
        return {}
    # All names are normalised at once, in C: no name of a file holds a slash.
    joined = normalised_name("/".join([one.name for one in read]))
    names = cast("list[NormalizedName]", joined.split("/") if read else [])
    found = dict(zip(names, read, strict=True))
    if len(found) < len(read):
        # Of those of one name the first counts.
        found |= dict(zip(reversed(names), reversed(read), strict=True))
    return found


def _read(folder: str) -> list[Distribution]:
    """Return what a folder holds: first what wheels left, then what is older, each by name.

    Raises:
        OSError: the folder cannot be read.
    """
    with _opened(folder) as (names, exists):
        entries = sorted([name for name in names if name.endswith(".dist-info")])
        # `~ip-23.0.dist-info` is what pip on Windows could not delete.
        whole = [each for each in entries if each[0] != "~" and exists(f"{each}/METADATA")]
    rows = (
        (name, version.replace("_", "-"), f"{folder}/{entry}", "")
        for entry in whole
        # Neither part holds a hyphen: the specification writes `_` in its place.
        for name, _, version in [entry[: -len(".dist-info")].rpartition("-")]
        if name
    )
    found = list(map(_distribution_of, rows))
    for entry in sorted([each for each in names if each.endswith(_OLDER)]):
        path = os.path.join(folder, entry)
        if entry.endswith(".egg-link"):
            found += _linked(path)
        elif entry.endswith(".egg"):
            found += _egg_info(entry, os.path.join(path, "EGG-INFO"))
        else:
            found += _egg_info(entry, path)
    return found


@contextlib.contextmanager
def _opened(folder: str) -> Iterator[tuple[list[str], Callable[[str], bool]]]:
    """Give the names in a folder, and what says whether a path in it exists.

    Where the system can, relative to the open folder, whose own path is then walked once.
    """
    if os.access not in os.supports_dir_fd or os.listdir not in os.supports_fd:
        names = os.listdir(folder)  # noqa: PTH208 - a string, for speed
        yield names, lambda path: os.access(f"{folder}/{path}", os.F_OK)
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        exists = functools.partial(os.access, mode=os.F_OK, dir_fd=descriptor)
        yield os.listdir(descriptor), exists  # noqa: PTH208 - a descriptor
    finally:
        os.close(descriptor)


def _egg_info(entry: str, path: str) -> Iterator[Distribution]:
    """Read `name-1.0-py3.11.egg-info`, or the metadata where the name has no version."""
    stem = entry.rpartition(".")[0]
    match = _EGG_INFO.fullmatch(stem)
    if match is not None:
        yield Distribution(match["name"], match["version"].replace("_", "-"), path)
        return
    version = _header(os.path.join(path, "PKG-INFO") if os.path.isdir(path) else path)
    if version:
        yield Distribution(stem, version, path)


def _linked(link: str) -> Iterator[Distribution]:
    """Read what `setup.py develop` linked: the first line is the folder of the `.egg-info`."""
    try:
        written = read_small(link).partition("\n")[0].strip()
        folder = os.path.join(os.path.dirname(link), written)
        with os.scandir(folder) as listing:
            names = [entry.name for entry in listing if entry.name.endswith(".egg-info")]
    except OSError:
        return
    for name in names:
        path = os.path.join(folder, name)
        version = _header(os.path.join(path, "PKG-INFO"))
        if version:
            yield Distribution(name[: -len(".egg-info")], version, path, link)


def _header(path: str) -> str:
    """Return the `Version` of a metadata file, or ""."""
    try:
        match = _HEADER.search(read_small(path, limit=_HEADER_SIZE))
    except OSError:
        return ""
    return match[1] if match else ""
