"""`pinwise envs`: the environments of a folder, and why the selected one is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.analysis.environments import Environments
from pinwise.cli.output import emit, one_line
from pinwise.cli.places import activated_environment, project_folder
from pinwise.features.environment_info import describe_path, environment_info

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from pinwise.advice.context import EnvironmentState
    from pinwise.environments.types import Environment


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("envs", help="list environments and interpreters")
    parser.add_argument("folder", nargs="?", metavar="DIR", type=Path, default=Path())
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Print what was found, the selected one marked.

    Raises:
        ValueError: the folder is none.
    """
    folder = given.folder.resolve()
    if not folder.is_dir():
        message = f"{given.folder} is not a folder"
        raise ValueError(message)
    folder = project_folder(folder, folder)
    environments = Environments(activated=activated_environment())
    found = environments.discover(folder)
    state = environments.state_of(folder)
    if given.format == "json":
        print(json.dumps([_record(item, state, folder) for item in found], indent=2))
        return 0
    for item in found:
        emit(one_line(_line(item, state, folder)))
        for problem in item.problems:
            emit(one_line(f"    {problem.message}"))
    if state:
        chosen = state.selection.environment
        what = describe_path(chosen.prefix, folder) if chosen else "nothing"
        emit("\n", one_line(f"selected: {what}: {state.selection.reason}."))
    return 0


def _record(item: Environment, state: EnvironmentState | None, folder: Path) -> dict[str, object]:
    """Return an environment as JSON."""
    info = environment_info(item, state, folder)
    selected = info["selected"]
    return {
        "path": info["prefix"],
        "executable": info["executable"],
        "kind": info["kind"],
        "version": info["version"],
        "version_source": item.version_source,
        "is_base": info["isBase"],
        "project": str(item.project) if item.project else None,
        "externally_managed": info["externallyManaged"],
        "broken": info["broken"],
        "problems": info["problems"],
        "selected": selected,
        "reason": state.selection.reason if state and selected else None,
    }


def _line(item: Environment, state: EnvironmentState | None, folder: Path) -> str:
    """Return an environment as one line of text."""
    info = environment_info(item, state, folder)
    mark = "*" if info["selected"] else " "
    broken = "  broken" if info["broken"] else ""
    version = info["version"] or "?"
    return f"{mark} {version:10} {info['kind']:11} {info['description']}{broken}"
