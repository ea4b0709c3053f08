"""Projects inside a workspace folder: what is made, chosen and installed is theirs."""

from __future__ import annotations

import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from tests.environments.beds import fake_base, fake_venv

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.editor import Editor

API = "services/api/requirements.txt"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the fakes are those of POSIX")


def write(editor: Editor) -> None:
    """Make a folder with requirements, and a project inside it with other ones."""
    api = editor.folder / "services" / "api"
    api.mkdir(parents=True)
    (api / "pyproject.toml").touch()
    (api / "requirements.txt").write_text("flask==3.0.0\n", encoding="utf-8")
    (editor.folder / "requirements.txt").write_text("django==4.2.1\n", encoding="utf-8")


def packages(prefix: Path) -> list[str]:
    found = (path.name for path in prefix.rglob("*.dist-info"))
    return sorted(name for name in found if name.startswith(("flask", "django")))


async def status(editor: Editor, name: str) -> Any:  # noqa: ANN401 - JSON
    return await editor.command("pinwise.environmentStatus", file=editor.uri(name))


async def run(editor: Editor, action: Any) -> None:  # noqa: ANN401 - an action or a command
    await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams(action.command.command, action.command.arguments)
    )


async def fixes(editor: Editor, name: str, rule: str) -> list[Any]:
    await editor.wait(lambda: rule in editor.codes(name))
    where = editor.diagnostic(name, rule).range
    return [action for action in await editor.actions(name, where) if action.command]


@pytest.mark.scenario(2)
async def test_an_environment_is_made_for_the_project_of_the_file(idle: Editor, home: Path) -> None:
    write(idle)
    idle.answers = {"Created .venv": "Install requirements"}
    await idle.start(home)
    idle.open(API, "flask==3.0.0\n")
    idle.open("requirements.txt", "django==4.2.1\n")
    create, choose = (await fixes(idle, API, "missing-environment"))[:2]

    found = idle.diagnostic(API, "missing-environment")
    assert found.message.startswith("`services/api` has no virtual environment.")
    about = {"folder": idle.folder.as_uri(), "file": idle.uri(API)}
    assert (create.title, create.command.arguments) == ("Create .venv in services/api", (about,))
    assert choose.command.arguments == (about,)
    await run(idle, create)
    await idle.wait(lambda: [m for m in idle.client.messages if m.message.startswith("Installed")])

    prefix = idle.folder / "services" / "api" / ".venv"
    assert packages(prefix) == ["flask-3.0.0.dist-info"]
    assert idle.questions[-1] == "Created .venv. Install services/api/requirements.txt into it?"
    assert not (idle.folder / ".venv").exists()
    told = await status(idle, API)
    assert told["project"] == idle.uri("services/api")
    assert (told["environment"]["prefix"], told["explicit"]) == (str(prefix), True)
    # The folder itself has none yet, and is told so.
    await idle.wait(lambda: "missing-environment" not in idle.codes(API))
    assert "missing-environment" in idle.codes("requirements.txt")


@pytest.mark.scenario(2)
async def test_the_suggestion_names_the_project_and_is_for_it(idle: Editor, home: Path) -> None:
    write(idle)
    idle.answers = {"The project services/api lists": "Create .venv"}
    await idle.start(home)
    idle.open(API, "flask==3.0.0\n")

    await idle.wait(lambda: [q for q in idle.questions if q.startswith("Created .venv")])

    assert (idle.folder / "services" / "api" / ".venv" / "pyvenv.cfg").exists()
    assert not (idle.folder / ".venv").exists()


@pytest.mark.scenario(2)
async def test_the_commands_about_packages_and_repair_take_a_file(idle: Editor, home: Path) -> None:
    write(idle)
    await idle.start(home)
    for file in ({}, {"file": idle.uri(API)}):
        made = await idle.command("pinwise.createEnvironment", install=False, **file)
        assert made["selected"]
    nested = idle.folder / "services" / "api" / ".venv"

    done = await idle.command("pinwise.installRequirements", file=idle.uri(API))
    assert done == {"installed": True}
    listed = await idle.command("pinwise.listPackages", file=idle.uri(API))
    assert [item["name"] for item in listed if item["askedFor"]] == ["flask"]
    above = await idle.command("pinwise.listPackages")
    assert "flask" not in [item["name"] for item in above]
    frozen = await idle.command("pinwise.freeze", file=idle.uri(API))
    assert "flask==3.0.0" in frozen["text"]

    # What an environment inside is for does not go into that of the folder.
    assert await idle.command("pinwise.syncEnvironment") == {"done": True}
    assert packages(idle.folder / ".venv") == ["django-4.2.1.dist-info"]
    assert packages(nested) == ["flask-3.0.0.dist-info"]

    (nested / "old-file").touch()
    idle.answers = {"Recreate .venv": "Recreate"}
    again = await idle.command("pinwise.recreateEnvironment", file=idle.uri(API))
    assert ", and install requirements.txt?" in idle.questions[-1]
    assert (again["prefix"], again["selected"]) == (str(nested), True)
    assert not (nested / "old-file").exists()
    assert packages(nested) == ["flask-3.0.0.dist-info"]
    assert packages(idle.folder / ".venv") == ["django-4.2.1.dist-info"]


@pytest.mark.scenario(2)
async def test_paths_in_requirements_begin_in_the_project(idle: Editor, home: Path) -> None:
    write(idle)
    wheel = idle.folder / "services" / "api" / "wheels" / "local-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    about = "Metadata-Version: 2.1\nName: local\nVersion: 1.0\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("local-1.0.dist-info/METADATA", about)
        archive.writestr("local-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("local-1.0.dist-info/RECORD", "")
    (idle.folder / API).write_text(f"./wheels/{wheel.name}\n", encoding="utf-8")
    await idle.start(home)

    # pip takes the path from the folder in which it is started.
    made = await idle.command("pinwise.createEnvironment", install=True, file=idle.uri(API))

    listed = await idle.command("pinwise.listPackages", file=idle.uri(API))
    assert made["prefix"] == str(idle.folder / "services" / "api" / ".venv")
    assert "local" in [item["name"] for item in listed]


@POSIX
@pytest.mark.scenario(2)
async def test_the_own_environment_is_activated_for_the_project(idle: Editor, home: Path) -> None:
    write(idle)
    base = fake_base(idle.folder.parent / "opt" / "python", "3.12.1")
    root = fake_venv(idle.folder / ".venv", base, "3.12.1")
    own = fake_venv(idle.folder / "services" / "api" / ".venv", base, "3.12.1")
    await idle.start(home)
    await idle.wait(lambda: idle.statuses and idle.statuses[-1].projects)
    await idle.command("pinwise.selectEnvironment", path=str(base), file=idle.uri(API))
    idle.open(API, "flask==3.0.0\n")

    offered = {fix.title: fix for fix in await fixes(idle, API, "inactive-environment")}
    await run(idle, offered["Activate .venv"])

    told = await status(idle, API)
    assert (told["environment"]["prefix"], told["explicit"]) == (str(own), True)
    told = await status(idle, "requirements.txt")
    assert (told["environment"]["prefix"], told["explicit"]) == (str(root), False)


@POSIX
@pytest.mark.scenario(2)
async def test_a_project_that_shares_the_environment_above_can_have_its_own(
    idle: Editor, home: Path
) -> None:
    write(idle)
    base = fake_base(idle.folder.parent / "opt" / "python", "3.12.1")
    fake_venv(idle.folder / ".venv", base, "3.12.1")
    await idle.start(home)
    await idle.wait(lambda: idle.statuses and idle.statuses[-1].environment)
    idle.open(API, "flask==3.0.0\n")
    await idle.wait(lambda: "not-installed" in idle.codes(API))

    start = types.Range(types.Position(0, 0), types.Position(0, 0))
    titles = [action.title for action in await idle.actions(API, start)]

    assert "Create .venv in services/api" in titles
    assert "missing-environment" not in idle.codes(API)
