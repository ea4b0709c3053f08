"""textDocument/references and textDocument/documentHighlight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.features.references import IncludedFile, Package
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer
    from pinwise.project.files import Document


def register(server: PinwiseServer) -> None:
    """Register the requests."""
    server.feature(types.TEXT_DOCUMENT_REFERENCES)(references)
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)(document_highlight)


async def references(
    ls: PinwiseServer, params: types.ReferenceParams
) -> list[types.Location] | None:
    """Return where the package or the included file under the cursor is named."""
    path = path_of(params.text_document.uri)
    if path is None:
        return None
    declaration = params.context.include_declaration
    return await ls.session.ask(
        lambda backend: _references(backend, path, params.position, declaration=declaration)
    )


async def document_highlight(
    ls: PinwiseServer, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """Return where the file itself names what is under the cursor."""
    path = path_of(params.text_document.uri)
    if path is None:
        return None
    return await ls.session.ask(lambda backend: _highlights(backend, path, params.position))


def _references(
    backend: Backend, path: Path, position: types.Position, *, declaration: bool
) -> list[types.Location] | None:
    """Find the references to what stands at a place; on the engine thread."""
    from pinwise.features.references import (  # noqa: PLC0415 - after `initialize`
        IncludedFile,
        references,
    )
    from pinwise.lsp.ranges import Ranges  # noqa: PLC0415 - likewise
    from pinwise.lsp.texts import trees_with  # noqa: PLC0415 - likewise

    _, subject = _subject(backend, path, position)
    if subject is None:
        return None
    trees = trees_with(backend, path)
    if isinstance(subject, IncludedFile):
        # Who else includes a file is known by the trees of that file.
        trees += trees_with(backend, subject.path)
    ranges: dict[Path, Ranges] = {}
    found = []
    for document, span in references(subject, trees, declaration=declaration):
        if document.path not in ranges:
            ranges[document.path] = Ranges(document.source, backend.encoding)
        found.append(types.Location(uri_of(document.path), ranges[document.path](span)))
    return found


def _highlights(
    backend: Backend, path: Path, position: types.Position
) -> list[types.DocumentHighlight] | None:
    """Find what to highlight in a file for a place; on the engine thread."""
    from pinwise.features.references import highlights  # noqa: PLC0415 - after `initialize`
    from pinwise.lsp.ranges import Ranges  # noqa: PLC0415 - likewise

    document, subject = _subject(backend, path, position)
    if document is None or subject is None:
        return None
    ranges = Ranges(document.source, backend.encoding)
    return [
        types.DocumentHighlight(ranges(span), types.DocumentHighlightKind.Text)
        for span in highlights(document, subject)
    ]


def _subject(
    backend: Backend, path: Path, position: types.Position
) -> tuple[Document | None, Package | IncludedFile | None]:
    """Return a file, and what it names at a place."""
    from pinwise.features.references import subject_at  # noqa: PLC0415 - as above
    from pinwise.lsp.texts import text_of  # noqa: PLC0415 - likewise

    document = text_of(backend, path)
    if document is None:
        return None, None
    offset = document.source.offset(position.line, position.character, backend.encoding)
    return document, subject_at(document, offset)
