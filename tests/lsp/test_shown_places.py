"""What is about the whole project is told in the open file, also where others include it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.environments.beds import fake_venv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lsprotocol import types

    from tests.lsp.editor import Editor

DEV, BASE = "requirements-dev.txt", "requirements.txt"
DEV_TEXT, BASE_TEXT = "-r requirements.txt\nclick\n", "flask==3.0.0\n"


def write(editor: Editor) -> None:
    (editor.folder / DEV).write_text(DEV_TEXT, encoding="utf-8")
    (editor.folder / BASE).write_text(BASE_TEXT, encoding="utf-8")


def about(editor: Editor, rule: str) -> list[str]:
    """Return the files in which something is said about the project."""
    return [name for name in (DEV, BASE) if rule in editor.codes(name)]


async def test_the_file_that_is_open_tells_that_there_is_no_environment(
    idle: Editor, home: Path
) -> None:
    write(idle)
    await idle.start(home)
    idle.open(BASE, BASE_TEXT)
    await idle.wait(lambda: about(idle, "missing-environment") == [BASE])
    where = idle.diagnostic(BASE, "missing-environment").range
    assert (where.start.line, where.start.character, where.end.character) == (0, 0, 5)
    titles = [action.title for action in await idle.actions(BASE, where)]
    assert titles.count("Create .venv") == 1
    assert titles[0] == "Create .venv"

    idle.open(DEV, DEV_TEXT)
    await idle.wait(lambda: about(idle, "missing-environment") == [DEV, BASE])
    idle.close(BASE)
    await idle.wait(lambda: about(idle, "missing-environment") == [DEV])
    idle.close(DEV)
    await idle.wait(lambda: about(idle, "missing-environment") == [])


async def test_a_file_of_two_projects_files_tells_it_once(idle: Editor, home: Path) -> None:
    write(idle)
    (idle.folder / "requirements-docs.txt").write_text("-r requirements.txt\n", encoding="utf-8")
    await idle.start(home, settings={"offline": True})
    idle.open(BASE, BASE_TEXT)
    await idle.wait(lambda: {"missing-environment", "not-checked"} <= {*idle.codes(BASE)})
    assert sorted(idle.codes(BASE)) == ["missing-environment", "not-checked"]
    assert [name for name in (DEV, "requirements-docs.txt") if idle.codes(name)] == []


@pytest.mark.skipif(sys.platform == "win32", reason="the fakes are those of POSIX")
async def test_the_file_that_is_open_tells_that_the_environment_is_broken(
    idle: Editor, home: Path
) -> None:
    write(idle)
    fake_venv(idle.folder / ".venv", idle.folder / "gone" / "python", "3.11.1")
    await idle.start(home)
    idle.open(BASE, BASE_TEXT)
    await idle.wait(lambda: about(idle, "broken-environment") == [BASE])


@pytest.mark.parametrize("names", [[BASE], [DEV], [DEV, BASE]])
async def test_each_open_file_tells_once_what_of_it_was_not_checked(
    idle: Editor, home: Path, names: Sequence[str]
) -> None:
    write(idle)
    await idle.start(home, settings={"offline": True})
    for name in names:
        idle.open(name, DEV_TEXT if name == DEV else BASE_TEXT)
    await idle.wait(lambda: about(idle, "not-checked") == names)
    lines = {DEV: 1, BASE: 0}
    for name in names:
        found: types.Diagnostic = idle.diagnostic(name, "not-checked")
        assert found.range.start.line == lines[name]
        assert found.message.startswith("Not checked: `click`, `flask`, because no package index")
        assert idle.codes(name).count("not-checked") == 1
        titles = [action.title for action in await idle.actions(name, found.range)]
        assert "Work online" in titles
