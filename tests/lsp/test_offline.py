"""The setting `offline` holds for every feature of the editor: not one connection is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from tests.isolation import make_cache_old
from tests.lsp.editor import Editor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.fake_index import FakeIndex

FILE = "requirements.txt"
TEXT = "flask==2.0.0\nrequests==2.30.0\nno-such-project==1.0\ndjango[argon2]==\n"


async def use_everything(editor: Editor) -> None:
    """Ask for whatever may want facts, at every line."""
    client, place = editor.client, types.TextDocumentIdentifier(editor.uri(FILE))
    for number, line in enumerate(TEXT.splitlines()):
        for column in (2, line.index("=") + 2):
            at = types.Position(number, column)
            await client.text_document_hover_async(types.HoverParams(place, at))
            found = await client.text_document_completion_async(types.CompletionParams(place, at))
            items = found.items if isinstance(found, types.CompletionList) else found or ()
            for item in list(items)[:3]:
                await client.completion_item_resolve_async(item)
    everything = types.Range(types.Position(0, 0), types.Position(4, 0))
    await client.text_document_code_lens_async(types.CodeLensParams(place))
    await client.text_document_inlay_hint_async(types.InlayHintParams(place, everything))
    await client.text_document_document_link_async(types.DocumentLinkParams(place))
    await editor.actions(FILE, everything)
    await editor.command("pinwise.retry")
    editor.type(FILE, TEXT + "urllib3==1.0\n")
    client.text_document_did_save(types.DidSaveTextDocumentParams(place))
    await editor.wait(lambda: (editor.version_published(FILE) or 0) >= 2)
    await editor.actions(FILE, everything)


@pytest.mark.parametrize(
    ("settings", "file"),
    [
        ({"offline": True, "inlayHints": "latest", "listIndexNames": True}, ""),
        ({"inlayHints": "latest", "listIndexNames": True}, "offline = true\n"),
        # A project takes nobody online.
        ({"offline": True, "inlayHints": "latest", "listIndexNames": True}, "offline = false\n"),
    ],
)
async def test_no_feature_asks(
    idle: Editor, home: Path, index: FakeIndex, settings: Mapping[str, Any], file: str
) -> None:
    (idle.folder / "pinwise.toml").write_text(file, encoding="utf-8")
    await idle.start(home, settings=settings)
    idle.open(FILE, TEXT)
    await idle.wait(lambda: "not-checked" in idle.codes(FILE))
    await use_everything(idle)
    assert (index.connections, index.requests) == (0, [])


async def test_online_the_same_asks(idle: Editor, home: Path, index: FakeIndex) -> None:
    await idle.start(home, settings={"inlayHints": "latest", "listIndexNames": True})
    idle.open(FILE, TEXT)
    await idle.wait(lambda: "unknown-package" in idle.codes(FILE))
    await use_everything(idle)
    assert index.connections


async def test_what_the_cache_has_was_checked_however_old_it_is(
    idle: Editor, home: Path, index: FakeIndex
) -> None:
    text = "flask==2.0.0\nrequests==2.30.0\n"
    # What pins need is learnt after what is waited for here.
    settings = {"rules": {"dependency-conflict": "off"}}
    await idle.start(home, settings=settings)
    idle.open(FILE, text)
    await idle.wait(lambda: idle.codes(FILE).count("outdated-version") == 2)
    await idle.shutdown()
    make_cache_old(home)
    asked = len(index.requests)
    later = Editor(idle.folder, index)
    try:
        await later.start(home, settings={"offline": True, **settings})
        later.open(FILE, text)
        await later.wait(lambda: later.codes(FILE).count("outdated-version") == 2)
        assert "not-checked" not in later.codes(FILE)
        place = types.TextDocumentIdentifier(later.uri(FILE))
        hover = await later.client.text_document_hover_async(
            types.HoverParams(place, types.Position(0, 2))
        )
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert "This is what the cache has" in hover.contents.value
        assert "Not every index" not in hover.contents.value
        # A version that it does not list may be a newer one.
        later.type(FILE, text + "django==99\nflask==9\n")
        await later.wait(lambda: "not-checked" in later.codes(FILE))
        told = later.diagnostic(FILE, "not-checked").message
        assert told.startswith("Not checked: `django`, `flask`, because no package index may be")
    finally:
        await later.stop()
    assert len(index.requests) == asked
