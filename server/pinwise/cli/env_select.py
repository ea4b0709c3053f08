"""`pinwise env select`: which environment a folder uses, as the editor's picker stores it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.analysis.environments import Environments, SelectionError
from pinwise.base.paths import absolute
from pinwise.cli.output import complain, emit, one_line
from pinwise.cli.places import activated_environment, file_of_project, project_folder
from pinwise.features.environment_info import describe_path, label

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "select",
        help="choose the environment that a folder uses",
        description=(
            "Choose the environment that a folder uses, in every editor and on the command line."
            " Without PATH, tell which one it is and why."
        ),
    )
    parser.add_argument(
        "path", nargs="?", metavar="PATH", type=Path, help="an environment or an interpreter"
    )
    parser.add_argument(
        "--folder",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="the folder, or that of a project inside it (default: the current one)",
    )
    parser.add_argument(
        "--auto", action="store_true", help="forget the choice, and select automatically again"
    )
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Store the choice, and print what is in use then.

    Raises:
        ValueError: the folder is none, or there is no environment at the path.
        OSError: the choice cannot be stored.
    """
    here = absolute(Path.cwd() / given.folder)
    if not here.is_dir():
        message = f"{given.folder} is not a folder"
        raise ValueError(message)
    if given.path is not None and given.auto:
        message = "give a path or --auto, not both"
        raise ValueError(message)
    folder = project_folder(here, here)
    file = file_of_project(here)
    environments = Environments(activated=activated_environment())
    environments.discover(folder)
    if given.path is not None or given.auto:
        path = None if given.path is None else absolute(Path.cwd() / given.path.expanduser())
        try:
            environments.select(folder, path, file)
        except SelectionError as error:
            # Named as it was written.
            raise ValueError(str(error).replace(str(path), str(given.path), 1)) from None
    state = environments.state_of(folder, file)
    selection = state.selection if state else None
    if selection is None or selection.environment is None:
        reason = selection.reason if selection else "nothing was found"
        emit(one_line(f"nothing is selected: {reason}."))
        return 0
    chosen = selection.environment
    where = describe_path(chosen.executable if chosen.is_base else chosen.prefix, folder)
    emit(one_line(f"{label(chosen)}, {where}: {selection.reason}."))
    for problem in chosen.problems:
        if problem.broken:
            complain(f"pinwise: {chosen.name} is broken. {problem.message}")
    return 0
