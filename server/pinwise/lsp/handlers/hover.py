"""textDocument/hover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.uris import path_of
from pinwise.lsp.waiting import look_up

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.features.hover import Pending
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer


def register(server: PinwiseServer) -> None:
    """Register the request."""
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)


_ROUNDS = 2
"""The metadata of a version can be asked for only once the versions are known."""


async def hover(ls: PinwiseServer, params: types.HoverParams) -> types.Hover | None:
    """Say what is known of the distribution, the extra or the version under the cursor.

    Where the index has more to tell that nobody has asked for yet, it waits for it, a moment at
    most.
    """
    path = path_of(params.text_document.uri)
    if path is None:
        return None

    with ls.session.requests.about(path) as request:

        async def ask() -> tuple[Pending | None, types.Hover] | None:
            return await request.ask(
                lambda backend, _: _hover(backend, path, params.position), settled=True
            )

        answer = await ask()
        for _ in range(_ROUNDS):
            pending = answer[0] if answer is not None else None
            if pending is None or not await look_up(ls, path, pending.name, pending.version):
                break
            answer = await ask()
        return answer[1] if answer is not None else None


def _hover(
    backend: Backend, path: Path, position: types.Position
) -> tuple[Pending | None, types.Hover] | None:
    """Find the text for a place, and what would make it longer; on the engine thread."""
    from pinwise.features.hover import hover as text_at  # noqa: PLC0415 - after `initialize`
    from pinwise.lsp.convert import range_of  # noqa: PLC0415 - likewise

    analysis, source = backend.analysis_of(path), backend.source_of(path)
    if analysis is None or source is None:
        return None
    offset = source.offset(position.line, position.character, backend.encoding)
    root = analysis.context.tree.root
    environments = backend.workspace.environments
    installed = environments.installed_of(backend.workspace.folder_of(path), root)
    found = text_at(analysis.context, path, offset, installed)
    if found is None:
        return None
    kind = types.MarkupKind.Markdown if backend.features.markdown else types.MarkupKind.PlainText
    value = found.markdown if backend.features.markdown else found.plain
    return found.pending, types.Hover(
        types.MarkupContent(kind, value), range_of(source, found.span, backend.encoding)
    )
