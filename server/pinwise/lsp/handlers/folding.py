"""textDocument/foldingRange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.features.folding import Fold
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.ranges import Ranges
    from pinwise.lsp.server import PinwiseServer


def register(server: PinwiseServer) -> None:
    """Register the request."""
    server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)(folding_range)


async def folding_range(
    ls: PinwiseServer, params: types.FoldingRangeParams
) -> list[types.FoldingRange] | None:
    """Return what can be folded, in as much detail as the client understands."""
    path = path_of(params.text_document.uri)
    if path is None:
        return None
    return await ls.session.ask(lambda backend: _folds(backend, path))


def _folds(backend: Backend, path: Path) -> list[types.FoldingRange] | None:
    """Find the folds of a file; on the engine thread."""
    from pinwise.features.folding import folds  # noqa: PLC0415 - after `initialize`
    from pinwise.lsp.ranges import Ranges  # noqa: PLC0415 - likewise
    from pinwise.lsp.texts import text_of  # noqa: PLC0415 - likewise

    document = text_of(backend, path)
    if document is None:
        return None
    ranges = None if backend.features.line_folding else Ranges(document.source, backend.encoding)
    return [_converted(fold, ranges) for fold in folds(document, backend.features.fold_limit)]


def _converted(fold: Fold, ranges: Ranges | None) -> types.FoldingRange:
    """Return a fold of whole lines, or with `ranges`, of the part behind what stays in view."""
    found = types.FoldingRange(
        start_line=fold.start,
        end_line=fold.end,
        kind=types.FoldingRangeKind(fold.kind.value) if fold.kind is not None else None,
    )
    if ranges is not None:
        found.start_character = ranges.position(fold.start_offset).character
        found.end_character = ranges.position(fold.end_offset).character
    return found
