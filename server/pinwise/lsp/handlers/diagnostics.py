"""textDocument/diagnostic and workspace/diagnostic, for a client that asks for diagnostics."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from pinwise.lsp.server import PinwiseServer


def register_pull(server: PinwiseServer) -> None:
    """Register the requests; called from `initialize`, where the client can ask.

    What is announced is what was registered by then.
    """
    options = types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=True, identifier="pinwise"
    )
    server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(document_diagnostic)
    server.feature(types.WORKSPACE_DIAGNOSTIC)(workspace_diagnostic)


async def document_diagnostic(
    ls: PinwiseServer, params: types.DocumentDiagnosticParams
) -> types.DocumentDiagnosticReport:
    """Return what was found in a file."""
    path = path_of(params.text_document.uri)
    if path is None:
        return types.RelatedFullDocumentDiagnosticReport([])
    return await ls.session.pulled.document(path, params.previous_result_id)


async def workspace_diagnostic(
    ls: PinwiseServer, params: types.WorkspaceDiagnosticParams
) -> types.WorkspaceDiagnosticReport:
    """Return what was found in all files, as it is found where the client takes it in parts."""
    token = params.partial_result_token
    send = partial(_send, ls, token) if token is not None else None
    return await ls.session.pulled.workspace(params.previous_result_ids, send)


def _send(
    ls: PinwiseServer, token: types.ProgressToken, part: types.WorkspaceDiagnosticReport
) -> None:
    ls.progress(types.ProgressParams(token, part))
