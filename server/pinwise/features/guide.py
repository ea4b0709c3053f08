"""The pages of the guide that are shipped with the server."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (
    _PACKAGE / "pages",  # an installed wheel
    _PACKAGE.parent.parent / "docs",  # a checkout, or the extension's folder
)

INDEXES = "indexes"
"""The page about indexes, privacy, and what was not checked."""


def guide_page(name: str) -> Path | None:
    """Return the file of a page, or None where it was not shipped."""
    return next((page for folder in _FOLDERS if (page := folder / f"{name}.md").is_file()), None)
