"""The texts that are worked on: open buffers over the disk, parsed once for each version."""

from __future__ import annotations

import errno
import os
import stat
import threading
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple
from pinwise.manifests.compiled import read_compiled
from pinwise.manifests.declarations import Role
from pinwise.manifests.recognise import looks_like_prose
from pinwise.manifests.requirements import declarations
from pinwise.syntax.decode import (
    Choice,
    Decoded,
    Undecodable,
    decode_file,
    undecodable_text,
    unmarked_utf16,
)
from pinwise.syntax.nodes import RequirementsFile
from pinwise.syntax.requirements import parse
from pinwise.syntax.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pinwise.manifests.compiled import CompiledFile
    from pinwise.manifests.declarations import Declaration

MAX_SIZE = 16 * 1024 * 1024
"""Files larger than this many bytes are not read: no requirements file is."""

MAX_NAMES = 1_000
"""So many names of a folder are looked at to find what was meant."""

_NO_SUCH_NAME = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL})
"""The errors that say that no file has this name, EINVAL for what Windows forbids in one."""


class Document:
    """One version of one file. Immutable; what is derived from it is computed once, on request.

    Safe to share between threads: at worst two of them compute the same value.

    Attributes:
        path: where it lies, absolute.
        version: the editor's number of an open text; None for a file on disk.
        file: the tree; without lines where pip cannot make a text of the file.
        encoding: how the bytes of a file on disk became its text; None for an open text.
        undecodable: why pip cannot make a text of it; None where it can.
    """

    def __init__(  # noqa: PLR0913 - the callers name what they give
        self,
        path: Path,
        text: str,
        version: int | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
        previous: Document | None = None,
        *,
        encoding: Decoded | None = None,
        undecodable: Undecodable | None = None,
    ) -> None:
        """Parse `text`, with `environment` for its `${NAME}`s.

        Lines that `previous`, an earlier version read with the same environment, begins or ends
        with as well are not read again. What is `undecodable` is not parsed: pip reads none of it.
        """
        self.path = path
        self.version = version
        self.encoding = encoding
        self.undecodable = undecodable
        if undecodable is not None:
            self.file = RequirementsFile(Source(text), (), ())
            return
        # Of what was undecodable no line was read.
        before = previous.file if previous is not None and previous.undecodable is None else None
        marked = encoding is None
        self.file = parse(text, environment=environment, previous=before, marked=marked)

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

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """What its `-r` and `-c` lines name, in order."""
        return tuple([line.target for line in self.file.lines if line.target is not None])

    @cached_property
    def compiled(self) -> CompiledFile | None:
        """What its comments say of how it was compiled; None where it was not."""
        return read_compiled(self.file)

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
    FOLDER = "folder"
    NOT_A_FILE = "not-a-file"
    """A pipe, a device, a socket: to read it could mean to wait for ever."""
    DENIED = "denied"
    TOO_LARGE = "too-large"


class PathKind(Enum):
    """What a path leads to."""

    MISSING = "missing"
    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"
    """A pipe, a device, a socket: something that is not read."""
    UNKNOWN = "unknown"
    """It may not be looked at."""


class Unreadable(NamedTuple):
    """A file that cannot be read.

    Attributes:
        detail: a sentence for a person.
    """

    path: Path
    obstacle: Obstacle
    detail: str


class Documents:
    """All texts by path: what the editor has open, else what is on disk.

    Safe to use from several threads. A file on disk is looked at (`stat`) at every `read` and
    parsed again only when its time or size changed.

    Attributes:
        generation: grows with whatever may change which file includes which: files that are opened
            and closed, `-r` and `-c` lines that are edited, and `forget`.

    Args:
        environment: what `${NAME}` stands for in the files; the process's own by default.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self.generation = 0
        self._environment = os.environ if environment is None else environment
        self._lock = threading.Lock()
        self._open: dict[Path, Document] = {}
        self._above_open: frozenset[Path] | None = None
        """The folders that open files lie in; None until somebody asks."""
        self._disk: dict[Path, tuple[tuple[int, int, int], Document | Unreadable]] = {}

    def open(self, path: Path, text: str, version: int) -> Document:
        """Take `text` for the content of `path` until it is closed; return its document."""
        with self._lock:
            previous = self._open.get(path)
        undecodable = self._undecodable(path, text)
        environment = self._environment
        document = Document(path, text, version, environment, previous, undecodable=undecodable)
        with self._lock:
            self._open[path] = document
            if previous is None:
                self._above_open = None
            if previous is None or previous.targets != document.targets:
                self.generation += 1
        return document

    def change(self, path: Path, text: str, version: int) -> Document:
        """Replace the text of an open file; return its new document."""
        return self.open(path, text, version)

    def close(self, path: Path) -> None:
        """Let the disk speak for `path` again. Closing what is not open does nothing."""
        with self._lock:
            self._open.pop(path, None)
            self._above_open = None
            self.generation += 1

    def supposing(self, path: Path, text: str) -> Documents:
        """Return the same texts, but as if `path` were open with `text`; these stay as they are.

        What was read from disk is not read again.
        """
        found = Documents(self._environment)
        with self._lock:
            found._open = dict(self._open)
            found._disk = self._disk.copy()
        found.open(path, text, 0)
        return found

    def read(self, path: Path) -> Document | Unreadable:
        """Return the document of an absolute path, or why there is none. Never raises."""
        with self._lock:
            document = self._open.get(path)
            cached = self._disk.get(path)
        if document is not None:
            return document
        found = self._on_disk(path, cached)
        missing = isinstance(found, Unreadable) and found.obstacle is Obstacle.MISSING
        if missing and self.kind_of(path) is PathKind.FOLDER:
            return Unreadable(path, Obstacle.FOLDER, f"{path} is a folder")
        return found

    def _on_disk(
        self, path: Path, cached: tuple[tuple[int, int, int], Document | Unreadable] | None
    ) -> Document | Unreadable:
        """Return what the disk has, `cached` being what it had last."""
        stamp = _stamp(path)
        if isinstance(stamp, Unreadable):
            return stamp
        if cached is not None and cached[0] == stamp:
            return cached[1]
        result = _read(path, self._environment)
        with self._lock:
            self._disk[path] = (stamp, result)
        return result

    def kind_of(self, path: Path) -> PathKind:
        """Return what an absolute path leads to, links followed. Never raises, opens nothing.

        An open text is a file, whether it was saved or not, and the folders above it are folders.
        """
        kind = _kind_on_disk(path)
        if kind is not PathKind.MISSING:
            return kind
        with self._lock:
            if path in self._open:
                return PathKind.FILE
            if self._above_open is None:
                self._above_open = frozenset(
                    folder for file in self._open for folder in file.parents
                )
            return PathKind.FOLDER if path in self._above_open else PathKind.MISSING

    def names_in(self, folder: Path) -> Mapping[str, PathKind]:
        """Return the files and folders of a folder by name, open texts among them.

        Hidden ones, and those behind the first 1,000, are left out. Empty if it cannot be read.
        """
        found: dict[str, PathKind] = {}
        with self._lock:
            opened = tuple(self._open)
        for file in opened:
            if file.is_relative_to(folder) and file != folder:
                first = file.relative_to(folder).parts[0]
                found[first] = PathKind.FILE if file.parent == folder else PathKind.FOLDER
        try:
            with os.scandir(folder) as entries:
                for entry, _ in zip(entries, range(MAX_NAMES), strict=False):
                    if not entry.name.startswith("."):
                        found[entry.name] = _kind_of_entry(entry)
        except (OSError, ValueError):
            pass
        return found

    def forget(self) -> None:
        """Read again from disk what was read before; open texts stay."""
        with self._lock:
            self._disk.clear()
            self.generation += 1

    def _undecodable(self, path: Path, text: str) -> Undecodable | None:
        """Return why pip fails on a file that is open.

        The text tells of its coding line and of NULs. An editor shows U+FFFD for bytes that it
        cannot decode, but only the file on disk can tell what they are.
        """
        found = undecodable_text(text)
        if found is not None:
            return found
        if "\0" in text:
            return _without_mark(text)
        at = text.find("\N{REPLACEMENT CHARACTER}")
        if at < 0:
            return None
        with self._lock:
            cached = self._disk.get(path)
        saved = self._on_disk(path, cached)
        if isinstance(saved, Unreadable) or saved.undecodable is None:
            return None
        if saved.undecodable.byte is None:
            return None
        line = text.count("\n", 0, at)
        return saved.undecodable._replace(line=line, text=text, span=Span(at, at + 1))


def _kind_on_disk(path: Path) -> PathKind:
    """Return what the disk has at a path."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return PathKind.MISSING if error.errno in _NO_SUCH_NAME else PathKind.UNKNOWN
    except ValueError:
        # A NUL in the name, or half a surrogate pair.
        return PathKind.MISSING
    if stat.S_ISREG(mode):
        return PathKind.FILE
    return PathKind.FOLDER if stat.S_ISDIR(mode) else PathKind.OTHER


def _kind_of_entry(entry: os.DirEntry[str]) -> PathKind:
    try:
        if entry.is_dir():
            return PathKind.FOLDER
        return PathKind.FILE if entry.is_file() else PathKind.OTHER
    except OSError:
        return PathKind.UNKNOWN


def _stamp(path: Path) -> tuple[int, int, int] | Unreadable:
    """Return what tells one content of a file from another."""
    try:
        found = path.stat()
    except OSError as error:
        if error.errno in _NO_SUCH_NAME:
            return Unreadable(path, Obstacle.MISSING, f"{path} does not exist")
        return Unreadable(path, Obstacle.DENIED, _because(path, error))
    except ValueError:
        # A NUL in the name, or half a surrogate pair.
        return Unreadable(path, Obstacle.MISSING, f"{path} is a name that no file can have")
    obstacle = _obstacle(path, found)
    return obstacle or (found.st_mtime_ns, found.st_size, found.st_ino)


def _obstacle(path: Path, found: os.stat_result) -> Unreadable | None:
    """Return why something that is there is not read."""
    if not stat.S_ISREG(found.st_mode):
        if stat.S_ISDIR(found.st_mode):
            return Unreadable(path, Obstacle.FOLDER, f"{path} is a folder")
        return Unreadable(path, Obstacle.NOT_A_FILE, f"{path} is not a file")
    if found.st_size > MAX_SIZE:
        detail = f"{path} is larger than {MAX_SIZE // (1024 * 1024)} MB"
        return Unreadable(path, Obstacle.TOO_LARGE, detail)
    return None


def _because(path: Path, error: OSError) -> str:
    """Return why a file may not be read, as the system says it."""
    return f"{path} cannot be read: {error.strerror or error}"


def _read(path: Path, environment: Mapping[str, str]) -> Document | Unreadable:
    try:
        found = decode_file(path.read_bytes())
    except OSError as error:
        return Unreadable(path, Obstacle.DENIED, _because(path, error))
    if isinstance(found, Undecodable):
        return Document(path, found.text, None, environment, undecodable=found)
    undecodable = _without_mark(found.text) if not found.mark and "\0" in found.text else None
    return Document(path, found.text, None, environment, encoding=found, undecodable=undecodable)


def _without_mark(text: str) -> Undecodable | None:
    """Return why pip fails on a text that was saved as UTF-16 without a byte-order mark."""
    span = unmarked_utf16(text)
    if span is None:
        return None
    line = text.count("\n", 0, span.start)
    detail = "every other byte is a NUL, as in UTF-16 without a byte-order mark"
    return Undecodable(
        "utf-8", line, known=True, detail=detail, choice=Choice.DEFAULT, text=text, span=span
    )
