"""The commands that replace, delete and choose environments, each after a question."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from pinwise.lsp.handlers.arguments import command, file_in, flag_in, folder_in, text_in
from pinwise.lsp.handlers.environments import (
    agrees,
    choose,
    files_to_install,
    info_of,
    list_environments,
    run_for_user,
    select_environment,
    show,
)
from pinwise.lsp.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinwise.analysis.asked import Asked
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.environments.repair import Repair
    from pinwise.environments.types import Environment
    from pinwise.features.environment_info import EnvironmentInfo
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

RECREATE = "pinwise.recreateEnvironment"
DELETE = "pinwise.deleteEnvironment"
CHOOSE = "pinwise.chooseEnvironment"

_AUTOMATIC = "Automatic"
_MOST_OFFERED = 8
"""Editors show each answer as a button: more of them cannot be looked over."""


def register(server: PinwiseServer) -> None:
    """Register the commands; each takes one object, described in ARCHITECTURE.md."""
    server.command(RECREATE)(
        command(recreate_environment, "folder file prefix base python install")
    )
    server.command(DELETE)(command(delete_environment, "folder prefix confirmed"))
    server.command(CHOOSE)(command(choose_environment, "folder file"))


async def recreate_environment(
    ls: PinwiseServer, given: Mapping[str, Any]
) -> EnvironmentInfo | None:
    """Make an environment anew with what was installed, after a question.

    With the same Python, unless `base` or `python` names another one.
    """
    folder, file, prefix = folder_in(ls, given), file_in(given), await _prefix(ls, given)
    reinstall = "install" not in given or flag_in(given, "install")
    base, python = text_in(given, "base"), text_in(given, "python") or ""
    session = ls.session
    folders = tuple(session.folders)

    def plan(_progress: Progress, cancel: CancelToken) -> Repair:
        from pinwise.analysis import repairs  # noqa: PLC0415 - after `initialize`

        return repairs.plan_recreation(
            prefix,
            folders,
            cancel,
            base=Path(base) if base else None,
            python_request=python,
        )

    planned = await run_for_user(ls, folder, f"Looking at {prefix.name}", plan, changes=prefix)
    if planned is None:
        return None
    from pinwise.analysis import repairs  # noqa: PLC0415 - after `initialize`

    project = planned.destination.parent
    if not project.is_relative_to(folder):
        project = folder
    files = await session.ask(lambda b: files_to_install(b, folder, planned.environment))
    without = await _left_out(ls, folder, planned, files) if reinstall else ""
    question = repairs.recreation_question(
        planned, files, folders, reinstall=reinstall, without=without
    )
    if not await agrees(ls, question, "Recreate"):
        return None
    settings = await session.ask(lambda backend: backend.workspace.settings_of(project))

    def recreate(progress: Progress, cancel: CancelToken) -> Environment:
        return repairs.recreate_environment(
            project,
            planned,
            creator=settings.creator,
            files=files,
            reinstall=reinstall,
            workspace=folders,
            progress=progress,
            cancel=cancel,
        )

    name = planned.destination.name
    environment = await run_for_user(
        ls, folder, f"Recreating {name}", recreate, changes=planned.destination
    )
    await session.refresh_environments(folder)
    if environment is None:
        return None
    show(ls, types.MessageType.Info, f"Recreated {name} with Python {environment.version}.")
    return await info_of(ls, folder, environment, file)


async def _left_out(ls: PinwiseServer, folder: Path, planned: Repair, files: Sequence[Path]) -> str:
    """Return what to say of packages that will not be installed again, "" if nothing."""
    from pinwise.analysis import repairs  # noqa: PLC0415 - after `initialize`
    from pinwise.analysis.asked import asked_of  # noqa: PLC0415 - as above

    def asked(backend: Backend) -> Asked | None:
        if not files:
            return None
        return asked_of(backend.workspace, folder, planned.environment, files)

    wanted = await ls.session.ask(asked)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(ls.session.workers, repairs.left_out, planned, wanted)


async def delete_environment(ls: PinwiseServer, given: Mapping[str, Any]) -> dict[str, bool]:
    """Delete an environment, after a question unless the client has asked it itself."""
    folder, text = folder_in(ls, given), text_in(given, "prefix")
    confirmed = flag_in(given, "confirmed")
    if not text:
        message = "`prefix` must be the path of an environment."
        raise JsonRpcInvalidParams(message)
    prefix, session = Path(text), ls.session
    folders = tuple(session.folders)

    def plan(_progress: Progress, _cancel: CancelToken) -> tuple[Environment, str]:
        from pinwise.analysis import repairs  # noqa: PLC0415 - after `initialize`

        return repairs.plan_deletion(prefix, folders)

    planned = await run_for_user(ls, folder, f"Looking at {prefix.name}", plan, changes=prefix)
    if planned is None:
        return {"deleted": False}
    environment, question = planned
    if not confirmed and not await agrees(ls, question, "Delete"):
        return {"deleted": False}

    def delete(progress: Progress, _cancel: CancelToken) -> Environment:
        from pinwise.analysis import repairs  # noqa: PLC0415 - after `initialize`

        return repairs.delete_environment(prefix, folders, progress)

    title = f"Deleting {environment.name}"
    deleted = await run_for_user(ls, folder, title, delete, changes=environment.prefix)
    await session.refresh_environments(folder)
    return {"deleted": deleted is not None}


async def choose_environment(ls: PinwiseServer, given: Mapping[str, Any]) -> EnvironmentInfo | None:
    """Ask which environment or interpreter to use, for editors without a picker of their own."""
    folder, file = folder_in(ls, given), file_in(given)
    offered = _offered(await list_environments(ls, {"folder": uri_of(folder)}))
    project = await ls.session.ask(lambda b: b.workspace.environments.project_of(folder, file))
    named = folder.name if project == folder else project.relative_to(folder).as_posix()
    question = f"Which Python shall {named} use?"
    answer = await choose(ls, question, [*offered, _AUTOMATIC])
    if answer is None:
        return None
    argument = {"folder": uri_of(folder), "path": offered.get(answer)}
    if file is not None:
        argument["file"] = uri_of(file)
    return await select_environment(ls, argument)


def _offered(found: Sequence[EnvironmentInfo]) -> dict[str, str]:
    """Return the paths of what can be used, by a label of its own each."""
    offered: dict[str, str] = {}
    for info in found:
        path = info["executable"] if info["isBase"] else info["prefix"]
        label = info["label"]
        if not info["broken"] and len(offered) < _MOST_OFFERED:
            offered[f"{label} {path}" if label in offered else label] = path
    return offered


async def _prefix(ls: PinwiseServer, given: Mapping[str, Any]) -> Path:
    """Return the environment that is named, else the selected one, else `.venv`.

    Selected by the project of `file`, where the argument names one.
    """
    folder, file, text = folder_in(ls, given), file_in(given), text_in(given, "prefix")
    if text:
        return Path(text)

    def prefix(backend: Backend) -> Path:
        environments = backend.workspace.environments
        chosen = environments.at(folder, None, file)
        if chosen is None or chosen.is_base:
            return environments.project_of(folder, file) / ".venv"
        return chosen.prefix

    return await ls.session.ask(prefix)
