"""Why lines cannot hold together, in full: for a hover and for `pinwise explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.dependency_conflicts import is_looked_for, resolve
from pinwise.advice.other_targets import other_targets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.advice.context import Context, Located
    from pinwise.advice.dependency_conflicts import Resolution
    from pinwise.base.text import Span
    from pinwise.resolver.diagnosis import FoundConflict


def conflict_texts(context: Context, located: Located) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each conflict that a line is part of: one or two sentences, and all steps to it.

    Nothing where the settings turn the rule off. Costs what `resolve` does, which remembers.
    """
    if not is_looked_for(context):
        return
    resolution = resolve(context)
    for conflict in resolution.conflicts_of(located):
        yield _text(resolution, conflict, located)


def conflict_texts_on_other_targets(
    context: Context, located: Located
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what conflicts on further targets of the settings alone, with the target's name.

    As the rule does, each set of lines once. Up to 12 solves where they were not asked for before.
    """
    if not is_looked_for(context):
        return
    told = {_lines_in(resolve(context), conflict) for conflict in resolve(context).conflicts}
    for target, other in other_targets(context):
        resolution = resolve(other)
        for conflict in resolution.conflicts_of(located):
            lines = _lines_in(resolution, conflict)
            if lines not in told:
                told.add(lines)
                sentences, steps = _text(resolution, conflict, located)
                yield f"On {target}: {sentences}", steps


def _lines_in(resolution: Resolution, conflict: FoundConflict) -> frozenset[tuple[Path, Span]]:
    """Return where the lines of a conflict stand."""
    located = map(resolution.located, conflict.lines)
    return frozenset((line.path, line.name_span) for line in located)


def _text(
    resolution: Resolution, conflict: FoundConflict, located: Located
) -> tuple[str, tuple[str, ...]]:
    here = next(line for line in conflict.lines if located in resolution.alike(line))
    sentences = resolution.explainer(conflict, here, located.path).sentences()
    # Each step is read by itself, so that every line has its number there.
    steps = resolution.explainer(conflict, None, located.path).derivation()
    return sentences, tuple(steps)
