"""textDocument/didOpen, didChange, didSave, didClose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from pinwise.lsp.server import PinwiseServer


def register(server: PinwiseServer) -> None:
    """Register the notifications about open documents."""
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(did_open)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(did_change)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(did_save)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(did_close)


def did_open(ls: PinwiseServer, params: types.DidOpenTextDocumentParams) -> None:
    """Analyse a file that came into view."""
    document = params.text_document
    if path := path_of(document.uri):
        text, version = document.text, document.version
        ls.session.pulled.opened(path, version)
        ls.session.post(lambda backend: backend.open(path, text, version))


def did_change(ls: PinwiseServer, params: types.DidChangeTextDocumentParams) -> None:
    """Analyse the new text; the sync kind is "full", so each change is the whole of it."""
    if (path := path_of(params.text_document.uri)) and params.content_changes:
        text, version = params.content_changes[-1].text, params.text_document.version
        ls.session.pulled.changed(path, version)
        ls.session.requests.changed(path)
        ls.session.post(lambda backend: backend.change(path, text, version))


def did_save(ls: PinwiseServer, params: types.DidSaveTextDocumentParams) -> None:
    """Look again which files belong together."""
    if path := path_of(params.text_document.uri):
        ls.session.post(lambda backend: backend.save(path))


def did_close(ls: PinwiseServer, params: types.DidCloseTextDocumentParams) -> None:
    """Let go of a file."""
    if path := path_of(params.text_document.uri):
        ls.session.pulled.closed(path)
        ls.session.post(lambda backend: backend.close(path))
