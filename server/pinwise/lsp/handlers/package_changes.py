"""The commands that change the packages of an environment: install, uninstall, sync."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from pinwise.lsp.handlers.arguments import (
    command,
    file_in,
    files_in,
    flag_in,
    text_in,
    texts_in,
)
from pinwise.lsp.handlers.environments import (
    agreed_to_change,
    agrees,
    files_to_install,
    run_for_user,
    show,
    tell_of_none,
)
from pinwise.lsp.handlers.packages import environment_in
from pinwise.lsp.installing import (
    install_into,
    installed_all,
    packages_changed,
    place_of,
    tell_done,
)
from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pinwise.analysis.package_actions import Wanted
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.environments.packages import Package
    from pinwise.environments.types import Environment
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

INSTALL = "pinwise.installPackages"
UNINSTALL = "pinwise.uninstallPackages"
SYNC = "pinwise.syncEnvironment"

_SHOWN = 5
"""Names that a question lists; the rest are counted."""


def register(server: PinwiseServer) -> None:
    """Register the commands; each takes one object, described in ARCHITECTURE.md."""
    for name, (handler, keys) in {
        INSTALL: (install_packages, "folder file prefix requirements upgrade uri"),
        UNINSTALL: (uninstall_packages, "folder file prefix names confirmed"),
        SYNC: (sync_environment, "folder file prefix files uninstall confirmed"),
    }.items():
        server.command(name)(command(handler, keys))


async def install_packages(ls: PinwiseServer, given: Mapping[str, Any]) -> dict[str, bool]:
    """Install single requirements; with `uri`, within what the other lines of that file allow.

    They come from where that file says, or without one those of the project.
    """
    folder, environment = await _environment(ls, given)
    requirements = texts_in(given, "requirements")
    upgrade = flag_in(given, "upgrade")
    uri = text_in(given, "uri")
    path = path_of(uri) if uri else None
    if environment is None or not requirements:
        return {"done": False}
    if given.get("prefix") and not await agreed_to_change(ls, environment):
        return {"done": False}
    wanted, files = await ls.session.ask(
        lambda backend: _wanted(backend, folder, environment, path, requirements, upgrade=upgrade)
    )
    title = f"{'Upgrading' if upgrade else 'Installing'} {_listed(requirements)}"
    changed = await install_into(
        ls, folder, environment, wanted, title=title, files=files, file=path or file_in(given)
    )
    if changed is None:
        return {"done": False}
    # After `initialize`.
    from pinwise.analysis.installed_changes import already_there, untouched  # noqa: PLC0415

    # Of what was installed the view and the findings tell; of what was there nothing would.
    if there := untouched(requirements, changed):
        tell_done(ls, already_there(there, environment.name, upgrade=upgrade))
    return {"done": True}


async def uninstall_packages(ls: PinwiseServer, given: Mapping[str, Any]) -> dict[str, bool]:
    """Remove packages once the user agrees, who is told what still needs them."""
    folder, environment = await _environment(ls, given)
    names = texts_in(given, "names")
    if environment is None or not names:
        return {"done": False}
    if not ls.session.trusted:
        # Refuses, before any question.
        return {"done": await _remove(ls, folder, environment, names)}
    loop = asyncio.get_running_loop()
    absent = await loop.run_in_executor(ls.session.workers, _absent, environment, tuple(names))
    if absent:
        verb = "is" if len(absent) == 1 else "are"
        told = f"{_listed(absent)} {verb} not installed in {environment.name}."
        show(ls, types.MessageType.Info, told)
        names = [name for name in names if name not in absent]
        if not names:
            return {"done": False}
    if not flag_in(given, "confirmed"):
        question = await loop.run_in_executor(
            ls.session.workers, _question, environment, tuple(names)
        )
        if not await agrees(ls, question, "Uninstall"):
            return {"done": False}
    return {"done": await _remove(ls, folder, environment, names)}


async def sync_environment(ls: PinwiseServer, given: Mapping[str, Any]) -> dict[str, bool]:
    """Install what the lines ask for, and with `uninstall` remove what none asks for."""
    folder, environment = await _environment(ls, given)
    if environment is None:
        return {"done": False}
    given_files = tuple(files_in(given))
    files = given_files or await ls.session.ask(
        lambda backend: files_to_install(backend, folder, environment)
    )
    if not files:
        show(ls, types.MessageType.Info, f"{folder.name} has no requirements to install.")
        return {"done": False}
    if given.get("prefix") and not await agreed_to_change(ls, environment):
        return {"done": False}
    title = f"Bringing {environment.name} to what the lines ask for"
    changed = await install_into(
        ls, folder, environment, _all_of(files), title=title, files=files, file=file_in(given)
    )
    if changed is None:
        return {"done": False}
    if flag_in(given, "uninstall"):
        confirmed = flag_in(given, "confirmed")
        done = await _remove_unasked(ls, folder, environment, files, confirmed=confirmed)
        return {"done": done}
    tell_done(ls, installed_all(changed, environment))
    return {"done": True}


async def _remove_unasked(
    ls: PinwiseServer,
    folder: Path,
    environment: Environment,
    files: Sequence[Path],
    *,
    confirmed: bool,
) -> bool:
    """Remove what no line of the files asks for, once the user agrees."""
    extra = await ls.session.ask(lambda backend: _unasked(backend, folder, environment, files))
    if isinstance(extra, str):
        show(ls, types.MessageType.Warning, extra)
        return False
    if not extra:
        tell_done(ls, f"{environment.name} holds what the lines ask for, and nothing else.")
        return True
    names = [package.name for package in extra]
    question = f"No line asks for {_listed(names)}. Remove them from {environment.name}?"
    if not confirmed and not await agrees(ls, question, "Uninstall", "Keep"):
        return False
    return await _remove(ls, folder, environment, names)


async def _environment(
    ls: PinwiseServer, given: Mapping[str, Any]
) -> tuple[Path, Environment | None]:
    """Return what a command is to change; where there is nothing, the user is told."""
    folder, environment = await environment_in(ls, given, to_change=True)
    if environment is None:
        await tell_of_none(ls, folder, file_in(given), "change")
    return folder, environment


async def _remove(
    ls: PinwiseServer, folder: Path, environment: Environment, names: Sequence[str]
) -> bool:
    """Remove packages, with progress; return whether it was done."""
    place = await place_of(ls, folder, environment)

    def remove(progress: Progress, cancel: CancelToken) -> tuple[str, ...]:
        from pinwise.analysis import package_actions  # noqa: PLC0415 - after `initialize`

        return package_actions.uninstall_packages(place, names, progress=progress, cancel=cancel)

    title = f"Uninstalling {_listed(names)}"
    removed = await run_for_user(ls, folder, title, remove, changes=environment.prefix)
    await packages_changed(ls, folder, environment)
    return bool(removed)


def _absent(environment: Environment, names: Sequence[str]) -> list[str]:
    """Return the names of what is not installed; reads the environment."""
    # After `initialize`.
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    from pinwise.environments.installed import installed  # noqa: PLC0415

    present = installed(environment)
    return [name for name in names if canonicalize_name(name) not in present]


def _question(environment: Environment, names: Sequence[str]) -> str:
    """Return what the user is asked before packages are removed; reads the environment."""
    # After `initialize`.
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    from pinwise.analysis.package_actions import left_needing  # noqa: PLC0415

    needing = left_needing(environment, [canonicalize_name(name) for name in names])
    question = f"Uninstall {_listed(names)} from {environment.name}?"
    if not needing:
        return question
    whose = list(dict.fromkeys(name for each in needing.values() for name in each))
    verb = "needs" if len(whose) == 1 else "need"
    return f"{_listed(whose)} still {verb} {_listed(list(needing))}. {question}"


def _unasked(
    backend: Backend, folder: Path, environment: Environment, files: Sequence[Path]
) -> tuple[Package, ...] | str:
    """Return what no line asks for, or why that is not known; on the engine thread."""
    # After `initialize`.
    from pinwise.analysis.actions import ActionError  # noqa: PLC0415
    from pinwise.analysis.asked import asked_of  # noqa: PLC0415
    from pinwise.analysis.package_actions import unasked  # noqa: PLC0415

    try:
        return unasked(environment, asked_of(backend.workspace, folder, environment, files))
    except ActionError as error:
        return str(error)


def _wanted(  # noqa: PLR0913 - what an installation is
    backend: Backend,
    folder: Path,
    environment: Environment,
    path: Path | None,
    requirements: Sequence[str],
    *,
    upgrade: bool,
) -> tuple[Wanted, tuple[Path, ...]]:
    """Return what to install, and the files whose lines may be to blame; on the engine thread."""
    # After `initialize`.
    from pinwise.analysis.package_actions import Wanted  # noqa: PLC0415
    from pinwise.analysis.single_lines import sources_of, wanted_of  # noqa: PLC0415

    if path is None:
        files = files_to_install(backend, folder, environment)
        sources = sources_of(backend.workspace, folder, files)
        return Wanted(requirements=tuple(requirements), options=sources, upgrade=upgrade), files
    return wanted_of(backend.workspace, folder, path, requirements, upgrade=upgrade), (path,)


def _all_of(files: Sequence[Path]) -> Wanted:
    from pinwise.analysis.package_actions import Wanted  # noqa: PLC0415 - after `initialize`

    return Wanted(files=tuple(files))


def _listed(names: Sequence[str]) -> str:
    """Return names for a question or a title: the first ones, and how many more there are."""
    shown = ", ".join(name[:60] for name in names[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
