"""`pinwise doctor`: what a report of a defect needs, without secrets, ready to be pasted."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pinwise.analysis.environments import SelectionError
from pinwise.analysis.workspace import Workspace
from pinwise.base.redaction import redacted
from pinwise.cli import doctor_facts
from pinwise.cli.output import complain, emit, one_line
from pinwise.cli.places import activated_environment, file_of_project, project_folder

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterator

VERSION = 1


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor",
        help="print what a report of a defect needs",
        description=(
            "Print what a report of a defect needs: versions, settings, indexes, environments, and"
            " where each comes from. Secrets are left out, and so is your home folder's name; hosts"
            " and folders are named. Nothing is asked over the network without --online."
        ),
    )
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="the project (default: here)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--online", action="store_true", help="ask each package index whether it answers"
    )
    parser.add_argument("--python", metavar="PATH", type=Path, help="judge for this interpreter")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Print the report.

    Raises:
        ValueError: the folder is none, or the interpreter.
    """
    folder = given.folder.resolve()
    if not folder.is_dir():
        message = f"{given.folder} is not a folder"
        raise ValueError(message)
    file = file_of_project(folder)
    report = cleaned(_report(project_folder(folder, folder), file, given))
    if given.format == "json":
        print(json.dumps({"version": VERSION, **report}, indent=2))
        return 0
    complain("Look through this before you publish it: it names hosts and folders.")
    for heading, section in report.items():
        emit(one_line(heading))
        emit("\n".join(map(one_line, _lines(section, 1))), "\n")
    return 0


def _report(folder: Path, file: Path, given: Namespace) -> dict[str, Any]:
    """Collect everything; `file` says which project of the folder is meant.

    Raises:
        ValueError: the interpreter is none.
    """
    try:
        workspace = Workspace(
            (folder,), interpreter=given.python, activated=activated_environment()
        )
    except SelectionError as error:
        raise ValueError(error) from error
    try:
        found = workspace.environments.discover(folder)
        roots = workspace.requirements_files(folder)
        state = workspace.environments.state_of(folder, file)
        chosen = state.selection.environment if state else None
        prefix = chosen.prefix if chosen else None
        return {
            "pinwise": doctor_facts.installation(),
            "surroundings": doctor_facts.surroundings(),
            "project": {
                "folder": str(folder),
                "requirements files": [str(path.relative_to(folder)) for path in roots],
            },
            "settings": doctor_facts.settings_of(workspace, folder),
            "indexes": doctor_facts.indexes_of(
                workspace, folder, prefix, roots, online=given.online
            ),
            "cache": doctor_facts.cache(),
            "environments": doctor_facts.environments_of(workspace, folder, found, state),
        }
    finally:
        workspace.close()


def cleaned(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return data with the secrets of addresses hidden, and the home folder called `~`."""
    if isinstance(value, dict):
        return {key: cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if not isinstance(value, str):
        return value
    text = redacted(value)
    for home in _homes():
        # What goes on behind it is the name of another folder.
        text = re.sub(rf"{re.escape(home)}(?![\w-])", "~", text)
    return text


def _homes() -> list[str]:
    """Return the names of the home folder, the longer first; none where that is the root."""
    home = os.path.expanduser("~")  # noqa: PTH111 - `Path.home` may raise
    names = {home.rstrip(os.sep), os.path.realpath(home).rstrip(os.sep)}
    return sorted((name for name in names if len(Path(name).parts) > 1), key=len, reverse=True)


def _lines(value: Any, depth: int) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield data as indented lines, without what is empty."""
    indent = "  " * depth
    if isinstance(value, dict):
        for key, item in value.items():
            if item in ("", [], {}, None):
                continue
            if isinstance(item, dict | list):
                yield f"{indent}{key}:"
                yield from _lines(item, depth + 1)
            else:
                yield f"{indent}{key}: {_word(item)}"
    else:
        for item in value:
            if isinstance(item, dict):
                first, *others = _lines(item, 0)
                yield f"{indent}- {first}"
                yield from (f"{indent}  {line}" for line in others)
            else:
                yield f"{indent}- {_word(item)}"


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
