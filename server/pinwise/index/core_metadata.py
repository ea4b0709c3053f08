"""Reads the core metadata of a distribution: `METADATA` of a wheel, `PKG-INFO` of an archive.

The format is that of the core metadata specification: headers as in e-mail, UTF-8, then a blank
line and a description, which is not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pinwise.base.tuples import NamedTuple
from pinwise.index.about import read_about
from pinwise.index.types import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.utils import NormalizedName

_STATIC_SINCE = (2, 2)
"""The version of the format by which a source archive tells what is final in it (PEP 643)."""


class UnreadableFileError(Exception):
    """A file is not what it claims to be; the message goes on after the file's name."""


class CoreMetadata(NamedTuple):
    """What a metadata file says, as far as we look.

    Attributes:
        version: of the format, `(2, 1)`.
        dynamic: the fields, in lower case, that building may change (PEP 643).
    """

    version: tuple[int, int]
    dynamic: frozenset[str]
    metadata: Metadata

    @property
    def static(self) -> bool:
        """Whether the dependencies that a source archive tells are those of what is built."""
        unsure = {"requires-dist", "provides-extra"} & self.dynamic
        return self.version >= _STATIC_SINCE and not unsure


class Described(NamedTuple):
    """A metadata file, and what it is about."""

    name: NormalizedName
    version: Version
    core: CoreMetadata


def read_core_metadata(data: bytes, project: NormalizedName, version: Version) -> CoreMetadata:
    """Read a metadata file.

    Args:
        data: the whole file.
        project: whose it should be, as should the `version`.
        version: see there.

    Raises:
        UnreadableFileError: it is no metadata file, or that of something else.
    """
    try:
        described = read_described(data)
    except InvalidVersion:
        described = None
    if described is None or (described.name, described.version) != (project, version):
        message = "has the metadata of something else"
        raise UnreadableFileError(message)
    return described.core


def read_described(data: bytes) -> Described:
    """Read a metadata file of whatever it is about.

    Raises:
        UnreadableFileError: it is no metadata file.
        InvalidVersion: it is, of a version that is none.
    """
    fields: dict[str, list[str]] = {}
    for name, value in _headers(data.decode("utf-8", "replace")):
        fields.setdefault(name, []).append(value)
    form = _form_of(fields.get("metadata-version", [""])[0])
    if form is None:
        message = "has no metadata in a form that is known"
        raise UnreadableFileError(message)
    name = canonicalize_name(fields.get("name", [""])[0])
    version = Version(fields.get("version", [""])[0])
    dynamic = frozenset(value.lower() for value in fields.get("dynamic", ()))
    python = "" if "requires-python" in dynamic else fields.get("requires-python", [""])[0]
    extras = dict.fromkeys(map(canonicalize_name, fields.get("provides-extra", ())))
    requires = tuple(fields.get("requires-dist", ()))
    about = read_about(fields, dynamic)
    core = CoreMetadata(form, dynamic, Metadata(requires, python, tuple(extras), about))
    return Described(name, version, core)


def _headers(text: str) -> Iterator[tuple[str, str]]:
    """Yield the headers, names in lower case, folded values on one line."""
    name, parts = "", list[str]()
    for line in text.split("\n"):
        line = line.rstrip("\r")  # noqa: PLW2901 - the same line
        if not line:
            break
        if line[0] in " \t":
            parts.append(line.strip())
            continue
        if name:
            yield name, " ".join(parts).strip()
        name, colon, value = line.partition(":")
        name = name.lower() if colon else ""
        parts = [value.strip()]
    if name:
        yield name, " ".join(parts).strip()


def _form_of(text: str) -> tuple[int, int] | None:
    major, _, minor = text.partition(".")
    if major not in {"1", "2"} or not (minor.isascii() and minor.isdecimal()) or len(minor) > 3:  # noqa: PLR2004 - see `_STATIC_SINCE`
        return None
    return int(major), int(minor)
