"""`pinwise env install`: install requirements into an environment."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from pinwise.analysis.asked import files_for
from pinwise.analysis.package_actions import Wanted, install_packages
from pinwise.analysis.passed_lines import passed_lines
from pinwise.analysis.single_lines import sources_of
from pinwise.cli.env_target import Target, add_option, files_of, target_of_call
from pinwise.cli.output import complain, emit, one_line
from pinwise.cli.places import show
from pinwise.cli.running import run_action
from pinwise.environments.installed import distributions

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from pinwise.environments.types import Environment


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
    parser.add_argument("-U", "--upgrade", action="store_true", help="take newer versions")
    add_option(parser, to_change=True)
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Install them.

    Raises:
        ValueError: there is no environment, nothing to install, or the installer failed.
    """
    files = files_of(given.requirement)
    with target_of_call(given) as target:
        if not files and not given.requirements:
            files = files_for(target.workspace, target.folder, target.environment)
            if not files:
                message = f"{show(target.folder)} has no requirements to install"
                raise ValueError(message)
        wanted = Wanted(
            files,
            tuple(given.requirements),
            # Files that are installed bring their own.
            () if files else _sources(target),
            upgrade=given.upgrade,
        )
        place = target.place
        before = _stamps(place.environment)
        run_action(
            lambda progress, cancel: install_packages(
                place, wanted, progress=progress, cancel=cancel
            )
        )
        for sentence in passed_lines(
            target.workspace, target.folder, target.environment, _names(given.requirements)
        ):
            complain(f"pinwise: {sentence}")
    after = _stamps(place.environment)
    changed = frozenset(name for name in after if after[name] != before.get(name))
    where = show(place.environment.prefix)
    if not files:
        _tell(given.requirements, changed, where, upgrade=given.upgrade)
    elif changed:
        emit(one_line(f"Installed the requirements into {where}."))
    else:
        emit(one_line(f"Nothing to do: {where} holds what the lines ask for."))
    return 0


def _stamps(environment: Environment) -> dict[NormalizedName, tuple[str, int]]:
    """Return the version of what is installed, and when its record was made.

    What is installed anew in the same version, as a folder is each time, gets a new record.
    """
    stamps = {}
    for name, one in distributions(environment).items():
        try:
            made = Path(one.path).stat().st_mtime_ns
        except OSError:
            made = 0
        stamps[name] = (one.version, made)
    return stamps


def _tell(
    requirements: list[str], changed: frozenset[NormalizedName], where: str, *, upgrade: bool
) -> None:
    """Print which requirements were installed, and which were there already.

    A path or an address has no name to look for: it is installed anew each time.
    """
    there = [text for text in requirements if (own := _names([text])) and not own & changed]
    done = [text for text in requirements if text not in there]
    if done:
        emit(one_line(f"Installed {', '.join(done)} into {where}."))
    if there:
        verb = "is" if len(there) == 1 else "are"
        state = "up to date" if upgrade else f"installed in {where} already"
        emit(one_line(f"{', '.join(there)} {verb} {state}."))


def _sources(target: Target) -> tuple[str, ...]:
    """Return where the project's files say that packages come from."""
    files = files_for(target.workspace, target.folder, target.environment)
    return sources_of(target.workspace, target.folder, files)


def _names(requirements: list[str]) -> frozenset[NormalizedName]:
    """Return the names of requirements; an address has none."""
    names = set()
    for text in requirements:
        with contextlib.suppress(InvalidRequirement):
            names.add(canonicalize_name(Requirement(text).name))
    return frozenset(names)
