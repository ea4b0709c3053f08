"""Which environment a command of `pinwise env` is about."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pinwise.analysis.environments import SelectionError
from pinwise.analysis.package_actions import Place
from pinwise.analysis.workspace import Workspace
from pinwise.base.paths import absolute
from pinwise.base.tuples import NamedTuple
from pinwise.cli.output import complain
from pinwise.cli.places import (
    activated_environment,
    another_is_active,
    file_of_project,
    project_folder,
    show,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from pinwise.environments.installers import Installer
    from pinwise.environments.types import Environment


class Target(NamedTuple):
    """The environment of a call, and the project that it is used for."""

    workspace: Workspace
    folder: Path
    environment: Environment

    @property
    def place(self) -> Place:
        """What packages are changed with."""
        settings = self.workspace.settings_of(self.folder)
        # The settings refuse what is no installer.
        return Place(self.folder, self.environment, cast("Installer", settings.installer))


def add_option(parser: ArgumentParser, *, to_change: bool = False) -> None:
    """Add the option that names an environment, and for a change the one that allows any."""
    parser.add_argument(
        "--env",
        metavar="PATH",
        type=Path,
        help="an environment or interpreter (default: the one that the project uses)",
    )
    if to_change:
        parser.add_argument(
            "--system",
            action="store_true",
            help="allow a Python that is no environment, which everything on this machine shares",
        )


def add_python(parser: ArgumentParser, when: str = "") -> None:
    """Add the option that names the Python to make an environment from."""
    parser.add_argument(
        "--python",
        metavar="PYTHON",
        default="",
        help=f"{when}an interpreter's path, a version (3.12) or a specifier (>=3.10)",
    )


def python_of(given: Namespace) -> tuple[Path | None, str]:
    """Return the path of the Python that a call names, or else the version; None and "" if none."""
    named: str = given.python
    if os.sep in named or Path(named).suffix == ".exe":
        return absolute(Path.cwd() / named), ""
    return None, named


@contextlib.contextmanager
def target_of_call(given: Namespace) -> Iterator[Target]:
    """Find the environment of a call: the one named, else the one of the project here.

    That one counts even where another is active, which is told. A Python that is no environment
    is changed only where the call says so, as uv has it (`--system`), and pip with
    `--require-virtualenv`.

    Raises:
        ValueError: there is none, or it must not be changed.
    """
    start = Path.cwd()
    folder = project_folder(start, start)
    try:
        workspace = Workspace((folder,), interpreter=given.env, activated=activated_environment())
    except SelectionError as error:
        raise ValueError(error) from error
    try:
        workspace.environments.discover(folder)
        state = workspace.environments.state_of(folder, file_of_project(start))
        chosen = state.selection.environment if state is not None else None
        if state is None or chosen is None or (chosen.is_base and not state.selection.asked_for):
            message = "there is no environment here: make one with `pinwise env create`"
            if state is not None and state.selection.unusable:
                message = state.selection.reason
            raise ValueError(message)
        # What the system manages is refused later in its own words, whatever a call says.
        if chosen.is_base and not chosen.externally_managed and not getattr(given, "system", True):
            message = f"{show(chosen.executable)} is no environment: others on this machine use it."
            message = f"{message} Make one with `pinwise env create`, or say --system"
            raise ValueError(message)
        if given.env is None and (told := another_is_active(chosen.prefix)):
            complain(f"pinwise: {told}")
        yield Target(workspace, folder, chosen)
    finally:
        workspace.close()


def files_of(given: list[Path]) -> tuple[Path, ...]:
    """Return the files that a call names, absolute.

    Raises:
        ValueError: one is not there.
    """
    for file in given:
        if not file.is_file():
            message = f"{file} is no file"
            raise ValueError(message)
    return tuple(absolute(Path.cwd() / file) for file in given)
