"""`pinwise.followEnvironment`: what another extension of the editor uses for a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pinwise.lsp.handlers.arguments import command, flag_in, folder_in, text_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinwise.features.environment_info import EnvironmentStatus
    from pinwise.lsp.server import PinwiseServer

FOLLOW = "pinwise.followEnvironment"


def register(server: PinwiseServer) -> None:
    """Register the command; it takes one object, described in ARCHITECTURE.md."""
    server.command(FOLLOW)(command(follow_environment, "folder path by chosenNow"))


async def follow_environment(ls: PinwiseServer, given: Mapping[str, Any]) -> EnvironmentStatus:
    """Use what another extension uses, and return what is used now.

    What that extension names is looked at as any path is: if it is no environment, the automatic
    selection goes on, and the answer says so.
    """
    folder = folder_in(ls, given)
    path, by = text_in(given, "path"), text_in(given, "by") or "another extension"
    where = Path(path) if path else None
    chosen_now = flag_in(given, "chosenNow")
    session = ls.session
    await session.ask(
        lambda backend: backend.workspace.environments.follow(
            folder, where, by, chosen_now=chosen_now
        )
    )
    await session.environments_changed(folder)
    return await session.status_of(folder)
