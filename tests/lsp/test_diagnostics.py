from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_index import FakeIndex
    from tests.lsp.editor import Editor


async def test_findings_stand_at_exact_places(editor: Editor) -> None:
    editor.open("requirements.txt", "reqeusts==2.31.0\nflask==9.9\ndjango>2,<1\n")
    await editor.wait(lambda: "no-matching-version" in editor.codes("requirements.txt"))
    unknown = editor.diagnostic("requirements.txt", "unknown-package")
    assert unknown.range == types.Range(types.Position(0, 0), types.Position(0, 8))
    assert unknown.severity is types.DiagnosticSeverity.Error
    assert unknown.source == "pinwise"
    assert unknown.code_description is not None
    assert unknown.code_description.href.endswith("unknown-package.md")
    assert "unsatisfiable-specifier" in editor.codes("requirements.txt")


async def test_columns_are_counted_as_the_client_counts(editor: Editor) -> None:
    editor.open("requirements.txt", "flask==3.0.0  # 🐍\nrequests=2.31.0 # 🐍\n")
    await editor.wait(lambda: "invalid-requirement" in editor.codes("requirements.txt"))
    found = editor.diagnostic("requirements.txt", "invalid-requirement")
    assert found.range == types.Range(types.Position(1, 8), types.Position(1, 9))


async def test_a_conflict_names_the_lines_of_both_files(editor: Editor) -> None:
    (editor.folder / "base.txt").write_text("flask==2.0.0\n", encoding="utf-8")
    editor.open("requirements.txt", "-r base.txt\nflask==3.0.0\n")
    await editor.wait(lambda: "conflicting-pins" in editor.codes("requirements.txt"))
    here = editor.diagnostic("requirements.txt", "conflicting-pins")
    assert here.related_information is not None
    assert [item.location.uri for item in here.related_information] == [editor.uri("base.txt")]
    there = editor.diagnostic("base.txt", "conflicting-pins")
    assert there.related_information is not None
    assert there.related_information[0].location.uri == editor.uri("requirements.txt")


async def test_findings_follow_the_text_and_name_its_version(editor: Editor) -> None:
    editor.open("requirements.txt", "flask==9.9\n")
    await editor.wait(lambda: "no-matching-version" in editor.codes("requirements.txt"))
    version = editor.type("requirements.txt", "flask==3.0.0\n")
    await editor.wait(lambda: editor.version_published("requirements.txt") == version)
    assert "no-matching-version" not in editor.codes("requirements.txt")


async def test_findings_leave_with_the_file(editor: Editor) -> None:
    editor.open("requirements.txt", "flask==9.9\n")
    await editor.wait(lambda: "no-matching-version" in editor.codes("requirements.txt"))
    editor.close("requirements.txt")
    await editor.wait(lambda: not editor.codes("requirements.txt"))


async def test_prose_is_left_alone(editor: Editor, index: FakeIndex) -> None:
    prose = "The product must start within a second.\nUsers sign in with their e-mail address.\n"
    editor.open("product-requirements.txt", prose)
    editor.open("requirements.txt", "flask==9.9\n")
    await editor.wait(lambda: "no-matching-version" in editor.codes("requirements.txt"))
    assert editor.codes("product-requirements.txt") == []
    assert set(index.pages_asked()) == {"flask"}


async def test_prose_in_a_requirements_txt_is_told_quietly(editor: Editor) -> None:
    editor.open("requirements.txt", "You need numpy\nand pandas\n")
    await editor.wait(lambda: editor.codes("requirements.txt") == ["not-checked"])
    editor.open("requirements.in", "numpy pandas\n")
    await editor.wait(lambda: "invalid-requirement" in editor.codes("requirements.in"))


async def test_what_could_not_be_checked_is_said_once(idle: Editor, home: Path) -> None:
    assert idle.index is not None
    idle.index.behaviours["flask"] = ["500"]
    idle.index.behaviours["requests"] = ["500"]
    await idle.start(home)
    idle.open("requirements.txt", "flask==9.9\nrequests==9.9\n")
    await idle.wait(lambda: "not-checked" in idle.codes("requirements.txt"))
    found = idle.diagnostic("requirements.txt", "not-checked")
    assert "`flask`, `requests`" in found.message
    assert found.severity is types.DiagnosticSeverity.Information
    assert "unknown-package" not in idle.codes("requirements.txt")


async def test_settings_change_severities_and_silence_rules(idle: Editor, home: Path) -> None:
    rules = {"unsatisfiable-specifier": "hint", "missing-environment": "off"}
    await idle.start(home, settings={"rules": rules, "offline": True})
    idle.open("requirements.txt", "click>2,<1\n")
    await idle.wait(lambda: "not-checked" in idle.codes("requirements.txt"))
    assert idle.index is not None
    assert idle.index.requests == []
    await idle.wait(
        lambda: any(
            item.severity is types.DiagnosticSeverity.Hint
            for item in idle.client.diagnostics.get(idle.uri("requirements.txt"), ())
        )
    )
    assert "missing-environment" not in idle.codes("requirements.txt")


async def test_an_included_file_is_judged_by_the_files_that_include_it(editor: Editor) -> None:
    (editor.folder / "requirements.txt").write_text("-r base.txt\nflask==3.0.0\n", encoding="utf-8")
    editor.open("base.txt", "flask==2.0.0\n")
    await editor.wait(lambda: "conflicting-pins" in editor.codes("base.txt"))
    editor.type("base.txt", "flask==3.0.0\n")
    await editor.wait(lambda: "conflicting-pins" not in editor.codes("requirements.txt"))


async def test_half_typed_names_are_not_looked_up(editor: Editor, index: FakeIndex) -> None:
    editor.open("requirements.txt", "\n")
    for end in range(1, len("requests") + 1):
        editor.type("requirements.txt", "requests"[:end] + "\n")
    editor.type("requirements.txt", "requests==9.9\n")
    await editor.wait(lambda: "no-matching-version" in editor.codes("requirements.txt"))
    assert set(index.pages_asked()) == {"requests"}


async def test_a_folder_that_is_added_brings_its_settings_and_environments(
    editor: Editor,
) -> None:
    added = editor.folder.parent / "added"
    added.mkdir()
    (added / "requirements.txt").write_text("click>2,<1\n", encoding="utf-8")
    quiet = {"rules": {"unsatisfiable-specifier": "hint"}}
    editor.client.set_configuration(quiet, section="pinwise", scope_uri=added.as_uri())
    folder = types.WorkspaceFolder(added.as_uri(), "added")
    editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent([folder], []))
    )
    await editor.wait(lambda: [s for s in editor.statuses if s.folder == added.as_uri()])
    name = "../added/requirements.txt"
    editor.open(name)
    uri = editor.uri(name)
    await editor.wait(
        lambda: [
            item
            for found in (editor.client.diagnostics.get(uri, ()),)
            for item in found
            if item.severity is types.DiagnosticSeverity.Hint
        ]
    )


async def test_a_file_outside_of_every_folder_is_offered_an_environment(editor: Editor) -> None:
    outside = editor.folder.parent / "outside"
    outside.mkdir()
    editor.open("../outside/requirements.txt", "flask==3.0.0\n")
    uri = editor.uri("../outside/requirements.txt")
    await editor.wait(
        lambda: [
            i for i in editor.client.diagnostics.get(uri, ()) if i.code == "missing-environment"
        ]
    )


async def test_what_is_wrong_in_a_settings_file_stands_in_it(idle: Editor, home: Path) -> None:
    path = idle.folder / "pinwise.toml"
    path.write_text("# ours\nofline = true\n", encoding="utf-8")
    await idle.start(home, settings={"creator": "conda"})
    idle.open("requirements.txt", "flask==9.9\n")
    await idle.wait(lambda: idle.codes("pinwise.toml"))
    found = idle.diagnostic("pinwise.toml", "invalid-setting")
    assert found.message == "There is no setting `ofline`. Did you mean `offline`?"
    assert found.severity is types.DiagnosticSeverity.Warning
    assert found.range == types.Range(types.Position(1, 0), types.Position(1, 6))
    # The editor's own settings are no file.
    await idle.wait(lambda: idle.client.messages)
    (message,) = idle.client.messages
    assert message.message == "`creator` must be one of virtualenv, venv, uv."
    # An open text counts over the disk.
    idle.open("pinwise.toml")
    assert await idle.fix("pinwise.toml", "invalid-setting", "Change to `offline`") == (
        "# ours\noffline = true\n"
    )
    await idle.wait(lambda: not idle.codes("pinwise.toml"))
    idle.close("pinwise.toml")
    await idle.wait(lambda: idle.codes("pinwise.toml"))
    path.write_text("", encoding="utf-8")
    idle.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
    await idle.wait(lambda: not idle.codes("pinwise.toml"))


async def test_settings_that_change_are_followed(idle: Editor, home: Path) -> None:
    await idle.start(home)
    idle.open("requirements.txt", "click>2,<1\n")
    await idle.wait(lambda: "unsatisfiable-specifier" in idle.codes("requirements.txt"))
    off = {"rules": {"unsatisfiable-specifier": "off"}}
    idle.client.set_configuration(off, section="pinwise")
    idle.client.workspace_did_change_configuration(
        types.DidChangeConfigurationParams(settings=None)
    )
    await idle.wait(lambda: "unsatisfiable-specifier" not in idle.codes("requirements.txt"))


async def test_no_message_repeats_a_secret(editor: Editor) -> None:
    address = "https://someone:hunter2@git.example/x"
    editor.open("requirements.txt", f"-r {address}/base.txt\n-e {address}.zip\nflask=={address}\n")
    await editor.wait(lambda: "invalid-requirement" in editor.codes("requirements.txt"))
    messages = [item.message for item in editor.client.diagnostics[editor.uri("requirements.txt")]]
    assert any("git.example" in message for message in messages)
    assert not any("hunter2" in message or "someone" in message for message in messages)
