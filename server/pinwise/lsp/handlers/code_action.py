"""textDocument/codeAction: the fixes of the findings at a place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.findings import Action, Fix
    from pinwise.analysis.report import Diagnostic
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

COMMANDS = {
    "create-environment": "pinwise.createEnvironment",
    "select-environment": "pinwise.selectEnvironment",
    "install-requirements": "pinwise.installRequirements",
}
"""The command of the server that carries out each named action."""


def register(server: PinwiseServer) -> None:
    """Register the request."""
    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(code_action)


async def code_action(
    ls: PinwiseServer, params: types.CodeActionParams
) -> list[types.CodeAction | types.Command]:
    """Offer the fixes for what was found at the range, about the text as it is now."""
    only = params.context.only
    path = path_of(params.text_document.uri)
    if path is None or (only and not any(_covers(kind) for kind in only)):
        return []
    return await ls.session.ask(
        lambda backend: list(_actions(backend, path, params.range)), settled=True
    )


def _covers(kind: str) -> bool:
    """Return whether a kind that the client asks for includes quick fixes."""
    return kind in {"", types.CodeActionKind.QuickFix}


def _actions(
    backend: Backend, path: Path, where: types.Range
) -> Iterator[types.CodeAction | types.Command]:
    """Yield an action for each fix of each diagnostic at the place; on the engine thread."""
    from pinwise.lsp.convert import span_of  # noqa: PLC0415 - after `initialize`

    source = backend.source_of(path)
    if source is None:
        return
    span = span_of(source, where, backend.encoding)
    for diagnostic in backend.diagnostics_at(path, span):
        for fix in diagnostic.finding.fixes:
            # A client without code actions takes commands; it has no way to take an edit.
            if fix.action or backend.features.code_action_literals:
                yield _action(backend, path, diagnostic, fix)


def _action(
    backend: Backend, path: Path, diagnostic: Diagnostic, fix: Fix
) -> types.CodeAction | types.Command:
    """Return one fix as LSP's code action, or as a bare command for clients without them."""
    from pinwise.lsp.convert import workspace_edit  # noqa: PLC0415 - after `initialize`

    features = backend.features
    command = _command(fix.title, fix.action) if fix.action else None
    if command and not features.code_action_literals:
        return command
    converted = backend.convert(path, diagnostic)
    edit = workspace_edit(fix.edits, backend.texts(), features, backend.encoding)
    return types.CodeAction(
        title=fix.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[converted] if converted else None,
        is_preferred=True if fix.preferred and features.preferred_actions else None,
        edit=edit if fix.edits else None,
        command=command,
    )


def _command(title: str, action: Action) -> types.Command:
    """Return the server's command for a named action; folders travel as URIs."""
    arguments = dict(action.arguments)
    if folder := arguments.get("folder"):
        arguments["folder"] = uri_of(Path(folder))
    return types.Command(title, COMMANDS[action.name], arguments=[arguments])
