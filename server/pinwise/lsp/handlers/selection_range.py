"""textDocument/selectionRange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pinwise.base.text import Span
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer
    from pinwise.syntax.source import Source


def register(server: PinwiseServer) -> None:
    """Register the request."""
    server.feature(types.TEXT_DOCUMENT_SELECTION_RANGE)(selection_range)


async def selection_range(
    ls: PinwiseServer, params: types.SelectionRangeParams
) -> list[types.SelectionRange] | None:
    """Return for each place what to select first, then, and last."""
    path = path_of(params.text_document.uri)
    if path is None:
        return None
    return await ls.session.ask(lambda backend: _ranges(backend, path, params.positions))


def _ranges(
    backend: Backend, path: Path, positions: Sequence[types.Position]
) -> list[types.SelectionRange] | None:
    """Find the ranges for all places; on the engine thread."""
    from pinwise.features.selection_range import Selections  # noqa: PLC0415 - after `initialize`
    from pinwise.lsp.texts import text_of  # noqa: PLC0415 - likewise

    document = text_of(backend, path)
    if document is None:
        return None
    selections, source = Selections(document), document.source
    offsets = (source.offset(at.line, at.character, backend.encoding) for at in positions)
    return [_linked(source, selections.at(offset), backend) for offset in offsets]


def _linked(source: Source, spans: Sequence[Span], backend: Backend) -> types.SelectionRange:
    """Return spans, the innermost first, as LSP wants them: each knows the one around it."""
    from pinwise.lsp.convert import range_of  # noqa: PLC0415 - as above

    *inner, whole = spans
    found = types.SelectionRange(range_of(source, whole, backend.encoding))
    for span in reversed(inner):
        where = range_of(source, span, backend.encoding)
        # A line end of two characters makes two spans one range.
        if found.range != where:
            found = types.SelectionRange(where, found)
    return found
