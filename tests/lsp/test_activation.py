from __future__ import annotations

import asyncio
import shlex
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.editor import Editor

NOTHING: dict[str, dict[str, str]] = {"set": {}, "prepend": {}}


async def ask(editor: Editor, shell: str, **argument: object) -> Any:  # noqa: ANN401 - JSON
    return await editor.command("pinwise.activationCommand", **{"shell": shell, **argument})


posix = pytest.mark.skipif(sys.platform == "win32", reason="the test reads a line of bash")


@posix
async def test_the_line_and_the_variables_of_the_selected_environment(editor: Editor) -> None:
    made = await editor.command("pinwise.createEnvironment", name="my env", install=False)

    answer = await ask(editor, "/usr/bin/bash")

    assert answer == {
        "command": f"source {shlex.quote(made['binDir'] + '/activate')}",
        "environment": {
            "set": {"VIRTUAL_ENV": made["prefix"], "VIRTUAL_ENV_PROMPT": "my env"},
            "prepend": {"PATH": made["binDir"]},
        },
        "refused": "",
    }


@posix
@pytest.mark.scenario(27)
async def test_what_the_editor_types_goes_in_and_out(editor: Editor) -> None:
    made = await editor.command("pinwise.createEnvironment", install=False)
    there = await ask(editor, "bash")
    back = await ask(editor, "bash", deactivate=True)
    lines = there["command"], back["command"]
    script = f'{lines[0]}\necho "$VIRTUAL_ENV"\n{lines[1]}\necho "left:$VIRTUAL_ENV"'

    program = shutil.which("bash")
    assert program is not None
    process = await asyncio.create_subprocess_exec(
        program, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()

    assert told.decode().splitlines() == [made["prefix"], "left:"]


async def test_without_a_shell_there_are_the_variables_alone(editor: Editor) -> None:
    made = await editor.command("pinwise.createEnvironment", install=False)

    answer = await editor.command("pinwise.activationCommand", prefix=made["prefix"])

    assert answer["command"] is None
    assert answer["environment"]["set"]["VIRTUAL_ENV"] == made["prefix"]
    assert answer["refused"] == ""


@pytest.mark.scenario(5)
async def test_one_that_was_moved_since_it_was_found_is_refused(editor: Editor) -> None:
    await editor.command("pinwise.createEnvironment", install=False)
    moved = editor.folder / "moved"
    (editor.folder / ".venv").rename(moved)

    gone = await ask(editor, "bash", prefix=f"{moved}x")
    answer = await ask(editor, "bash", prefix=str(moved))

    assert gone["refused"].endswith("is no environment any more.")
    assert answer["command"] is None
    assert answer["environment"] == NOTHING
    assert answer["refused"].startswith("moved cannot be activated. ")


async def test_what_has_no_line_is_refused_with_a_sentence(editor: Editor, home: Path) -> None:
    await editor.command("pinwise.createEnvironment", install=False)

    odd = await ask(editor, "command.com")
    base = await ask(editor, "sh", prefix=sys.base_prefix)

    assert odd["refused"].startswith("Pinwise does not know the shell `command.com`")
    assert "nothing to activate" in base["refused"]
    shutil.rmtree(editor.folder / ".venv")
    for wrong in ({"shell": 1}, {"deactivate": "yes"}, {"folder": home.as_uri()}):
        with pytest.raises(JsonRpcException):
            await editor.command("pinwise.activationCommand", **wrong)


async def test_nothing_is_activated_in_an_untrusted_workspace(idle: Editor, home: Path) -> None:
    await idle.start(home, options={"trusted": False})

    answer = await ask(idle, "bash")

    assert answer == {
        "command": None,
        "environment": NOTHING,
        "refused": "Pinwise activates nothing in a workspace that you do not trust.",
    }
