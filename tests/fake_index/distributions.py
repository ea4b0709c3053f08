"""Installable files, made on the fly: the same input always gives the same bytes."""

from __future__ import annotations

import base64
import gzip
import io
import random
import re
import struct
import tarfile
import zipfile
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

_THEN = (2024, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Release:
    """One version as the fake index offers it.

    Attributes:
        requires_python: the specifier, "" for none.
        yanked: None if it is not, else the reason, which may be "".
        wheel: whether there is a wheel.
        sdist: whether there is a source archive.
        tags: those of the wheel, or of several wheels.
        requires_dist: its dependencies, as PEP 508 texts.
        provides_extra: the names of its extras.
        summary: one line about it.
        headers: further lines of its metadata: "Project-URL: Source, https://code.example".
        uploaded: an ISO 8601 moment, "" for none.
        metadata: whether the index serves the metadata of wheels apart (PEP 658).
        metadata_version: that of the metadata files.
        dynamic: the fields that an sdist does not tell for good (PEP 643).
        padding: bytes that do not compress, which stand in a wheel after its metadata and in an
            sdist before it.
        zip64: whether the wheel is written in the form for more than 4 GiB.
    """

    requires_python: str = ""
    yanked: str | None = None
    wheel: bool = True
    sdist: bool = False
    tags: str | tuple[str, ...] = "py3-none-any"
    requires_dist: tuple[str, ...] = field(default=())
    provides_extra: tuple[str, ...] = field(default=())
    summary: str = ""
    headers: tuple[str, ...] = field(default=())
    uploaded: str = ""
    metadata: bool = True
    metadata_version: str = "2.2"
    dynamic: tuple[str, ...] = field(default=())
    padding: int = 0
    zip64: bool = False

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Release:
        """Read the form of `DATA.json`; lists become tuples. An unknown field is an error."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        return cls(**fields)


@dataclass(frozen=True)
class File:
    """One file to serve."""

    filename: str
    version: str
    content: bytes
    metadata: bytes | None
    release: Release

    @property
    def digest(self) -> str:
        """The SHA-256 of the content, in hexadecimal."""
        return sha256(self.content).hexdigest()


def files_of(name: str, version: str, release: Release) -> list[File]:
    """Make the files of a release: wheels first."""
    tags = (release.tags,) if isinstance(release.tags, str) else release.tags
    made = [_wheel(name, version, release, tag) for tag in tags] if release.wheel else []
    return [*made, _sdist(name, version, release)] if release.sdist else made


def core_metadata(name: str, version: str, release: Release) -> bytes:
    """Write the METADATA or PKG-INFO file of a release."""
    lines = [f"Metadata-Version: {release.metadata_version}", f"Name: {name}"]
    lines.append(f"Version: {version}")
    if release.summary:
        lines.append(f"Summary: {release.summary}")
    lines += release.headers
    if release.requires_python:
        lines.append(f"Requires-Python: {release.requires_python}")
    lines += [f"Requires-Dist: {requirement}" for requirement in release.requires_dist]
    lines += [f"Provides-Extra: {extra}" for extra in release.provides_extra]
    lines += [f"Dynamic: {name}" for name in release.dynamic]
    return ("\n".join(lines) + "\n").encode()


def _wheel(name: str, version: str, release: Release, tags: str) -> File:
    escaped, module = _escaped(name), _module(name)
    info = f"{escaped}-{version}.dist-info"
    metadata = core_metadata(name, version, release)
    pure = "true" if tags.endswith("none-any") else "false"
    members = {
        f"{module}.py": _source(version),
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": _wheel_file(tags, pure),
    }
    record = "".join(f"{path},{_record_hash(data)},{len(data)}\n" for path, data in members.items())
    members[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    if release.padding:
        members["data.bin"] = _noise(release.padding)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in members.items():
            entry = zipfile.ZipInfo(path, _THEN)
            entry.external_attr = 0o644 << 16
            if release.zip64:
                with archive.open(entry, "w", force_zip64=True) as member:
                    member.write(data)
            else:
                archive.writestr(entry, data)
    content = buffer.getvalue()
    if release.zip64:
        content = _with_zip64_end(content)
    filename = f"{escaped}-{version}-{tags}.whl"
    offered = metadata if release.metadata else None
    return File(filename, version, content, offered, release)


def _sdist(name: str, version: str, release: Release) -> File:
    root = f"{_escaped(name)}-{version}"
    project = f'[project]\nname = "{name}"\nversion = "{version}"\n'
    members = {
        **({f"{root}/data.bin": _noise(release.padding)} if release.padding else {}),
        f"{root}/PKG-INFO": core_metadata(name, version, release),
        f"{root}/pyproject.toml": project.encode(),
        f"{root}/{_module(name)}.py": _source(version),
    }
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for path, data in members.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return File(f"{root}.tar.gz", version, buffer.getvalue(), None, release)


def _noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # noqa: S311 - the same for every run


def _with_zip64_end(content: bytes) -> bytes:
    """Give the offsets of the directory in the 64-bit form alone, as in very large wheels."""
    at = content.rindex(b"PK\5\6")
    entries, size, offset = (
        struct.unpack("<8xHH", content[at : at + 12])[1],
        *struct.unpack("<LL", content[at + 12 : at + 20]),
    )
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, size, offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    old = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return content[:at] + end + locator + old


def _wheel_file(tags: str, pure: str) -> bytes:
    interpreters, abis, platforms = tags.split("-")
    lines = ["Wheel-Version: 1.0", "Generator: pinwise-fake-index", f"Root-Is-Purelib: {pure}"]
    lines += [
        f"Tag: {interpreter}-{abi}-{platform}"
        for interpreter in interpreters.split(".")
        for abi in abis.split(".")
        for platform in platforms.split(".")
    ]
    return ("\n".join(lines) + "\n").encode()


def _source(version: str) -> bytes:
    return f'"""Made by the fake index."""\n\n__version__ = "{version}"\n'.encode()


def _record_hash(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(sha256(data).digest()).rstrip(b"=").decode()
    return f"sha256={digest}"


def _escaped(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _module(name: str) -> str:
    module = re.sub(r"\W", "_", _escaped(name))
    return f"_{module}" if module[:1].isdigit() else module
