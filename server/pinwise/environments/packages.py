"""The packages of an environment with what their metadata tells: size, origin, needs, licence."""
# ruff: noqa: PTH118, PTH120 - plain strings, for speed

from __future__ import annotations

import functools
import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.environments.installed import changed_at, distributions
from pinwise.environments.origins import origin_of
from pinwise.environments.small_files import read_small

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from packaging.utils import NormalizedName

    from pinwise.environments.installed import Distribution
    from pinwise.environments.types import Environment, Origin

_HEAD: Final = 262_144
"""Bytes of METADATA that are read: its description, which may be a book, stands at the end."""

_RECORD: Final = 33_554_432
"""Bytes of RECORD that are read."""

_LONGEST_LICENCE: Final = 100
"""Characters of a licence's name; what is longer is the licence itself."""


@record(frozen=True, slots=True)
class Package:
    """One installed distribution.

    Attributes:
        key: its normalised name (PEP 503).
        name: as its author writes it.
        size: bytes on disk that RECORD tells, without compiled files; None where there is none.
        files: how many files RECORD lists; None where there is none.
        origin: where it came from, if not from an index.
        editable: whether its code is used where it lies.
        requires: its dependencies, as PEP 508 writes them.
        licence: an SPDX expression, or what stands in its place; "" where nothing does.
        homepage: an address; "" where none is told.
        location: the folder that holds it; of an editable one, the folder of its code.
        installer: what installed it: "pip", "uv", "conda"; "" where that is not told.
        installed_at: when; None where no file tells.
    """

    key: NormalizedName
    name: str
    version: str
    size: int | None
    files: int | None
    origin: Origin | None
    editable: bool
    requires: tuple[str, ...]
    summary: str
    licence: str
    homepage: str
    location: str
    installer: str
    installed_at: datetime | None


def packages(environment: Environment) -> tuple[Package, ...]:
    """Return every package of an environment, sorted by name.

    Reads METADATA and RECORD of each: some 30 ms for 250 the first time, hardly any afterwards.
    """
    found = distributions(environment)
    return tuple(_package(name, found[name]) for name in sorted(found))


def package(environment: Environment, name: NormalizedName) -> Package | None:
    """Return one package, or None if it is not installed."""
    found = distributions(environment).get(name)
    return None if found is None else _package(name, found)


def _package(key: NormalizedName, found: Distribution) -> Package:
    source = _metadata_file(found.path)
    details = _details(found.path, source, changed_at(source))
    fields = details.fields
    origin = origin_of(found)
    location = found.link or found.path
    return Package(
        key=key,
        name=_first(fields, "name") or found.name,
        version=found.version,
        size=details.size,
        files=details.files,
        origin=origin,
        editable=details.editable or (origin is not None and origin.editable),
        requires=details.requires,
        summary=_first(fields, "summary"),
        licence=_licence(fields),
        homepage=_homepage(fields),
        location=_folder(origin) or os.path.dirname(location),
        installer=details.installer,
        installed_at=details.installed_at,
    )


class _Details(NamedTuple):
    """What the files of a distribution's metadata tell."""

    fields: Mapping[str, tuple[str, ...]]
    requires: tuple[str, ...]
    size: int | None
    files: int | None
    editable: bool
    installer: str
    installed_at: datetime | None


@functools.lru_cache(maxsize=4096)
def _details(path: str, source: str, _changed: int | None) -> _Details:
    """Read the metadata; the last argument makes a changed file another key of the cache."""
    folder = source != path
    wheel = path.endswith(".dist-info")
    fields = headers(_text(source, _HEAD))
    requires = fields.get("requires-dist", ())
    if not wheel and folder and not requires:
        requires = tuple(egg_requirements(_text(os.path.join(path, "requires.txt"), _HEAD)))
    size, files, editable = _recorded(_text(os.path.join(path, "RECORD"), _RECORD) if wheel else "")
    return _Details(
        fields,
        requires,
        size,
        files,
        editable,
        _text(os.path.join(path, "INSTALLER"), 100).strip() if folder else "",
        _time(os.path.join(path, "RECORD"), path),
    )


def _metadata_file(path: str) -> str:
    """Return the file of a distribution's metadata: distutils left nothing but that file."""
    if path.endswith(".dist-info"):
        return os.path.join(path, "METADATA")
    inside = os.path.join(path, "PKG-INFO")
    return inside if os.path.isfile(inside) else path  # noqa: PTH113 - a string


def headers(text: str) -> dict[str, tuple[str, ...]]:
    """Read the fields of METADATA (core metadata specification) by lower-case name, in order.

    The description after the first empty line is left out. Linear; the parser of the standard
    library takes ten times as long.
    """
    fields: dict[str, list[str]] = {}
    last: list[str] | None = None
    for line in text.splitlines():
        if not line:
            break
        if line[0] in " \t":
            if last:
                last[-1] += "\n" + line.strip()
            continue
        name, colon, value = line.partition(":")
        if not colon:
            continue
        last = fields.setdefault(name.strip().lower(), [])
        last.append(value.strip())
    return {name: tuple(values) for name, values in fields.items()}


def egg_requirements(text: str) -> Iterable[str]:
    """Read `requires.txt` of setuptools as PEP 508 writes requirements.

    A section `[extra:marker]` bounds the lines after it.
    """
    extra = marker = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            extra, _, marker = line[1:-1].partition(":")
        elif line and not line.startswith("#"):
            bounds = [f"({marker})"] if marker else []
            bounds += [f'extra == "{extra}"'] if extra else []
            # A URL ends at the next space.
            joint = " ; " if "@" in line else "; "
            yield f"{line}{joint}{' and '.join(bounds)}" if bounds else line


def _recorded(text: str) -> tuple[int | None, int | None, bool]:
    """Return the bytes and the number of the files of a RECORD, and whether it is editable.

    Each line is `path,hash,size`; what the installer compiled has no size. The backends of
    editable installations name their files `__editable__...` (PEP 660 leaves that to them).
    """
    if not text:
        return None, None, False
    size = count = 0
    for line in text.splitlines():
        if line:
            count += 1
            length = line.rpartition(",")[2]
            if length.isdecimal():
                size += int(length)
    return size, count, text.startswith("__editable__") or "\n__editable__" in text


def _licence(fields: Mapping[str, tuple[str, ...]]) -> str:
    """Return the name of the licence: its expression (PEP 639), its field, or its classifier."""
    expression = _first(fields, "license-expression")
    if expression:
        return expression
    written = _first(fields, "license")
    if written and "\n" not in written and len(written) <= _LONGEST_LICENCE:
        return written
    names = [
        classifier.rpartition(" :: ")[2]
        for classifier in fields.get("classifier", ())
        if classifier.startswith("License :: ")
    ]
    return ", ".join(names)


def _homepage(fields: Mapping[str, tuple[str, ...]]) -> str:
    """Return the address of the project: the field, or the project URL that means the same."""
    written = _first(fields, "home-page")
    if written and written != "UNKNOWN":
        return written
    labelled: dict[str, str] = {}
    for value in fields.get("project-url", ()):
        label, _, address = value.partition(",")
        plain = "".join(c for c in label.lower() if c.isalnum())
        labelled.setdefault(plain, address.strip())
    for label in ("homepage", "source", "repository", "sourcecode", "github", "documentation"):
        if label in labelled:
            return labelled[label]
    return ""


def _first(fields: Mapping[str, tuple[str, ...]], name: str) -> str:
    values = fields.get(name, ())
    value = values[0] if values else ""
    return "" if value == "UNKNOWN" else value


def _folder(origin: Origin | None) -> str:
    """Return the folder of an editable installation; "" for any other."""
    if origin is None or not origin.editable or not origin.url.startswith("file:"):
        return ""
    from urllib.parse import urlsplit  # noqa: PLC0415 - rarely needed
    from urllib.request import url2pathname  # noqa: PLC0415 - 10 ms, and rarely needed

    try:
        return url2pathname(urlsplit(origin.url).path)
    except (OSError, ValueError):
        return ""


def _text(path: str, limit: int) -> str:
    try:
        return read_small(path, limit=limit)
    except OSError:
        return ""


def _time(*paths: str) -> datetime | None:
    """Return when the first of several files that is there was written, in UTC."""
    changed = next(filter(None, map(changed_at, paths)), None)
    if changed is None:
        return None
    try:
        return datetime.fromtimestamp(changed // 1_000_000_000, timezone.utc)
    except (OverflowError, ValueError):
        return None
