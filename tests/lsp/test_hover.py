"""Hover from a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from tests.lsp.editor import Editor


async def hover(editor: Editor, character: int) -> types.Hover | None:
    return await editor.client.text_document_hover_async(
        types.HoverParams(
            types.TextDocumentIdentifier(editor.uri("requirements.txt")),
            types.Position(0, character),
        )
    )


async def test_name_and_version_have_texts_of_their_own(editor: Editor) -> None:
    editor.open("requirements.txt", "Flask>=2.0.0,<3\n")
    # The settings came, and with them what the index has.
    editor.open("other-requirements.txt", "flask==9\n")
    await editor.wait(lambda: "no-matching-version" in editor.codes("other-requirements.txt"))
    name = await hover(editor, 2)
    assert name is not None
    assert editor.index is not None
    assert isinstance(name.contents, types.MarkupContent)
    # The user's own configuration names the index, so that it may be linked to.
    assert f"]({editor.index.url}flask/)" in name.contents.value
    assert name.range == types.Range(types.Position(0, 0), types.Position(0, 5))
    version = await hover(editor, 9)
    assert version is not None
    assert isinstance(version.contents, types.MarkupContent)
    assert "The newest that the line allows: 2\\.0\\.0" in version.contents.value
    assert version.range == types.Range(types.Position(0, 5), types.Position(0, 12))
    assert await hover(editor, 15) is not None
