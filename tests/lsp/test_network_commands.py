"""What an editor can do about what was not checked, and the notice at the first look-up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities

from pinwise.lsp.first_lookup import MARK, claim
from tests.fake_index import FakeIndex, Release
from tests.lsp.editor import Editor

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "requirements.txt"
NOTICE = "Pinwise asks pip's indexes"
DIALOGS = {"networkDialogs": True}


async def not_checked(editor: Editor, text: str = "flask==3.0.0\n") -> list[types.CodeAction]:
    """Return the actions on the quiet item of a file."""
    editor.open(FILE, text)
    await editor.wait(lambda: "not-checked" in editor.codes(FILE))
    return await actions(editor)


async def actions(editor: Editor) -> list[types.CodeAction]:
    found = await editor.actions(FILE, editor.diagnostic(FILE, "not-checked").range)
    return [item for item in found if [d.code for d in item.diagnostics or ()] == ["not-checked"]]


def titles(found: list[types.CodeAction]) -> list[str]:
    return [item.title for item in found]


async def run(editor: Editor, action: types.CodeAction) -> Any:  # noqa: ANN401 - any JSON
    assert action.command is not None
    (argument,) = action.command.arguments or ()
    assert isinstance(argument, dict)
    return await editor.command(action.command.command, **argument)


def shown(editor: Editor) -> list[str]:
    return [m.message for m in editor.client.messages if not m.message.startswith(NOTICE)]


@pytest.mark.parametrize("behaviour", ["500", "reset", "login", "malformed"])
async def test_retry_asks_again_what_failed(
    idle: Editor, home: Path, index: FakeIndex, behaviour: str
) -> None:
    index.behaviours["flask"] = [behaviour]
    await idle.start(home)
    found = await not_checked(idle, "flask==2.0.0\n")
    assert titles(found) == ["Retry now", "What can be done about it?"]
    index.behaviours["flask"] = ["ok"]
    assert await run(idle, found[0]) is None
    await idle.wait(lambda: "outdated-version" in idle.codes(FILE))


async def test_retry_reads_the_new_password(idle: Editor, home: Path, index: FakeIndex) -> None:
    index.credentials = ("me", "hunter2-s3cret")
    await idle.start(home)
    label = index.url.split("/")[2]
    found = await not_checked(idle, "flask==2.0.0\n")
    assert titles(found) == [f"Sign in to {label}", "Retry now", "What can be done about it?"]
    netrc = home / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2-s3cret\n", encoding="utf-8")
    netrc.chmod(0o600)
    await run(idle, found[1])
    await idle.wait(lambda: "outdated-version" in idle.codes(FILE))


async def test_who_may_sign_in_is_told_how(idle: Editor, home: Path, index: FakeIndex) -> None:
    index.credentials = ("me", "hunter2-s3cret")
    await idle.start(home)
    found = await not_checked(idle)
    answer = await run(idle, found[0])
    # The machine that runs the tests may have a keyring.
    label = index.url.split("/")[2]
    assert (answer["label"], answer["service"], answer["user"]) == (label, index.url, "")
    assert bool(answer["keyring"]) != bool(answer["advice"])
    assert len(shown(idle)) == 1
    assert "keyring" in shown(idle)[0]


async def test_a_file_of_the_project_brings_no_password(
    idle: Editor, home: Path, index: FakeIndex
) -> None:
    await idle.start(home, options=DIALOGS)
    with FakeIndex(credentials=("me", "s3cret")) as private:
        # Another host than the user's own, though the same machine.
        url = private.url.replace("127.0.0.1", "localhost")
        found = await not_checked(idle, f"--extra-index-url {url}\ninternal==1.0\n")
        answer = await run(idle, found[0])
    assert answer["keyring"] == ""
    assert answer["advice"].startswith("Only a file of this project names")
    assert index.pages_asked()["internal"] == 1
    assert shown(idle) == []


async def test_a_token_in_the_place_of_a_user_is_not_sent(
    idle: Editor, home: Path, index: FakeIndex
) -> None:
    await idle.start(home, options=DIALOGS)
    with FakeIndex(credentials=("me", "s3cret")) as private:
        url = private.url.replace("127.0.0.1", "t0ken-s3cret:@localhost")
        found = await not_checked(idle, f"--extra-index-url {url}\ninternal==1.0\n")
        answer = await run(idle, found[0])
    assert "refused the password that its address has" in answer["advice"]
    assert "t0ken" not in str(answer)
    assert index.pages_asked()["internal"] == 1


@pytest.mark.parametrize(
    ("file", "settings", "title"),
    [
        (None, {"offline": True}, "Work online"),
        ("pinwise.toml", {}, "Open pinwise.toml, which says offline"),
        ("pinwise.toml", {"offline": True}, "Open pinwise.toml, which says offline"),
    ],
)
async def test_the_way_online_leads_to_what_says_offline(
    idle: Editor, home: Path, file: str | None, settings: Mapping[str, Any], title: str
) -> None:
    if file:
        (idle.folder / file).write_text("offline = true\n", encoding="utf-8")
    await idle.start(home, settings=settings, options=DIALOGS)
    found = await not_checked(idle)
    assert titles(found) == [title, "What can be done about it?"]
    answer = await run(idle, found[0])
    assert answer["file"] == (idle.uri(file) if file else "")
    assert shown(idle) == []


async def test_without_dialogs_the_server_shows_what_it_can(idle: Editor, home: Path) -> None:
    capabilities = client_capabilities("visual-studio-code")
    capabilities.window = types.WindowClientCapabilities()
    await idle.start(home, settings={"offline": True}, capabilities=capabilities)
    online, guide = await not_checked(idle)
    await run(idle, online)
    page = (await run(idle, guide))["page"]
    assert page.endswith("docs/indexes.md#offline")
    assert shown(idle) == [
        "The setting offline of your editor is on. Turn it off to work online.",
        f"This page tells more: {Path(__file__).parents[2] / 'docs' / 'indexes.md'}",
    ]
    # Where the quiet item itself leads is the same place.
    described = idle.diagnostic(FILE, "not-checked").code_description
    assert described is not None
    assert described.href == page


async def test_trust_is_the_remedy_where_only_the_workspace_names_a_host(
    idle: Editor, home: Path
) -> None:
    await idle.start(home, options={"trusted": False, **DIALOGS})
    found = await not_checked(idle, "-i https://index.example.org/simple\nflask==3.0.0\n")
    assert titles(found) == ["Manage workspace trust", "What can be done about it?"]
    await run(idle, found[0])


async def test_a_client_without_code_actions_gets_commands(idle: Editor, home: Path) -> None:
    capabilities = client_capabilities("visual-studio-code")
    assert capabilities.text_document is not None
    capabilities.text_document.code_action = None
    await idle.start(home, settings={"offline": True}, capabilities=capabilities)
    idle.open(FILE, "flask==3.0.0\n")
    await idle.wait(lambda: "not-checked" in idle.codes(FILE))
    place = types.TextDocumentIdentifier(idle.uri(FILE))
    where = idle.diagnostic(FILE, "not-checked").range
    offered = await idle.client.text_document_code_action_async(
        types.CodeActionParams(place, where, types.CodeActionContext([]))
    )
    names = [item.command for item in offered or () if isinstance(item, types.Command)]
    assert names[-2:] == ["pinwise.workOnline", "pinwise.openGuide"]


class TestNotice:
    async def test_is_shown_once_for_each_user(
        self, idle: Editor, home: Path, index: FakeIndex
    ) -> None:
        await idle.start(home, first_use=True)
        idle.open(FILE, "flask==2.0.0\n")
        await idle.wait(lambda: any(m.message.startswith(NOTICE) for m in idle.client.messages))
        # Nobody waits for an answer to it.
        await idle.wait(lambda: "outdated-version" in idle.codes(FILE))
        again = Editor(idle.folder, index)
        await again.start(home, first_use=True)
        again.open(FILE, "flask==2.0.0\nrequests==2.30.0\n")
        await again.wait(lambda: again.codes(FILE).count("outdated-version") == 2)
        await again.command("pinwise.retry")
        assert again.client.messages == []
        await again.stop()

    async def test_is_the_clients_to_show_where_it_can(self, idle: Editor, home: Path) -> None:
        await idle.start(home, first_use=True, options=DIALOGS)
        idle.open(FILE, "flask==2.0.0\n")
        await idle.wait(lambda: idle.notices)
        assert idle.notices[0].page.endswith("docs/indexes.md#what-is-sent")
        assert idle.client.messages == []

    async def test_needs_a_look_up(self, idle: Editor, home: Path, index: FakeIndex) -> None:
        await idle.start(home, first_use=True, settings={"offline": True})
        await not_checked(idle)
        await idle.command("pinwise.retry")
        await idle.actions(FILE, idle.diagnostic(FILE, "not-checked").range)
        assert (idle.client.messages, index.connections) == ([], 0)
        assert not (home / ".local" / "state" / "pinwise" / MARK).exists()

    def test_two_windows_show_one(self, tmp_path: Path) -> None:
        folder = tmp_path / "state" / "pinwise"
        assert [claim(folder), claim(folder)] == [True, False]

    def test_what_cannot_be_remembered_is_told_again(self, tmp_path: Path) -> None:
        folder = tmp_path / "a file"
        folder.write_text("", encoding="utf-8")
        assert [claim(folder), claim(folder)] == [True, True]


async def test_turning_offline_on_ends_what_is_under_way(idle: Editor, home: Path) -> None:
    assert idle.index is not None
    names = [f"project-{number}" for number in range(60)]
    for name in names:
        idle.index.add(name, {"1.0": Release()})
        idle.index.behaviours[name] = ["slow"]
    await idle.start(home)
    idle.open(FILE, "".join(f"{name}==1.0\n" for name in names))
    loop_wait = idle.index.slow_reached.wait
    await idle.wait_in_thread(loop_wait)
    idle.client.set_configuration({"offline": True}, section="pinwise")
    idle.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
    await idle.wait(lambda: "not-checked" in idle.codes(FILE))
    idle.index.release_slow()
    assert "no package index may be asked" in idle.diagnostic(FILE, "not-checked").message
    await idle.command("pinwise.retry")
    assert len(idle.index.pages_asked()) < len(names)
