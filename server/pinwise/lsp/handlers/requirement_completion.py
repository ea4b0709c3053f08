"""The command behind boxes that ask what to install: completes one requirement, outside a file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pinwise.lsp.handlers.arguments import command, folder_in, text_in
from pinwise.lsp.waiting import WAIT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pinwise.analysis.latest import Newest
    from pinwise.features.completion.items import Completion
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

COMPLETE = "pinwise.completeRequirement"

MOST_LISTED = 50
"""A box shows a dozen at once; whoever wants another types on."""


def register(server: PinwiseServer) -> None:
    """Register the command."""
    server.command(COMPLETE)(command(complete_requirement, "folder text"))


async def complete_requirement(
    ls: PinwiseServer, given: Mapping[str, Any]
) -> dict[str, list[dict[str, str]]]:
    """Complete `text`, the beginning of a requirement, as a requirements file would.

    Returns:
        `items`, best first: each with the whole `text` after the choice, a `label` and a `detail`.
        The versions of a project that nobody has asked for yet are waited for, a moment at most.
    """
    folder, text = folder_in(ls, given), text_in(given, "text") or ""
    # No line break, continuation or comment has a meaning in a box.
    line = next(iter(text.splitlines()), "")
    session = ls.session
    # Whoever asks right after the start waits for the environments to be found.
    if not await session.ask(lambda backend: backend.workspace.environments.known(folder)):
        await session.refresh_environments(folder)
    newest, found = await session.ask(lambda backend: _answer(backend, folder, line))
    if newest is not None and found is not None and found.pending and found.version is None:
        names, loop = [found.pending], asyncio.get_running_loop()
        if await loop.run_in_executor(session.workers, newest.wait, names, WAIT):
            _, found = await session.ask(lambda backend: _answer(backend, folder, line))
    return {"items": _items(line, found)}


def _answer(backend: Backend, folder: Path, line: str) -> tuple[Newest | None, Completion | None]:
    """Complete a line at its end, as if it were a file of the folder; on the engine thread."""
    # After `initialize`.
    from pinwise.features.completion.complete import Surroundings, complete  # noqa: PLC0415
    from pinwise.lsp.handlers.completion import names_in  # noqa: PLC0415
    from pinwise.project.files import Document  # noqa: PLC0415

    workspace = backend.workspace
    document = Document(folder / "requirements.txt", line)
    files = tuple(
        file
        for path in workspace.installable_files(folder)
        if isinstance(file := workspace.documents.read(path), Document)
    )
    environment = workspace.environments.at(folder, None)
    if environment is None:
        return None, complete(document, len(line), Surroundings(workspace.documents, folder, files))
    root = next((file.path for file in files), None)
    newest = workspace.newest_for(folder, environment, root)
    around = Surroundings(
        workspace.documents,
        folder,
        files,
        newest.context,
        newest.index.listing,
        newest.index.metadata,
        names_in(newest.index, newest.context),
    )
    return newest, complete(document, len(line), around)


def _items(line: str, found: Completion | None) -> list[dict[str, str]]:
    """Return what stands for a requirement: no option of pip, no path, no piece of a marker."""
    from pinwise.features.completion.items import ItemKind  # noqa: PLC0415 - after `initialize`

    if found is None:
        return []
    wanted = (ItemKind.PACKAGE, ItemKind.VERSION, ItemKind.EXTRA)
    before, after = line[: found.span.start], line[found.span.end :]
    return [
        {
            "text": f"{before}{item.new_text or item.label}{after}",
            "label": item.label,
            "detail": item.detail,
        }
        for item in found.items
        if item.kind in wanted
    ][:MOST_LISTED]
