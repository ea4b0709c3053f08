"""The quick fixes that ignore a rule, through a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities

from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.editor import Editor

CONFLICT = "click>2,<1\n"
RULE = "unsatisfiable-specifier"
HERE = f"Ignore `{RULE}` here"
PROJECT = f"Ignore `{RULE}` in this project"


async def project_edit(editor: Editor, name: str = "requirements.txt") -> types.WorkspaceEdit:
    """Return the edit of the fix for the project, once it is asked for."""
    actions = await editor.actions(name, editor.diagnostic(name, RULE).range)
    (action,) = [item for item in actions if item.title == PROJECT]
    if action.edit is None:
        action = await editor.client.code_action_resolve_async(action)
    assert action.edit is not None
    return action.edit


def write(folder: Path, edit: types.WorkspaceEdit) -> list[str]:
    """Apply an edit of files that are not open; return the kinds of its parts."""
    kinds = []
    for change in edit.document_changes or ():
        if isinstance(change, types.CreateFile):
            path = path_of(change.uri)
            assert path is not None
            assert not path.exists()
            path.touch()
            kinds.append("create")
            continue
        assert isinstance(change, types.TextDocumentEdit)
        path = path_of(change.text_document.uri)
        assert path is not None
        assert path.parent == folder
        assert change.text_document.version is None
        (one,) = change.edits
        lines = path.read_text(encoding="utf-8").split("\n")
        start, end = one.range.start, one.range.end
        assert start.line == end.line
        line = lines[start.line]
        assert isinstance(one, types.TextEdit)
        lines[start.line] = line[: start.character] + one.new_text + line[end.character :]
        path.write_text("\n".join(lines), encoding="utf-8")
        kinds.append(path.name)
    return kinds


async def test_every_finding_can_be_ignored_after_its_fixes(editor: Editor) -> None:
    editor.open("requirements.txt", "click\nflask=3.0.0\n")
    await editor.wait(lambda: "invalid-requirement" in editor.codes("requirements.txt"))
    where = editor.diagnostic("requirements.txt", "invalid-requirement").range
    actions = await editor.actions("requirements.txt", where)
    assert [(item.title, item.is_preferred) for item in actions] == [
        ("Change to `==`", True),
        ("Ignore `invalid-requirement` here", None),
        ("Ignore `invalid-requirement` in this project", None),
    ]


async def test_ignoring_a_line_silences_it(editor: Editor) -> None:
    editor.open("requirements.txt", f"flask==3.0.0 # 🐍\n{CONFLICT}")
    await editor.wait(lambda: RULE in editor.codes("requirements.txt"))
    after = await editor.fix("requirements.txt", RULE, HERE)
    assert after == f"flask==3.0.0 # 🐍\nclick>2,<1  # pinwise: ignore[{RULE}]\n"
    await editor.wait(lambda: RULE not in editor.codes("requirements.txt"))
    assert "unused-ignore" not in editor.codes("requirements.txt")


async def test_a_comment_that_is_needed_no_more_goes(editor: Editor) -> None:
    editor.open("requirements.txt", f"click  # pinwise: ignore[{RULE}]\n")
    await editor.wait(lambda: "unused-ignore" in editor.codes("requirements.txt"))
    found = editor.diagnostic("requirements.txt", "unused-ignore")
    assert list(found.tags or ()) == [types.DiagnosticTag.Unnecessary]
    assert found.severity is types.DiagnosticSeverity.Hint
    assert await editor.fix("requirements.txt", "unused-ignore", "Remove the comment") == "click\n"


async def test_a_project_without_settings_gets_a_file(editor: Editor) -> None:
    editor.open("requirements.txt", CONFLICT)
    await editor.wait(lambda: RULE in editor.codes("requirements.txt"))
    assert write(editor.folder, await project_edit(editor)) == ["create", "pinwise.toml"]
    assert (editor.folder / "pinwise.toml").read_text() == f'ignore = ["{RULE}"]\n'
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
    await editor.wait(lambda: RULE not in editor.codes("requirements.txt"))


async def test_the_projects_own_file_is_taken(editor: Editor) -> None:
    path = editor.folder / "pyproject.toml"
    path.write_text('[project]\nname = "x"  # ours\n', encoding="utf-8")
    editor.open("requirements.txt", CONFLICT)
    await editor.wait(lambda: RULE in editor.codes("requirements.txt"))
    assert write(editor.folder, await project_edit(editor)) == ["pyproject.toml"]
    assert path.read_text(encoding="utf-8") == (
        f'[project]\nname = "x"  # ours\n\n[tool.pinwise]\nignore = ["{RULE}"]\n'
    )
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
    await editor.wait(lambda: RULE not in editor.codes("requirements.txt"))


async def test_the_client_is_asked_for_open_settings_files(editor: Editor) -> None:
    await editor.wait(lambda: "textDocument/codeAction" in editor.registered)
    assert {
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
    } <= set(editor.registered)


async def test_an_open_settings_file_is_edited_as_it_is(editor: Editor) -> None:
    editor.open("pinwise.toml", "ofline = true\n")
    editor.open("requirements.txt", CONFLICT)
    editor.type("pinwise.toml", "# typed\nofline = true\n")
    await editor.wait(lambda: RULE in editor.codes("requirements.txt"))
    edit = await project_edit(editor)
    (change,) = edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == 2
    # In the file itself, where no comment is read, there is this fix alone.
    await editor.wait(lambda: editor.codes("pinwise.toml"))
    where = editor.diagnostic("pinwise.toml", "invalid-setting").range
    assert [item.title for item in await editor.actions("pinwise.toml", where)] == [
        "Change to `offline`",
        "Ignore `invalid-setting` in this project",
    ]


async def test_a_client_that_cannot_ask_later_gets_the_edit_at_once(
    idle: Editor, home: Path
) -> None:
    capabilities = client_capabilities("visual-studio-code")
    assert capabilities.text_document is not None
    assert capabilities.text_document.code_action is not None
    capabilities.text_document.code_action.resolve_support = None
    assert capabilities.workspace is not None
    capabilities.workspace.workspace_edit = types.WorkspaceEditClientCapabilities()
    await idle.start(home, capabilities=capabilities)
    idle.open("requirements.txt", CONFLICT)
    await idle.wait(lambda: RULE in idle.codes("requirements.txt"))
    where = idle.diagnostic("requirements.txt", RULE).range
    # It cannot make files either.
    titles = [item.title for item in await idle.actions("requirements.txt", where)]
    assert HERE in titles
    assert PROJECT not in titles
    (idle.folder / "pinwise.toml").write_text("offline = true\n", encoding="utf-8")
    idle.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
    (action,) = [
        item for item in await idle.actions("requirements.txt", where) if item.title == PROJECT
    ]
    assert action.edit is not None
    assert [uri.rsplit("/", 1)[1] for uri in action.edit.changes or ()] == ["pinwise.toml"]


@pytest.mark.parametrize("needed", [True, False])
async def test_a_fragment_is_judged_in_every_tree(editor: Editor, *, needed: bool) -> None:
    """`base.txt` needs its comment for one of the two files that include it, or for none."""
    name = "unsatisfiable-specifier" if not needed else "conflicting-pins"
    (editor.folder / "base.txt").write_text(
        f"click==1.0  # pinwise: ignore[{name}]\n", encoding="utf-8"
    )
    (editor.folder / "dev-requirements.txt").write_text(
        "-r base.txt\nclick==2.0  # pinwise: ignore[conflicting-pins]\n", encoding="utf-8"
    )
    editor.open("requirements.txt", "-r base.txt\nclick>2,<1\n")
    await editor.wait(lambda: RULE in editor.codes("requirements.txt"))
    # The other tree is not looked at yet: nothing is said of what it may need.
    assert editor.codes("base.txt") == []
    editor.open("base.txt")
    editor.open("dev-requirements.txt")
    await editor.actions("base.txt", types.Range(types.Position(0, 0), types.Position(0, 0)))
    assert editor.codes("base.txt").count("unused-ignore") == (not needed)
