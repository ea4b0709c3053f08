"""The commands about environments: create, install, select, list."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams, JsonRpcRequestCancelled

from pinwise.base.cancellation import CancelledError
from pinwise.lsp.progress import run_action
from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinwise.environments.types import Environment
    from pinwise.features.environment_info import EnvironmentInfo
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

logger = logging.getLogger(__name__)

CREATE = "pinwise.createEnvironment"
INSTALL = "pinwise.installRequirements"
SELECT = "pinwise.selectEnvironment"
LIST = "pinwise.listEnvironments"
STATUS = "pinwise.environmentStatus"
IGNORE_NOTICE = "pinwise.ignoreNotice"

MISSING_ENVIRONMENT = "missing-environment"


def register(server: PinwiseServer) -> None:
    """Register the commands; each takes one object, described in ARCHITECTURE.md."""
    for name, handler in {
        CREATE: create_environment,
        INSTALL: install_requirements,
        SELECT: select_environment,
        LIST: list_environments,
        STATUS: environment_status,
        IGNORE_NOTICE: ignore_notice,
    }.items():
        server.command(name)(handler)


async def create_environment(ls: PinwiseServer, *arguments: Any) -> EnvironmentInfo | None:  # noqa: ANN401 - JSON
    """Create an environment, select it, and offer to install the requirements."""
    given = _argument(arguments)
    folder = _folder(ls, given)
    base = _text(given, "base")
    workspace = await ls.session.ask(lambda backend: backend.workspace)
    name = _text(given, "name") or ".venv"
    environment = await _run(
        ls,
        f"Creating {name}",
        lambda progress, cancel: workspace.create_environment(
            folder,
            name=name,
            base=Path(base) if base else None,
            creator=_text(given, "creator"),
            progress=progress,
            cancel=cancel,
        ),
    )
    if environment is None:
        return None
    await ls.session.ask(lambda backend: backend.workspace.select(folder, environment.prefix))
    await ls.session.refresh_environments(folder)
    install = given.get("install")
    if install is True:
        await _install(ls, folder, environment, None)
    elif install is None:
        ls.session.spawn(_offer_installation(ls, folder, environment))
    return await _info(ls, folder, environment)


async def install_requirements(ls: PinwiseServer, *arguments: Any) -> dict[str, bool]:  # noqa: ANN401 - JSON
    """Install requirements files, all in one call, into an environment of the folder."""
    given = _argument(arguments)
    folder = _folder(ls, given)
    prefix = _text(given, "prefix")
    files = [path for uri in given.get("files") or () if (path := path_of(uri))] or None
    environment = await ls.session.ask(
        lambda backend: backend.workspace.environment_at(folder, Path(prefix) if prefix else None)
    )
    if environment is None:
        message = "There is no environment to install into. Create one first."
        _show(ls, types.MessageType.Warning, message)
        return {"installed": False}
    return {"installed": await _install(ls, folder, environment, files)}


async def select_environment(ls: PinwiseServer, *arguments: Any) -> EnvironmentInfo | None:  # noqa: ANN401 - JSON
    """Select an environment or interpreter for a folder; null returns to automatic."""
    given = _argument(arguments)
    folder = _folder(ls, given)
    path = _text(given, "path")
    session = ls.session
    problem = await session.ask(
        lambda backend: backend.workspace.select(folder, Path(path) if path else None)
    )
    if problem:
        raise JsonRpcInvalidParams(problem)
    await session.refresh_environments(folder)
    return await session.ask(lambda backend: _selected(backend, folder))


async def list_environments(ls: PinwiseServer, *arguments: Any) -> list[EnvironmentInfo]:  # noqa: ANN401 - JSON
    """List environments and interpreters, telling each as it is found where a token is given."""
    given = _argument(arguments)
    folder = _folder(ls, given)
    token = _text(given, "token")
    session = ls.session
    workspace = await session.ask(lambda backend: backend.workspace)
    loop = asyncio.get_running_loop()

    def tell(environment: Environment) -> None:
        info = workspace.info(environment, folder)
        message = {"token": token, "environment": info}
        loop.call_soon_threadsafe(ls.protocol.notify, "pinwise/environmentFound", message)

    found = await loop.run_in_executor(
        session.workers, partial(workspace.discover_all, folder, tell if token else None)
    )
    return [workspace.info(environment, folder) for environment in found]


async def environment_status(ls: PinwiseServer, *arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return what the status bar shows for a folder."""
    folder = _folder(ls, _argument(arguments))
    status = await ls.session.ask(lambda backend: backend.workspace.environment_status(folder))
    return {**status, "folder": uri_of(folder)}


async def ignore_notice(ls: PinwiseServer, *arguments: Any) -> None:  # noqa: ANN401 - JSON
    """Never suggest this again for the folder."""
    given = _argument(arguments)
    folder = _folder(ls, given)
    notice = _text(given, "notice") or MISSING_ENVIRONMENT
    await ls.session.ask(lambda backend: backend.workspace.silence(folder, notice))


async def suggest_environment(ls: PinwiseServer, folder: Path) -> None:
    """Ask once whether to create an environment for a project that has none."""
    create, never = "Create .venv", "Don't ask again"
    answer = await _choose(
        ls, "This project lists requirements and has no environment.", [create, "Not now", never]
    )
    if answer == create:
        await create_environment(ls, {"folder": uri_of(folder)})
    elif answer == never:
        await ignore_notice(ls, {"folder": uri_of(folder), "notice": MISSING_ENVIRONMENT})


async def _offer_installation(ls: PinwiseServer, folder: Path, environment: Environment) -> None:
    """Offer to install the folder's requirements, where it has any."""
    files = await ls.session.ask(lambda backend: backend.workspace.requirements_files(folder))
    if not files:
        return
    names = ", ".join(str(file.relative_to(folder)) for file in files)
    install = "Install requirements"
    question = f"Created {environment.name}. Install {names} into it?"
    if await _choose(ls, question, [install, "Not now"]) == install:
        await _install(ls, folder, environment, list(files))


async def _install(
    ls: PinwiseServer, folder: Path, environment: Environment, files: Sequence[Path] | None
) -> bool:
    """Install, with progress; return whether it was done."""
    workspace = await ls.session.ask(lambda backend: backend.workspace)
    done = await _run(
        ls,
        "Installing requirements",
        lambda progress, cancel: workspace.install(
            folder, environment, files, progress=progress, cancel=cancel
        ),
    )
    await ls.session.refresh_environments(folder)
    if done:
        _show(ls, types.MessageType.Info, f"Installed the requirements into {environment.name}.")
    return bool(done)


async def _run(ls: PinwiseServer, title: str, action: Any) -> Any:  # noqa: ANN401 - the action's own
    """Run an action; a refusal or failure is told to the user, and None returned."""
    if not ls.session.trusted:
        message = "Pinwise creates and installs nothing in a workspace that you do not trust."
        _show(ls, types.MessageType.Warning, message)
        return None
    from pinwise.analysis.workspace import ActionError  # noqa: PLC0415 - after `initialize`

    try:
        return await run_action(ls, title, action)
    except CancelledError:
        return None
    except ActionError as error:
        logger.warning("%s: %s", title, error.details or error)
        _show(ls, types.MessageType.Error, str(error))
        return None
    except asyncio.CancelledError:
        raise JsonRpcRequestCancelled from None


async def _choose(ls: PinwiseServer, question: str, answers: Sequence[str]) -> str | None:
    """Ask the user; None where the question was closed."""
    chosen = await ls.window_show_message_request_async(
        types.ShowMessageRequestParams(
            types.MessageType.Info, question, [types.MessageActionItem(a) for a in answers]
        )
    )
    return chosen.title if chosen else None


def _show(ls: PinwiseServer, kind: types.MessageType, message: str) -> None:
    """Show a message to the user."""
    ls.window_show_message(types.ShowMessageParams(kind, message))


def _selected(backend: Backend, folder: Path) -> EnvironmentInfo | None:
    """Return what is selected in a folder; on the engine thread."""
    return backend.workspace.environment_status(folder)["environment"]


async def _info(ls: PinwiseServer, folder: Path, environment: Environment) -> EnvironmentInfo:
    """Return what a client needs to know of an environment."""
    return await ls.session.ask(lambda backend: backend.workspace.info(environment, folder))


def _argument(arguments: Sequence[object]) -> Mapping[str, Any]:
    """Return the one object that a command takes; an empty one if none was given."""
    match arguments:
        case () | (None,):
            return {}
        case (dict() as given,):
            return given
        case _:
            message = "The command takes one object."
            raise JsonRpcInvalidParams(message)


def _text(given: Mapping[str, Any], key: str) -> str | None:
    """Return a string of the argument, or None where it is missing.

    Raises:
        JsonRpcInvalidParams: it is something else than a string.
    """
    value = given.get(key)
    if value is None or isinstance(value, str):
        return value
    message = f"`{key}` must be a string."
    raise JsonRpcInvalidParams(message)


def _folder(ls: PinwiseServer, given: Mapping[str, Any]) -> Path:
    """Return the folder that a command means.

    Raises:
        JsonRpcInvalidParams: none was named, and no folder is open.
    """
    folder = ls.session.folder_of(_text(given, "folder"))
    if folder is None:
        message = "No folder is open."
        raise JsonRpcInvalidParams(message)
    return folder
