"""Reading small text files that anyone may have put there."""

from __future__ import annotations

import errno
import importlib
import os
import stat
import sys
from typing import Any, Final

LIMIT: Final = 65_536
"""How many bytes are read at most: every file that this layer reads is far smaller."""


def read_small(path: str | os.PathLike[str], *, limit: int = LIMIT) -> str:
    """Return the beginning of a regular file as text.

    Only regular files are opened, because opening a pipe that a workspace planted would wait for
    ever. Bytes that are no UTF-8 become surrogates, so that a path among them stays usable; a byte
    order mark and NUL bytes, which no path holds and which system calls reject, are dropped.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - called with strings, for speed
        raise OSError(errno.EINVAL, "not a regular file", os.fspath(path))
    with open(path, "rb") as file:  # noqa: PTH123 - likewise
        data = file.read(limit)
    return data.decode("utf-8", "surrogateescape").removeprefix("\ufeff").replace("\0", "")


def read_toml(path: str | os.PathLike[str], *, limit: int = 1_048_576) -> dict[str, Any]:
    """Return the content of a TOML file; empty where there is none that can be read.

    Some milliseconds the first time, for the reader is imported only when there is such a file.
    """
    try:
        text = read_small(path, limit=limit)
        # The reader is part of Python from 3.11 on.
        toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
        content: dict[str, Any] = toml.loads(text)
    except (OSError, ValueError, RecursionError):
        return {}
    return content


def table(content: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the table inside a table, by the names that lead to it; empty where it is none."""
    for name in names:
        inner = content.get(name)
        if not isinstance(inner, dict):
            return {}
        content = inner
    return content
