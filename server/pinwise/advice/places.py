"""How a message names another line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.advice.context import Located


def line_number(located: Located) -> int:
    """Return the number, from 1, of the editor line on which a declaration begins."""
    return located.document.source.position(located.declaration.span.start).line + 1


def place_of(located: Located, seen_from: Path) -> str:
    """Return where a declaration stands, for a reader of the file `seen_from`.

    That is "line 4" for a line of the same file, "base.txt line 4" for one beside it.
    """
    line = f"line {line_number(located)}"
    if located.path == seen_from:
        return line
    return f"{relative(located.path, seen_from.parent)} {line}"


def place_in_sentence(located: Located, seen_from: Path) -> str:
    """Return the same in words that may begin a sentence: "line 4", "line 4 of base.txt"."""
    line = f"line {line_number(located)}"
    if located.path == seen_from:
        return line
    return f"{line} of {relative(located.path, seen_from.parent)}"


def relative(path: Path, folder: Path) -> str:
    """Return a path as seen from a folder, with slashes; absolute where drives differ."""
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:
        return path.as_posix()
