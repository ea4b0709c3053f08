"""`pinwise env recreate`: make an environment anew with the same Python and packages."""

from __future__ import annotations

import os
import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.analysis import repairs
from pinwise.analysis.actions import ActionError
from pinwise.analysis.asked import asked_of
from pinwise.analysis.environments import Environments
from pinwise.analysis.workspace import Workspace
from pinwise.base.paths import absolute
from pinwise.cli.env_target import add_python, python_of
from pinwise.cli.output import complain, emit, one_line
from pinwise.cli.places import (
    activated_environment,
    another_is_active,
    existing,
    file_of_project,
    project_folder,
    show,
)
from pinwise.cli.running import confirmed, run_action
from pinwise.environments.aside import kept_beside

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "recreate",
        help="make an environment anew",
        description=(
            "Make an environment anew, with the same Python or another one, and install the"
            " project's requirements, or without any what was installed. The old one is kept until"
            " that is done, and comes back if it fails or is cancelled."
        ),
    )
    parser.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        type=Path,
        help="an environment (default: the one that the project uses, else .venv)",
    )
    add_python(parser, "with another Python than it has: ")
    parser.add_argument("--creator", choices=("virtualenv", "venv", "uv"), help="the tool to use")
    parser.add_argument("--no-install", action="store_true", help="install nothing into it")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Ask, and make it anew; 1 where the user does not agree.

    Raises:
        ValueError: it was not made, and the old one is as it was.
    """
    prefix = _named(given.path) if given.path is not None else _selected()
    folder = prefix.parent
    base, request = python_of(given)
    plan = partial(repairs.plan_recreation, prefix, (), base=base, python_request=request)
    planned = run_action(lambda _, cancel: plan(cancel))
    reinstall = not given.no_install
    workspace = Workspace((folder,))
    try:
        creator = given.creator or workspace.settings_of(folder).creator
        files = workspace.installable_files(folder)
        asked = asked_of(workspace, folder, planned.environment, files) if files else None
    finally:
        workspace.close()
    if given.yes:
        _refuse_source_code(planned.environment.prefix)
    without = repairs.left_out(planned, asked) if reinstall else ""
    if without and given.yes:
        complain(f"pinwise: {without}")
    question = repairs.recreation_question(planned, files, (), reinstall=reinstall, without=without)
    if not confirmed(question, yes=given.yes):
        return 1
    recreate = partial(
        repairs.recreate_environment,
        folder,
        planned,
        creator=creator,
        files=files,
        reinstall=reinstall,
        workspace=(),
    )
    environment = run_action(lambda progress, cancel: recreate(progress=progress, cancel=cancel))
    told = f"Recreated {show(environment.prefix)} with Python {environment.version}."
    emit(one_line(f"{told} {without}".rstrip()))
    return 0


def _named(given: Path) -> Path:
    """Return the environment at a path, or the place of one that an interrupted call left beside.

    Raises:
        ValueError: there is nothing.
    """
    path = absolute(Path.cwd() / given)
    return path if kept_beside(path) else existing(given)


def _selected() -> Path:
    """Return the environment of the project here, else where its `.venv` belongs.

    One that is active and not the project's is never meant: others may use it.

    Raises:
        ValueError: the project has none.
    """
    here = Path.cwd()
    folder, file = project_folder(here, here), file_of_project(here)
    environments = Environments()
    environments.discover(folder)
    state = environments.state_of(folder, file)
    chosen = state.selection.environment if state is not None else None
    if chosen is None or chosen.is_base:
        place = environments.project_of(folder, file) / ".venv"
        if os.path.lexists(place) or kept_beside(place):
            return place
        message = f"{show(place)} does not exist: make it with `pinwise env create`"
        active = activated_environment()
        # A variable may be left of one that was deleted, perhaps from this very place.
        if active is not None and os.path.isdir(active):  # noqa: PTH112 - raises nothing
            command = f"`pinwise env recreate {shlex.quote(show(active))}`"
            message = f"the project has no environment: {command} means the one that is active"
        raise ValueError(message)
    if told := another_is_active(chosen.prefix):
        complain(f"pinwise: {told}")
    return chosen.prefix


def _refuse_source_code(prefix: Path) -> None:
    try:
        repairs.refuse_source_code(prefix)
    except ActionError as error:
        raise ValueError(error) from error
