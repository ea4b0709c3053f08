"""Removing packages from an environment: `uninstall`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinwise.base.progress import NoProgress, Progress
from pinwise.environments.installed import distributions, normalised_name
from pinwise.environments.installers import (
    InstallationError,
    InstallationFailure,
    choose_runner,
    command_of,
    refuse,
    run_tool,
)
from pinwise.environments.packages import package
from pinwise.environments.pip_output import error_lines
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.base.cancellation import CancelToken
    from pinwise.environments.installers import Installer
    from pinwise.environments.types import Environment

_PIXI_INSTALLER: Final = "uv-pixi"
"""What pixi records of packages from an index, which it installs by uv (PEP 627)."""


def uninstall(  # noqa: PLR0913 - the settings of one call
    environment: Environment,
    names: Iterable[str],
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    runner: Installer = "auto",
    workspace: Sequence[Path] = (),
) -> tuple[str, ...]:
    """Remove packages in one call; what needs them is not looked at.

    Args:
        environment: where from.
        names: of packages, in any spelling. Those that are not installed are left out.
        progress: told of each step.
        cancel: ends the tool. What was removed until then is gone.
        runner: as for `install`.
        workspace: the workspace folders, in which no tool is looked for.

    Returns:
        the names of what was removed.

    Raises:
        InstallationError: it failed or was refused. What conda installed is conda's to remove,
            and what lies in the base Python belongs to that.
        CancelledError: `cancel` was cancelled.
    """
    refuse(environment)
    found = distributions(environment)
    wanted = list(dict.fromkeys(normalised_name(name) for name in names))
    present = [name for name in wanted if name in found]
    for name in present:
        reason = why_kept(environment, name)
        if reason:
            raise InstallationError(reason, InstallationFailure.REFUSED)
    if not present:
        return ()
    progress = progress or NoProgress()
    progress.report(f"Removing {', '.join(present[:3])}{' and more' if len(present) > 3 else ''}")  # noqa: PLR2004 - as many as fit
    chosen = choose_runner(environment, runner, workspace)
    command = command_of(chosen, "uninstall", environment, workspace)
    try:
        run_tool([*command, *present], chosen, folder=None, progress=progress, cancel=cancel)
    except InstallationError as error:
        raise InstallationError(
            str(error),
            error.failure,
            lines=error_lines(error.lines),
            sentence=error.sentence,
            printed=error.printed,
        ) from error
    progress.report("Removed", 1.0)
    return tuple(found[name].name for name in present)


def why_kept(environment: Environment, name: NormalizedName) -> str:
    """Return why an installed package cannot be removed with pip or uv; "" where it can."""
    found = package(environment, name)
    if found is None:
        return ""
    if found.installer == _PIXI_INSTALLER:
        return f"pixi installed {found.name}. Remove it with `pixi remove --pypi {found.name}`."
    if found.installer == "conda":
        # Packages of pixi's environments are conda's, but only pixi knows what asks for them.
        tool = "pixi" if environment.kind is EnvironmentKind.PIXI else "conda"
        return f"{tool} installed {found.name}. Remove it with `{tool} remove`."
    distribution = distributions(environment)[name]
    own = environment.site_packages[:1]
    place = distribution.link or distribution.path
    if not environment.is_base and not any(place.startswith(f"{folder}") for folder in own):
        return f"{found.name} belongs to the base Python, which {environment.name} only sees."
    return ""
