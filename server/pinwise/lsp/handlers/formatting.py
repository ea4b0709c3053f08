"""textDocument/formatting and rangeFormatting; sorting is a code action, since it moves lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer


def register(server: PinwiseServer) -> None:
    """Register the requests."""
    server.feature(types.TEXT_DOCUMENT_FORMATTING)(formatting)
    server.feature(types.TEXT_DOCUMENT_RANGE_FORMATTING)(range_formatting)


async def formatting(
    ls: PinwiseServer, params: types.DocumentFormattingParams
) -> list[types.TextEdit] | None:
    """Return the edits that format a file."""
    return await _ask(ls, params.text_document.uri, params.options, None)


async def range_formatting(
    ls: PinwiseServer, params: types.DocumentRangeFormattingParams
) -> list[types.TextEdit] | None:
    """Return the edits that format the logical lines which a range touches."""
    return await _ask(ls, params.text_document.uri, params.options, params.range)


async def _ask(
    ls: PinwiseServer, uri: str, options: types.FormattingOptions, where: types.Range | None
) -> list[types.TextEdit] | None:
    path = path_of(uri)
    if path is None:
        return None
    return await ls.session.ask(lambda backend: _edits(backend, path, options, where))


def _edits(
    backend: Backend, path: Path, options: types.FormattingOptions, where: types.Range | None
) -> list[types.TextEdit] | None:
    """Format the text as it is now; on the engine thread."""
    from pinwise.features.formatting import Style, format_edits  # noqa: PLC0415 - after `initialize`
    from pinwise.lsp.convert import range_of, span_of  # noqa: PLC0415 - likewise
    from pinwise.lsp.texts import text_of  # noqa: PLC0415 - likewise

    document = text_of(backend, path)
    if document is None or document.undecodable is not None:
        return None
    source, encoding = document.source, backend.encoding
    # Clients that say nothing of these leave them to us.
    style = Style(
        trim_trailing_whitespace=options.trim_trailing_whitespace is not False,
        trim_final_newlines=options.trim_final_newlines is not False,
        insert_final_newline=options.insert_final_newline is not False,
    )
    within = span_of(source, where, encoding) if where is not None else None
    return [
        types.TextEdit(range_of(source, edit.span, encoding), edit.new_text)
        for edit in format_edits(document.file, style=style, within=within)
    ]
