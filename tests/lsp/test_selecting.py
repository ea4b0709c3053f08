"""Which environment the server says that a folder, a project or a file uses."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from tests.environments.beds import fake_base, fake_venv
from tests.fake_index import FakeIndex, Release

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.lsp.editor import Editor

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fakes are those of POSIX")


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    with FakeIndex({"tool": {"1.0": Release(requires_python=">=3.11")}}) as found:
        yield found


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return fake_base(tmp_path / "opt" / "python", "3.12.1")


def venv(idle: Editor, name: str, base: Path) -> Path:
    return fake_venv(idle.folder / name, base, "3.12.1")


async def status(editor: Editor, file: str | None = None) -> Any:  # noqa: ANN401 - JSON
    about = {"file": editor.uri(file)} if file else {}
    return await editor.command("pinwise.environmentStatus", **about)


@pytest.mark.scenario(1)
async def test_the_first_status_needs_no_look_at_the_whole_folder(
    idle: Editor, home: Path, base: Path
) -> None:
    prefix = venv(idle, ".venv", base)
    (idle.folder / "requirements.txt").write_text("flask==3.0.0\n")
    await idle.start(home)

    await idle.wait(lambda: idle.statuses)

    first = idle.statuses[0]
    assert first.environment.prefix == str(prefix)
    assert first.reason == ".venv in the folder"
    assert first.hasRequirements
    assert idle.questions == []


@pytest.mark.scenario(2)
async def test_each_project_of_a_folder_has_its_own(idle: Editor, home: Path, base: Path) -> None:
    first, second = venv(idle, "svc-a/.venv", base), venv(idle, "group/svc-b/.venv", base)
    for name in ("svc-a", "group/svc-b"):
        (idle.folder / name / "requirements.txt").write_text("flask==3.0.0\n")
    await idle.start(home)
    await idle.wait(lambda: idle.statuses and idle.statuses[-1].projects)

    told = {item.project: item.environment.prefix for item in idle.statuses[-1].projects}
    assert told == {idle.uri("svc-a"): str(first), idle.uri("group/svc-b"): str(second)}
    assert all(item.hasRequirements for item in idle.statuses[-1].projects)

    near = await status(idle, "svc-a/src/app.py")
    assert (near["project"], near["environment"]["prefix"]) == (idle.uri("svc-a"), str(first))
    above = await status(idle, "notes.txt")
    assert above["project"] == above["folder"] == idle.folder.as_uri()
    listed = await idle.command(
        "pinwise.listEnvironments", file=idle.uri("group/svc-b/requirements.txt")
    )
    assert [item["prefix"] for item in listed if item["selected"]] == [str(second)]


@pytest.mark.scenario(2)
async def test_requirements_are_judged_for_the_project_that_they_lie_in(
    idle: Editor, home: Path, base: Path
) -> None:
    old = fake_base(idle.folder.parent / "opt" / "old", "3.9.1")
    fake_venv(idle.folder / "old" / ".venv", old, "3.9.1")
    venv(idle, "new/.venv", base)
    await idle.start(home)
    # The second line is a mistake in both, so that the answer for the other project is known.
    for name in ("old", "new"):
        idle.open(f"{name}/requirements.txt", "tool==1.0\nunheard-of\n")
    await idle.wait(lambda: "python-incompatible" in idle.codes("old/requirements.txt"))
    await idle.wait(lambda: "unknown-package" in idle.codes("new/requirements.txt"))
    assert "python-incompatible" not in idle.codes("new/requirements.txt")


@pytest.mark.scenario(2)
async def test_a_choice_is_made_for_the_project_of_a_file(
    idle: Editor, home: Path, base: Path
) -> None:
    root = venv(idle, ".venv", base)
    venv(idle, "svc/.venv", base)
    other = venv(idle, "svc/other", base)
    await idle.start(home)
    await idle.wait(lambda: idle.statuses and idle.statuses[-1].projects)

    file = idle.uri("svc/requirements.txt")
    chosen = await idle.command("pinwise.selectEnvironment", path=str(other), file=file)
    assert chosen["prefix"] == str(other)
    await idle.wait(lambda: idle.statuses[-1].projects[0].explicit)
    assert idle.statuses[-1].environment.prefix == str(root)
    assert not idle.statuses[-1].explicit

    await idle.command("pinwise.selectEnvironment", path=None, file=file)
    await idle.wait(lambda: not idle.statuses[-1].projects[0].explicit)


async def test_requirements_in_a_folder_of_their_own_are_no_project(
    idle: Editor, home: Path, base: Path
) -> None:
    venv(idle, ".venv", base)
    other = venv(idle, "other", base)
    (idle.folder / "requirements").mkdir()
    await idle.start(home)

    file = idle.uri("requirements/dev.txt")
    await idle.command("pinwise.selectEnvironment", path=str(other), file=file)

    assert (await status(idle))["environment"]["prefix"] == str(other)


@pytest.mark.scenario(18)
async def test_another_extension_is_followed_until_the_user_chooses(
    idle: Editor, home: Path, base: Path
) -> None:
    own, other = venv(idle, ".venv", base), venv(idle, "other", base)
    await idle.start(home)

    async def follow(path: Path | None, *, now: bool = False) -> Any:  # noqa: ANN401 - JSON
        where = str(path) if path else None
        return await idle.command(
            "pinwise.followEnvironment", path=where, by="Python", chosenNow=now
        )

    told = await follow(other)
    assert (told["environment"]["prefix"], told["reason"]) == (str(other), "used by Python")
    assert told["named"]
    await idle.command("pinwise.selectEnvironment", path=str(own))
    # What it names without the user's doing does not take a choice back ...
    assert (await follow(other))["environment"]["prefix"] == str(own)
    # ... and what the user does there now does.
    assert (await follow(other, now=True))["environment"]["prefix"] == str(other)
    told = await follow(None)
    assert (told["environment"]["prefix"], told["explicit"]) == (str(own), False)


@pytest.mark.scenario(19)
async def test_an_extension_that_names_nothing_of_use_is_not_followed(
    idle: Editor, home: Path, base: Path
) -> None:
    own = venv(idle, ".venv", base)
    await idle.start(home)

    told = await idle.command(
        "pinwise.followEnvironment", path=str(idle.folder / "gone"), by="Python"
    )

    assert told["environment"]["prefix"] == str(own)
    assert not told["named"]


@pytest.mark.scenario(17)
async def test_the_settings_of_the_python_extension(idle: Editor, home: Path, base: Path) -> None:
    venv(idle, ".venv", base)
    other = venv(idle, "other", base)
    kept = fake_venv(home / "kept" / "one", base, "3.12.1")
    named = {"workspace": "${workspaceFolder}/other/bin/python", "user": "python"}
    python = {"defaultInterpreterPath": named, "venvPath": "~/kept"}
    await idle.start(home, options={"trusted": False}, settings={"python": python})
    await idle.wait(lambda: idle.statuses and "once you trust it" in idle.statuses[-1].reason)
    assert idle.statuses[-1].environment.name == ".venv"

    idle.client.protocol.notify("pinwise/didChangeTrust", {"trusted": True})

    await idle.wait(lambda: idle.statuses[-1].environment.prefix == str(other))
    assert idle.statuses[-1].reason == "named by python.defaultInterpreterPath"
    listed = await idle.command("pinwise.listEnvironments")
    assert str(kept) in [item["prefix"] for item in listed]

    idle.client.set_configuration({"python": {}}, section="pinwise")
    idle.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
    await idle.wait(lambda: idle.statuses[-1].environment.name == ".venv")


@pytest.mark.scenario(33)
async def test_two_folders_have_two_environments(idle: Editor, home: Path, base: Path) -> None:
    first = venv(idle, ".venv", base)
    beside = idle.folder.parent / "second"
    second = fake_venv(beside / "env", base, "3.12.1")
    await idle.start(home)
    added = types.WorkspaceFolder(beside.as_uri(), "second")
    idle.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent([added], []))
    )

    def told() -> dict[str, str]:
        return {item.folder: item.environment.prefix for item in idle.statuses if item.environment}

    await idle.wait(lambda: len(told()) == 2)
    assert told() == {idle.folder.as_uri(): str(first), beside.as_uri(): str(second)}
    await idle.command("pinwise.selectEnvironment", folder=beside.as_uri(), path=str(first))
    await idle.wait(lambda: told()[beside.as_uri()] == str(first))
    assert told()[idle.folder.as_uri()] == str(first)


@pytest.mark.scenario(30)
async def test_a_default_of_python_envs_that_cannot_be_used_is_asked_about(
    idle: Editor, home: Path, base: Path
) -> None:
    venv(idle, "one", base)
    (idle.folder / ".python-envs").write_text("one\r\nmissing\r\n")
    await idle.start(home)
    await idle.wait(lambda: idle.statuses)

    assert idle.statuses[-1].environment is None
    assert "missing" in idle.statuses[-1].reason


async def test_who_changes_packages_is_told_why_there_is_none(
    idle: Editor, home: Path, base: Path
) -> None:
    venv(idle, "one", base)
    (idle.folder / ".python-envs").write_text("one\nmissing\n")
    await idle.start(home)

    await idle.command("pinwise.installPackages", requirements=["flask"])
    await idle.command("pinwise.installRequirements")
    activation = await idle.command("pinwise.activationCommand")

    names_another = ".python-envs names missing as the default, which is no environment."
    assert [item.message for item in idle.client.messages] == [
        f"There is no environment to change. {names_another}",
        f"There is no environment to install into. {names_another}",
    ]
    assert activation["refused"] == f"There is no environment to activate. {names_another}"
