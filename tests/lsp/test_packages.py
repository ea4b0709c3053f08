from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.environments.beds import fake_base, fake_distribution, place_program
from tests.fake_index import FakeIndex, Release

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.lsp.editor import Editor

F = TypeVar("F", bound="Callable[..., Any]")

FILE = "requirements.txt"


@pytest_asyncio.fixture(loop_scope="module")
async def made(editor: Editor) -> Editor:
    """An editor whose folder has requirements and an environment."""
    (editor.folder / FILE).touch()
    assert await editor.command("pinwise.createEnvironment", install=False)
    return editor


def site_packages(editor: Editor) -> Path:
    (found,) = (editor.folder / ".venv" / "lib").glob("python*/site-packages")
    return found


def installed(editor: Editor) -> list[str]:
    """Return what is installed besides pip."""
    names = [path.name.removesuffix(".dist-info") for path in site_packages(editor).iterdir()]
    return sorted(name for name in names if name.startswith(("flask-", "requests-", "django-")))


async def press(editor: Editor, code: str, title: str) -> None:
    """Take a quick fix that is a command."""
    where = editor.diagnostic(FILE, code).range
    (action,) = [a for a in await editor.actions(FILE, where) if a.title == title]
    assert action.command is not None
    await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams(action.command.command, action.command.arguments)
    )


async def test_what_is_missing_is_installed_by_its_fix(made: Editor) -> None:
    made.open(FILE, "flask<3\n")
    await made.wait(lambda: "not-installed" in made.codes(FILE))

    await press(made, "not-installed", "Install flask")

    await made.wait(lambda: "not-installed" not in made.codes(FILE))
    assert installed(made) == ["flask-2.0.0"]


async def test_a_mismatch_is_mended_both_ways(made: Editor) -> None:
    assert await made.command("pinwise.installPackages", requirements=["flask==2.0.0"]) == {
        "done": True
    }
    made.open(FILE, "flask==3.0.0\n")
    await made.wait(lambda: "installed-mismatch" in made.codes(FILE))
    changed = await made.fix(FILE, "installed-mismatch", "Change the line to the installed version")
    assert changed == "flask==2.0.0\n"
    await made.wait(lambda: "installed-mismatch" not in made.codes(FILE))
    made.type(FILE, "flask==3.0.0\n")
    await made.wait(lambda: "installed-mismatch" in made.codes(FILE))

    await press(made, "installed-mismatch", "Install the version the line asks for")

    await made.wait(lambda: "installed-mismatch" not in made.codes(FILE))
    assert installed(made) == ["flask-3.0.0"]


async def test_what_was_there_already_is_said_to_be(made: Editor) -> None:
    (made.folder / FILE).write_text("flask\n", encoding="utf-8")
    await made.command("pinwise.installRequirements")
    assert made.client.messages[-1].message == "Installed the requirements into .venv."
    told = len(made.client.messages)

    for requirements, upgrade in ((["flask"], True), (["flask>2", "requests"], False)):
        await made.command("pinwise.installPackages", requirements=requirements, upgrade=upgrade)
    assert await made.command("pinwise.installRequirements") == {"installed": True}
    assert await made.command("pinwise.syncEnvironment") == {"done": True}

    assert [message.message for message in made.client.messages[told:]] == [
        "flask is up to date.",
        "flask>2 is installed in .venv already.",
        "Nothing to do: .venv holds what the lines ask for.",
        "Nothing to do: .venv holds what the lines ask for.",
    ]


async def test_one_line_is_held_to_the_others(made: Editor) -> None:
    made.open(FILE, "flask\nrequests\n-c limits.txt\n")
    (made.folder / "limits.txt").write_text("flask<3\n", encoding="utf-8")

    uri = made.uri(FILE)
    await made.command("pinwise.installPackages", requirements=["flask"], uri=uri)

    assert installed(made) == ["flask-2.0.0"]


async def test_single_packages_come_from_where_the_files_say(made: Editor) -> None:
    with FakeIndex({"flask": {"2.0.0": Release(), "3.5.0": Release()}}) as own:
        lines = f"--index-url {own.url}\nflask==2.0.0\n"
        (made.folder / FILE).write_text(lines, encoding="utf-8")

        answer = await made.command(
            "pinwise.installPackages", requirements=["flask==3.5.0"], upgrade=True
        )

    assert answer == {"done": True}
    assert installed(made) == ["flask-3.5.0"]


async def test_a_failure_stands_on_its_line_until_it_is_changed(made: Editor) -> None:
    made.open(FILE, "requests\nflask==9.9\n")
    answer = await made.command("pinwise.installRequirements", files=[made.uri(FILE)])
    assert answer == {"installed": False}

    await made.wait(lambda: "failed-installation" in made.codes(FILE))
    found = made.diagnostic(FILE, "failed-installation")
    assert found.range.start == types.Position(1, 0)
    assert "pip found no version of flask that fits ==9.9" in found.message
    (message,) = [m for m in made.client.messages if m.type is types.MessageType.Error]
    assert "requirements.txt line 2" in message.message

    made.type(FILE, "requests\nflask==3.0.0\n")
    await made.wait(lambda: "failed-installation" not in made.codes(FILE))
    made.type(FILE, "requests\nflask==9.9\n")
    await made.wait(lambda: "failed-installation" in made.codes(FILE))


async def test_a_failure_is_gone_after_a_success(made: Editor) -> None:
    made.open(FILE, "flask==9.9\n")
    await made.command("pinwise.installRequirements", files=[made.uri(FILE)])
    await made.wait(lambda: "failed-installation" in made.codes(FILE))

    await made.command("pinwise.installPackages", requirements=["requests"])

    await made.wait(lambda: "failed-installation" not in made.codes(FILE))


async def test_the_list_and_one_package(made: Editor) -> None:
    made.open(FILE, "Flask\n")
    await made.command("pinwise.installPackages", requirements=["flask==2.0.0", "requests"])

    listed = {item["name"]: item for item in await made.command("pinwise.listPackages")}

    assert set(listed) >= {"flask", "requests", "pip"}
    flask, requests = listed["flask"], listed["requests"]
    assert (flask["version"], flask["latest"], flask["outdated"]) == ("2.0.0", "3.0.0", True)
    assert (requests["latest"], requests["outdated"]) == ("2.31.0", False)
    assert (flask["askedFor"], requests["askedFor"]) == (True, False)
    assert flask["origin"] == ""
    shown = await made.command("pinwise.showPackage", name="FLASK")
    assert shown["installer"] == "pip"
    assert shown["location"] == str(site_packages(made))
    assert shown["files"] > 0
    assert await made.command("pinwise.showPackage", name="absent") is None


async def test_uninstalling_asks_and_says_what_needs_it(made: Editor) -> None:
    await made.command("pinwise.installPackages", requirements=["flask", "requests"])
    for path in site_packages(made).glob("requests-*.dist-info/METADATA"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\nVersion:", "\nRequires-Dist: flask\nVersion:", 1))

    refused = await made.command("pinwise.uninstallPackages", names=["Flask"])
    assert refused == {"done": False}
    assert made.questions[-1] == "requests still needs flask. Uninstall Flask from .venv?"
    assert len(installed(made)) == 2

    made.answers["requests still needs"] = "Uninstall"
    assert await made.command("pinwise.uninstallPackages", names=["Flask"]) == {"done": True}
    assert installed(made) == ["requests-2.31.0"]


@pytest.mark.parametrize("confirmed", [True, False])
async def test_what_is_not_installed_is_told_and_not_asked_about(
    made: Editor, *, confirmed: bool
) -> None:
    await made.command("pinwise.installPackages", requirements=["flask"])
    names, asked = ["Django", "click"], len(made.questions)

    answer = await made.command("pinwise.uninstallPackages", names=names, confirmed=confirmed)

    assert answer == {"done": False}
    assert made.client.messages[-1].message == "Django, click are not installed in .venv."
    assert len(made.questions) == asked

    made.answers["Uninstall flask from .venv?"] = "Uninstall"
    names = ["flask", "click"]
    answer = await made.command("pinwise.uninstallPackages", names=names, confirmed=confirmed)
    assert answer == {"done": True}
    assert made.client.messages[-1].message == "click is not installed in .venv."
    assert installed(made) == []


async def test_syncing_removes_what_no_line_asks_for(made: Editor) -> None:
    made.open(FILE, "flask\n")
    await made.command("pinwise.installPackages", requirements=["requests"])
    assert await made.command("pinwise.syncEnvironment") == {"done": True}
    assert len(installed(made)) == 2

    made.answers["No line asks for"] = "Uninstall"
    answer = await made.command("pinwise.syncEnvironment", files=[made.uri(FILE)], uninstall=True)

    assert answer == {"done": True}
    assert made.questions[-1] == "No line asks for requests. Remove them from .venv?"
    assert installed(made) == ["flask-3.0.0"]
    names = {item["name"] for item in await made.command("pinwise.listPackages")}
    assert "pip" in names


async def test_the_first_line_offers_to_remove_what_no_line_asks_for(made: Editor) -> None:
    made.open(FILE, "flask\n")
    await made.command("pinwise.installPackages", requirements=["requests"])
    start = types.Range(types.Position(0, 0), types.Position(0, 0))
    titles = [action.title for action in await made.actions(FILE, start)]
    (action,) = [
        action for action in await made.actions(FILE, start) if "no line asks for" in action.title
    ]
    assert action.command is not None
    assert titles.index(action.title) > titles.index("Install requirements")
    made.answers["No line asks for requests"] = "Uninstall"

    (argument,) = cast("Sequence[dict[str, object]]", action.command.arguments)
    answer = await made.command(action.command.command, **argument)

    assert answer == {"done": True}
    assert installed(made) == ["flask-3.0.0"]


async def test_syncing_removes_nothing_while_a_file_cannot_be_read(made: Editor) -> None:
    (made.folder / "more.txt").write_text("requests\n", encoding="utf-8")
    made.open(FILE, "-r more.txt\nflask\n")
    assert await made.command("pinwise.syncEnvironment") == {"done": True}
    (made.folder / "more.txt").unlink()

    answer = await made.command("pinwise.syncEnvironment", uninstall=True)

    # pip fails on the file already.
    assert answer == {"done": False}
    assert len(installed(made)) == 2


async def test_freezing(made: Editor) -> None:
    await made.command("pinwise.installPackages", requirements=["flask==2.0.0"])

    frozen = await made.command("pinwise.freeze")
    assert frozen == {"text": "flask==2.0.0\n"}

    edits: list[types.ApplyWorkspaceEditParams] = []
    feature = cast("Callable[[str], Callable[[F], F]]", made.client.feature)

    @feature(types.WORKSPACE_APPLY_EDIT)
    async def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        edits.append(params)
        return types.ApplyWorkspaceEditResult(applied=True)

    made.open(FILE, "requests\n")
    assert await made.command("pinwise.freeze", uri=made.uri(FILE)) == frozen
    (params,) = edits
    (change,) = params.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    (edit,) = change.edits
    assert isinstance(edit, types.TextEdit)
    assert edit.new_text.strip() == "flask==2.0.0"
    assert edit.range.start == types.Position(0, 0)


@pytest.mark.parametrize("requirement", ["--index-url=https://host.example/", "-e .", "a b"])
async def test_options_are_no_requirements(made: Editor, requirement: str) -> None:
    answer = await made.command("pinwise.installPackages", requirements=[requirement])
    assert answer == {"done": False}
    assert "is no requirement" in made.client.messages[-1].message


async def test_the_arguments_have_to_make_sense(made: Editor) -> None:
    with pytest.raises(JsonRpcException, match="list of strings"):
        await made.command("pinwise.installPackages", requirements="flask")
    with pytest.raises(JsonRpcException, match="list of strings"):
        await made.command("pinwise.uninstallPackages")
    with pytest.raises(JsonRpcException, match="name of a package"):
        await made.command("pinwise.showPackage")
    with pytest.raises(JsonRpcException, match="file URIs"):
        await made.command("pinwise.syncEnvironment", files=["untitled:x"])


async def test_nothing_is_changed_in_an_untrusted_workspace(made: Editor) -> None:
    await made.command("pinwise.installPackages", requirements=["flask"])
    made.client.protocol.notify("pinwise/didChangeTrust", {"trusted": False})
    for command, argument in {
        "pinwise.installPackages": {"requirements": ["requests"]},
        "pinwise.uninstallPackages": {"names": ["flask"]},
        "pinwise.syncEnvironment": {"files": [made.uri(FILE)]},
    }.items():
        assert await made.command(command, **argument) == {"done": False}
        assert "do not trust" in made.client.messages[-1].message
    assert installed(made) == ["flask-3.0.0"]
    # Reading goes on.
    assert (await made.command("pinwise.freeze"))["text"] == "flask==3.0.0\n"


@pytest.mark.scenario(31)
@pytest.mark.parametrize(
    ("command", "argument"),
    [
        ("installRequirements", {}),
        ("installPackages", {"requirements": ["flask"]}),
        ("syncEnvironment", {"uninstall": True, "confirmed": True}),
        ("uninstallPackages", {"names": ["flask"], "confirmed": True}),
    ],
)
async def test_a_python_that_nobody_asked_for_is_not_changed(
    idle: Editor,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    argument: dict[str, Any],
) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(home / ".pyenv"))
    (idle.folder / FILE).write_text("flask\n", encoding="utf-8")
    base = fake_base(home / ".pyenv" / "versions" / "3.99.1", "3.99.1")
    # Whoever were to start it would leave a trace.
    place_program(base, f"#!/bin/sh\ntouch {home}/started\n")
    await idle.start(home)
    assert await idle.command("pinwise.listEnvironments")
    status = await idle.command("pinwise.environmentStatus")
    assert status["environment"]["version"] == "3.99.1"

    answer = await idle.command(f"pinwise.{command}", **argument)

    assert set(answer.values()) == {False}
    await idle.wait(lambda: idle.questions)
    assert idle.questions[-1].endswith("Create one first.")
    assert not (home / "started").exists()


@pytest.mark.parametrize(
    ("command", "argument"),
    [
        ("installRequirements", {}),
        ("installPackages", {"requirements": ["flask"]}),
        ("syncEnvironment", {}),
    ],
)
async def test_a_python_that_is_no_environment_is_changed_after_a_question(
    editor: Editor, home: Path, command: str, argument: dict[str, Any]
) -> None:
    (editor.folder / FILE).write_text("flask\n", encoding="utf-8")
    base = fake_base(home / "opt", "3.12.1")
    (home / "opt" / "lib" / "python3.12" / "site-packages" / "pip").mkdir()
    place_program(base, f"#!/bin/sh\ntouch {home}/started\nexit 1\n")
    call = {**argument, "prefix": str(base)}

    await editor.command(f"pinwise.{command}", **call)
    assert len(editor.questions) == 1
    assert editor.questions[0].endswith("is no environment: others on this machine use it.")
    assert not (home / "started").exists()

    editor.answers["Python 3.12.1"] = "Change It Nevertheless"
    await editor.command(f"pinwise.{command}", **call)
    assert (home / "started").exists()


async def test_who_installs_where_there_is_no_environment_can_create_it_at_once(
    idle: Editor, home: Path
) -> None:
    (idle.folder / FILE).write_text("flask\n", encoding="utf-8")
    idle.answers["There is no environment to install into."] = "Create .venv"
    await idle.start(home)

    assert await idle.command("pinwise.installRequirements") == {"installed": False}

    await idle.wait(lambda: [q for q in idle.questions if q.startswith("Created .venv")])
    assert (idle.folder / ".venv" / "pyvenv.cfg").exists()


async def test_in_a_workspace_without_trust_no_environment_is_offered(
    idle: Editor, home: Path
) -> None:
    (idle.folder / FILE).write_text("flask\n", encoding="utf-8")
    await idle.start(home, options={"trusted": False})

    assert await idle.command("pinwise.installRequirements") == {"installed": False}

    assert idle.client.messages[-1].message.startswith("There is no environment to install into.")
    assert idle.questions == []


async def test_what_happens_in_a_terminal_is_followed(made: Editor) -> None:
    made.open(FILE, "flask==3.0.0\n")
    await made.wait(lambda: "not-installed" in made.codes(FILE))
    loop = asyncio.get_running_loop()

    fake_distribution(site_packages(made), "flask", "2.0.0")
    start = loop.time()
    await made.wait(lambda: "installed-mismatch" in made.codes(FILE))
    taken = loop.time() - start

    (site_packages(made) / "flask-2.0.0.dist-info" / "METADATA").unlink()
    (site_packages(made) / "flask-2.0.0.dist-info").rmdir()
    await made.wait(lambda: "not-installed" in made.codes(FILE))
    # Generous, for a busy machine; `bench/` has the figure.
    assert taken < 10
