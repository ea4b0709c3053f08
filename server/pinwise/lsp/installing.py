"""Installing for the user: with progress, and the failure shown on the line that caused it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.analysis.package_actions import Place, Wanted
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.environments.installers import InstallationError, Installer
    from pinwise.environments.types import Environment
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

logger = logging.getLogger(__name__)


async def place_of(ls: PinwiseServer, folder: Path, environment: Environment) -> Place:
    """Return what packages of an environment are changed with: the user's setting, the tools."""
    from pinwise.analysis.package_actions import Place  # noqa: PLC0415 - after `initialize`

    home = await ls.session.ask(lambda b: b.workspace.environments.home_of(folder, environment))
    settings = await ls.session.ask(lambda backend: backend.workspace.settings_of(home))
    # The settings refuse what is no installer.
    return Place(
        home, environment, cast("Installer", settings.installer), tuple(ls.session.folders)
    )


async def install_into(  # noqa: PLR0913 - what a call of an installer is
    ls: PinwiseServer,
    folder: Path,
    environment: Environment,
    wanted: Wanted,
    *,
    title: str,
    files: Sequence[Path],
    file: Path | None = None,
) -> frozenset[NormalizedName] | None:
    """Install, with progress; return the names of what was installed, or None if it was not done.

    A failure is told to the user, and found on its line from then on; see `failed-installation`.

    Args:
        ls: the server.
        folder: the workspace folder.
        environment: where to.
        wanted: what.
        title: of the progress.
        files: the requirements files in which the lines stand that may be to blame.
        file: one of the project that is offered an environment where the system owns this one.
    """
    from pinwise.lsp.handlers.environments import run_for_user  # noqa: PLC0415 - a cycle

    place = await place_of(ls, folder, environment)
    failed: list[InstallationError] = []

    def install(progress: Progress, cancel: CancelToken) -> frozenset[NormalizedName]:
        from pinwise.analysis import package_actions  # noqa: PLC0415 - after `initialize`

        try:
            return package_actions.install_packages(place, wanted, progress=progress, cancel=cancel)
        except package_actions.InstallerError as error:
            failed.append(error.error)
            raise

    prefix = environment.prefix
    changed = await run_for_user(ls, folder, title, install, changes=prefix, file=file)
    done = changed is not None
    await ls.session.ask(lambda backend: _note(backend, place, files, failed, done=done))
    await packages_changed(ls, folder, environment)
    return changed


def installed_all(changed: frozenset[NormalizedName], environment: Environment) -> str:
    """Return what to tell after the requirements of files were installed."""
    if changed:
        return f"Installed the requirements into {environment.name}."
    return f"Nothing to do: {environment.name} holds what the lines ask for."


async def packages_changed(ls: PinwiseServer, folder: Path, environment: Environment) -> None:
    """Have what is installed read anew, the open files judged by it, and the client told."""
    await ls.session.ask(lambda backend: backend.workspace.inventory.forget())
    await ls.session.refresh_environments(folder)
    tell_packages_changed(ls, environment.prefix)


def tell_packages_changed(ls: PinwiseServer, prefix: Path) -> None:
    """Tell a client that shows environments that what is known of the packages of one changed."""
    if ls.session.features.environment_status:
        ls.protocol.notify("pinwise/packagesChanged", {"prefix": str(prefix)})


def tell_done(ls: PinwiseServer, message: str) -> None:
    """Tell the user that something is done."""
    from pinwise.lsp.handlers.environments import show  # noqa: PLC0415 - a cycle

    show(ls, types.MessageType.Info, message)


def _note(
    backend: Backend,
    place: Place,
    files: Sequence[Path],
    failed: Sequence[InstallationError],
    *,
    done: bool,
) -> None:
    """Remember which lines failed, until an installation succeeds; on the engine thread."""
    from pinwise.analysis.package_actions import failed_lines  # noqa: PLC0415 - after `initialize`

    failures = backend.workspace.failures
    if done:
        failures.set(place.environment.prefix, ())
    for error in failed:
        logger.info("%s", "\n".join(error.lines))
        failures.set(place.environment.prefix, failed_lines(backend.workspace, place, files, error))
