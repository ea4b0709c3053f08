"""The named actions of fixes, and the commands of the server that carry them out."""

from __future__ import annotations

import ast
from pathlib import Path

import pinwise
from pinwise.lsp.handlers import code_action, network
from pinwise.lsp.server import make_server


def named_actions() -> set[str]:
    """Return the names that the engine gives to actions: `Action("name", ...)`."""
    root = Path(pinwise.__file__).parent
    files = [
        path for folder in ("advice", "features", "rules") for path in root.glob(f"{folder}/*")
    ]
    calls = [
        node
        for path in files
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Action"
    ]
    first = [call.args[0] for call in calls if call.args]
    return {
        node.value
        for node in first
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_each_action_has_a_command_that_the_server_answers() -> None:
    commands = {**code_action.COMMANDS, **network.COMMANDS}
    names = named_actions()

    assert len(names) > 5
    assert names - set(commands) == set()
    assert set(commands.values()) - set(make_server().protocol.fm.commands) == set()
