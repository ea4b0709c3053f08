"""What the files of a page's versions are like, as it is stored: judged without building releases.

Thousands of versions repeat a few sets of files. Those are worked out once, when the page comes,
because the solver wants them of every project that it meets, and first of all of a cold cache.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from pinwise.index.types import DistributionFile, Shapes

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind: TypeAlias = "tuple[str, str, str | None]"
"""The tags of a file, its `Requires-Python`, and why it was yanked, None if it was not."""


def stored_shapes(versions: Iterable[Iterable[Kind]]) -> str:
    """Return the JSON that `read_shapes` reads; about 1 µs a file.

    It repeats no text: what kinds of files there are is told by numbers, what sets of kinds there
    are by the numbers of these, and the versions by stretches that have the same set.

    Args:
        versions: the files of each version, newest first.
    """
    kinds: dict[Kind, int] = {}
    sets: dict[frozenset[int], int] = {}
    runs: list[list[int]] = []
    for files in versions:
        shape = frozenset(kinds.setdefault(kind, len(kinds)) for kind in files)
        place = sets.setdefault(shape, len(sets))
        if runs and runs[-1][1] == place:
            runs[-1][0] += 1
        else:
            runs.append([1, place])
    tags: dict[str, int] = {}
    requires: dict[str, int] = {}
    reasons: dict[str | None, int] = {}
    numbered = [
        (
            tags.setdefault(tag, len(tags)),
            requires.setdefault(required, len(requires)),
            reasons.setdefault(reason, len(reasons)),
        )
        for tag, required, reason in kinds
    ]
    content = (list(tags), list(requires), list(reasons), numbered, list(map(sorted, sets)), runs)
    return json.dumps(content, separators=(",", ":"))


def read_shapes(stored: str) -> Shapes:
    """Read what `stored_shapes` returned."""
    tags, requires, reasons, numbered, sets, runs = json.loads(stored)
    files = [
        DistributionFile("", tags[tag], requires[need], reasons[why]) for tag, need, why in numbered
    ]
    return Shapes(
        [(count, place) for count, place in runs],
        [tuple(map(files.__getitem__, shape)) for shape in sets],
    )
