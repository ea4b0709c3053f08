"""Patterns of file names in settings: `legacy/**`, `*.in`, `requirements/dev.txt`."""

from __future__ import annotations

import os
import re
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import TypeAlias

    _Step: TypeAlias = re.Pattern[str] | None


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
    steps = _steps(pattern)
    # All places in the pattern at once, and none twice: nobody's pattern costs more than that.
    places = _with_skipped({0}, steps)
    for name in path.relative_to(folder).parts:
        if len(steps) in places:
            return True
        following = set()
        for place in places:
            step = steps[place]
            if step is None:
                following.add(place)
            elif step.fullmatch(name):
                following.add(place + 1)
        places = _with_skipped(following, steps)
    return len(steps) in places


def _with_skipped(places: set[int], steps: Sequence[_Step]) -> set[int]:
    """Return some places in a pattern, and those behind the `**` that begin there."""
    found = set(places)
    for place in places:
        after = place
        while after < len(steps) and steps[after] is None:
            after += 1
            found.add(after)
    return found


@lru_cache(maxsize=256)
def _steps(pattern: str) -> tuple[_Step, ...]:
    """Return what matches each name on the way; None for `**`, any number of folders."""
    if os.name == "nt":
        pattern = pattern.replace("\\", "/")
    pattern = pattern.removeprefix("./")
    names = pattern.strip("/").split("/")
    return tuple(
        None if name == "**" else _compiled(name)
        for name in (names if "/" in pattern else ("**", *names))
    )


def _compiled(name: str) -> re.Pattern[str]:
    flags = re.IGNORECASE if os.name == "nt" else 0
    try:
        return re.compile(translate(name), flags)
    except re.error:
        # A range such as `[z-a]`: no file name is meant.
        return re.compile(re.escape(name), flags)
