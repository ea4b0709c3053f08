"""Texts and trees as the handlers need them that look at nothing but the files.

Their questions need not wait for an analysis: jobs of the engine run in the order in which they
came, so that a question sees every change that the client sent before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.project.files import Unreadable
from pinwise.project.graph import read_tree
from pinwise.project.settings_file import is_settings_file

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.lsp.backend import Backend
    from pinwise.project.files import Document
    from pinwise.project.graph import Tree


def text_of(backend: Backend, path: Path) -> Document | None:
    """Return the text of a file as it is now; None if it is prose or cannot be read.

    None for a settings file too: a client may ask about any file that it has open.
    """
    if is_settings_file(path):
        return None
    document = backend.workspace.documents.read(path)
    return None if isinstance(document, Unreadable) or document.prose else document


def trees_with(backend: Backend, path: Path) -> tuple[Tree, ...]:
    """Return every include tree of the workspace that a file belongs to.

    Cost: a look at every requirements file of the folder; those that changed are read.
    """
    workspace = backend.workspace
    return tuple(read_tree(root, workspace.documents) for root in workspace.roots_of(path))
