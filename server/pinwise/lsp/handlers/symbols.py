"""textDocument/documentSymbol: the outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pinwise.features.symbols import Symbol
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.ranges import Ranges
    from pinwise.lsp.server import PinwiseServer

KINDS = {
    "package": types.SymbolKind.Package,
    "editable": types.SymbolKind.Module,
    "include": types.SymbolKind.File,
    "option": types.SymbolKind.Property,
    "options": types.SymbolKind.Object,
    "section": types.SymbolKind.Namespace,
}
"""By the values of `features.symbols.SymbolKind`. All are of LSP's first version."""


def register(server: PinwiseServer) -> None:
    """Register the request."""
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)(document_symbol)


async def document_symbol(
    ls: PinwiseServer, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    """Return the outline: nested where the client can show that, else flat."""
    uri = params.text_document.uri
    path = path_of(uri)
    if path is None:
        return None
    return await ls.session.ask(lambda backend: _symbols(backend, path, uri))


def _symbols(
    backend: Backend, path: Path, uri: str
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    """Find the symbols of a file; on the engine thread."""
    from pinwise.features.symbols import symbols  # noqa: PLC0415 - after `initialize`
    from pinwise.lsp.ranges import Ranges  # noqa: PLC0415 - likewise
    from pinwise.lsp.texts import text_of  # noqa: PLC0415 - likewise

    document = text_of(backend, path)
    if document is None:
        return None
    found = symbols(document)
    ranges = Ranges(document.source, backend.encoding)
    if backend.features.nested_symbols:
        return [_nested(symbol, ranges) for symbol in found]
    return list(_flat(found, uri, ranges))


def _nested(symbol: Symbol, ranges: Ranges) -> types.DocumentSymbol:
    """Return a symbol with those in it."""
    start = ranges.position(symbol.span.start)
    selection = ranges(symbol.name_span)
    children = [_nested(child, ranges) for child in symbol.children]
    return types.DocumentSymbol(
        name=symbol.name,
        detail=symbol.detail or None,
        kind=KINDS[symbol.kind.value],
        range=types.Range(start, ranges.position(symbol.span.end)),
        selection_range=selection,
        children=children or None,
    )


def _flat(
    symbols: Iterable[Symbol], uri: str, ranges: Ranges, container: str | None = None
) -> Iterator[types.SymbolInformation]:
    """Yield the symbols one after the other, each with the name of what it stands in."""
    for symbol in symbols:
        yield types.SymbolInformation(
            name=symbol.name,
            kind=KINDS[symbol.kind.value],
            location=types.Location(uri, ranges(symbol.span)),
            container_name=container,
        )
        yield from _flat(symbol.children, uri, ranges, symbol.name)
