"""Patterns of file names in settings: `legacy/**`, `*.in`, `requirements/dev.txt`."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PIECE = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\]|.", re.DOTALL)


def matches(pattern: str, folder: Path, path: Path) -> bool:
    """Return whether a pattern that stands in `folder` means the file `path`.

    `*` is any part of a name, `**` any number of folders, `?` one character, `[ab]` one of some.
    A pattern without a slash means files of that name in any folder below; one with a slash is
    read from `folder` on. One that ends in a slash, or names a folder, means all files in it.
    Upper and lower case differ but on Windows.

    Args:
        pattern: with slashes; backslashes are taken for slashes on Windows.
        folder: absolute; files outside of it match nothing.
        path: absolute.
    """
    if not path.is_relative_to(folder):
        return False
    return _compiled(pattern).fullmatch(path.relative_to(folder).as_posix()) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    if os.name == "nt":
        pattern = pattern.replace("\\", "/")
    pattern = pattern.removeprefix("./")
    anywhere = "/" not in pattern
    body = "".join(map(_translated, _PIECE.findall(pattern.strip("/"))))
    prefix = "(?:.*/)?" if anywhere else ""
    flags = re.DOTALL | (re.IGNORECASE if os.name == "nt" else 0)
    try:
        return re.compile(f"{prefix}{body}(?:/.*)?", flags)
    except re.error:
        # A range such as `[z-a]`: no file name is meant.
        return re.compile(f"{prefix}{re.escape(pattern)}", flags)


def _translated(piece: str) -> str:
    """Return one piece of a pattern as a regular expression."""
    match piece:
        case "**/":
            return "(?:.*/)?"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _ if len(piece) > 1:
            negated = piece.startswith("[!")
            inside = re.sub(r"([\\\[\]^&~|])", r"\\\1", piece[2 if negated else 1 : -1])
            return f"[{'^/' if negated else ''}{inside}]"
        case _:
            return re.escape(piece)
