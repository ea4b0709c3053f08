"""The command behind boxes that ask what to install: completes one requirement, outside a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinwise.lsp.handlers.environments import _argument, _folder, _text
from pinwise.lsp.waiting import look_up

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.analysis.workspace import Analysis
    from pinwise.features.completion.items import Completion
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

COMPLETE = "pinwise.completeRequirement"

MOST_LISTED = 50
"""A box shows a dozen at once; whoever wants another types on."""

_ROUNDS = 2
"""The extras of a project can be asked for only once its versions are known."""


def register(server: PinwiseServer) -> None:
    """Register the command."""

    # pygls would evaluate the annotations of the handler, and with them import the engine.
    async def run(ls: Any, *arguments: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
        return await complete_requirement(ls, *arguments)

    server.command(COMPLETE)(run)


async def complete_requirement(ls: PinwiseServer, *arguments: Any) -> dict[str, object]:  # noqa: ANN401 - JSON
    """Complete `text`, the beginning of a requirement, as a requirements file would.

    Returns:
        `items`, best first: each with the whole `text` after the choice, a `label` and a `detail`.
        Versions and extras come from the index that the folder's open files use; where none is
        open, or the index does not answer in a moment, there are names alone.
    """
    given = _argument(arguments)
    folder, text = _folder(ls, given), _text(given, "text") or ""
    answer = await ls.session.ask(lambda backend: _answer(backend, folder, text))
    for _ in range(_ROUNDS):
        analysis, found = answer
        if analysis is None or found is None or found.pending is None:
            break
        root = analysis.context.tree.root
        if not await look_up(ls, root, found.pending, found.version):
            break
        answer = await ls.session.ask(lambda backend: _answer(backend, folder, text))
    return {"items": _items(text, answer[1])}


def _answer(backend: Backend, folder: Path, text: str) -> tuple[Analysis | None, Completion | None]:
    """Complete a text at its end, as if it were a file of the folder; on the engine thread."""
    # After `initialize`.
    from pinwise.features.completion.complete import Surroundings, complete  # noqa: PLC0415
    from pinwise.lsp.handlers.completion import names_seen  # noqa: PLC0415
    from pinwise.project.files import Document  # noqa: PLC0415

    # No line break, continuation or comment has a meaning in a box.
    line = text.splitlines()[0] if text else ""
    document = Document(folder / "requirements.txt", line)
    texts = [item for item in backend.texts().values() if isinstance(item, Document)]
    near = (backend.analysis_of(item.path) for item in texts if item.path.is_relative_to(folder))
    analysis = next((item for item in near if item is not None), None)
    around = Surroundings(
        backend.workspace.documents,
        folder,
        tuple(item for item in texts if item.path != document.path),
        analysis.context if analysis is not None else None,
        analysis.index.listing if analysis is not None else None,
        analysis.index.metadata if analysis is not None else None,
        names_seen(analysis) if analysis is not None else frozenset(),
    )
    return analysis, complete(document, len(line), around)


def _items(text: str, found: Completion | None) -> list[dict[str, str]]:
    """Return what stands for a requirement: no option of pip, no path, no piece of a marker."""
    from pinwise.features.completion.items import ItemKind  # noqa: PLC0415 - after `initialize`

    if found is None:
        return []
    wanted = (ItemKind.PACKAGE, ItemKind.VERSION, ItemKind.EXTRA)
    before, after = text[: found.span.start], text[found.span.end :]
    return [
        {
            "text": f"{before}{item.new_text or item.label}{after}",
            "label": item.label,
            "detail": "yanked" if item.deprecated and not item.detail else item.detail,
        }
        for item in found.items
        if item.kind in wanted
    ][:MOST_LISTED]
