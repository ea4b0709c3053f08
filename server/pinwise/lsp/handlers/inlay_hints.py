"""textDocument/inlayHint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer


def register(server: PinwiseServer) -> None:
    """Register the request."""
    server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(inlay_hint)


async def inlay_hint(
    ls: PinwiseServer, params: types.InlayHintParams
) -> list[types.InlayHint] | None:
    """Say what is newer, or installed, in the part of a file that the user looks at."""
    path = path_of(params.text_document.uri)
    if path is None:
        return None
    # No other request tells what is visible; what is fetched for it need not wait for the rest.
    first, last = params.range.start.line, params.range.end.line
    ls.session.post(lambda backend: backend.look_at(path, first, last), urgent=False)
    return await ls.session.ask(lambda backend: _hints(backend, path, params.range), settled=True)


def _hints(backend: Backend, path: Path, where: types.Range) -> list[types.InlayHint]:
    """Find the hints of a range; on the engine thread."""
    from pinwise.features.inlay_hints import INSTALLED, inlay_hints  # noqa: PLC0415 - as below
    from pinwise.lsp.convert import span_of  # noqa: PLC0415 - after `initialize`

    analysis, source = backend.analysis_of(path), backend.source_of(path)
    if analysis is None or source is None:
        return []
    context = analysis.context
    installed = None
    if context.settings.inlay_hints == INSTALLED:
        environments = backend.workspace.environments
        folder = backend.workspace.folder_of(path)
        installed = environments.installed_of(folder, context.tree.root)
    visible = span_of(source, where, backend.encoding)
    found = []
    for hint in inlay_hints(context, path, visible, installed):
        place = source.position(hint.offset, backend.encoding)
        found.append(
            types.InlayHint(
                types.Position(place.line, place.column),
                hint.label,
                tooltip=hint.tooltip,
                padding_left=True,
            )
        )
    return found
