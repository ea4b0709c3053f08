"""`pinwise.activationCommand`: the line that activates an environment, for any editor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pinwise.lsp.handlers.arguments import command, file_in, flag_in, folder_in, text_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinwise.analysis.activation import Activation
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

ACTIVATION = "pinwise.activationCommand"

UNTRUSTED = "Pinwise activates nothing in a workspace that you do not trust."


def register(server: PinwiseServer) -> None:
    """Register the command; it takes one object, described in ARCHITECTURE.md."""
    server.command(ACTIVATION)(command(activation_command, "folder file prefix shell deactivate"))


async def activation_command(ls: PinwiseServer, given: Mapping[str, Any]) -> Activation:
    """Return the line for a shell, and the variables for a terminal that is still to be opened.

    Raises:
        JsonRpcInvalidParams: the argument is none that ARCHITECTURE.md describes.
    """
    folder, file = folder_in(ls, given), file_in(given)
    prefix, shell = text_in(given, "prefix"), text_in(given, "shell")
    deactivate = flag_in(given, "deactivate")

    def answer(backend: Backend) -> Activation:
        from pinwise.analysis.activation import activation  # noqa: PLC0415 - after `initialize`

        where, state = Path(prefix) if prefix else None, None
        if where is None:
            state = backend.workspace.environments.state_of(folder, file)
            chosen = state.selection.environment if state else None
            where = chosen.prefix if chosen else None
        return activation(where, shell, deactivate=deactivate, state=state)

    if not ls.session.trusted:
        return {"command": None, "environment": {"set": {}, "prepend": {}}, "refused": UNTRUSTED}
    # Whoever asks right after the start waits for the environments to be found.
    if not await ls.session.ask(lambda backend: backend.workspace.environments.known(folder)):
        await ls.session.refresh_environments(folder)
    return await ls.session.ask(answer)
