"""`pinwise env freeze`: what is installed, as lines that install it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.cli.env_target import add_option, target_of_call
from pinwise.cli.output import emit, plain
from pinwise.environments.freezing import freeze

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "freeze",
        help="print what is installed as requirements",
        description="Print what is installed as `pip freeze` does, without starting a Python.",
    )
    add_option(parser)
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Print the lines.

    Raises:
        ValueError: there is no environment.
    """
    with target_of_call(given) as target:
        text = freeze(target.environment)
    if text:
        emit(plain(text.removesuffix("\n")))
    return 0
