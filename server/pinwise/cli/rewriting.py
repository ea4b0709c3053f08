"""Changing files that people wrote: their encoding, marks and line ends stay, nothing is lost."""

from __future__ import annotations

import codecs
import difflib
import errno
import os
import re
import stat
from typing import TYPE_CHECKING

from pinwise.base.files import write_atomically
from pinwise.base.tuples import NamedTuple
from pinwise.cli.output import one_line
from pinwise.project.files import MAX_SIZE
from pinwise.project.settings_file import is_settings_file
from pinwise.syntax.decode import Decoded, Undecodable, decode_file, unmarked_utf16

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class CannotRewriteError(Exception):
    """Why a file is left untouched, for a person."""


class Rewrite(NamedTuple):
    """A file's text and bytes, before and after."""

    old: str
    new: str
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.old != self.new


def read_file(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        CannotRewriteError: it is none, or too large to be a requirements file.
        OSError: it cannot be read.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        message = "it is not a file"
        raise CannotRewriteError(message)
    if found.st_size > MAX_SIZE:
        message = f"it is larger than {MAX_SIZE // (1024 * 1024)} MB"
        raise CannotRewriteError(message)
    return path.read_bytes()


def decoded(data: bytes) -> Decoded:
    """Return the text of a requirements file and its encoding, as pip reads it.

    Raises:
        CannotRewriteError: it is no text for pip.
    """
    found = decode_file(data)
    if isinstance(found, Undecodable):
        raise CannotRewriteError(found.message)
    if not found.mark and unmarked_utf16(found.text) is not None:
        # A line end of one byte would shift all characters behind it.
        message = "pip reads it as UTF-8, but it looks like UTF-16 without a byte-order mark"
        raise CannotRewriteError(message)
    return found


def rewritten(data: bytes, found: Decoded, text: str) -> Rewrite:
    """Return what makes `text` of a requirements file; its encoding and byte-order mark stay.

    Raises:
        CannotRewriteError: the bytes are not written as they would be, or `text` would not be
            read as it is meant.
    """
    try:
        faithful = found.encode(found.text) == data
        after = found.encode(text)
    except (UnicodeEncodeError, LookupError):
        faithful, after = False, b""
    again = decode_file(after)
    if not faithful or isinstance(again, Undecodable) or again.text != text:
        message = f"its encoding, {found.encoding}, cannot be written back as it is"
        raise CannotRewriteError(message)
    return Rewrite(found.text, text, data, after)


def rewritten_file(path: Path, data: bytes, old: str, text: str) -> Rewrite:
    """Return what makes `text` of a file whose text was read as `old`: also of settings files.

    Raises:
        CannotRewriteError: as `rewritten`; or the bytes are those of another text.
    """
    if is_settings_file(path):
        # TOML is UTF-8, whatever a comment says.
        mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        if mark + old.encode() != data:
            message = "it is not UTF-8, or has changed meanwhile"
            raise CannotRewriteError(message)
        return Rewrite(old, text, data, mark + text.encode())
    found = decode_file(data)
    if isinstance(found, Undecodable):
        # A coding line that pip stumbles over, and that the fix mends: the bytes are UTF-8.
        found = Decoded(found.text, "utf-8")
    if found.text != old:
        message = "it has changed meanwhile"
        raise CannotRewriteError(message)
    return rewritten(data, found, text)


def write(path: Path, change: Rewrite) -> None:
    """Write a file anew, atomically, unless somebody else changed it since it was read.

    Raises:
        CannotRewriteError: somebody did.
        OSError: it cannot be written.
    """
    if read_file(path) != change.before:
        message = "it has changed meanwhile; nothing was written"
        raise CannotRewriteError(message)
    if not os.access(path, os.W_OK):
        # It says that it is not to be changed, though its folder would let it be replaced.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    write_atomically(path, change.after)


def diff(change: Rewrite, before: str, after: str) -> Iterator[str]:
    """Yield the lines of a unified diff, for reading: line ends are not told apart.

    Args:
        change: of the file.
        before: what the old file is called.
        after: what the new one is called.
    """
    old, new = _LINE.findall(change.old), _LINE.findall(change.new)
    names = one_line(before), one_line(after)
    for line in difflib.unified_diff(old, new, *names):
        yield line.rstrip("\r\n")
        if not line.endswith(("\r", "\n")):
            yield r"\ No newline at end of file"
