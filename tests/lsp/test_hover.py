"""Hover from a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from tests.fake_index import FakeIndex, Release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lsp.editor import Editor


PROJECTS = {
    "flask": {
        "2.0.0": Release(
            requires_python=">=3.8",
            summary="A <b>small</b> framework.",
            uploaded="2025-01-02T00:00:00Z",
            headers=(
                "License-Expression: BSD-3-Clause",
                "Project-URL: Documentation, https://docs.example/",
                "Project-URL: Evil, command:evil",
            ),
        ),
        "3.0.0": Release(),
    },
    "sluggish": {"1.0": Release(summary="Slow.")},
}


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex(PROJECTS, {"sluggish": "slow"}) as found:
        yield found


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


async def test_what_the_package_is_comes_from_its_metadata(editor: Editor) -> None:
    editor.open("requirements.txt", "flask==2.0.0\nnobody-has-this\n")
    await editor.wait(lambda: "unknown-package" in editor.codes("requirements.txt"))
    found = await hover(editor, 2)
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    text = found.contents.value
    assert text.startswith("**flask**\n\nA \\<b\\>small\\</b\\> framework\\.\n\n")
    assert "needs Python \\>=3\\.8" in text
    assert "licence BSD\\-3\\-Clause" in text
    assert "[Documentation](https://docs.example/)" in text
    assert "evil" not in text


async def test_a_hover_does_not_wait_for_ever(editor: Editor) -> None:
    editor.open("requirements.txt", "sluggish==1.0\nnobody-has-this\n")
    await editor.wait(lambda: "unknown-package" in editor.codes("requirements.txt"))
    found = await hover(editor, 2)
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert found.contents.value == "**sluggish**\n\nThe index has not answered yet\\."
