"""What the guide names by a word of ours is there: commands, settings, and data to copy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import tomlkit

from pinwise.lsp.server import make_server

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_NAME = re.compile(r"[`\"' ](pinwise\.[a-z][\w.]*\w)")
_FILES = {"pinwise.sarif", "pinwise.toml"}
_BLOCK = re.compile(r"^```(json|toml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _known() -> set[str]:
    """Return the commands of the server, and the settings and commands of the extension."""
    manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["contributes"]
    server = make_server()
    return {
        *server.protocol.fm.commands,
        *manifest["configuration"]["properties"],
        *(command["command"] for command in manifest["commands"]),
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_named_is_there(page: Path) -> None:
    named = set(_NAME.findall(page.read_text(encoding="utf-8"))) - _FILES
    assert named <= _known()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_data_to_copy_can_be_read(page: Path) -> None:
    for language, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "toml":
            tomlkit.parse(text)
        else:
            # A part of an object is shown without the braces around it.
            json.loads(text if text.startswith(("{", "[")) else f"{{{text}}}")
