"""The updates of `pinwise fix --select outdated-version`: those that hold together."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from pinwise.analysis.complete import look_up
from pinwise.base.tuples import NamedTuple
from pinwise.features.update_all import LineUpdate, UpdateKind, plan_together

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.analysis.workspace import Analysis, Workspace
    from pinwise.features.update_all import CheckedPlan

MOST_SECONDS = 300.0
"""How long the look-ups for one file may take."""

MOST_DOUBLINGS = 5
"""Of a package that is asked about again and again, so often twice as many versions."""


class Updates(NamedTuple):
    """What becomes of a file.

    Attributes:
        lines: those that change.
        message: what stays behind, or is not known, as a sentence for a person; "" for nothing.
    """

    lines: tuple[LineUpdate, ...]
    message: str


def plan(workspace: Workspace, analysis: Analysis, path: Path, *, major: bool) -> Updates:
    """Return the updates of a file that hold together with all lines of its tree.

    What packages need is looked up on the way; blocks until the indexes have answered, or a limit
    is reached: then nothing changes.

    Args:
        workspace: has the texts.
        analysis: of a tree with the file.
        path: the file.
        major: whether new major versions are wanted instead of minor ones and patches.
    """
    kind = UpdateKind.MAJOR if major else UpdateKind.SAFE
    until = time.monotonic() + MOST_SECONDS
    asked: Counter[NormalizedName] = Counter()
    root = analysis.context.tree.root
    while True:
        diagnostics = workspace.findings_in(path, [analysis])
        found = plan_together(analysis.context, path, diagnostics, kind)
        wanted: set[NormalizedName | tuple[NormalizedName, Version]] = set()
        for gap in found.pending:
            further = 2 ** min(asked[gap.name], MOST_DOUBLINGS) - 1
            if gap.version is None:
                wanted.add(gap.name)
            else:
                older = gap.older[:further] if further else ()
                wanted |= {(gap.name, version) for version in (gap.version, *older)}
        asked.update({gap.name for gap in found.pending if gap.version is not None})
        if not wanted or time.monotonic() > until:
            return Updates(() if found.pending else found.updated, _message(found))
        look_up(analysis.index, wanted)
        analysis = workspace.analyse(root)


def _message(found: CheckedPlan) -> str:
    """Say what stays behind and why, in two sentences at most."""
    unknown = "which updates go together could not be found out"
    if found.pending:
        return f"{unknown}: the package indexes did not tell all that is needed in time."
    if found.unknown:
        return f"{unknown}: what `{found.unknown}` needs is not known."
    if not found.lines:
        return "" if found.checked else f"{unknown}."
    if found.held:
        first, *others = found.held
        more = f", and {len(others)} more stay behind" if others else ""
        why = f": {first.why}" if first.why and not others else "."
        return f"{first.name} cannot get {first.newest}{more}{why}"
    return "" if found.checked else "what some of the other lines need is not known."
