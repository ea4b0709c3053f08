"""The page about indexes: it tells of every reason, and has the sections that others link to."""

from __future__ import annotations

import re
from pathlib import Path

from pinwise.base.facts import Reason
from pinwise.features.guide import INDEXES, guide_page
from pinwise.features.unchecked_fixes import NOT_CHECKED, SECTIONS
from pinwise.index.sources import REMOTE_FRESH_SECONDS
from pinwise.lsp.first_lookup import MARK
from pinwise.lsp.lookups import ADDRESS_PAUSE, TYPING_PAUSE

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = (DOCS / "indexes.md").read_text(encoding="utf-8")
ANCHORS = {
    re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
    for title in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
}


def test_it_is_the_page_that_the_server_opens() -> None:
    assert guide_page(INDEXES) == DOCS / "indexes.md"
    assert guide_page("no-such-page") is None


def test_every_section_that_is_linked_to_exists() -> None:
    opened = {NOT_CHECKED, *SECTIONS.values(), "what-is-sent"}
    linked = set(re.findall(r"\]\(#([a-z-]+)\)", PAGE))
    assert opened | linked <= ANCHORS


def test_it_tells_what_to_do_for_every_reason() -> None:
    told = re.findall(r"^\| `([a-z-]+)` \| \S", PAGE, re.MULTILINE)
    assert sorted(told) == sorted(reason.value for reason in Reason)


def test_its_figures_are_those_of_the_code() -> None:
    assert f"{TYPING_PAUSE} seconds after the last keystroke" in PAGE
    assert f"{ADDRESS_PAUSE:.0f} seconds after one that changed" in PAGE
    assert REMOTE_FRESH_SECONDS == 600
    assert "after ten minutes" in PAGE
    assert f"`{MARK}`" in PAGE
