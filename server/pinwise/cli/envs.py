"""`pinwise envs`: the environments of a folder, and why each is or is not the one in use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.analysis.environments import Environments
from pinwise.analysis.not_selected import why_not_selected
from pinwise.base.tuples import NamedTuple
from pinwise.cli.output import Coloured, complain, emit, one_line
from pinwise.cli.places import activated_environment, file_of_project, project_folder
from pinwise.environments.binaries import this_machine
from pinwise.features.environment_info import describe_path, environment_info

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable, Sequence

    from pinwise.advice.context import EnvironmentState
    from pinwise.environments.types import Environment

_GREEN: Final = "32"
_RED: Final = "31"
_FAINT: Final = "90"


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "envs",
        help="list environments and interpreters",
        description=(
            "List the environments and interpreters for a folder, with the version and where it "
            "was read, what is wrong, and why each is or is not the one in use (marked with *)."
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
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Print what was found, the selected one marked; what was skipped goes to standard error.

    Raises:
        ValueError: the folder is none.
    """
    folder = given.folder.resolve()
    if not folder.is_dir():
        message = f"{given.folder} is not a folder"
        raise ValueError(message)
    file = file_of_project(folder)
    folder = project_folder(folder, folder)
    environments = Environments(activated=activated_environment())
    found = environments.discover(folder)
    state = environments.state_of(folder, file)
    if given.format == "json":
        print(json.dumps([_record(item, state, folder) for item in found], indent=2))
    else:
        _print_lists(found, state, folder)
    for place in environments.skipped(folder):
        complain(place.message)
    return 0


def _record(item: Environment, state: EnvironmentState | None, folder: Path) -> dict[str, object]:
    """Return an environment as JSON; ARCHITECTURE.md, "Command line contracts"."""
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
        "not_selected_because": why_not_selected(item, state) or None if state else None,
        "architecture": item.architecture,
        "free_threaded": item.free_threaded,
        "found_by": item.found_by,
    }


class _Row(NamedTuple):
    """One environment in a table."""

    item: Environment
    selected: bool
    cells: tuple[str, ...]
    """Version, its source, kind, path."""
    remark: str
    """What is special about it, and why it is not selected."""


def _print_lists(
    found: Sequence[Environment], state: EnvironmentState | None, folder: Path
) -> None:
    environments = [item for item in found if not item.is_base]
    bases = [item for item in found if item.is_base]
    # One reason for all interpreters is told once, beside the heading.
    reasons = {why_not_selected(item, state) for item in bases} if state else set()
    shared = reasons.pop() if len(reasons) == 1 and len(bases) > 1 else ""
    rows = [_row(item, state, folder, "") for item in environments]
    base_rows = [_row(item, state, folder, shared) for item in bases]
    widths = [
        max(map(len, column))
        for column in zip(*(row.cells for row in rows + base_rows), strict=True)
    ]
    if rows:
        emit("Environments\n")
        _print_rows(rows, widths)
        emit("")
    if base_rows:
        emit("Interpreters" + (f" (not in use: {shared})" if shared else "") + "\n")
        _print_rows(base_rows, widths)
        emit("")
    if state:
        chosen = state.selection.environment
        what = describe_path(chosen.prefix, folder) if chosen else "nothing"
        emit(one_line(f"selected: {what}: {state.selection.reason}."))


def _row(item: Environment, state: EnvironmentState | None, folder: Path, shared: str) -> _Row:
    info = environment_info(item, state, folder)
    reason = why_not_selected(item, state) if state else ""
    remarks = [
        "free-threaded" if item.free_threaded else "",
        item.architecture if item.architecture not in {"", this_machine()} else "",
        "externally managed" if item.externally_managed else "",
        "" if reason == shared else reason,
    ]
    cells = (info["version"] or "?", item.version_source, info["kind"], info["description"])
    return _Row(
        item,
        selected=info["selected"],
        cells=tuple(map(one_line, cells)),
        remark=one_line("; ".join(filter(None, remarks))),
    )


def _print_rows(rows: Iterable[_Row], widths: Sequence[int]) -> None:
    for row in rows:
        version, source, kind, path = (
            cell.ljust(width) for cell, width in zip(row.cells, widths, strict=True)
        )
        mark = "*" if row.selected else " "
        where = path if row.remark else path.rstrip()
        parts: list[str | Coloured] = [
            Coloured(f"{mark} {version}", _GREEN) if row.selected else f"{mark} {version}",
            "  ",
            Coloured(source, _FAINT),
            f"  {kind}  ",
            Coloured(where, _RED) if row.item.broken else where,
        ]
        if row.remark:
            parts += ["  ", Coloured(row.remark, _FAINT)]
        emit(*parts)
        for problem in row.item.problems:
            word = Coloured("broken", _RED) if problem.broken else "note"
            emit("    ", word, one_line(f": {problem.message}"))
