"""The command behind the code lenses: all updates of a file that go together, with one click."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.base.records import record
from pinwise.lsp.handlers.arguments import command, text_in
from pinwise.lsp.handlers.code_lens import UPDATE_ALL, title_of
from pinwise.lsp.handlers.environments import choose, show
from pinwise.lsp.progress import run_action
from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.findings import FileEdit
    from pinwise.base.progress import Progress
    from pinwise.features.update_all import CheckedPlan, LineUpdate
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

    Wanted: TypeAlias = tuple[NormalizedName, Version | None]

MOST_SECONDS = 120.0
"""So long facts are looked up and the plan made anew; each round may need those of other versions.
Of a big family in lockstep that are some thirty rounds of a few requests each."""

MOST_DOUBLINGS = 6
"""So often the number of versions that are looked up of one package at once is doubled."""

MOST_NAMED = 6
"""Changes that the question names."""

REVIEW = "Review each change"
"""The button that has the client show them. Its boxes begin unticked in VS Code, so that this is
not what one click should lead to."""

PATIENCE = 15.0
"""Seconds to wait for one answer; the index gives up earlier by itself."""

_NOT_FOUND_OUT = "It could not be found out which updates go together"

TICK = 0.1
"""Seconds after which it is looked whether the user cancelled."""


def register(server: PinwiseServer) -> None:
    """Register the command."""
    server.command(UPDATE_ALL)(command(update_all, "uri kind"))


async def update_all(ls: PinwiseServer, given: Mapping[str, Any]) -> dict[str, Any]:
    """Update the pins of a file that can be updated together: `{uri, kind: "safe" | "major"}`.

    What packages need is looked up first, with a progress that can be cancelled. Then the user is
    told what would change and what stays behind, and asked; where the client can, they may also
    look at each change by itself.

    Returns:
        `{updated: number, lines: [{name, line, from, to, newest, why}]}`: how many packages; 0
        where the user or the client refused. `line` counts from 1; `why` says what holds a line
        back from `newest`, and may be "".
    """
    path, kind = path_of(text_in(given, "uri") or ""), text_in(given, "kind")
    if path is None or kind not in ("safe", "major"):
        raise JsonRpcInvalidParams(message="updateAll takes a file and a kind, safe or major.")
    try:
        made = await _checked(ls, path, kind)
    except CancelledError:
        made = None
    if made is None:
        return {"updated": 0, "lines": []}
    nothing = {"updated": 0, "lines": made.lines}
    if made.edit is None:
        show(ls, types.MessageType.Info, made.summary)
        return nothing
    update = f"Update {made.count}"
    answers = [update, REVIEW] if made.review is not None else [update]
    answer = await choose(ls, made.summary.replace("`", ""), answers)
    edit = {update: made.edit, REVIEW: made.review}.get(answer or "")
    if edit is None:
        return nothing
    params = types.ApplyWorkspaceEditParams(edit, title_of(kind, made.count))
    result = await ls.workspace_apply_edit_async(params)
    return {**nothing, "updated": made.count if result.applied else 0}


@record(frozen=True)
class _Made:
    """What one click does.

    Attributes:
        edit: None where no line can be updated.
        review: the same, of which the client shows each change; None where it cannot.
        summary: what would change, and what stays behind.
        lines: what becomes of each line, for the client.
    """

    edit: types.WorkspaceEdit | None
    review: types.WorkspaceEdit | None
    count: int
    summary: str
    lines: list[dict[str, Any]]


async def _checked(ls: PinwiseServer, path: Path, kind: str) -> _Made | None:
    """Plan, and look up what the plan misses, until nothing is missing that an index can tell.

    Raises:
        CancelledError: the user cancelled.
    """
    session, loop = ls.session, asyncio.get_running_loop()
    asked: Counter[NormalizedName] = Counter()
    token = CancelToken()
    first = await session.ask(
        lambda backend: _made(backend, path, kind, asked, token), settled=True, token=token
    )
    if first is None or not first[1]:
        return first[0] if first is not None else None

    def look_up(progress: Progress, cancel: CancelToken) -> _Made | None:
        found: tuple[_Made, frozenset[Wanted]] | None = first
        wanted, known = first[1], 0
        until = time.monotonic() + MOST_SECONDS
        while time.monotonic() < until:
            names = len({name for name, _ in wanted})
            progress.report(
                f"Looking up {names} package{'' if names == 1 else 's'} ({known} answers so far)"
            )
            cancel.check()
            arrived = threading.Semaphore(0)

            def ask(
                backend: Backend,
                wanted: frozenset[Wanted] = wanted,
                tell: Callable[[], None] = arrived.release,
            ) -> int:
                return sum(backend.look_up(path, *pair, tell) for pair in sorted(wanted, key=str))

            count = asyncio.run_coroutine_threadsafe(session.ask(ask, settled=True), loop).result()
            if not _wait(arrived, count, cancel):
                break
            known += count
            again = session.ask(
                lambda backend: _made(backend, path, kind, asked, cancel), settled=True
            )
            found = asyncio.run_coroutine_threadsafe(again, loop).result()
            if found is None or not found[1] or found[1] == wanted:
                break
            wanted = found[1]
        return found[0] if found is not None else None

    return await run_action(ls, "Checking which updates go together", look_up)


def _wait(arrived: threading.Semaphore, count: int, cancel: CancelToken) -> bool:
    """Wait for so many answers; return whether there were any to wait for, and they came."""
    for _ in range(count):
        for _ in range(int(PATIENCE / TICK)):
            cancel.check()
            if arrived.acquire(timeout=TICK):
                break
        else:
            return False
    return count > 0


def _made(
    backend: Backend, path: Path, kind: str, asked: Counter[NormalizedName], token: CancelToken
) -> tuple[_Made, frozenset[Wanted]] | None:
    """Return what one click does, and what to look up for it first; on the engine thread.

    What is to be looked up is counted in `asked`, by package.

    Raises:
        CancelledError: the token was cancelled meanwhile.
    """
    from pinwise.features.update_all import UpdateKind, plan_together  # noqa: PLC0415 - as above

    analysis = backend.analysis_of(path)
    if analysis is None:
        return None
    diagnostics = backend.diagnostics_of(path)
    context = replace(analysis.context, token=token)
    plan = plan_together(context, path, diagnostics, UpdateKind(kind))
    wanted: set[Wanted] = set()
    for gap in plan.pending:
        # Of a package that comes back again, twice as many.
        further = 2 ** min(asked[gap.name], MOST_DOUBLINGS) - 1
        older = gap.older[:further] if gap.version is not None and further else ()
        wanted |= {(gap.name, version) for version in (gap.version, *older)}
    asked.update({name for name, version in wanted if version is not None})
    updated = plan.updated
    lines = [_line_told(line) for line in plan.lines]
    edit = _edit(backend, updated) if updated else None
    review = _review(backend, updated) if updated and backend.features.confirm_edits else None
    count = len({line.located.declaration.name for line in updated})
    return _Made(edit, review, count, _summary(plan, kind), lines), frozenset(wanted)


def _line_told(line: LineUpdate) -> dict[str, Any]:
    """Return what becomes of a line as JSON."""
    from pinwise.advice.places import line_number  # noqa: PLC0415 - after `initialize`

    return {
        "name": line.name,
        "line": line_number(line.located),
        "from": str(line.current),
        "to": str(line.to),
        "newest": str(line.newest),
        "why": line.why,
    }


def _summary(plan: CheckedPlan, kind: str) -> str:
    """Return what changes, and in one more sentence what stays behind or is not certain."""
    if plan.pending:
        return f"{_NOT_FOUND_OUT}: the package indexes did not tell all that is needed in time."
    if plan.unknown:
        return f"{_NOT_FOUND_OUT}: what `{plan.unknown}` needs is not known."
    if not plan.lines:
        return "There is nothing to update." if plan.checked else f"{_NOT_FOUND_OUT}."
    steps = [f"{line.name} {line.current} → {line.to}" for line in plan.updated]
    if len(steps) > MOST_NAMED:
        steps[MOST_NAMED:] = [f"{len(steps) - MOST_NAMED} more"]
    changes = f"{', '.join(steps)}. " if steps else ""
    if kind == "major" and plan.held and steps:
        majors = [line for line in plan.lines if line.newest.major > line.current.major]
        made = sum(line.to.major > line.current.major for line in majors)
        changes = f"{made} of {len(majors)} major updates go together: {changes}"
    if plan.held:
        first, *others = plan.held
        more = f", and {len(others)} more stay behind" if others else ""
        why = f": {first.why}" if first.why and not others else "."
        return f"{changes}{first.name} cannot get {first.newest}{more}{why}"
    if not plan.checked:
        return f"{changes}What some of the other lines need is not known."
    return f"{changes}They go together with all other lines."


def _edit(backend: Backend, lines: Sequence[LineUpdate]) -> types.WorkspaceEdit:
    """Return the edit of all lines."""
    from pinwise.lsp.convert import workspace_edit  # noqa: PLC0415 - after `initialize`

    edits = dict.fromkeys(edit for line in lines for edit in line.edits)
    return workspace_edit(edits, backend.texts(), backend.features, backend.encoding)


def _review(backend: Backend, lines: Sequence[LineUpdate]) -> types.WorkspaceEdit:
    """Return the edit of all lines, each of which the client shows and lets the user choose."""
    from pinwise.lsp.convert import workspace_edit  # noqa: PLC0415 - after `initialize`

    texts, features, encoding = backend.texts(), backend.features, backend.encoding
    documents: dict[str, types.TextDocumentEdit] = {}
    annotations: dict[str, types.ChangeAnnotation] = {}
    told: set[FileEdit] = set()
    for key, line in enumerate(lines):
        edits = dict.fromkeys(edit for edit in line.edits if edit not in told)
        told |= set(edits)
        annotations[str(key)] = types.ChangeAnnotation(
            label=f"{line.name} {line.current} → {line.to}",
            needs_confirmation=True,
            description=_description(line),
        )
        for change in workspace_edit(edits, texts, features, encoding).document_changes or ():
            if isinstance(change, types.TextDocumentEdit):
                uri = change.text_document.uri
                kept = documents.setdefault(uri, types.TextDocumentEdit(change.text_document, []))
                kept.edits = [
                    *kept.edits,
                    *(
                        types.AnnotatedTextEdit(str(key), each.range, each.new_text)
                        for each in change.edits
                        if isinstance(each, types.TextEdit)
                    ),
                ]
    return types.WorkspaceEdit(
        document_changes=list(documents.values()), change_annotations=annotations
    )


def _description(line: LineUpdate) -> str | None:
    """Return what the preview says of a line that does not get its newest version."""
    if line.to == line.newest:
        return None
    return f"{line.newest} is held back. {line.why}".strip()
