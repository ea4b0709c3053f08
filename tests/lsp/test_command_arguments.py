"""The keys of the commands' one object: those of the contract are taken, and no others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pygls.exceptions import JsonRpcInvalidParams

from pinwise.lsp.server import PinwiseServer, make_server

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent.parent
PROTOCOL = ROOT / "client-vscode" / "src" / "protocol.ts"
COMMANDS = sorted(name for name in make_server().protocol.fm.commands)


@pytest.fixture(scope="module")
def server() -> PinwiseServer:
    return make_server()


async def refusal(server: PinwiseServer, name: str, given: dict[str, Any]) -> str:
    """Return why a command is refused before it does anything."""
    with pytest.raises(JsonRpcInvalidParams) as caught:
        await server.protocol.fm.commands[name](given)
    return str(caught.value)


def keys_of_the_client() -> dict[str, set[str]]:
    """Return the keys that each command's argument has in the client's types."""
    text = PROTOCOL.read_text(encoding="utf-8")
    target = text.split("interface EnvironmentTarget {")[1].split("}")[0]
    commands = text.split("interface ServerCommands {")[1].split("\n}\n")[0]
    commands = re.sub(r"/\*\*.*?\*/", "", commands, flags=re.DOTALL)
    found = {}
    for name, argument in re.findall(
        r'"(pinwise\.\w+)":.*?argument:(.*?)answer:', commands, re.DOTALL
    ):
        found[name] = set(re.findall(r"(\w+)\??:", argument))
        if "EnvironmentTarget" in argument:
            found[name] |= set(re.findall(r"(\w+)\??:", target))
    return found


def keys_of_the_architecture() -> dict[str, set[str]]:
    """Return the keys that the table of ARCHITECTURE.md gives to each command."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(pinwise\.\w+)` \| `\{(.*?)\}` \|", text, re.MULTILINE)
    return {name: {part.split(":")[0].strip(" ?") for part in _parts(row)} for name, row in rows}


def _parts(row: str) -> list[str]:
    return [part for part in row.split(",") if part.strip()]


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_misspelt_key_is_refused(server: PinwiseServer, name: str) -> None:
    assert "takes no `misspelt`: it takes " in await refusal(server, name, {"misspelt": None})


@pytest.mark.parametrize("contract", [keys_of_the_client, keys_of_the_architecture])
async def test_every_key_of_the_contract_is_taken(
    server: PinwiseServer, contract: Callable[[], dict[str, set[str]]]
) -> None:
    found = contract()
    assert len(found) > 15
    for name, keys in found.items():
        given = dict.fromkeys([*sorted(keys), "misspelt"])
        # Of all that is given, the misspelt one alone is in the way.
        assert "The command takes no `misspelt`: it takes " in await refusal(server, name, given)


def test_the_contracts_are_read_to_the_end() -> None:
    client, documented = keys_of_the_client(), keys_of_the_architecture()
    assert client["pinwise.installPackages"] >= {"folder", "file", "prefix", "requirements"}
    assert documented["pinwise.createEnvironment"] >= {"name", "base", "creator", "install"}


async def test_an_error_shows_only_the_beginning_of_what_a_client_sent(
    server: PinwiseServer,
) -> None:
    given = {f"{number}" * 1000: None for number in range(10)}
    assert len(await refusal(server, "pinwise.compile", given)) < 500
