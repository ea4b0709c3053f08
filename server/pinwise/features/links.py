"""Document links: what can be opened from a requirements file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.features.targets import TargetFinder

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.features.targets import Target
    from pinwise.project.files import Document, Documents


def links(document: Document, documents: Documents, folder: Path) -> list[Target]:
    """Return the links of a file, in order; nothing for prose.

    Those are the files of `-r` and `-c`, the projects and archives of paths, the folders of
    `--find-links` and the web addresses that URLs mean. What does not exist is no link.

    Args:
        document: the file.
        documents: where the texts of included files come from.
        folder: the workspace folder that the file belongs to.

    Cost: linear, with a look at the disk for each path.
    """
    if document.prose:
        return []
    finder = TargetFinder(document, documents, folder)
    found = [target for line in document.file.lines for target in finder.targets(line)]
    return [target for target in found if not target.span.empty]
