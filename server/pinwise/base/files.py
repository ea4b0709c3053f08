"""Reading files that anyone may have placed, and writing them so that nobody sees half of one."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read_regular(path: Path, limit: int) -> bytes:
    """Return the content of a regular file of at most `limit` bytes.

    Nothing else is opened: a pipe that a workspace planted would be waited for without end.

    Raises:
        OSError: it cannot be read, is no regular file, or is larger.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    if found.st_size > limit:
        raise OSError(errno.EFBIG, "too large", str(path))
    return path.read_bytes()


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`: a temporary file beside it, fsync, rename.

    A symbolic link is followed, so that the link stays and its target changes; the permissions
    of an existing file are kept. Folders that are missing are made. A device or a pipe is written
    into as it is: a rename would put a file in its place.

    Raises:
        OSError: the file could not be written; the old content is then untouched. It names
            `path`, and not the temporary file.
    """
    import tempfile  # noqa: PLC0415 - it brings random numbers and all hashes; most only read

    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            path.write_bytes(data)
            return
    given, path = path, path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        error.filename = str(given)
        raise
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode_of(path))  # noqa: PTH101 - `temporary` is a plain string
        os.replace(temporary, path)  # noqa: PTH105 - likewise
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108 - likewise
        if isinstance(error, OSError):
            error.filename = str(given)
        raise


def _mode_of(path: Path) -> int:
    """Return the permission bits to give the new file: the old one's, else the default."""
    try:
        return path.stat().st_mode & 0o7777
    except FileNotFoundError:
        # The process's umask can only be read by setting it, which is not safe with threads.
        return 0o644
