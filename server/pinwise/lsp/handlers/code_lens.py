"""textDocument/codeLens, and the command behind it: many updates with one click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.features.update_all import UpdatePlan
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

UPDATE_ALL = "pinwise.updateAll"


def register(server: PinwiseServer) -> None:
    """Register the request and the command."""
    server.feature(types.TEXT_DOCUMENT_CODE_LENS)(code_lens)

    # pygls would evaluate the annotations of `update_all`, and with them import the engine.
    async def run(ls: Any, *arguments: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
        return await update_all(ls, *arguments)

    server.command(UPDATE_ALL)(run)


async def code_lens(ls: PinwiseServer, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    """Say above the first line what can be updated, of the text as it is now."""
    path = path_of(params.text_document.uri)
    if path is None:
        return None
    return await ls.session.ask(lambda backend: _lenses(backend, path), settled=True)


def _lenses(backend: Backend, path: Path) -> list[types.CodeLens]:
    """Return the lenses of a file; on the engine thread."""
    from pinwise.features.update_all import UpdateKind  # noqa: PLC0415 - after `initialize`

    analysis = backend.analysis_of(path)
    # A client that takes no edits from us could do nothing with a click.
    if analysis is None or not backend.features.apply_edits:
        return []
    if not analysis.context.settings.code_lens:
        return []
    where = types.Range(types.Position(0, 0), types.Position(0, 0))
    lenses = []
    for kind in UpdateKind:
        plan = _plan(backend, path, kind.value)
        if plan is not None and plan.count:
            command = types.Command(
                _title(kind.value, plan.count),
                UPDATE_ALL,
                arguments=[{"uri": uri_of(path), "kind": kind.value}],
            )
            lenses.append(types.CodeLens(where, command))
    return lenses


def _title(kind: str, count: int) -> str:
    """Return what a lens says."""
    if kind == "safe":
        return f"Update {count} safely"
    return f"{count} major update{'' if count == 1 else 's'}"


def _plan(backend: Backend, path: Path, kind: str) -> UpdatePlan | None:
    """Return what one click changes; on the engine thread. None of a file that is not open."""
    from pinwise.features.update_all import UpdateKind, plan_updates  # noqa: PLC0415 - as above

    analysis = backend.analysis_of(path)
    if analysis is None:
        return None
    return plan_updates(analysis.context, path, backend.diagnostics_of(path), UpdateKind(kind))


async def update_all(ls: PinwiseServer, *arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Update the pins of a file: `{uri, kind: "safe" | "major"}`.

    Returns:
        `{updated: number}`: how many packages; 0 where the client refused the edit.
    """
    given = arguments[0] if arguments and isinstance(arguments[0], dict) else {}
    path, kind = path_of(str(given.get("uri", ""))), given.get("kind")
    if path is None or kind not in ("safe", "major"):
        raise JsonRpcInvalidParams(message="updateAll takes a file and a kind, safe or major.")
    made = await ls.session.ask(lambda backend: _edit(backend, path, str(kind)), settled=True)
    if made is None:
        return {"updated": 0}
    edit, count = made
    label = _title(str(kind), count)
    result = await ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label))
    return {"updated": count if result.applied else 0}


def _edit(backend: Backend, path: Path, kind: str) -> tuple[types.WorkspaceEdit, int] | None:
    """Return the edit of one click and how many packages it updates; on the engine thread."""
    from pinwise.lsp.convert import workspace_edit  # noqa: PLC0415 - after `initialize`

    plan = _plan(backend, path, kind)
    if plan is None or not plan.count:
        return None
    edit = workspace_edit(plan.edits, backend.texts(), backend.features, backend.encoding)
    return edit, plan.count
