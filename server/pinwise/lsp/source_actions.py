"""The code actions about a whole file, for a menu of their own or for when the file is saved.

A client has to ask for them by the name of their kind: whoever moves the cursor is not offered to
have the file turned over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pinwise.analysis.report import Diagnostic
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.text import TextEdit
    from pinwise.lsp.backend import Backend
    from pinwise.project.files import Document

FIX_ALL_KIND = "source.fixAll.pinwise"
SORT_KIND = "source.sort.pinwise"


def wants(kind: str, only: Sequence[str] | None) -> bool:
    """Return whether a client asks for a kind, or for one that it is a kind of.

    Not where it asks for no kind at all.
    """
    return any(f"{kind}.".startswith(asked + ".") for asked in only or ())


def fix_all_action(backend: Backend, path: Path, token: CancelToken) -> types.CodeAction | None:
    """Return the action that does to a file what `pinwise fix` does, if there is anything.

    It takes no solve, and asks no network. None for a client that takes no code actions with
    edits. To be called on the engine thread; costs an analysis for each pass of fixes.

    Raises:
        CancelledError: nobody wants it any more.
    """
    from pinwise.features.fix_all import mended  # noqa: PLC0415 - after `initialize`

    if not backend.features.code_action_literals:
        return None
    backend.judge(path)
    document = backend.document(path)
    if document is None:
        return None

    def look_at(after: str) -> Iterable[Diagnostic]:
        token.check()
        if after == document.text:
            return backend.diagnostics_of(path)
        return backend.diagnostics_supposing(path, after)

    edits = mended(path, document.text, look_at)
    return _action(backend, document, "Apply all safe fixes", FIX_ALL_KIND, edits)


def sort_action(backend: Backend, path: Path) -> types.CodeAction | None:
    """Return the action that sorts the requirements of each block, if any are out of order.

    None for a client that takes no code actions with edits. To be called on the engine thread.
    """
    from pinwise.features.sorting import sort_edits  # noqa: PLC0415 - after `initialize`

    if not backend.features.code_action_literals:
        return None
    backend.judge(path)
    document = backend.document(path)
    if document is None:
        return None
    edits = sort_edits(document.file)
    return _action(backend, document, "Sort requirements by name", SORT_KIND, edits)


def _action(
    backend: Backend,
    document: Document,
    title: str,
    kind: str,
    edits: Iterable[TextEdit],
) -> types.CodeAction | None:
    """Return the action that edits a file; None without edits."""
    from pinwise.advice.findings import FileEdit  # noqa: PLC0415 - after `initialize`
    from pinwise.lsp.convert import workspace_edit  # noqa: PLC0415 - likewise

    changes = [FileEdit(document.path, edit) for edit in edits]
    if not changes:
        return None
    edit = workspace_edit(changes, {document.path: document}, backend.features, backend.encoding)
    return types.CodeAction(title=title, kind=kind, edit=edit)
