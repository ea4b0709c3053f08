"""`pinwise check`: the findings in requirements files, for a terminal or a program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.advice.findings import Severity
from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.engine import RULE_NAMES
from pinwise.analysis.environments import SelectionError
from pinwise.analysis.workspace import Workspace
from pinwise.base.facts import Reason
from pinwise.base.paths import absolute
from pinwise.cli.output import complain, emit
from pinwise.cli.places import activated_environment, project_folder, show
from pinwise.cli.render import TextRenderer, as_json, dumped, summary
from pinwise.features.not_checked import describe_unchecked
from pinwise.project.graph import TreeProblemKind
from pinwise.rules import RULES

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable, Mapping, Sequence

    from pinwise.analysis.report import Diagnostic, Unchecked
    from pinwise.analysis.workspace import Analysis
    from pinwise.project.files import Document
    from pinwise.project.graph import TreeProblem
    from pinwise.project.settings_file import SettingsFile

EXIT_UNREADABLE = 2
"""A file to start from cannot be read: to say that nothing is wrong with it would be a lie."""


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "check",
        help="check requirements files",
        description=(
            "Check requirements files and whatever they include. Exit code 0: nothing at warning"
            " or above; 1: something; 2: the call itself failed, or a given file cannot be read."
        ),
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", type=Path, help="files or folders (default: here)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--offline", action="store_true", help="ask no index; use the cache")
    parser.add_argument("--python", metavar="PATH", type=Path, help="judge for this interpreter")
    parser.add_argument("--select", metavar="RULES", help="only these rules, by name or code")
    parser.add_argument("--ignore", metavar="RULES", help="all rules but these")
    parser.add_argument(
        "--strict", action="store_true", help="exit 1 also where something was not checked"
    )
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Check, print, and return the exit code.

    Raises:
        ValueError: the arguments make no sense.
        OSError: the current folder is gone.
    """
    selected = _names(given.select)
    ignored = _names(given.ignore)
    # The settings of the user and the project hold, but for what the call says.
    overrides = {"offline": True} if given.offline else {}
    start = Path.cwd()
    # A link stays itself, as for pip.
    paths = [absolute(start / path) for path in given.paths]
    folders = {project_folder(path, start) for path in paths or [start]}
    try:
        workspace = Workspace(
            tuple(folders),
            overrides=overrides,
            interpreter=given.python,
            activated=activated_environment(),
            rules=[
                rule
                for rule in RULES
                if rule.name not in ignored and (not selected or rule.name in selected)
            ],
            always_on=selected,
        )
    except SelectionError as error:
        raise ValueError(error) from error
    try:
        files = _files(workspace, paths or [start])
        # A file that others include is judged as they include it, as in an editor.
        roots = list(dict.fromkeys(root for file in files for root in workspace.roots_of(file)))
        for folder in {workspace.folder_of(root) for root in roots}:
            workspace.environments.discover(folder)
        analyses = analyse_completely(workspace, roots)
    finally:
        workspace.close()
    return _print(workspace, analyses, _asked(files, analyses), given)


def _asked(files: Iterable[Path], analyses: Iterable[Analysis]) -> set[Path]:
    """Return what a call is about: its files, what they include, and the settings."""
    asked = named = set(files)
    for item in analyses:
        documents = {document.path for document in item.context.documents}
        asked = asked | (item.report.diagnostics.keys() - documents)
        for member in item.context.tree.members:
            if any(step.document.path in named for step in member.via):
                asked.add(member.document.path)
    return asked


def _print(
    workspace: Workspace, analyses: Sequence[Analysis], asked: set[Path], given: Namespace
) -> int:
    """Print the findings of all trees in the files asked for, and return the exit code."""
    texts = {path: text for item in analyses for path, text in item.context.texts.items()}
    paths = sorted({path for item in analyses for path in item.report.diagnostics} & asked)
    diagnostics = [item for path in paths for item in workspace.findings_in(path, analyses)]
    unchecked = [item for item in _unchecked(analyses) if item.path in asked]
    unread = _unread_roots(analyses)
    if given.format == "json":
        print(dumped(as_json(diagnostics, unchecked, unread, texts, show)))
    else:
        count = len(
            {
                document.path
                for item in analyses
                for document in item.context.documents
                if not document.prose and document.path in asked
            }
        )
        _print_text(diagnostics, unchecked, texts, count)
    for problem in unread:
        complain(f"pinwise: {_obstacle(problem)}")
    if unread or any(map(_is_unread, analyses)):
        return EXIT_UNREADABLE
    bad = any(item.severity >= Severity.WARNING for item in diagnostics)
    return int(bad or bool(given.strict and unchecked))


def _obstacle(problem: TreeProblem) -> str:
    """Return why a file cannot be read, with what a person calls it."""
    where, detail = str(problem.path), problem.detail
    if where in detail:
        return detail.replace(where, show(problem.path))
    return f"{show(problem.path)}: {detail}"


def _print_text(
    diagnostics: Sequence[Diagnostic],
    unchecked: Sequence[Unchecked],
    texts: Mapping[Path, Document | SettingsFile],
    count: int,
) -> None:
    """Print the findings as text, and what was not checked on standard error.

    `count` files were checked.
    """
    renderer = TextRenderer(texts, show)
    for diagnostic in diagnostics:
        emit(*renderer.diagnostic(diagnostic), "\n")
    if count:
        files = f"{count} file{'s' * (count != 1)}"
        emit(f"{files} checked: {summary(diagnostics)}.")
    if unchecked:
        complain(describe_unchecked(unchecked))


def _unchecked(analyses: Iterable[Analysis]) -> list[Unchecked]:
    """Return what was not checked, each project of a file once."""
    unique = {
        (item.path, item.what): item for analysis in analyses for item in analysis.report.unchecked
    }
    return list(unique.values())


def _unread_roots(analyses: Iterable[Analysis]) -> list[TreeProblem]:
    """Return the files to start from that cannot be read."""
    return [
        problem
        for analysis in analyses
        for problem in analysis.context.tree.problems
        if problem.include is None and problem.kind is not TreeProblemKind.UNDECODABLE
    ]


def _is_unread(analysis: Analysis) -> bool:
    """Return whether a file to start from cannot be decoded, and no finding says so."""
    root = analysis.context.tree.root
    undecodable = any(
        problem.include is None and problem.kind is TreeProblemKind.UNDECODABLE
        for problem in analysis.context.tree.problems
    )
    # It has no lines, so that nothing else of it can be unchecked.
    return undecodable and any(
        item.path == root and item.reason.reason is Reason.UNREADABLE
        for item in analysis.report.unchecked
    )


def _files(workspace: Workspace, paths: Iterable[Path]) -> list[Path]:
    """Return the files to check, each once; whether they can be read will turn out.

    Raises:
        ValueError: a folder has nothing to check.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        files = workspace.requirements_files(path)
        if not files:
            message = f"{show(path)}: no requirements files found"
            raise ValueError(message)
        found.update(dict.fromkeys(files))
    return list(found)


def _names(words: str | None) -> frozenset[str]:
    """Return the rules that a list separated by commas names; none if it was not given.

    Raises:
        ValueError: there is no such rule, or none is named.
    """
    if words is None:
        return frozenset()
    names = set()
    for word in filter(None, map(str.strip, words.split(","))):
        name = RULE_NAMES.find(word)
        if name is None:
            meant = RULE_NAMES.nearest(word)
            message = f"there is no rule {word!r}" + (f"; did you mean {meant}?" if meant else "")
            raise ValueError(message)
        names.add(name)
    if not names:
        message = "--select and --ignore want names of rules, separated by commas"
        raise ValueError(message)
    return frozenset(names)
