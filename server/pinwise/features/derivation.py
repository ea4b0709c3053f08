"""Why lines cannot hold together, in full: for a hover and for `pinwise explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.dependency_conflicts import is_looked_for, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context, Located


def conflict_texts(context: Context, located: Located) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each conflict that a line is part of: one or two sentences, and all steps to it.

    Nothing where the settings turn the rule off. Costs what `resolve` does, which remembers.
    """
    if not is_looked_for(context):
        return
    resolution = resolve(context)
    for conflict in resolution.conflicts_of(located):
        here = next(line for line in conflict.lines if located in resolution.alike(line))
        explained = resolution.explainer(conflict, here, located.path)
        sentences = explained.sentences()
        # Each step is read by itself, so that every line has its number there.
        steps = resolution.explainer(conflict, None, located.path).derivation()
        yield sentences, tuple(steps)
