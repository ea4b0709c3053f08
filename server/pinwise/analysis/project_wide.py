"""Findings about a project as a whole: they stand where the user looks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pinwise.advice.context import Context
    from pinwise.analysis.report import Diagnostic
    from pinwise.analysis.silence import Silence


def show_in_front(
    context: Context, found: dict[Path, list[Diagnostic]], silence: Mapping[Path, Silence]
) -> None:
    """Move the findings about the project from the root to the files that the user looks at.

    Most projects have a file that others include, and who has that one open would see nothing of
    them. What is silenced in the root, where the command line tells it, is told nowhere.

    Args:
        context: that of the tree.
        found: what was found in each of its files, and not silenced. Changed in place.
        silence: what is not wanted in each of them.
    """
    root = context.tree.root
    moved = [item for item in found.get(root, ()) if item.finding.lineless]
    if not moved or not context.shown:
        return
    found[root] = [item for item in found[root] if not item.finding.lineless]
    for path, span in context.places_of_project:
        here = [
            item._replace(finding=replace(item.finding, path=path, span=span)) for item in moved
        ]
        found[path] += silence[path].kept(here)
