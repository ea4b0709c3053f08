"""textDocument/documentLink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer


def register(server: PinwiseServer) -> None:
    """Register the request."""
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)(document_link)


async def document_link(
    ls: PinwiseServer, params: types.DocumentLinkParams
) -> list[types.DocumentLink] | None:
    """Return the links of a file."""
    path = path_of(params.text_document.uri)
    if path is None:
        return None
    return await ls.session.ask(lambda backend: _links(backend, path))


def _links(backend: Backend, path: Path) -> list[types.DocumentLink] | None:
    """Find the links of a file; on the engine thread."""
    from pinwise.features.links import links  # noqa: PLC0415 - after `initialize`
    from pinwise.lsp.ranges import Ranges  # noqa: PLC0415 - likewise
    from pinwise.lsp.texts import text_of  # noqa: PLC0415 - likewise

    document = text_of(backend, path)
    if document is None:
        return None
    ranges = Ranges(document.source, backend.encoding)
    workspace = backend.workspace
    return [
        types.DocumentLink(
            range=ranges(found.span),
            target=uri_of(found.path) if found.path is not None else found.url,
            tooltip=found.shown if backend.features.link_tooltips else None,
        )
        for found in links(document, workspace.documents, workspace.folder_of(path))
    ]
