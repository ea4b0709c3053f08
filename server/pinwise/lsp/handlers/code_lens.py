"""textDocument/codeLens: many updates with one click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.features.update_all import UpdatePlan
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

UPDATE_ALL = "pinwise.updateAll"
"""The command that a lens runs; `handlers/update_all.py` carries it out."""


def register(server: PinwiseServer) -> None:
    """Register the request."""
    server.feature(types.TEXT_DOCUMENT_CODE_LENS)(code_lens)


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
                title_of(kind.value, plan.count),
                UPDATE_ALL,
                arguments=[{"uri": uri_of(path), "kind": kind.value}],
            )
            lenses.append(types.CodeLens(where, command))
    return lenses


def title_of(kind: str, count: int) -> str:
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
