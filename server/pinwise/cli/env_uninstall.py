"""`pinwise env uninstall`: remove packages from an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.analysis.package_actions import left_needing, uninstall_packages
from pinwise.cli.env_target import add_option, target_of_call
from pinwise.cli.output import emit, one_line
from pinwise.cli.places import show
from pinwise.cli.running import confirmed, run_action

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "uninstall",
        help="remove packages",
        description="Remove packages, after a question that says what still needs them.",
    )
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_option(parser, to_change=True)
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Ask, and remove them; 1 where the user does not agree, or none is installed.

    Raises:
        ValueError: there is no environment, or the packages were not removed.
    """
    with target_of_call(given) as target:
        place = target.place
    names = [canonicalize_name(name) for name in given.names]
    for name, needing in left_needing(place.environment, names).items():
        emit(one_line(f"{', '.join(needing)} still need{'s' * (len(needing) == 1)} {name}."))
    question = f"Uninstall {', '.join(given.names)} from {show(place.environment.prefix)}?"
    if not confirmed(question, yes=given.yes):
        return 1
    removed = run_action(
        lambda progress, cancel: uninstall_packages(place, names, progress=progress, cancel=cancel)
    )
    if removed:
        emit(one_line(f"Removed {', '.join(removed)}."))
    gone = {canonicalize_name(name) for name in removed}
    absent = [name for name in given.names if canonicalize_name(name) not in gone]
    if absent:
        verb = "is" if len(absent) == 1 else "are"
        emit(one_line(f"{', '.join(absent)} {verb} not installed."))
    return 0 if removed else 1
