"""textDocument/definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.features.references import Definition
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer


def register(server: PinwiseServer) -> None:
    """Register the request."""
    server.feature(types.TEXT_DOCUMENT_DEFINITION)(definition)


async def definition(
    ls: PinwiseServer, params: types.DefinitionParams
) -> list[types.Location] | list[types.LocationLink] | None:
    """Return where the include, the path or the package under the cursor is defined."""
    path = path_of(params.text_document.uri)
    if path is None:
        return None
    return await ls.session.ask(lambda backend: _definitions(backend, path, params.position))


def _definitions(
    backend: Backend, path: Path, position: types.Position
) -> list[types.Location] | list[types.LocationLink] | None:
    """Find the definitions of what stands at a place; on the engine thread."""
    from pinwise.features.references import definitions  # noqa: PLC0415 - after `initialize`
    from pinwise.features.targets import TargetFinder  # noqa: PLC0415 - likewise
    from pinwise.lsp.convert import range_of  # noqa: PLC0415 - likewise
    from pinwise.lsp.texts import text_of, trees_with  # noqa: PLC0415 - likewise

    document = text_of(backend, path)
    if document is None:
        return None
    workspace, encoding = backend.workspace, backend.encoding
    offset = document.source.offset(position.line, position.character, encoding)
    finder = TargetFinder(document, workspace.documents, workspace.folder_of(path))
    found = definitions(document, offset, finder, lambda: trees_with(backend, path))
    locations = [_location(item, backend) for item in found]
    if not backend.features.definition_links:
        return locations
    return [
        types.LocationLink(
            target_uri=location.uri,
            target_range=location.range,
            target_selection_range=location.range,
            origin_selection_range=range_of(document.source, item.origin, encoding),
        )
        for item, location in zip(found, locations, strict=True)
    ]


def _location(item: Definition, backend: Backend) -> types.Location:
    """Return where a definition is; the beginning of its file if no part of it is meant."""
    from pinwise.lsp.convert import range_of  # noqa: PLC0415 - as above

    place = item.place
    if place is not None:
        where = range_of(place.document.source, place.span, backend.encoding)
        return types.Location(uri_of(item.path), where)
    start = types.Position(0, 0)
    return types.Location(uri_of(item.path), types.Range(start, start))
