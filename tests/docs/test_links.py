"""Every link of every page leads to a file that is there, and to a heading in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinwise.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
_FENCE = re.compile(r"^(`{3,})[^`\n]*\n.*?^\1$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_ELSEWHERE = re.compile(r"[a-z]+:")


_OURS = ("*.md", "docs/**/*.md", "examples/**/*.md", "tests/harness/*.md", "tests/vscode/*.md")


def _pages() -> list[Path]:
    return sorted(page for pattern in _OURS for page in ROOT.glob(pattern))


def _prose(page: Path) -> str:
    """Return the text of a page without its code blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def _links(page: Path) -> Iterator[str]:
    for link in _LINK.findall(_CODE.sub("`", _prose(page))):
        if not _ELSEWHERE.match(link):
            yield link


def _anchors(page: Path) -> set[str]:
    """Return what the headings are called in links, as GitHub and VS Code do."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in _HEADING.findall(_prose(page))
    }


PAGES = _pages()


def test_there_are_pages() -> None:
    assert ROOT / "README.md" in PAGES
    assert ROOT / "docs" / "README.md" in PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in _links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in _anchors(target), link


def test_the_index_of_the_guide_has_every_page() -> None:
    guide = ROOT / "docs"
    linked = {link.partition("#")[0] for link in _links(guide / "README.md")}
    assert {page.name for page in guide.glob("*.md")} - {"README.md"} <= linked
    assert "rules/README.md" in linked


def test_shipped_pages_link_to_shipped_pages_alone() -> None:
    """The extension and the wheel have some pages only, and open them from within."""
    docs = ROOT / "docs"
    shipped = {*docs.glob("rules/*.md"), docs / "configuration.md", docs / "indexes.md"}
    for page in shipped:
        for link in _links(page):
            path = link.partition("#")[0]
            assert not path or (page.parent / path).resolve() in shipped, f"{page.name}: {link}"


def test_the_readme_has_every_rule() -> None:
    linked = set(_links(ROOT / "README.md"))
    assert {f"docs/rules/{rule.name}.md" for rule in RULES} <= linked


def test_the_file_to_install_has_the_name_that_it_gets() -> None:
    manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    made = f"{manifest['name']}-{manifest['version']}.vsix"
    for page in (ROOT / "README.md", ROOT / "docs" / "start.md"):
        named = set(re.findall(r"pinwise-[\w.-]*\.vsix", page.read_text(encoding="utf-8")))
        assert named == {made}
