"""An environment that waits beside its place until the one that replaces it is whole.

It is renamed within its own folder, which is one step of the file system: whatever ends Pinwise
between two steps leaves either the old one in its place, or the old one whole beside it. Once the
new one is whole the old one gets a second name, so that what is found under the first is never a
half-deleted one.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
from typing import TYPE_CHECKING, Final

from pinwise.environments.layout import WINDOWS
from pinwise.environments.types import KEPT

if TYPE_CHECKING:
    from pathlib import Path

DOOMED: Final = ".pinwise-trash-"
"""What follows the name of an environment that is being deleted: it counts as none any more."""

_JUNCTION: Final = 0xA0000003
"""`IO_REPARSE_TAG_MOUNT_POINT` of Windows."""
_TAG: Final = re.compile(r"[0-9a-f]{8}")


def set_aside(path: Path) -> Path:
    """Rename what is at `path`, a folder or a link, and return its new path beside it.

    Raises:
        OSError: it cannot be renamed; on Windows also because a program in it runs.
    """
    return _renamed(path, KEPT)


def kept_beside(destination: Path) -> tuple[Path, ...]:
    """Return what was set aside from `destination` and never came back, oldest first.

    That is what an unfinished repair leaves. Costs a listing of the folder.
    """
    return tuple(sorted(_beside(destination, KEPT), key=_age))


def put_back(kept: Path, destination: Path) -> None:
    """Give what was set aside its own name again, if nothing else has it.

    Raises:
        OSError: it cannot be renamed.
    """
    if not os.path.lexists(destination):
        kept.rename(destination)


def discard(path: Path) -> None:
    """Delete an environment, under another name first: what is left of it never looks whole.

    Of a link only the link is deleted. What cannot be deleted stays under its second name, and
    `sweep` tries it again.

    Raises:
        OSError: it cannot be renamed, and nothing of it was deleted.
    """
    if path.is_symlink():
        path.unlink()
        return
    clear(_renamed(path, DOOMED))


def sweep(destination: Path) -> None:
    """Delete what earlier deletions of `destination` could not."""
    for path in _beside(destination, DOOMED):
        clear(path)


def clear(path: Path) -> None:
    """Delete a folder as far as possible, and of a link only the link; never raises."""
    if path.is_symlink():
        with contextlib.suppress(OSError):
            path.unlink()
        return
    # A program that is just ending may still add a file between listing and deleting.
    for _ in range(3):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
        make_writable(path)


def make_writable(path: Path, *, windows: bool = WINDOWS) -> None:
    """Take back what keeps a folder's entries, which some packages write-protect.

    What a link leads to lies elsewhere, and keeps its modes.
    """
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not _is_link(os.path.join(folder, name))]  # noqa: PTH118 - strings of `walk`
        _allow(folder, stat.S_IRWXU)
        if windows:
            # Windows deletes no file that is read-only; elsewhere the folder alone decides.
            for name in files:
                _allow(os.path.join(folder, name), stat.S_IWRITE)  # noqa: PTH118 - strings of `walk`


def _allow(path: str, mode: int) -> None:
    with contextlib.suppress(OSError):
        # `os.chmod` follows links, and not every system has one that does not.
        if not _is_link(path):
            os.chmod(path, mode)  # noqa: PTH101 - strings of `walk`


def _is_link(path: str) -> bool:
    """Whether it is a link, or a junction of Windows, into which `os.walk` goes before 3.12."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION


def _renamed(path: Path, mark: str) -> Path:
    name = path.name.partition(KEPT)[0]
    beside = path.with_name(f"{name}{mark}{secrets.token_hex(4)}")
    path.rename(beside)
    return beside


def _beside(destination: Path, mark: str) -> list[Path]:
    start = destination.name + mark
    try:
        entries = list(destination.parent.iterdir())
    except OSError:
        return []
    return [
        entry
        for entry in entries
        if entry.name.startswith(start) and _TAG.fullmatch(entry.name[len(start) :])
    ]


def _age(path: Path) -> tuple[float, str]:
    with contextlib.suppress(OSError):
        return path.lstat().st_ctime, path.name
    return 0.0, path.name
