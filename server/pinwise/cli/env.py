"""`pinwise env`: commands that make, repair and use environments, one module each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.cli import (
    env_activation,
    env_create,
    env_freeze,
    env_install,
    env_list,
    env_recreate,
    env_remove,
    env_select,
    env_sync,
    env_uninstall,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser, _SubParsersAction

_COMMANDS = (
    env_create,
    env_recreate,
    env_remove,
    env_select,
    env_activation,
    env_install,
    env_uninstall,
    env_list,
    env_freeze,
    env_sync,
)


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command with its own commands."""
    parser = commands.add_parser(
        "env",
        help="create, repair and use an environment",
        description="Create, repair and use an environment, as the editor's commands do.",
    )
    own = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in _COMMANDS:
        module.add(own)
