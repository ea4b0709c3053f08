"""What can be done about the environment from the first line of a requirements file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.environment_fixes import (
    broken_environment_of,
    choose_fix,
    create_fix,
    recreate_fix,
)
from pinwise.advice.installing import install_everything, sync_everything

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.advice.context import Context, EnvironmentState
    from pinwise.advice.findings import Fix
    from pinwise.base.text import Span


def environment_actions(ctx: Context, path: Path, where: Span) -> Iterator[Fix]:
    """Yield what a person may want to do with the project's environment; nothing is wrong.

    Offered in the first line of a requirements file, where nobody has to look for it: to make an
    environment where the project has none, to make a broken one anew, to choose an interpreter,
    to install what the file asks for, and to remove what no line asks for. None of them is
    preferred, because none was missing.
    """
    state = ctx.environment
    document = next((one for one in ctx.documents if one.path == path), None)
    if state is None or document is None or ctx.first_requirement is None:
        return
    if where.start > document.source.line_span(0).end:
        return
    broken = broken_environment_of(state)
    recreate = recreate_fix(state, broken) if broken is not None else None
    if recreate is not None:
        yield recreate
    elif not _has_its_own(state):
        yield create_fix(state, ctx.tree.root, preferred=False)
    yield choose_fix(state, ctx.tree.root)
    if broken is None:
        for fix in (install_everything(ctx), sync_everything(ctx)):
            if fix is not None:
                yield fix


def _has_its_own(state: EnvironmentState) -> bool:
    """Return whether the project has an environment: one inside a folder may share that above."""
    if not state.nested:
        return bool(state.own)
    homes = (own.project or own.prefix.parent for own in state.own)
    return any(home == state.project for home in homes)
