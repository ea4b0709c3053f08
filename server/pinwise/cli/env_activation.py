"""`pinwise env activation`: the line that activates an environment, for a shell to run.

    eval "$(pinwise env activation)"

A program cannot change the variables of the shell that called it; it can only print how.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.analysis.activation import activation
from pinwise.analysis.environments import Environments
from pinwise.cli.places import activated_environment, existing, file_of_project, project_folder
from pinwise.environments.calling_shell import calling_shell
from pinwise.environments.inspection import inspect

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "activation",
        help="print the line that activates an environment",
        description=(
            'Print the line that activates an environment: eval "$(pinwise env activation)" in'
            " bash, zsh and sh, pinwise env activation | source in fish,"
            ' eval "`pinwise env activation`" in csh, pinwise env activation | Out-String |'
            " Invoke-Expression in PowerShell."
        ),
    )
    parser.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        type=Path,
        default=Path(),
        help="an environment, or a folder that uses one (default: the current folder)",
    )
    parser.add_argument("--shell", help="its name or path (default: the one that calls)")
    parser.add_argument(
        "--deactivate", action="store_true", help="print the line that leaves it again"
    )
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Print the line and nothing else, so that a shell can run it.

    Raises:
        ValueError: there is nothing to activate, or it cannot be; the message says why.
    """
    shell = given.shell or calling_shell(os.environ)
    if shell is None:
        message = "nothing tells which shell calls: name it by --shell"
        raise ValueError(message)
    path = existing(given.path)
    prefix = _environment(path, active=given.deactivate and given.path == Path())
    answer = activation(prefix, shell, deactivate=given.deactivate)
    if answer["command"] is None:
        raise ValueError(answer["refused"])
    # Whatever reads it is a shell: the line is whole or not there, and nothing in it is replaced.
    sys.stdout.write(answer["command"] + "\n")
    return 0


def _environment(path: Path, *, active: bool) -> Path | None:
    """Return the environment that is meant: the one at a path, or the one that a folder uses.

    Raises:
        ValueError: the project names what is not there.
    """
    if active and (current := activated_environment()):
        return current
    found = inspect(path)
    if found is not None:
        return found.prefix
    folder = project_folder(path, path)
    environments = Environments(activated=activated_environment())
    environments.discover(folder)
    state = environments.state_of(folder, file_of_project(path))
    if state is not None and state.selection.unusable:
        raise ValueError(state.selection.reason)
    chosen = state.selection.environment if state else None
    return chosen.prefix if chosen else None
