"""The commands about environments: create, install, select, list."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams, JsonRpcRequestCancelled

from pinwise.base.cancellation import CancelledError
from pinwise.lsp.handlers.arguments import (
    command,
    file_in,
    files_in,
    flag_in,
    folder_in,
    text_in,
)
from pinwise.lsp.progress import run_action
from pinwise.lsp.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.environments.types import Environment
    from pinwise.features.environment_info import EnvironmentInfo, EnvironmentStatus
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

logger = logging.getLogger(__name__)

R = TypeVar("R")

CREATE = "pinwise.createEnvironment"
INSTALL = "pinwise.installRequirements"
SELECT = "pinwise.selectEnvironment"
LIST = "pinwise.listEnvironments"
STATUS = "pinwise.environmentStatus"
IGNORE_NOTICE = "pinwise.ignoreNotice"

MISSING_ENVIRONMENT = "missing-environment"


def register(server: PinwiseServer) -> None:
    """Register the commands; each takes one object, described in ARCHITECTURE.md."""
    for name, (handler, keys) in {
        CREATE: (create_environment, "folder file name base python creator install"),
        INSTALL: (install_requirements, "folder file prefix files"),
        SELECT: (select_environment, "folder file path"),
        LIST: (list_environments, "folder file token"),
        STATUS: (environment_status, "folder file"),
        IGNORE_NOTICE: (ignore_notice, "folder notice"),
    }.items():
        server.command(name)(command(handler, keys))


async def create_environment(ls: PinwiseServer, given: Mapping[str, Any]) -> EnvironmentInfo | None:
    """Create an environment, select it, and offer to install the requirements.

    Made in the folder, or in that of the project of `file` in it. One that is there already is
    selected, unless it is broken or has another Python than the one that was asked for: then the
    user is told, who can have it made anew.
    """
    folder, file = folder_in(ls, given), file_in(given)
    base, python = text_in(given, "base"), text_in(given, "python") or ""
    name, creator = text_in(given, "name") or ".venv", text_in(given, "creator")
    install = flag_in(given, "install") if "install" in given else None
    session = ls.session
    project = await session.ask(lambda b: b.workspace.environments.project_of(folder, file))
    settings = await session.ask(lambda backend: backend.workspace.settings_of(project))

    folders = tuple(session.folders)
    existing: list[Environment] = []

    def create(progress: Progress, cancel: CancelToken) -> Environment:
        from pinwise.analysis import actions  # noqa: PLC0415 - after `initialize`

        try:
            return actions.create_environment(
                project,
                name=name,
                base=Path(base) if base else None,
                python_request=python,
                creator=creator or settings.creator,
                workspace=folders,
                progress=progress,
                cancel=cancel,
            )
        except actions.EnvironmentExists as error:
            existing.append(error.environment)
            return error.environment

    title = f"Creating {name}{_where(folder, project)}"
    environment = await run_for_user(ls, folder, title, create, changes=project / name, file=file)
    if environment is None:
        return None
    # Whoever asks for what is there wants to use it, if it is what was asked for.
    if existing and (environment.broken or not await _is_of(ls, environment, base, python)):
        about = {"base": base, "python": python or None, "file": given.get("file")}
        session.spawn(_offer_recreation(ls, folder, environment, about))
        return None
    await session.ask(lambda b: b.workspace.environments.select(folder, environment.prefix, file))
    await session.refresh_environments(folder)
    from pinwise.environments.creation import name_warning  # noqa: PLC0415 - after `initialize`

    warning = name_warning(name)
    if warning and not existing:
        show(ls, types.MessageType.Warning, warning)
    if existing:
        show(ls, types.MessageType.Info, f"{name} was there already, and is selected now.")
    elif install is True:
        await _install(ls, folder, environment, (), file)
    elif install is None:
        session.spawn(_offer_installation(ls, folder, environment, file))
    return await info_of(ls, folder, environment, file)


async def install_requirements(ls: PinwiseServer, given: Mapping[str, Any]) -> dict[str, bool]:
    """Install requirements files, all in one call, into an environment of the folder.

    Without `prefix`, into that of the project of `file`, or of the first of the files.
    """
    folder, prefix, files = folder_in(ls, given), text_in(given, "prefix"), files_in(given)
    file = file_in(given) or next(iter(files), None)
    where = Path(prefix) if prefix else None

    def find(backend: Backend) -> Environment | None:
        from pinwise.analysis.package_actions import changeable  # noqa: PLC0415 - after `initialize`

        return changeable(backend.workspace.environments, folder, where, file)

    environment = await ls.session.ask(find)
    if environment is None:
        await tell_of_none(ls, folder, file, "install into")
        return {"installed": False}
    if prefix and not await agreed_to_change(ls, environment):
        return {"installed": False}
    return {"installed": await _install(ls, folder, environment, files, file)}


async def select_environment(ls: PinwiseServer, given: Mapping[str, Any]) -> EnvironmentInfo | None:
    """Select an environment or interpreter for a folder; null returns to automatic.

    Where the folder holds several projects, `file` says which one is meant.
    """
    folder, file = folder_in(ls, given), file_in(given)
    path = text_in(given, "path")
    where = Path(path) if path else None
    session = ls.session
    problem = await session.ask(lambda backend: _select(backend, folder, where, file))
    if problem:
        raise JsonRpcInvalidParams(problem)
    await session.refresh_environments(folder)
    return (await session.status_of(folder, file))["environment"]


async def list_environments(ls: PinwiseServer, given: Mapping[str, Any]) -> list[EnvironmentInfo]:
    """List environments and interpreters, telling each as it is found where a token is given.

    What was not looked at to the end is told by `pinwise/placesSkipped`.
    """
    folder, file = folder_in(ls, given), file_in(given)
    token = text_in(given, "token")
    session = ls.session
    environments = await session.ask(lambda backend: backend.workspace.environments)
    loop = asyncio.get_running_loop()

    def discover() -> list[EnvironmentInfo]:
        from pinwise.features.environment_info import environment_info  # noqa: PLC0415 - late

        state = environments.state_of(folder, file)

        def tell(environment: Environment) -> None:
            info = environment_info(environment, state, folder)
            message = {"token": token, "environment": info}
            loop.call_soon_threadsafe(ls.protocol.notify, "pinwise/environmentFound", message)

        found = environments.discover(folder, tell if token else None, session.giving_way())
        skipped = [place.message for place in environments.skipped(folder)]
        if token and skipped:
            message = {"token": token, "messages": skipped}
            loop.call_soon_threadsafe(ls.protocol.notify, "pinwise/placesSkipped", message)
        state = environments.state_of(folder, file)
        return [environment_info(environment, state, folder) for environment in found]

    listed = await loop.run_in_executor(session.workers, discover)
    session.looks_later(folder)
    await session.environments_changed(folder)
    return listed


async def environment_status(ls: PinwiseServer, given: Mapping[str, Any]) -> EnvironmentStatus:
    """Return what the status bar shows for a folder, or for the project of a `file` in it."""
    return await ls.session.status_of(folder_in(ls, given), file_in(given))


async def ignore_notice(ls: PinwiseServer, given: Mapping[str, Any]) -> None:
    """Never suggest this again for the folder."""
    folder = folder_in(ls, given)
    notice = text_in(given, "notice") or MISSING_ENVIRONMENT
    await ls.session.ask(lambda backend: backend.workspace.environments.silence(folder, notice))


async def suggest_environment(ls: PinwiseServer, folder: Path, file: Path) -> None:
    """Ask once whether to create an environment for the project of a file, which has none."""
    create, never = "Create .venv", "Don't ask again"
    project = await ls.session.ask(lambda b: b.workspace.environments.project_of(folder, file))
    named = folder.name if project == folder else project.relative_to(folder).as_posix()
    question = f"The project `{named}` lists requirements and has no environment."
    answer = await choose(ls, question, [create, "Not now", never])
    if answer == create:
        await create_environment(ls, {"folder": uri_of(folder), "file": uri_of(file)})
    elif answer == never:
        await ignore_notice(ls, {"folder": uri_of(folder), "notice": MISSING_ENVIRONMENT})


async def _offer_creation(
    ls: PinwiseServer,
    folder: Path,
    file: Path | None,
    why: str,
    kind: types.MessageType = types.MessageType.Error,
) -> None:
    """Tell why nothing can be installed, with the way out beside it."""
    create = "Create .venv"
    if await choose(ls, why, [create], kind) == create:
        about = {"file": uri_of(file)} if file else {}
        await create_environment(ls, {"folder": uri_of(folder), **about})


async def _is_of(
    ls: PinwiseServer, environment: Environment, base: str | None, python: str
) -> bool:
    """Return whether an environment has the Python that was asked for; one X.Y is as good."""
    from pinwise.environments.base_choice import is_of  # noqa: PLC0415 - after `initialize`

    named = Path(base) if base else None
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(ls.session.workers, is_of, environment, named, python)


async def _offer_recreation(
    ls: PinwiseServer, folder: Path, environment: Environment, about: Mapping[str, str | None]
) -> None:
    """Tell that there is an environment already, with the ways out beside it."""
    from pinwise.environments.creation import there_already  # noqa: PLC0415 - after `initialize`
    from pinwise.lsp.handlers.environment_repair import recreate_environment  # noqa: PLC0415 - cycle

    recreate, use = "Recreate it", "Use it as it is"
    answers = [recreate] if environment.broken else [recreate, use]
    told = there_already(environment)
    answer = await choose(ls, told, answers, types.MessageType.Warning)
    target = {"folder": uri_of(folder), **{key: value for key, value in about.items() if value}}
    if answer == recreate:
        await recreate_environment(ls, {**target, "prefix": str(environment.prefix)})
    elif answer == use:
        kept = {key: value for key, value in target.items() if key in {"folder", "file"}}
        try:
            await select_environment(ls, {**kept, "path": str(environment.prefix)})
        except JsonRpcInvalidParams as error:
            # It went while the question stood: nobody waits for an answer that could say so.
            show(ls, types.MessageType.Warning, error.message)


async def _offer_installation(
    ls: PinwiseServer, folder: Path, environment: Environment, file: Path | None
) -> None:
    """Offer to install the requirements of the projects that use an environment, if any."""
    files = await ls.session.ask(lambda backend: files_to_install(backend, folder, environment))
    if not files:
        return
    names = await ls.session.ask(lambda backend: _named(backend, folder, files))
    install = "Install requirements"
    question = f"Created {environment.name}. Install {names} into it?"
    if await choose(ls, question, [install, "Not now"]) == install:
        # The question may have stood for hours; what is left to install is said where it is none.
        left = [file for file in files if file.is_file()]
        await _install(ls, folder, environment, left, file)


async def _install(
    ls: PinwiseServer,
    folder: Path,
    environment: Environment,
    files: Sequence[Path],
    file: Path | None,
) -> bool:
    """Install, with progress; return whether it was done."""
    chosen = files or await ls.session.ask(lambda b: files_to_install(b, folder, environment))
    if not chosen:
        show(ls, types.MessageType.Info, f"{folder.name} has no requirements to install.")
        return False

    # A cycle, and after `initialize`.
    from pinwise.analysis.package_actions import Wanted  # noqa: PLC0415
    from pinwise.lsp.installing import install_into, installed_all  # noqa: PLC0415

    wanted, title = Wanted(files=tuple(chosen)), "Installing requirements"
    changed = await install_into(
        ls, folder, environment, wanted, title=title, files=chosen, file=file
    )
    if changed is None:
        return False
    show(ls, types.MessageType.Info, installed_all(changed, environment))
    return True


async def run_for_user(  # noqa: PLR0913 - what an action is
    ls: PinwiseServer,
    folder: Path,
    title: str,
    action: Callable[[Progress, CancelToken], R],
    *,
    changes: Path,
    file: Path | None = None,
) -> R | None:
    """Run an action, one at a time on what it changes: an environment's prefix, or a file.

    A refusal or failure is told to the user, and None returned. Where an environment is the way
    out, one for the project of `file` is offered.
    """
    if not ls.session.trusted:
        message = "Pinwise changes nothing in a workspace that you do not trust."
        show(ls, types.MessageType.Warning, message)
        return None
    if changes in ls.session.busy:
        message = f"{title}: Pinwise is still at work on {changes.name}."
        message += " Wait, or cancel that first."
        show(ls, types.MessageType.Warning, message)
        return None
    from pinwise.analysis.actions import ActionError  # noqa: PLC0415 - after `initialize`

    try:
        await ls.session.begin(changes, folder)
        return await run_action(ls, title, action)
    except CancelledError:
        return None
    except ActionError as error:
        logger.warning("%s: %s", title, error.details or error)
        if error.needs_environment:
            ls.session.spawn(_offer_creation(ls, folder, file, str(error)))
        else:
            show(ls, types.MessageType.Error, str(error))
        return None
    except asyncio.CancelledError:
        raise JsonRpcRequestCancelled from None
    finally:
        ls.session.ended(changes)


async def choose(
    ls: PinwiseServer,
    question: str,
    answers: Sequence[str],
    kind: types.MessageType = types.MessageType.Info,
) -> str | None:
    """Ask the user; None where the question was closed.

    Editors show a question as it is: its marks of Markdown would stand in the text.
    """
    question = question.replace("`", "")
    chosen = await ls.window_show_message_request_async(
        types.ShowMessageRequestParams(
            kind, question, [types.MessageActionItem(a) for a in answers]
        )
    )
    return chosen.title if chosen else None


async def agrees(ls: PinwiseServer, question: str, action: str, refusal: str = "Cancel") -> bool:
    """Ask before something is lost; whoever closes the question does not agree.

    A client that has `modalQuestions` asks in a dialog, which stays until it is answered:
    messages go away by themselves, and their first button is drawn as what to press.
    """
    if not ls.session.features.modal_questions:
        return await choose(ls, question, [action, refusal], types.MessageType.Warning) == action
    told, mark, detail = question.replace("`", "").partition("? ")
    about = {"message": told + mark.rstrip(), "detail": detail, "action": action}
    return await ls.protocol.send_request_async("pinwise/confirm", about) is True


async def agreed_to_change(ls: PinwiseServer, environment: Environment) -> bool:
    """Ask before a Python that is no environment is changed, as everybody on the machine uses it.

    What the system manages is refused in its own words later, and so is all without trust.
    """
    if not environment.is_base or environment.externally_managed or not ls.session.trusted:
        return True
    from pinwise.features.environment_info import label  # noqa: PLC0415 - after `initialize`

    change = "Change It Nevertheless"
    question = f"{label(environment)} is no environment: others on this machine use it."
    return await agrees(ls, question, change)


def show(ls: PinwiseServer, kind: types.MessageType, message: str) -> None:
    """Show a message to the user, where backticks would stand as they are."""
    message = message.replace("`", "")
    ls.window_show_message(types.ShowMessageParams(kind, message))


async def tell_of_none(ls: PinwiseServer, folder: Path, file: Path | None, purpose: str) -> None:
    """Tell why there is no environment to do something with, and offer one where that helps."""
    from pinwise.analysis.activation import why_none  # noqa: PLC0415 - after `initialize`

    state = await ls.session.ask(lambda b: b.workspace.environments.state_of(folder, file))
    why = why_none(state, purpose)
    if not ls.session.trusted or (state is not None and state.selection.unusable):
        show(ls, types.MessageType.Warning, why)
    else:
        ls.session.spawn(_offer_creation(ls, folder, file, why, types.MessageType.Warning))


def _select(backend: Backend, folder: Path, path: Path | None, file: Path | None) -> str:
    """Record a choice; return what speaks against it, "" if nothing. On the engine thread."""
    from pinwise.analysis.environments import SelectionError  # noqa: PLC0415 - after `initialize`

    try:
        backend.workspace.environments.select(folder, path, file)
    except (SelectionError, OSError) as error:
        return str(error)
    return ""


def files_to_install(backend: Backend, folder: Path, environment: Environment) -> tuple[Path, ...]:
    """Return the files to install into an environment; on the engine thread."""
    from pinwise.analysis.asked import files_for  # noqa: PLC0415 - after `initialize`

    return files_for(backend.workspace, folder, environment)


def _named(backend: Backend, folder: Path, files: Sequence[Path]) -> str:
    """Return the names of files and of what they include; on the engine thread."""
    from pinwise.analysis.asked import named_files  # noqa: PLC0415 - after `initialize`

    return named_files(backend.workspace, folder, files)


def _where(folder: Path, project: Path) -> str:
    """Return where a project lies, as the end of a title: "" where it is the folder itself."""
    return "" if project == folder else f" in {project.relative_to(folder).as_posix()}"


async def info_of(
    ls: PinwiseServer, folder: Path, environment: Environment, file: Path | None = None
) -> EnvironmentInfo:
    """Return what a client needs to know of an environment."""
    from pinwise.features.environment_info import environment_info  # noqa: PLC0415 - as above

    environments = await ls.session.ask(lambda backend: backend.workspace.environments)
    return environment_info(environment, environments.state_of(folder, file), folder)
