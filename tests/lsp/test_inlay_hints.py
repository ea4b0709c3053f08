"""Inlay hints from a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.editor import Editor


def able() -> types.ClientCapabilities:
    """Return the capabilities of a client that can be told to ask for hints again."""
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            configuration=True,
            inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
        )
    )


async def hints(editor: Editor) -> list[tuple[int, int, object]]:
    params = types.InlayHintParams(
        types.TextDocumentIdentifier(editor.uri("requirements.txt")),
        types.Range(types.Position(0, 0), types.Position(9, 0)),
    )
    found = await editor.client.text_document_inlay_hint_async(params)
    return [(item.position.line, item.position.character, item.label) for item in found or ()]


async def test_hints_are_drawn_anew_when_facts_arrive(idle: Editor, home: Path) -> None:
    refreshed = []

    async def refresh(*_params: object) -> None:
        refreshed.append(True)
        await idle._tell()  # noqa: SLF001 - the condition that `wait` waits for

    idle.client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)(refresh)
    await idle.start(home, settings={"inlayHints": "latest"}, capabilities=able())
    idle.open("requirements.txt", "x ; platform_version == '\N{SNAKE}'\nflask==2.0.0\n")
    await idle.wait(lambda: "outdated-version" in idle.codes("requirements.txt"))
    await idle.wait(lambda: refreshed)
    assert await hints(idle) == [(1, 12, "→ 3.0.0")]
    idle.type("requirements.txt", "flask==3.0.0\n")
    assert await hints(idle) == []


async def test_hints_are_off_unless_asked_for(editor: Editor) -> None:
    editor.open("requirements.txt", "flask==2.0.0\n")
    await editor.wait(lambda: "outdated-version" in editor.codes("requirements.txt"))
    assert await hints(editor) == []
