"""The commands that read the packages of an environment: list, show, freeze."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from pinwise.lsp.handlers.arguments import command, file_in, folder_in, text_in
from pinwise.lsp.installing import tell_packages_changed
from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.utils import NormalizedName

    from pinwise.analysis.asked import Asked
    from pinwise.analysis.latest import Newest
    from pinwise.analysis.package_list import PackageDetails, PackageInfo
    from pinwise.environments.types import Environment
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

LIST = "pinwise.listPackages"
SHOW = "pinwise.showPackage"
FREEZE = "pinwise.freeze"

PATIENCE = 1.0
"""Seconds that a list waits for newer versions; what comes later is told of."""

LONGEST = 30.0
"""Seconds after which nobody waits for them any more."""


def register(server: PinwiseServer) -> None:
    """Register the commands; each takes one object, described in ARCHITECTURE.md."""
    for name, (handler, keys) in {
        LIST: (list_packages, "folder file prefix"),
        SHOW: (show_package, "folder file prefix name"),
        FREEZE: (freeze, "folder file prefix uri"),
    }.items():
        server.command(name)(command(handler, keys))


async def environment_in(
    ls: PinwiseServer, given: Mapping[str, Any], *, to_change: bool = False
) -> tuple[Path, Environment | None]:
    """Return the folder and the environment that a command means; None where there is none.

    Without `prefix`, the environment that the folder uses, or the project of `file` in it. With
    `to_change`, no Python that nobody asked for (`package_actions.changeable`).
    """
    folder, file = folder_in(ls, given), file_in(given)
    prefix = text_in(given, "prefix")
    where = Path(prefix) if prefix else None
    session = ls.session
    # Whoever asks right after the start waits for the environments to be found.
    if where is None and not await session.ask(lambda b: b.workspace.environments.known(folder)):
        await session.refresh_environments(folder)

    def find(backend: Backend) -> Environment | None:
        environments = backend.workspace.environments
        if not to_change:
            return environments.at(folder, where, file)
        from pinwise.analysis.package_actions import changeable  # noqa: PLC0415 - after `initialize`

        return changeable(environments, folder, where, file)

    return folder, await session.ask(find)


async def list_packages(ls: PinwiseServer, given: Mapping[str, Any]) -> list[PackageInfo]:
    """Return the packages of an environment.

    Newer versions that are not known yet are asked for. What does not come at once is told of by
    `pinwise/packagesChanged`, to clients that show environments.
    """
    folder, environment = await environment_in(ls, given)
    if environment is None:
        return []
    asked, newest = await ls.session.ask(lambda backend: _facts(backend, folder, environment))
    loop = asyncio.get_running_loop()

    def listed() -> tuple[list[PackageInfo], bool]:
        from pinwise.analysis import package_list  # noqa: PLC0415 - after `initialize`

        names = _from_index(environment)
        complete = newest.wait(names, PATIENCE)
        known = newest.known(names)
        return package_list.list_packages(environment, asked, known), complete

    found, complete = await loop.run_in_executor(ls.session.workers, listed)
    if not complete and ls.session.features.environment_status:

        async def tell_later() -> None:
            def wait() -> bool:
                return newest.wait(_from_index(environment), LONGEST)

            if await loop.run_in_executor(ls.session.workers, wait):
                tell_packages_changed(ls, environment.prefix)

        ls.session.spawn(tell_later())
    return found


async def show_package(ls: PinwiseServer, given: Mapping[str, Any]) -> PackageDetails | None:
    """Return all that is known of one package; null if it is not installed."""
    folder, environment = await environment_in(ls, given)
    name = text_in(given, "name")
    if not name:
        message = "showPackage takes the name of a package."
        raise JsonRpcInvalidParams(message)
    if environment is None:
        return None
    asked, newest = await ls.session.ask(lambda backend: _facts(backend, folder, environment))

    def shown() -> PackageDetails | None:
        # After `initialize`.
        from packaging.utils import canonicalize_name  # noqa: PLC0415

        from pinwise.analysis import package_list  # noqa: PLC0415

        key = canonicalize_name(name)
        names = [each for each in _from_index(environment) if each == key]
        newest.wait(names, PATIENCE)
        return package_list.show_package(environment, key, asked, newest.known(names))

    return await asyncio.get_running_loop().run_in_executor(ls.session.workers, shown)


async def freeze(ls: PinwiseServer, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what `pip freeze` prints; with `uri`, write it there by one edit of the client."""
    _, environment = await environment_in(ls, given)
    uri = text_in(given, "uri")
    path = path_of(uri) if uri else None
    if uri and path is None:
        message = "`uri` must name a file."
        raise JsonRpcInvalidParams(message)
    if environment is None:
        return {"text": ""}

    def frozen() -> str:
        from pinwise.environments import freezing  # noqa: PLC0415 - after `initialize`

        return freezing.freeze(environment)

    text = await asyncio.get_running_loop().run_in_executor(ls.session.workers, frozen)
    if path is not None:
        edit = await ls.session.ask(lambda backend: _edit(backend, path, text))
        if edit is not None:
            label = f"Freeze {environment.name}"
            await ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label))
    return {"text": text}


def _facts(backend: Backend, folder: Path, environment: Environment) -> tuple[Asked, Newest]:
    """Return what the project asks for, and who knows what is newest; on the engine thread."""
    from pinwise.analysis.asked import asked_of  # noqa: PLC0415 - after `initialize`

    asked = asked_of(backend.workspace, folder, environment)
    root = next(iter(asked.files), None)
    return asked, backend.workspace.newest_for(folder, environment, root)


def _from_index(environment: Environment) -> list[NormalizedName]:
    """Return the packages that came from an index: of no other has an index newer versions."""
    from pinwise.environments.inventory import take  # noqa: PLC0415 - after `initialize`

    installed = take(environment)
    return [name for name in installed.versions if name not in installed.origins]


def _edit(backend: Backend, path: Path, text: str) -> types.WorkspaceEdit | None:
    """Return the edit that makes a text of a file; None where it is that already.

    None, too, where the client takes no such edit: it has the text in the answer.
    """
    # After `initialize`.
    from pinwise.advice.findings import FileEdit  # noqa: PLC0415
    from pinwise.base.text import Span, TextEdit, difference  # noqa: PLC0415
    from pinwise.lsp.convert import workspace_edit  # noqa: PLC0415
    from pinwise.project.files import Unreadable  # noqa: PLC0415

    if not backend.features.apply_edits:
        return None
    document = backend.workspace.documents.read(path)
    if isinstance(document, Unreadable):
        if not backend.features.create_files:
            return None
        edit = FileEdit(path, TextEdit(Span(0, 0), text), create=True)
        return workspace_edit((edit,), {}, backend.features, backend.encoding)
    newline = "\r\n" if "\r\n" in document.text else "\n"
    changed = difference(document.text, text.replace("\n", newline))
    if changed is None:
        return None
    texts = {path: document}
    return workspace_edit((FileEdit(path, changed),), texts, backend.features, backend.encoding)
