from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from pinwise.environments.inspection import inspect
from tests.environments.beds import fake_base, fake_venv

if TYPE_CHECKING:
    from tests.lsp.editor import Editor

QUESTION = "The project "
OFFER = "Created .venv"
BASE = str(Path(sys.executable).resolve())
VERSION = ".".join(map(str, sys.version_info[:3]))


def python_of(folder: Path) -> Path:
    return folder / (".venv/Scripts/python.exe" if sys.platform == "win32" else ".venv/bin/python")


def installed(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(".venv/**/flask-*.dist-info")]


def recorded(home: Path) -> str:
    """Return what is kept of the user's choices, "" before there are any."""
    return "".join(path.read_text(encoding="utf-8") for path in home.rglob("selections.json"))


async def test_an_environment_is_suggested_and_made(idle: Editor, home: Path) -> None:
    idle.answers = {QUESTION: "Create .venv", OFFER: "Install requirements"}
    await idle.start(home)
    idle.open("requirements.txt", "flask==3.0.0\n")
    await idle.wait(lambda: [m for m in idle.client.messages if m.message.startswith("Installed")])
    assert python_of(idle.folder).exists()
    assert installed(idle.folder) == ["flask-3.0.0.dist-info"]
    await idle.wait(lambda: idle.statuses[-1].environment.name == ".venv")
    assert idle.statuses[-1].environment.label.endswith("(.venv)")
    await idle.wait(lambda: "missing-environment" not in idle.codes("requirements.txt"))
    assert idle.questions == [
        f"The project {idle.folder.name} lists requirements and has no environment.",
        "Created .venv. Install requirements.txt into it?",
    ]


async def test_nothing_is_suggested_while_a_first_line_is_typed(idle: Editor, home: Path) -> None:
    await idle.start(home)
    idle.open("requirements.txt", "")
    idle.type("requirements.txt", "flask\n")
    await idle.wait(lambda: "missing-environment" in idle.codes("requirements.txt"))
    await idle.command("pinwise.environmentStatus")
    assert idle.questions == []

    place = types.TextDocumentIdentifier(idle.uri("requirements.txt"))
    idle.client.text_document_did_save(types.DidSaveTextDocumentParams(place))
    await idle.wait(lambda: idle.questions)


async def test_an_offer_to_install_names_what_the_files_include(editor: Editor) -> None:
    dev = "-r requirements.txt\n-r docs/requirements.txt\n-c constraints.txt\npytest\n"
    editor.open("dev-requirements.txt", dev)
    editor.open("docs/requirements.txt", "sphinx\n")
    editor.open("constraints.txt", "flask<4\n")
    editor.open("requirements.txt", "flask==3.0.0\n")
    await editor.command("pinwise.createEnvironment")
    await editor.wait(lambda: any(told.startswith(OFFER) for told in editor.questions))
    included = f"requirements.txt, {Path('docs', 'requirements.txt')}"
    wanted = f"dev-requirements.txt (which includes {included})"
    assert f"Created .venv. Install {wanted} into it?" in editor.questions


@pytest.mark.parametrize("late", ["installed", "gone", "unlisted"])
async def test_an_offer_to_install_that_is_taken_late(editor: Editor, late: str) -> None:
    lines = editor.folder / "requirements.txt"
    lines.write_text("flask==3.0.0\n", encoding="utf-8")
    editor.answers[OFFER] = "Install requirements"
    told = {
        "installed": "Nothing to do: .venv holds what the lines ask for.",
        "gone": "Nothing was changed: .venv is no environment any more.",
        "unlisted": f"{editor.folder.name} has no requirements to install.",
    }

    def happens(question: str) -> None:
        if not question.startswith(OFFER):
            return
        if late == "unlisted":
            lines.unlink()
        elif late == "gone":
            shutil.rmtree(editor.folder / ".venv")
        else:
            (folder,) = editor.folder.glob(".venv/lib*/**/site-packages")
            record = folder / "flask-3.0.0.dist-info"
            record.mkdir()
            metadata = "Metadata-Version: 2.1\nName: flask\nVersion: 3.0.0\n"
            (record / "METADATA").write_text(metadata, encoding="utf-8")

    editor.meanwhile = happens
    await editor.command("pinwise.createEnvironment")

    await editor.wait(lambda: told[late] in [each.message for each in editor.client.messages])
    assert installed(editor.folder) == (["flask-3.0.0.dist-info"] if late == "installed" else [])


async def test_the_suggestion_can_be_silenced_for_good(idle: Editor, home: Path) -> None:
    idle.answers = {QUESTION: "Don't ask again"}
    await idle.start(home)
    idle.open("requirements.txt", "flask==3.0.0\n")
    await idle.wait(lambda: idle.questions)
    for _ in range(100):
        # Each answer proves that the server went on; what it wrote is looked at then.
        await idle.command("pinwise.environmentStatus")
        if "missing-environment" in recorded(home):
            return
    pytest.fail("the choice was not recorded")


async def test_the_quick_fix_is_a_command_of_the_server(editor: Editor) -> None:
    editor.open("requirements.txt", "flask==3.0.0\n")
    await editor.wait(lambda: "missing-environment" in editor.codes("requirements.txt"))
    where = editor.diagnostic("requirements.txt", "missing-environment").range
    action, *_ = [a for a in await editor.actions("requirements.txt", where) if a.command]
    assert action.command is not None
    assert action.command.title == "Create .venv"
    assert action.command.command == "pinwise.createEnvironment"
    assert action.command.arguments == ({"folder": editor.folder.as_uri()},)


async def test_creation_shows_progress_and_returns_the_environment(editor: Editor) -> None:
    info = await editor.command("pinwise.createEnvironment", name="env", install=False)
    assert info["name"] == "env"
    assert info["selected"]
    assert (editor.folder / "env" / "pyvenv.cfg").is_file()
    (found,) = editor.client.progress_reports.values()
    reports: list[object] = [*found]
    assert isinstance(reports[0], types.WorkDoneProgressBegin)
    assert reports[0].title == "Creating env"
    assert reports[0].cancellable
    assert isinstance(reports[-1], types.WorkDoneProgressEnd)


async def test_a_cancelled_request_ends_the_command_and_leaves_nothing(editor: Editor) -> None:
    request = types.ExecuteCommandParams("pinwise.createEnvironment", [{"name": "env"}])
    protocol = editor.client.protocol
    answer = protocol.send_request_async("workspace/executeCommand", request, msg_id="made")
    pending = asyncio.ensure_future(answer)
    while not (editor.folder / "env").exists():
        await editor.command("pinwise.environmentStatus")
    protocol.notify("$/cancelRequest", types.CancelParams(id="made"))

    with pytest.raises(JsonRpcException, match="cancel"):
        await pending
    while (editor.folder / "env").exists():
        # A command that goes on unseen would end by selecting what it made.
        status = await editor.command("pinwise.environmentStatus")
        assert status["environment"] is None or status["environment"]["name"] != "env"
    assert editor.questions == []


async def test_what_cannot_be_made_is_told_and_left_alone(editor: Editor) -> None:
    (editor.folder / ".venv").write_text("KEY=value\n", encoding="utf-8")
    assert await editor.command("pinwise.createEnvironment") is None
    (message,) = [m for m in editor.client.messages if m.type is types.MessageType.Error]
    assert ".venv" in message.message
    assert (editor.folder / ".venv").read_text(encoding="utf-8") == "KEY=value\n"


async def test_nothing_is_made_in_an_untrusted_workspace(idle: Editor, home: Path) -> None:
    await idle.start(home, options={"trusted": False})
    assert await idle.command("pinwise.createEnvironment") is None
    assert not (idle.folder / ".venv").exists()
    assert "trust" in idle.client.messages[-1].message


async def test_another_interpreter_is_selected_and_the_own_one_offered(editor: Editor) -> None:
    await editor.command("pinwise.createEnvironment", install=False)
    chosen = await editor.command("pinwise.selectEnvironment", path=BASE)
    assert chosen["isBase"]
    editor.open("requirements.txt", "flask==3.0.0\n")
    await editor.wait(lambda: "inactive-environment" in editor.codes("requirements.txt"))
    where = editor.diagnostic("requirements.txt", "inactive-environment").range
    # What that interpreter happens to hold may have fixes, too.
    actions = await editor.actions("requirements.txt", where)
    (action,) = [each for each in actions if each.title == "Activate .venv"]
    assert action.command is not None
    await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams(action.command.command, action.command.arguments)
    )
    await editor.wait(lambda: "inactive-environment" not in editor.codes("requirements.txt"))
    assert editor.statuses[-1].environment.name == ".venv"


async def test_what_is_no_interpreter_cannot_be_selected(editor: Editor) -> None:
    with pytest.raises(JsonRpcException, match="does not exist"):
        await editor.command("pinwise.selectEnvironment", path=str(editor.folder / "nothing"))


async def test_environments_stream_in_and_come_sorted(editor: Editor) -> None:
    await editor.command("pinwise.createEnvironment", install=False)
    listed = await editor.command("pinwise.listEnvironments", token="t")  # noqa: S106 - no secret
    assert listed[0]["prefix"] == str(editor.folder / ".venv")
    assert listed[0]["inWorkspace"]
    await editor.wait(lambda: len(editor.found) == len(listed))
    assert {item.token for item in editor.found} == {"t"}
    bases = [item["isBase"] for item in listed]
    assert bases == sorted(bases)


async def test_a_broken_environment_is_told(editor: Editor) -> None:
    await editor.command("pinwise.createEnvironment", install=False)
    shutil.rmtree(editor.folder / ".venv" / "bin")
    status = await editor.command("pinwise.listEnvironments")
    assert status[0]["broken"]
    assert status[0]["problems"]


async def test_arguments_that_mean_nothing_are_refused(editor: Editor) -> None:
    with pytest.raises(JsonRpcException, match="`path` must be a string"):
        await editor.command("pinwise.selectEnvironment", path=3)


@pytest.mark.parametrize(
    "argument",
    [
        {"folder": "vscode-vfs://somewhere/x"},
        {"folder": "file:///nonexistent/x"},
        {"folder": 1},
    ],
)
async def test_nothing_is_made_in_a_folder_that_is_not_open(
    editor: Editor, argument: dict[str, object]
) -> None:
    with pytest.raises(JsonRpcException):
        await editor.command("pinwise.createEnvironment", **argument)
    assert not (editor.folder / ".venv").exists()


@pytest.mark.parametrize("files", [[1], [], "x", ["untitled:1"]])
async def test_files_that_are_none_are_refused(editor: Editor, files: object) -> None:
    await editor.command("pinwise.createEnvironment", install=False)
    with pytest.raises(JsonRpcException, match="`files` must be a list of file URIs"):
        await editor.command("pinwise.installRequirements", files=files)


async def test_constraints_and_prose_are_not_installed(editor: Editor) -> None:
    files = {
        "requirements.txt": "flask==3.0.0\n",
        "constraints.txt": "requests<9\n",
        "product-requirements.txt": "The product must start within a second of being asked.\n",
    }
    for name, text in files.items():
        (editor.folder / name).write_text(text, encoding="utf-8")
    await editor.command("pinwise.createEnvironment", install=True)
    found = {path.name for path in editor.folder.glob(".venv/**/*.dist-info")}
    assert "flask-3.0.0.dist-info" in found
    assert not [name for name in found if name.startswith("requests")]


async def test_without_requirements_there_is_nothing_to_install(editor: Editor) -> None:
    await editor.command("pinwise.createEnvironment", install=False)
    assert await editor.command("pinwise.installRequirements") == {"installed": False}
    assert "no requirements" in editor.client.messages[-1].message


async def test_one_action_at_a_time_on_an_environment(editor: Editor) -> None:
    first, second = await asyncio.gather(
        editor.command("pinwise.createEnvironment", install=False),
        editor.command("pinwise.createEnvironment", install=False),
    )
    assert [first is None, second is None].count(True) == 1
    assert python_of(editor.folder).exists()
    assert any("still at work on .venv" in item.message for item in editor.client.messages)


async def test_two_environments_of_a_folder_are_made_at_a_time(editor: Editor) -> None:
    made = await asyncio.gather(
        editor.command("pinwise.createEnvironment", name="one", install=False),
        editor.command("pinwise.createEnvironment", name="two", install=False),
    )
    assert [info["name"] for info in made] == ["one", "two"]


async def test_a_deleted_environment_is_noticed(editor: Editor) -> None:
    await editor.command("pinwise.createEnvironment", install=False)
    editor.open("requirements.txt", "flask==3.0.0\n")
    await editor.wait(lambda: editor.codes("requirements.txt") == [])
    shutil.rmtree(editor.folder / ".venv")
    event = types.FileEvent((editor.folder / ".venv").as_uri(), types.FileChangeType.Deleted)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await editor.wait(lambda: "missing-environment" in editor.codes("requirements.txt"))
    await editor.wait(lambda: editor.statuses[-1].environment.isBase)


async def test_granting_trust_lets_actions_run(idle: Editor, home: Path) -> None:
    await idle.start(home, options={"trusted": False})
    idle.client.protocol.notify("pinwise/didChangeTrust", {"trusted": True})
    assert await idle.command("pinwise.createEnvironment", install=False) is not None


async def test_shutdown_ends_an_action_under_way(idle: Editor, home: Path) -> None:
    idle.answers = {QUESTION: "Not now"}
    await idle.start(home)
    pending = asyncio.ensure_future(idle.command("pinwise.createEnvironment", install=False))
    await idle.wait(lambda: idle.client.progress_reports)
    await idle.shutdown()
    with pytest.raises((JsonRpcException, asyncio.CancelledError)):
        await pending


async def test_an_environment_that_is_there_is_selected(editor: Editor) -> None:
    await editor.command("pinwise.createEnvironment", install=False)
    await editor.command("pinwise.selectEnvironment", path=BASE)
    again = await editor.command("pinwise.createEnvironment")
    assert again["name"] == ".venv"
    assert again["selected"]
    assert "was there already" in editor.client.messages[-1].message


def environment_of_another_python(editor: Editor) -> Path:
    """Make an environment whose Python is none of those that run these tests."""
    base = fake_base(editor.folder.parent / "opt", "3.9.2")
    return fake_venv(editor.folder / ".venv", base, "3.9.2")


@pytest.mark.parametrize("wanted", [{"base": BASE}, {"python": VERSION}])
async def test_one_of_another_python_is_told_and_can_be_made_anew(
    editor: Editor, wanted: dict[str, str]
) -> None:
    old = environment_of_another_python(editor)
    editor.answers = {
        ".venv is an environment with Python 3.9.2 already.": "Recreate it",
        f"Recreate .venv with Python {VERSION} in place of 3.9.2?": "Recreate",
    }

    assert await editor.command("pinwise.createEnvironment", **wanted) is None
    await editor.wait(lambda: any("Recreated" in m.message for m in editor.client.messages))

    made = inspect(old)
    assert made is not None
    assert made.version == VERSION


async def test_one_of_a_python_that_fits_is_selected(editor: Editor) -> None:
    environment_of_another_python(editor)

    info = await editor.command("pinwise.createEnvironment", python="3.9.1")

    assert info["version"] == "3.9.2"
    assert info["selected"]


async def test_one_of_another_python_can_be_used_as_it_is(editor: Editor) -> None:
    environment_of_another_python(editor)
    await editor.command("pinwise.selectEnvironment", path=BASE)
    editor.answers = {".venv is an environment with Python 3.9.2 already.": "Use it as it is"}

    assert await editor.command("pinwise.createEnvironment", python=VERSION) is None
    await editor.wait(lambda: editor.statuses[-1].environment.version == "3.9.2")


async def test_a_broken_one_can_be_made_anew(editor: Editor) -> None:
    old = environment_of_another_python(editor)
    (old / "bin" / "python").unlink()
    told = ".venv is a broken environment with Python 3.9.2 already."
    editor.answers = {told: "Recreate it"}

    assert await editor.command("pinwise.createEnvironment", python=VERSION) is None
    await editor.wait(lambda: editor.questions[1:])

    assert editor.questions[0] == told
    assert editor.questions[1].startswith(f"Recreate .venv with Python {VERSION} in place of 3.9.2")
    assert not (old / "bin" / "python").exists()


async def test_a_failed_installation_names_the_line(editor: Editor) -> None:
    (editor.folder / "requirements.txt").write_text("flask==3.0.0\nflask=2.0\n", "utf-8")
    await editor.command("pinwise.createEnvironment", install=True)
    (message,) = [m for m in editor.client.messages if m.type is types.MessageType.Error]
    assert message.message.startswith("Could not install the requirements. ")
    assert "requirements.txt line 2: " in message.message


async def test_one_that_goes_while_it_is_asked_about_is_not_used(editor: Editor) -> None:
    prefix = editor.folder / ".venv"
    fake_venv(prefix, fake_base(editor.folder.parent / "opt", "3.9.1"), "3.9.1")
    editor.answers[".venv is an environment"] = "Use it as it is"
    editor.meanwhile = lambda _: shutil.rmtree(prefix)

    assert await editor.command("pinwise.createEnvironment", base=BASE) is None

    await editor.wait(lambda: editor.client.messages)
    assert editor.client.messages[-1].message == f"{prefix} does not exist."


async def test_a_chosen_environment_that_is_gone_is_not_replaced(editor: Editor) -> None:
    python = fake_base(editor.folder.parent / "opt", VERSION)
    chosen = fake_venv(editor.folder / ".venv", python, VERSION)
    fake_venv(editor.folder / "envs" / "old one", python, VERSION)
    editor.open("requirements.txt", "flask==3.0.0\n")
    await editor.command("pinwise.selectEnvironment", path=str(chosen))

    shutil.rmtree(chosen)
    await editor.command("pinwise.listEnvironments")

    gone = "the environment that you chose, .venv, is gone"
    status = await editor.command("pinwise.environmentStatus")
    assert (status["environment"], status["reason"]) == (None, gone)
    await editor.wait(lambda: "missing-environment" in editor.codes("requirements.txt"))
    found = editor.diagnostic("requirements.txt", "missing-environment")
    assert found.message == f"This project's environment is missing: {gone}."
    answer = await editor.command("pinwise.installRequirements")
    assert answer == {"installed": False}
    assert editor.client.messages[-1].message == (
        "There is no environment to install into. The environment that you chose, .venv, is gone."
    )
