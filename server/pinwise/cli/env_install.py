"""`pinwise env install`: install requirements into an environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.analysis.asked import files_for
from pinwise.analysis.installed_changes import already_there, names_of, untouched
from pinwise.analysis.package_actions import Wanted, install_packages
from pinwise.analysis.passed_lines import passed_lines
from pinwise.analysis.single_lines import sources_of
from pinwise.base.redaction import redacted
from pinwise.cli.editables import editable_line, written
from pinwise.cli.env_target import Target, add_option, files_of, target_of_call
from pinwise.cli.output import complain, emit, one_line
from pinwise.cli.places import show
from pinwise.cli.running import run_action
from pinwise.environments.installed import distributions

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "install",
        help="install requirements",
        description="Install requirements, by default all that the project's files ask for.",
    )
    parser.add_argument("requirements", nargs="*", metavar="REQUIREMENT")
    parser.add_argument(
        "-r",
        "--requirement",
        action="append",
        default=[],
        metavar="FILE",
        type=Path,
        help="install what a file asks for; may be given several times",
    )
    parser.add_argument(
        "-e",
        "--editable",
        action="append",
        default=[],
        metavar="FOLDER",
        help="install the project in a folder so that changes to it count at once; may be given"
        " several times",
    )
    parser.add_argument("-U", "--upgrade", action="store_true", help="take newer versions")
    add_option(parser, to_change=True)
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Install them.

    Raises:
        ValueError: there is no environment, nothing to install, or the installer failed.
    """
    files = files_of(given.requirement)
    lines = [editable_line(text) for text in given.editable]
    with target_of_call(given) as target:
        if not files and not given.requirements and not lines:
            files = files_for(target.workspace, target.folder, target.environment)
            if not files:
                message = f"{show(target.folder)} has no requirements to install"
                raise ValueError(message)
        # Files that are installed bring their own.
        sources = () if files else _sources(target)
        place = target.place
        with written([*sources, *lines] if lines else []) as more:
            wanted = Wanted(
                (*files, *more),
                tuple(given.requirements),
                () if more else sources,
                upgrade=given.upgrade,
            )
            changed = run_action(
                lambda progress, cancel: install_packages(
                    place, wanted, progress=progress, cancel=cancel
                )
            )
        for sentence in passed_lines(
            target.workspace, target.folder, target.environment, names_of(given.requirements)
        ):
            complain(f"pinwise: {sentence}")
    where = show(place.environment.prefix)
    if not files:
        there = untouched(given.requirements, changed)
        done = [text for text in given.requirements if text not in there]
        done += [redacted(text) for text in given.editable]
        if done:
            emit(one_line(f"Installed {', '.join(done)} into {where}."))
        # pip and uv pass over what its marker rules out, and call that a success.
        present = distributions(place.environment)
        passed = [text for text in there if names_of([text]).isdisjoint(present)]
        if passed:
            emit(one_line(f"Not for this Python, by its marker: {', '.join(passed)}."))
        there = [text for text in there if text not in passed]
        if there:
            emit(one_line(already_there(there, where, upgrade=given.upgrade)))
    elif changed:
        emit(one_line(f"Installed the requirements into {where}."))
    else:
        emit(one_line(f"Nothing to do: {where} holds what the lines ask for."))
    return 0


def _sources(target: Target) -> tuple[str, ...]:
    """Return where the project's files say that packages come from."""
    files = files_for(target.workspace, target.folder, target.environment)
    return sources_of(target.workspace, target.folder, files)
