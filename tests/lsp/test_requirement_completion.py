"""The command that completes one requirement, outside a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pygls.exceptions import JsonRpcInvalidParams

if TYPE_CHECKING:
    from tests.lsp.editor import Editor

COMMAND = "pinwise.completeRequirement"


async def texts(editor: Editor, text: str) -> list[str]:
    answer = await editor.command(COMMAND, text=text)
    return [item["text"] for item in answer["items"]]


async def test_names_are_completed_without_any_file(editor: Editor) -> None:
    found = await texts(editor, "reques")
    assert found[0] == "requests"
    assert len(found) <= 50


async def test_nothing_typed_yet_offers_names_and_no_options(editor: Editor) -> None:
    found = await texts(editor, "")
    assert found
    assert not [text for text in found if text.startswith("-")]


async def test_versions_come_from_the_index_without_any_file(editor: Editor) -> None:
    assert await texts(editor, "flask==") == ["flask==3.0.0", "flask==2.0.0"]
    assert await texts(editor, "flask>=2") == ["flask>=2.0.0"]


async def test_versions_of_a_name_that_is_on_no_index_are_none(editor: Editor) -> None:
    assert await texts(editor, "no-such-package==") == []


@pytest.mark.parametrize("text", ["-", "--index-url ", "flask; ", "./", "flask @ ", "\n", "# x"])
async def test_options_paths_and_markers_are_not_offered(editor: Editor, text: str) -> None:
    answer = await editor.command(COMMAND, text=text)
    assert not [item for item in answer["items"] if not item["label"][:1].isalnum()]
    assert not [item for item in answer["items"] if "python_version" in item["label"]]


async def test_a_text_that_is_none_is_a_mistake_of_the_caller(editor: Editor) -> None:
    with pytest.raises(JsonRpcInvalidParams):
        await editor.command(COMMAND, text=3)
