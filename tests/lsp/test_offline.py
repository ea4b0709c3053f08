"""The setting `offline` holds for every feature of the editor: not one connection is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.fake_index import FakeIndex
    from tests.lsp.editor import Editor

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
