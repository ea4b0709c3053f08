"""The page of a rule: Markdown that is shipped with the server."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent

FOLDERS = (
    PACKAGE / "pages" / "rules",  # an installed wheel
    PACKAGE.parent.parent / "docs" / "rules",  # a checkout, or the extension's folder
)


def page_of(name: str) -> Path | None:
    """Return the file that explains the rule `name`, or None where it was not shipped."""
    return next((page for folder in FOLDERS if (page := folder / f"{name}.md").is_file()), None)


def sections_of(text: str) -> dict[str, str]:
    """Return what stands under each heading of a page's second level."""
    sections = {}
    for part in f"\n{text}".split("\n## ")[1:]:
        heading, _, body = part.partition("\n")
        sections[heading.strip()] = body.strip()
    return sections
