"""`pinwise.followEnvironment`: what another extension of the editor uses for a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pinwise.lsp.handlers.environments import _argument, _command, _folder, _text

if TYPE_CHECKING:
    from pinwise.features.environment_info import EnvironmentStatus
    from pinwise.lsp.server import PinwiseServer

FOLLOW = "pinwise.followEnvironment"


def register(server: PinwiseServer) -> None:
    """Register the command; it takes one object, described in ARCHITECTURE.md."""
    server.command(FOLLOW)(_command(follow_environment))


async def follow_environment(ls: PinwiseServer, *arguments: Any) -> EnvironmentStatus:  # noqa: ANN401 - JSON
    """Use what another extension uses, and return what is used now.

    What that extension names is looked at as any path is: if it is no environment, the automatic
    selection goes on, and the answer says so.
    """
    given = _argument(arguments)
    folder = _folder(ls, given)
    path, by = _text(given, "path"), _text(given, "by") or "another extension"
    where = Path(path) if path else None
    chosen_now = given.get("chosenNow") is True
    session = ls.session
    await session.ask(
        lambda backend: backend.workspace.environments.follow(
            folder, where, by, chosen_now=chosen_now
        )
    )
    await session.environments_changed(folder)
    return await session.status_of(folder)
