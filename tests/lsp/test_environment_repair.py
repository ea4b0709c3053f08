from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.environments.beds import fake_base, fake_distribution, fake_venv

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.editor import Editor


async def broken(editor: Editor, requirements: str = "flask==3.0.0\n") -> Path:
    """Make an environment, and break it as a moved folder is broken."""
    (editor.folder / "requirements.txt").write_text(requirements, encoding="utf-8")
    await editor.command("pinwise.createEnvironment", install=False)
    prefix = editor.folder / ".venv"
    shutil.rmtree(prefix / "bin")
    (prefix / "old-file").touch()
    await editor.command("pinwise.listEnvironments")
    return prefix


def told(editor: Editor) -> str:
    return editor.client.messages[-1].message


async def test_it_is_said_where_the_requirements_stand_and_repaired(editor: Editor) -> None:
    prefix = await broken(editor)
    editor.open("requirements.txt", "flask==3.0.0\n")
    await editor.wait(lambda: "broken-environment" in editor.codes("requirements.txt"))
    where = editor.diagnostic("requirements.txt", "broken-environment").range
    actions = [a for a in await editor.actions("requirements.txt", where) if a.command]
    recreate = actions[0]
    assert recreate.title == "Recreate .venv with the same Python and reinstall"
    assert recreate.command is not None
    editor.answers["Recreate .venv with Python"] = "Recreate"

    await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams(recreate.command.command, recreate.command.arguments)
    )

    assert editor.questions[-1].endswith(
        ", and install requirements.txt? It holds old-file, which is deleted with it."
    )
    assert not (prefix / "old-file").exists()
    assert list(prefix.rglob("flask-3.0.0.dist-info"))
    await editor.wait(lambda: "broken-environment" not in editor.codes("requirements.txt"))
    assert told(editor).startswith("Recreated .venv with Python 3.")


@pytest.mark.parametrize("answer", ["Cancel", None])
async def test_who_does_not_agree_keeps_it(editor: Editor, answer: str | None) -> None:
    prefix = await broken(editor)
    if answer:
        editor.answers["Recreate"] = answer

    assert await editor.command("pinwise.recreateEnvironment") is None
    assert (prefix / "old-file").exists()


async def test_what_cannot_be_installed_leaves_all_as_it_was(editor: Editor) -> None:
    prefix = await broken(editor, "missing-distribution\n")
    editor.answers["Recreate"] = "Recreate"

    assert await editor.command("pinwise.recreateEnvironment") is None

    assert (prefix / "old-file").exists()
    assert "Could not install the requirements" in told(editor)


async def test_without_an_installation(editor: Editor) -> None:
    prefix = await broken(editor)
    editor.answers["Recreate"] = "Recreate"

    made = await editor.command("pinwise.recreateEnvironment", prefix=str(prefix), install=False)

    assert made["selected"]
    assert not made["broken"]
    assert not list(prefix.rglob("flask-*"))


async def test_what_is_no_environment_is_told(editor: Editor) -> None:
    assert await editor.command("pinwise.recreateEnvironment") is None
    assert "does not exist" in told(editor)
    assert editor.questions == []


async def test_an_environment_is_deleted(editor: Editor) -> None:
    prefix = await broken(editor)
    editor.answers["Delete .venv ("] = "Delete"

    assert await editor.command("pinwise.deleteEnvironment", prefix=str(prefix)) == {
        "deleted": True
    }
    assert sorted(path.name for path in editor.folder.iterdir()) == ["requirements.txt"]
    status = await editor.command("pinwise.environmentStatus")
    assert status["environment"] is None or status["environment"]["isBase"]


async def test_who_has_confirmed_is_not_asked(editor: Editor) -> None:
    prefix = await broken(editor)

    answer = await editor.command("pinwise.deleteEnvironment", prefix=str(prefix), confirmed=True)

    assert answer == {"deleted": True}
    assert not prefix.exists()
    assert editor.questions == []


async def test_who_does_not_confirm_keeps_it(editor: Editor) -> None:
    prefix = await broken(editor)
    editor.answers["Delete"] = "Cancel"

    answer = await editor.command("pinwise.deleteEnvironment", prefix=str(prefix))

    assert answer == {"deleted": False}
    assert (prefix / "old-file").exists()


async def test_what_must_not_be_deleted_is_not(editor: Editor) -> None:
    answer = await editor.command(
        "pinwise.deleteEnvironment", prefix=str(editor.folder), confirmed=True
    )

    assert answer == {"deleted": False}
    assert editor.folder.is_dir()
    assert "is no environment" in told(editor)
    with pytest.raises(JsonRpcException, match="`prefix` must be"):
        await editor.command("pinwise.deleteEnvironment")


async def test_nothing_happens_in_an_untrusted_workspace(editor: Editor) -> None:
    prefix = await broken(editor)
    editor.client.protocol.notify("pinwise/didChangeTrust", {"trusted": False})

    assert await editor.command("pinwise.recreateEnvironment") is None
    answer = await editor.command("pinwise.deleteEnvironment", prefix=str(prefix), confirmed=True)

    assert answer == {"deleted": False}
    assert (prefix / "old-file").exists()
    assert editor.questions == []


async def test_an_interpreter_is_chosen_by_a_question(editor: Editor) -> None:
    await editor.command("pinwise.createEnvironment", name="env", install=False)
    listed = await editor.command("pinwise.listEnvironments")
    base = next(info for info in listed if info["isBase"])
    question = f"Which Python shall {editor.folder.name} use?"
    editor.answers = {question: base["label"]}

    chosen = await editor.command("pinwise.chooseEnvironment")
    assert chosen["executable"] == base["executable"]

    editor.answers = {question: "Automatic"}
    assert (await editor.command("pinwise.chooseEnvironment"))["name"] == "env"
    editor.answers = {}
    assert await editor.command("pinwise.chooseEnvironment") is None


@pytest.mark.scenario(24)
async def test_a_python_of_the_system_is_never_installed_into(
    editor: Editor, tmp_path: Path
) -> None:
    base = managed_base(tmp_path / "usr")
    (editor.folder / "requirements.txt").write_text("flask==3.0.0\n", encoding="utf-8")
    await editor.command("pinwise.selectEnvironment", path=str(base))
    editor.answers = {"Use apt": "Create .venv", "Created .venv": "Not now"}

    assert await editor.command("pinwise.installRequirements") == {"installed": False}

    await editor.wait((editor.folder / ".venv" / "pyvenv.cfg").exists)
    assert editor.questions[0] == "Use apt install python3-xyz."
    assert not list((tmp_path / "usr").rglob("flask*"))


def managed_base(prefix: Path) -> Path:
    """Make an installation that bears the marker of PEP 668, and leaves a trace if it runs."""
    base = fake_base(prefix, "3.12.1", script=f"#!/bin/sh\ntouch {prefix}/flask-ran\n")
    marker = prefix / "lib" / "python3.12" / "EXTERNALLY-MANAGED"
    marker.write_text("[externally-managed]\nError=Use apt install python3-xyz.\n")
    return base


async def test_what_is_half_made_is_not_told_as_broken(editor: Editor) -> None:
    prefix = await broken(editor)
    editor.open("requirements.txt", "flask==3.0.0\n")
    await editor.wait(lambda: "broken-environment" in editor.codes("requirements.txt"))
    event = types.FileEvent((prefix / "pyvenv.cfg").as_uri(), types.FileChangeType.Changed)
    changed = types.DidChangeWatchedFilesParams([event])
    statuses = len(editor.statuses)
    editor.answers["Recreate"] = "Recreate"

    pending = asyncio.ensure_future(editor.command("pinwise.recreateEnvironment"))
    while not pending.done():
        # As a client does, which watches the folder at work.
        editor.client.workspace_did_change_watched_files(changed)
        await editor.command("pinwise.environmentStatus")

    await editor.wait(lambda: "broken-environment" not in editor.codes("requirements.txt"))
    seen = editor.statuses[statuses:]
    assert [status.environment.name for status in seen if status.environment] == [".venv"]
    assert not seen[-1].environment.broken


async def test_packages_that_no_line_asks_for_are_named_in_the_question(editor: Editor) -> None:
    prefix = await broken(editor)
    (site_packages,) = prefix.glob("lib/python*/site-packages")
    for name in ("gamma", "delta"):
        fake_distribution(site_packages, name, "1.0")

    assert await editor.command("pinwise.recreateEnvironment") is None

    assert (
        "and install requirements.txt? Not installed again: delta, gamma. It holds"
        in (editor.questions[-1])
    )


async def test_a_file_is_named_without_the_way_out_of_the_folder_of_environments(
    editor: Editor, tmp_path: Path
) -> None:
    (editor.folder / "requirements.txt").write_text("flask==3.0.0\n", encoding="utf-8")
    base = fake_base(tmp_path / "opt" / "python", "3.12.1")
    prefix = fake_venv(editor.folder / "envs" / "old one", base, "3.12.1")
    await editor.command("pinwise.listEnvironments")

    await editor.command("pinwise.recreateEnvironment", prefix=str(prefix))

    assert "Recreate old one with Python" in editor.questions[-1]
    assert ", and install requirements.txt?" in editor.questions[-1]
