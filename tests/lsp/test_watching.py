"""Files that appear, change and go while they are not open."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from lsprotocol import types

from pinwise.lsp.handlers.lifecycle import watch_names
from tests.environments.beds import fake_venv

if TYPE_CHECKING:
    from pinwise.lsp.server import PinwiseServer
    from tests.lsp.editor import Editor

PYTHON = Path(sys.executable).resolve()


async def test_a_missing_file_is_watched_until_it_is_not_named(editor: Editor) -> None:
    editor.open("requirements.txt", "-r none/other.txt\n")
    await editor.wait(lambda: "missing-file" in editor.codes("requirements.txt"))
    await editor.wait(lambda: ["**/other.txt"] in editor.watched.values())
    other = editor.folder / "none" / "other.txt"
    other.parent.mkdir()
    other.write_text("flask>2,<1\n", encoding="utf-8")
    event = types.FileEvent(other.as_uri(), types.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await editor.wait(lambda: "unsatisfiable-specifier" in editor.codes("none/other.txt"))
    await editor.wait(lambda: "missing-file" not in editor.codes("requirements.txt"))
    editor.type("requirements.txt", "flask\n")
    await editor.wait(lambda: ["**/other.txt"] not in editor.watched.values())


async def test_what_configures_uv_is_watched(editor: Editor) -> None:
    """A file of that name decides which index answers for the requirements beside it."""
    await editor.wait(lambda: "pinwise-files" in editor.watched)
    assert "**/uv.{toml,lock}" in editor.watched["pinwise-files"]


async def test_a_single_file_is_watched_in_its_folder(tmp_path: Path) -> None:
    asked: list[types.Registration] = []

    async def register(params: types.RegistrationParams) -> None:
        asked.extend(params.registrations)

    server = SimpleNamespace(
        session=SimpleNamespace(watching=""), client_register_capability_async=register
    )
    files = frozenset({tmp_path / "pip.conf"})
    await watch_names(cast("PinwiseServer", server), frozenset({"other.txt"}), files)
    (registration,) = asked
    options = registration.register_options
    assert isinstance(options, types.DidChangeWatchedFilesRegistrationOptions)
    assert [watcher.glob_pattern for watcher in options.watchers] == [
        "**/other.txt",
        types.RelativePattern(base_uri=tmp_path.as_uri(), pattern="pip.conf"),
    ]


async def test_a_path_that_leads_nowhere_is_looked_at_again_when_a_file_is_saved(
    editor: Editor,
) -> None:
    editor.open("requirements.txt", "-e ./lib\n")
    await editor.wait(lambda: "missing-file" in editor.codes("requirements.txt"))
    (editor.folder / "lib").mkdir()
    (editor.folder / "lib" / "pyproject.toml").touch()
    identifier = types.TextDocumentIdentifier(editor.uri("requirements.txt"))
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(identifier))
    await editor.wait(lambda: "missing-file" not in editor.codes("requirements.txt"))


async def test_a_missing_file_can_be_made(editor: Editor) -> None:
    editor.open("requirements.txt", "-r dev.txt\n")
    await editor.wait(lambda: "missing-file" in editor.codes("requirements.txt"))
    place = editor.diagnostic("requirements.txt", "missing-file").range
    actions = await editor.actions("requirements.txt", place)
    action = next(item for item in actions if item.title == "Create `dev.txt`")
    assert action.edit is not None
    assert action.edit.document_changes is not None
    created, filled = action.edit.document_changes
    assert isinstance(created, types.CreateFile)
    assert isinstance(filled, types.TextDocumentEdit)
    assert created.uri == filled.text_document.uri == editor.uri("dev.txt")


async def test_environments_are_looked_for_only_where_something_says_so(
    editor: Editor,
) -> None:
    """The text of a requirements file that was saved says nothing of environments."""
    environment = editor.folder / ".venv"
    editor.open("requirements.txt", "flask\n")
    await editor.wait(lambda: "missing-environment" in editor.codes("requirements.txt"))
    fake_venv(environment, PYTHON, "3.11.1")
    tell(editor, "requirements.txt", "uv.lock", "pinwise.toml")
    version = editor.type("requirements.txt", "flask \n")
    await editor.wait(lambda: editor.version_published("requirements.txt") == version)
    assert "missing-environment" in editor.codes("requirements.txt")
    tell(editor, ".venv/pyvenv.cfg")
    await editor.wait(lambda: "missing-environment" not in editor.codes("requirements.txt"))


def tell(editor: Editor, *names: str) -> None:
    changed = types.FileChangeType.Changed
    events = [types.FileEvent(editor.uri(name), changed) for name in names]
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))


async def test_the_last_name_is_watched_no_more_once_its_file_is_closed(editor: Editor) -> None:
    editor.open("requirements.txt", "-r none/other.txt\n")
    await editor.wait(lambda: ["**/other.txt"] in editor.watched.values())
    editor.close("requirements.txt")
    await editor.wait(lambda: ["**/other.txt"] not in editor.watched.values())
