"""`pinwise env create`: make an environment in a folder."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pinwise.analysis import actions
from pinwise.analysis.package_actions import Place, Wanted, install_packages
from pinwise.analysis.workspace import Workspace
from pinwise.cli.env_target import add_python, python_of
from pinwise.cli.output import complain, emit, one_line
from pinwise.cli.places import existing, show
from pinwise.cli.running import run_action
from pinwise.environments.creation import name_warning

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.environments.installers import Installer
    from pinwise.environments.types import Environment


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "create",
        help="make an environment",
        description=(
            "Make an environment, by default `.venv` with the Python that the project asks for."
            " If that fails, or is cancelled, nothing of it is left."
        ),
    )
    parser.add_argument("folder", nargs="?", metavar="DIR", type=Path, default=Path())
    add_python(parser)
    parser.add_argument("--name", default=".venv", help="the folder's name (default: .venv)")
    parser.add_argument("--creator", choices=("virtualenv", "venv", "uv"), help="the tool to use")
    parser.add_argument(
        "--install", action="store_true", help="install the project's requirements into it"
    )
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Make it, and have it selected for the folder.

    Raises:
        ValueError: there is no folder, it was not made, or the requirements were not installed.
    """
    folder = existing(given.folder)
    # Before a Python is chosen, which may take its time.
    if not folder.is_dir():
        message = f"{given.folder} is not a folder"
        raise ValueError(message)
    base, request = python_of(given)
    workspace = Workspace((folder,))
    try:
        create = partial(
            actions.create_environment,
            folder,
            name=given.name,
            base=base,
            python_request=request,
            creator=given.creator or workspace.settings_of(folder).creator,
            workspace=(),
        )

        def make(progress: Progress, cancel: CancelToken) -> Environment:
            try:
                return create(progress=progress, cancel=cancel)
            except actions.EnvironmentExists as error:
                message = f"{error} {_way_out(given, error)}"
                raise actions.ActionError(message) from error

        environment = run_action(make)
        _remember(workspace, folder, environment)
        warning = name_warning(given.name)
        if warning:
            complain(f"pinwise: {warning}")
        emit(one_line(f"Made {show(environment.prefix)} with Python {environment.version}."))
        files = workspace.installable_files(folder) if given.install else ()
        installer = workspace.settings_of(folder).installer
    finally:
        workspace.close()
    if given.install and not files:
        complain(f"pinwise: {show(folder)} has no requirements to install")
    if files:
        # The settings refuse what is no installer.
        place = Place(folder, environment, cast("Installer", installer))
        install = partial(install_packages, place, Wanted(files))
        run_action(lambda progress, cancel: install(progress=progress, cancel=cancel))
        emit(one_line(f"Installed the requirements into {show(environment.prefix)}."))
    return 0


def _way_out(given: Namespace, error: actions.EnvironmentExists) -> str:
    """Return a sentence that says what to do about an environment that is there already."""
    command = ["pinwise", "env", "recreate", show(error.environment.prefix)]
    if given.python:
        command += ["--python", given.python]
    return f"Make it anew with `{shlex.join(command)}`, or choose another `--name`."


def _remember(workspace: Workspace, folder: Path, environment: Environment) -> None:
    """Have it selected from now on; it is made, even where nothing can be written for the user."""
    try:
        workspace.environments.select(folder, environment.prefix)
    except OSError as error:
        why = error.strerror or str(error)
        complain(f"pinwise: the choice of {environment.name} cannot be remembered: {why}")
