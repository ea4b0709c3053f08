"""Which folder a command means, for editors whose users give its argument by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from tests.lsp.editor import Editor

STATUS = "pinwise.environmentStatus"


async def test_a_file_names_the_folder_that_it_lies_in(editor: Editor) -> None:
    second = editor.folder.parent / "second"
    second.mkdir()
    added = types.WorkspaceFolder(second.as_uri(), "second")
    editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent([added], []))
    )
    file = (second / "requirements.txt").as_uri()
    assert (await editor.command(STATUS, file=file))["folder"] == second.as_uri()
    made = await editor.command("pinwise.createEnvironment", file=file, install=False)
    assert made["prefix"] == str(second / ".venv")
    assert (await editor.command(STATUS))["folder"] == editor.folder.as_uri()


async def test_a_file_of_no_open_folder_has_its_own(editor: Editor) -> None:
    alone = editor.folder.parent / "alone"
    alone.mkdir()
    (alone / "requirements.txt").write_text("flask\n", encoding="utf-8")
    file = (alone / "requirements.txt").as_uri()
    with pytest.raises(JsonRpcException, match="lies in no open folder"):
        await editor.command(STATUS, file=file)
    editor.open("../alone/requirements.txt")
    await editor.wait(lambda: "missing-environment" in editor.codes("../alone/requirements.txt"))
    assert (await editor.command(STATUS, file=file))["folder"] == alone.as_uri()
