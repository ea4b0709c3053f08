"""The texts that are worked on: open buffers over the disk, parsed once for each version."""

from __future__ import annotations

import os
import stat
import threading
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from pinwise.manifests.declarations import Role
from pinwise.manifests.recognise import looks_like_prose
from pinwise.manifests.requirements import declarations
from pinwise.syntax.decode import Undecodable, decode
from pinwise.syntax.requirements import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pinwise.manifests.declarations import Declaration
    from pinwise.syntax.nodes import RequirementsFile
    from pinwise.syntax.source import Source

MAX_SIZE = 16 * 1024 * 1024
"""Files larger than this many bytes are not read: no requirements file is."""


class Document:
    """One version of one file. Immutable; what is derived from it is computed once, on request.

    Safe to share between threads: at worst two of them compute the same value.

    Attributes:
        path: where it lies, absolute.
        version: the editor's number of an open text; None for a file on disk.
        file: the tree.
    """

    def __init__(
        self,
        path: Path,
        text: str,
        version: int | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
        previous: Document | None = None,
    ) -> None:
        """Parse `text`, with `environment` for its `${NAME}`s.

        Lines that `previous`, an earlier version read with the same environment, begins with as
        well are not read again.
        """
        self.path = path
        self.version = version
        before = previous.file if previous is not None else None
        self.file: RequirementsFile = parse(text, environment=environment, previous=before)

    @property
    def source(self) -> Source:
        """The text with its line table."""
        return self.file.source

    @property
    def text(self) -> str:
        """The text."""
        return self.file.source.text

    @cached_property
    def prose(self) -> bool:
        """Whether it is written for people: nothing in it is looked up or underlined."""
        return looks_like_prose(self.text)

    def declarations(self, role: Role) -> tuple[Declaration, ...]:
        """Return the named dependencies, in order, as requirements or as constraints."""
        return self._constraints if role is Role.CONSTRAINT else self._requirements

    @cached_property
    def _requirements(self) -> tuple[Declaration, ...]:
        return declarations(self.file, Role.REQUIREMENT)

    @cached_property
    def _constraints(self) -> tuple[Declaration, ...]:
        return declarations(self.file, Role.CONSTRAINT)

    def __repr__(self) -> str:
        version = "" if self.version is None else f", version {self.version}"
        return f"<Document {self.path}{version}>"


class Obstacle(Enum):
    """Why a file cannot be read."""

    MISSING = "missing"
    NOT_A_FILE = "not-a-file"
    DENIED = "denied"
    TOO_LARGE = "too-large"
    UNDECODABLE = "undecodable"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that cannot be read.

    Attributes:
        detail: a sentence for a person.
        undecodable: what decoding said, where that is the obstacle.
    """

    path: Path
    obstacle: Obstacle
    detail: str
    undecodable: Undecodable | None = None


class Documents:
    """All texts by path: what the editor has open, else what is on disk.

    Safe to use from several threads. A file on disk is looked at (`stat`) at every `read` and
    parsed again only when its time or size changed.

    Args:
        environment: what `${NAME}` stands for in the files; the process's own by default.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self._lock = threading.Lock()
        self._open: dict[Path, Document] = {}
        self._disk: dict[Path, tuple[tuple[int, int, int], Document | Unreadable]] = {}

    def open(self, path: Path, text: str, version: int) -> Document:
        """Take `text` for the content of `path` until it is closed; return its document."""
        with self._lock:
            previous = self._open.get(path)
        document = Document(path, text, version, self._environment, previous)
        with self._lock:
            self._open[path] = document
        return document

    def change(self, path: Path, text: str, version: int) -> Document:
        """Replace the text of an open file; return its new document."""
        return self.open(path, text, version)

    def close(self, path: Path) -> None:
        """Let the disk speak for `path` again. Closing what is not open does nothing."""
        with self._lock:
            self._open.pop(path, None)

    def read(self, path: Path) -> Document | Unreadable:
        """Return the document of an absolute path, or why there is none. Never raises."""
        with self._lock:
            document = self._open.get(path)
            cached = self._disk.get(path)
        if document is not None:
            return document
        stamp = _stamp(path)
        if isinstance(stamp, Unreadable):
            return stamp
        if cached is not None and cached[0] == stamp:
            return cached[1]
        result = _read(path, self._environment)
        with self._lock:
            self._disk[path] = (stamp, result)
        return result

    def forget(self) -> None:
        """Read again from disk what was read before; open texts stay."""
        with self._lock:
            self._disk.clear()


def _stamp(path: Path) -> tuple[int, int, int] | Unreadable:
    """Return what tells one content of a file from another."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return Unreadable(path, Obstacle.MISSING, f"{path} does not exist")
    except (OSError, ValueError) as error:
        # ValueError: a NUL in the name.
        return Unreadable(path, Obstacle.DENIED, str(error))
    if not stat.S_ISREG(found.st_mode):
        return Unreadable(path, Obstacle.NOT_A_FILE, f"{path} is not a file")
    if found.st_size > MAX_SIZE:
        detail = f"{path} is larger than {MAX_SIZE // (1024 * 1024)} MB"
        return Unreadable(path, Obstacle.TOO_LARGE, detail)
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(path: Path, environment: Mapping[str, str]) -> Document | Unreadable:
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        return Unreadable(path, Obstacle.DENIED, str(error))
    if isinstance(text, Undecodable):
        return Unreadable(path, Obstacle.UNDECODABLE, text.message, text)
    return Document(path, text, None, environment)
