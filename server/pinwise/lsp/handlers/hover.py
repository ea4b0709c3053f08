"""textDocument/hover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of
from pinwise.lsp.waiting import with_facts

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer
    from pinwise.lsp.waiting import Wanted


def register(server: PinwiseServer) -> None:
    """Register the request."""
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)


async def hover(ls: PinwiseServer, params: types.HoverParams) -> types.Hover | None:
    """Say what is known of the distribution, the extra or the version under the cursor.

    Where the index has more to tell that nobody has asked for yet, it waits for it, a moment at
    most.
    """
    path = path_of(params.text_document.uri)
    if path is None:
        return None

    with ls.session.requests.about(path) as request:
        return await with_facts(
            ls,
            path,
            lambda: request.ask(
                lambda backend, _: _hover(backend, path, params.position), settled=True
            ),
        )


def _hover(
    backend: Backend, path: Path, position: types.Position
) -> tuple[types.Hover | None, tuple[Wanted, ...]]:
    """Find the text for a place, and what would make it longer; on the engine thread."""
    from pinwise.features.hover import hover as text_at  # noqa: PLC0415 - after `initialize`
    from pinwise.lsp.convert import range_of  # noqa: PLC0415 - likewise

    analysis, source = backend.analysis_of(path), backend.source_of(path)
    if analysis is None or source is None:
        return None, ()
    offset = source.offset(position.line, position.character, backend.encoding)
    root = analysis.context.tree.root
    environments = backend.workspace.environments
    installed = environments.installed_of(backend.workspace.folder_of(path), root)
    found = text_at(analysis.context, path, offset, installed)
    if found is None:
        return None, ()
    kind = types.MarkupKind.Markdown if backend.features.markdown else types.MarkupKind.PlainText
    value = found.markdown if backend.features.markdown else found.plain
    shown = types.Hover(
        types.MarkupContent(kind, value), range_of(source, found.span, backend.encoding)
    )
    pending = found.pending
    return shown, ((pending.name, pending.version),) if pending is not None else ()
