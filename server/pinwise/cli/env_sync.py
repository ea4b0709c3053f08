"""`pinwise env sync`: bring an environment to what the lines ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.analysis.actions import ActionError
from pinwise.analysis.asked import asked_of
from pinwise.analysis.package_actions import (
    Wanted,
    install_packages,
    unasked,
    uninstall_packages,
)
from pinwise.cli.env_target import add_option, files_of, target_of_call
from pinwise.cli.output import emit, one_line
from pinwise.cli.places import show
from pinwise.cli.running import confirmed, run_action

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from pinwise.analysis.asked import Asked
    from pinwise.analysis.package_actions import Place


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "sync",
        help="install what the lines ask for, and remove the rest if told to",
        description=(
            "Install what the project's files, or those named, ask for. With --uninstall, what"
            " no line asks for, and nothing that stays needs, is removed after a question."
        ),
    )
    parser.add_argument("files", nargs="*", metavar="FILE", type=Path)
    parser.add_argument("--uninstall", action="store_true", help="remove what no line asks for")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_option(parser, to_change=True)
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Install, ask, and remove; 1 where the user does not agree to remove.

    Raises:
        ValueError: there is no environment, nothing to install, or the installer failed.
    """
    files = files_of(given.files)
    with target_of_call(given) as target:
        asked = asked_of(target.workspace, target.folder, target.environment, files)
        place = target.place
    if not asked.files:
        message = f"{show(place.folder)} has no requirements to install"
        raise ValueError(message)
    wanted = Wanted(asked.files)
    changed = run_action(
        lambda progress, cancel: install_packages(place, wanted, progress=progress, cancel=cancel)
    )
    where = show(place.environment.prefix)
    if changed:
        emit(one_line(f"Installed what the lines ask for into {where}."))
    elif not given.uninstall:
        emit(one_line(f"Nothing to do: {where} holds what the lines ask for."))
    return _remove(place, asked, yes=given.yes, changed=bool(changed)) if given.uninstall else 0


def _remove(place: Place, asked: Asked, *, yes: bool, changed: bool) -> int:
    """Remove what no line asks for, once the user agrees; return the exit code."""
    try:
        extra = [package.name for package in unasked(place.environment, asked)]
    except ActionError as error:
        raise ValueError(error) from error
    if not extra:
        where = show(place.environment.prefix)
        alone = f"Nothing to do: {where} holds what the lines ask for, and nothing else."
        emit(one_line("Nothing else is installed." if changed else alone))
        return 0
    question = f"No line asks for {', '.join(extra)}. Remove them?"
    if not confirmed(question, yes=yes):
        return 1
    removed = run_action(
        lambda progress, cancel: uninstall_packages(place, extra, progress=progress, cancel=cancel)
    )
    emit(one_line(f"Removed {', '.join(removed)}."))
    return 0
