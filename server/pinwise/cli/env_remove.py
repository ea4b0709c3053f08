"""`pinwise env remove`: delete an environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.analysis import repairs
from pinwise.analysis.actions import ActionError
from pinwise.cli.output import emit, one_line
from pinwise.cli.places import existing, show
from pinwise.cli.running import confirmed, run_action

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "remove",
        help="delete an environment",
        description="Delete an environment. What is none, or is more than one, is never deleted.",
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="its folder, or a link to it")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Ask, and delete it; 1 where the user does not agree.

    Raises:
        ValueError: it was not deleted.
    """
    start = Path.cwd()
    prefix = existing(given.path)
    try:
        _, question = repairs.plan_deletion(prefix, (start,))
        if given.yes:
            repairs.refuse_source_code(prefix)
    except ActionError as error:
        raise ValueError(error) from error
    if not confirmed(question, yes=given.yes):
        return 1
    run_action(lambda progress, _: repairs.delete_environment(prefix, (start,), progress))
    emit(one_line(f"Deleted {show(prefix)}."))
    return 0
