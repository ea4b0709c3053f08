"""`pinwise explain`: why a line cannot hold together with others, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.advice.dependency_conflicts import RULE, resolve
from pinwise.advice.places import line_number
from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.environments import SelectionError
from pinwise.analysis.workspace import Workspace
from pinwise.base.paths import absolute
from pinwise.cli.output import complain, emit
from pinwise.cli.places import activated_environment, project_folder, show
from pinwise.features.derivation import conflict_texts
from pinwise.features.not_checked import describe_unchecked
from pinwise.rules import RULES

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Sequence

    from pinwise.advice.context import Context, Located
    from pinwise.analysis.workspace import Analysis


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "explain",
        help="say why a line conflicts with others",
        description=(
            "Say why a line cannot hold together with others, step by step. Exit code 0: no"
            " conflict was found; 1: there is one; 2: the call itself failed."
        ),
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a requirements file")
    parser.add_argument("line", metavar="LINE", type=int, help="the number of a line, from 1")
    parser.add_argument("--offline", action="store_true", help="ask no index; use the cache")
    parser.add_argument("--python", metavar="PATH", type=Path, help="judge for this interpreter")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Explain, and return the exit code.

    Raises:
        ValueError: the arguments make no sense, or the line names no package.
        OSError: the current folder is gone.
    """
    start = Path.cwd()
    path = absolute(start / given.file)
    try:
        workspace = Workspace(
            (project_folder(path, start),),
            overrides={"offline": True} if given.offline else {},
            interpreter=given.python,
            activated=activated_environment(),
            rules=[rule for rule in RULES if rule.name == RULE],
            always_on=(RULE,),
        )
    except SelectionError as error:
        raise ValueError(error) from error
    try:
        roots = workspace.roots_of(path)
        for folder in {workspace.folder_of(root) for root in roots}:
            workspace.environments.discover(folder)
        return _print(analyse_completely(workspace, roots), path, given.line)
    finally:
        workspace.close()


def _print(analyses: Sequence[Analysis], path: Path, number: int) -> int:
    """Print what each tree with the file knows of the line, each text once."""
    where = f"{show(path)}:{number}"
    texts: dict[tuple[str, tuple[str, ...]], None] = {}
    lines: list[Located] = []
    for analysis in analyses:
        for located in _at(analysis.context, path, number):
            lines.append(located)
            texts |= dict.fromkeys(conflict_texts(analysis.context, located))
    if not lines:
        message = f"{where} names no package that could be checked"
        raise ValueError(message)
    for sentences, steps in texts:
        emit("\n".join([f"{where}: {sentences}", *(f"  {step}" for step in steps)]))
    unchecked = [item for analysis in analyses for item in analysis.report.unchecked]
    if not texts:
        certain = not unchecked and all(_holds(analysis.context) for analysis in analyses)
        emit(f"{where}: {'No conflict.' if certain else 'No conflict is known.'}")
    if unchecked:
        complain(describe_unchecked(unchecked))
    return int(bool(texts))


def _at(context: Context, path: Path, number: int) -> list[Located]:
    """Return the declarations that a line of the editor belongs to."""
    return [
        located
        for located in context.declarations
        if located.path == path
        and line_number(located)
        <= number
        <= located.document.source.position(located.declaration.span.end).line + 1
    ]


def _holds(context: Context) -> bool:
    """Return whether it is certain that all lines of a tree hold together."""
    diagnosis = resolve(context).diagnosis
    return diagnosis is not None and diagnosis.holds
