"""`pinwise check`: the findings in requirements files, for a terminal or a program."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.advice.findings import Severity
from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.environments import SelectionError
from pinwise.analysis.report import merge
from pinwise.analysis.workspace import Workspace
from pinwise.cli.output import complain, emit
from pinwise.cli.places import activated_environment, project_folder, show
from pinwise.cli.render import TextRenderer, as_json, summary
from pinwise.features.not_checked import describe_unchecked
from pinwise.project.settings import load_settings
from pinwise.rules import RULES

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable, Sequence

    from pinwise.analysis.report import Diagnostic, Unchecked
    from pinwise.analysis.workspace import Analysis
    from pinwise.project.files import Document
    from pinwise.project.graph import TreeProblem
    from pinwise.project.settings import Settings
    from pinwise.rules.registry import Rule

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
    selected = None if given.select is None else _names(given.select)
    rules = _rules(selected, set() if given.ignore is None else _names(given.ignore))
    overrides: dict[str, object] = {"rules": rules} if rules else {}
    if given.offline:
        overrides["offline"] = True
    start = Path.cwd()
    # A link stays itself, as for pip.
    paths = [Path(os.path.abspath(start / path)) for path in given.paths]  # noqa: PTH100
    folders = {project_folder(path, start) for path in paths or [start]}
    try:
        workspace = Workspace(
            tuple(folders),
            overrides=overrides,
            interpreter=given.python,
            activated=activated_environment(),
        )
    except SelectionError as error:
        raise ValueError(error) from error
    try:
        roots = _roots(workspace, paths or [start])
        for folder in {workspace.folder_of(root) for root in roots}:
            workspace.environments.discover(folder)
        _warn_of_settings(workspace, roots)
        analyses = analyse_completely(workspace, roots)
    finally:
        workspace.close()
    if selected:
        analyses = [_as_set_by_the_project(analysis) for analysis in analyses]
    return _print(analyses, given)


def _print(analyses: Sequence[Analysis], given: Namespace) -> int:
    """Print the findings of all trees, each once, and return the exit code."""
    documents = {
        document.path: document for item in analyses for document in item.context.documents
    }
    diagnostics = _merged(analyses)
    unchecked = _unchecked(analyses)
    unread = _unread_roots(analyses)
    if given.format == "json":
        print(json.dumps(as_json(diagnostics, unchecked, unread, documents, show), indent=2))
    else:
        _print_text(diagnostics, unchecked, documents)
    for problem in unread:
        complain(f"pinwise: {_obstacle(problem)}")
    if unread:
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
    documents: dict[Path, Document],
) -> None:
    """Print the findings as text, and what was not checked on standard error."""
    renderer = TextRenderer(documents, show)
    for diagnostic in diagnostics:
        emit(*renderer.diagnostic(diagnostic), "\n")
    if documents:
        files = f"{len(documents)} file{'s' * (len(documents) != 1)}"
        emit(f"{files} checked: {summary(diagnostics)}.")
    if unchecked:
        complain(describe_unchecked(unchecked))


def _warn_of_settings(workspace: Workspace, roots: Iterable[Path]) -> None:
    """Say on standard error which settings mean nothing, each once; the others hold."""
    problems = {
        problem: None
        for folder in dict.fromkeys(root.parent for root in roots)
        for problem in workspace.loaded_settings_of(folder).problems
    }
    for problem in problems:
        where = f"{show(problem.path)}: " if problem.path else ""
        complain(f"pinwise: {where}{problem.message}")


def _as_set_by_the_project(analysis: Analysis) -> Analysis:
    """Return an analysis whose findings have the severities that the project gives them.

    To switch a rule on that the project's settings turn off, `--select` has to override its
    severity, and that of the other selected rules with it.
    """
    settings = load_settings(analysis.context.tree.root.parent).settings
    diagnostics = {
        path: tuple(replace(item, severity=_severity(item.rule, settings)) for item in items)
        for path, items in analysis.report.diagnostics.items()
    }
    return replace(analysis, report=replace(analysis.report, diagnostics=diagnostics))


def _severity(rule: Rule, settings: Settings) -> Severity:
    """Return the severity that settings give a rule when it is on, else its default."""
    word = settings.rules.get(rule.name, "off")
    return rule.severity if word == "off" else Severity[word.upper()]


def _merged(analyses: Iterable[Analysis]) -> list[Diagnostic]:
    """Return the findings by file and place; a file in two trees does not say a thing twice."""
    return merge(
        item
        for analysis in analyses
        for items in analysis.report.diagnostics.values()
        for item in items
    )


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
        if problem.include is None
    ]


def _roots(workspace: Workspace, paths: Iterable[Path]) -> list[Path]:
    """Return the files to start from, each once; whether they can be read will turn out.

    Raises:
        ValueError: a folder has nothing to check.
    """
    roots: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            roots[path] = None
            continue
        files = workspace.requirements_files(path)
        if not files:
            message = f"{show(path)}: no requirements files found"
            raise ValueError(message)
        roots.update(dict.fromkeys(files))
    return list(roots)


def _rules(selected: set[str] | None, ignored: set[str]) -> dict[str, str]:
    """Return the severities that `--select` and `--ignore` mean.

    What is left out is off; what is selected is on, whatever the settings say.
    """
    severities = {}
    for rule in RULES:
        if rule.name in ignored or (selected is not None and rule.name not in selected):
            severities[rule.name] = "off"
        elif selected is not None:
            severities[rule.name] = rule.severity.word
    return severities


def _names(words: str) -> set[str]:
    """Return the rules that a list separated by commas names.

    Raises:
        ValueError: there is no such rule, or none is named.
    """
    known = {word: rule.name for rule in RULES for word in (rule.name, rule.code.lower())}
    names = set()
    for word in filter(None, map(str.strip, words.lower().split(","))):
        if word not in known:
            close = get_close_matches(word, known, n=1)
            message = f"there is no rule {word!r}" + (
                f"; did you mean {close[0]}?" if close else ""
            )
            raise ValueError(message)
        names.add(known[word])
    if not names:
        message = "--select and --ignore want names of rules, separated by commas"
        raise ValueError(message)
    return names
