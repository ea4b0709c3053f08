"""What the files of a page's versions are like, as it is stored: judged without building releases.

Thousands of versions repeat a few sets of files. Those are worked out once, when the page comes,
because the solver wants them of every project that it meets, and first of all of a cold cache.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from pinwise.index.types import Shapes

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind: TypeAlias = "tuple[str, str, str | None]"
"""The tags of a file, its `Requires-Python`, and why it was yanked, None if it was not."""


_ROOM = 32
"""Characters of masks for each file, at most; the projects that have most of them need 3."""

_LEAST_ROOM = 4096


def stored_shapes(versions: Iterable[Iterable[Kind]]) -> str:
    """Return the JSON that `read_shapes` reads; about 1 µs a file.

    It repeats no text: what kinds of files there are is told by numbers, what sets of kinds there
    are by masks, and the versions by stretches that have the same set. Flat lists and texts are
    read several times faster than lists of lists. "" where that would become large: where hardly
    two files of thousands are alike.

    Args:
        versions: the files of each version, newest first.
    """
    kinds: dict[Kind, int] = {}
    sets: dict[int, int] = {}
    runs: list[int] = []
    room = _LEAST_ROOM
    for files in versions:
        shape = 0
        for kind in files:
            shape |= 1 << kinds.setdefault(kind, len(kinds))
            room += _ROOM
        if shape not in sets:
            room -= shape.bit_length() // 4
            if room < 0:
                return ""
        place = sets.setdefault(shape, len(sets))
        if runs and runs[-1] == place:
            runs[-2] += 1
        else:
            runs += (1, place)
    tags: dict[str, int] = {}
    requires: dict[str, int] = {}
    reasons: dict[str | None, int] = {}
    numbers: list[int] = []
    for tag, required, reason in kinds:
        numbers += (
            tags.setdefault(tag, len(tags)),
            requires.setdefault(required, len(requires)),
            reasons.setdefault(reason, len(reasons)),
        )
    masks = " ".join(f"{shape:x}" for shape in sets)
    content = (list(tags), list(requires), list(reasons), numbers, masks, runs)
    return json.dumps(content, separators=(",", ":"))


def read_shapes(stored: str) -> Shapes:
    """Read what `stored_shapes` returned."""
    tags, requires, reasons, numbers, masks, runs = json.loads(stored)
    kinds = list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))
    sets = [int(mask, 16) for mask in masks.split()]
    return Shapes(
        tags, requires, reasons, kinds, sets, list(zip(runs[::2], runs[1::2], strict=True))
    )
