"""Code lenses and "Update all" from a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from tests.fake_index import FakeIndex, Release

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.lsp.editor import Editor

F = TypeVar("F")

PROJECTS = {
    "flask": {"2.0": Release(), "2.1": Release(), "3.0": Release()},
    "click": {"8.0": Release(), "8.1": Release()},
}


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex(PROJECTS) as found:
        yield found


def listen(editor: Editor) -> tuple[list[types.WorkspaceEdit], list[str]]:
    """Return the edits that the server asks for from now on, and its requests to refresh."""
    edits: list[types.WorkspaceEdit] = []
    refreshed: list[str] = []
    feature = cast("Callable[[str], Callable[[F], F]]", editor.client.feature)

    @feature(types.WORKSPACE_APPLY_EDIT)
    async def applied(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        edits.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    @feature(types.WORKSPACE_CODE_LENS_REFRESH)
    async def refresh(*_params: object) -> None:
        refreshed.append("lenses")
        await editor._tell()  # noqa: SLF001 - the condition that `wait` waits for

    return edits, refreshed


def able() -> types.ClientCapabilities:
    """Return the capabilities of a client that applies edits and can be told to refresh."""
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            apply_edit=True,
            configuration=True,
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
        )
    )


async def lenses(editor: Editor) -> list[types.CodeLens]:
    params = types.CodeLensParams(types.TextDocumentIdentifier(editor.uri("requirements.txt")))
    return list(await editor.client.text_document_code_lens_async(params) or ())


async def test_one_click_updates_the_file(idle: Editor, home: Path) -> None:
    edits, refreshed = listen(idle)
    await idle.start(home, capabilities=able())
    idle.open("requirements.txt", "# pins\nflask==2.0\nclick==8.0\n")
    await idle.wait(lambda: idle.codes("requirements.txt").count("outdated-version") == 2)
    await idle.wait(lambda: refreshed)
    safe, major = await lenses(idle)
    assert safe.command is not None
    assert major.command is not None
    assert [safe.command.title, major.command.title] == ["Update 2 safely", "1 major update"]
    assert safe.range.start == types.Position(0, 0)
    argument: Any = (safe.command.arguments or ())[0]
    assert await idle.command(safe.command.command, **argument) == {"updated": 2}
    (edit,) = edits
    (change,) = edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    # For the very text that was looked at.
    assert change.text_document.version == 1
    assert [(item.range.start.line, item.new_text) for item in change.edits] == [  # type: ignore[union-attr]
        (1, "2.1"),
        (2, "8.1"),
    ]
    idle.type("requirements.txt", "flask==3.0\nclick==8.1\n")
    assert await lenses(idle) == []


@pytest.mark.parametrize("sent", [{}, {"kind": "safe"}, {"uri": "file:///x", "kind": "wild"}])
async def test_a_wrong_argument_is_a_mistake_of_the_caller(
    editor: Editor, sent: dict[str, str]
) -> None:
    with pytest.raises(JsonRpcInvalidParams):
        await editor.command("pinwise.updateAll", **sent)


async def test_where_nothing_can_be_updated_nothing_is_done(editor: Editor) -> None:
    uri = editor.uri("requirements.txt")
    assert await editor.command("pinwise.updateAll", uri=uri, kind="safe") == {"updated": 0}


async def test_the_setting_turns_lenses_off(idle: Editor, home: Path) -> None:
    await idle.start(home, settings={"codeLens": False}, capabilities=able())
    idle.open("requirements.txt", "flask==2.0\n")
    await idle.wait(lambda: "outdated-version" in idle.codes("requirements.txt"))
    assert await lenses(idle) == []


async def test_a_client_that_takes_no_edits_gets_no_lenses(idle: Editor, home: Path) -> None:
    await idle.start(home, capabilities=types.ClientCapabilities())
    idle.open("requirements.txt", "flask==2.0\n")
    await idle.wait(lambda: "outdated-version" in idle.codes("requirements.txt"))
    assert await lenses(idle) == []
