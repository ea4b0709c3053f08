"""`pinwise check`: the findings in requirements files, for a terminal or a program."""

from __future__ import annotations

import json
import os
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.advice.findings import Severity
from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.environments import SelectionError
from pinwise.analysis.report import merge
from pinwise.analysis.workspace import Workspace
from pinwise.cli.render import TextRenderer, as_json, summary
from pinwise.features.not_checked import describe_unchecked
from pinwise.rules import RULES

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable, Sequence

    from pinwise.analysis.report import Diagnostic, Unchecked
    from pinwise.analysis.workspace import Analysis
    from pinwise.project.files import Document


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "check",
        help="check requirements files",
        description=(
            "Check requirements files and whatever they include. Exit code 0: nothing at warning"
            " or above; 1: something; 2: the call itself failed."
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
        OSError: a path cannot be read.
    """
    rules = _rules(given.select, given.ignore)
    overrides: dict[str, object] = {"rules": rules} if rules else {}
    if given.offline:
        overrides["offline"] = True
    start = Path.cwd()
    try:
        workspace = Workspace((start,), overrides=overrides, interpreter=given.python)
    except SelectionError as error:
        raise ValueError(error) from error
    try:
        roots = _roots(workspace, [start / path for path in given.paths] or [start])
        for folder in {workspace.folder_of(root) for root in roots}:
            workspace.environments.discover(folder)
            _warn_of_settings(workspace, folder)
        analyses = analyse_completely(workspace, roots)
    finally:
        workspace.close()
    return _print(analyses, given)


def _print(analyses: Sequence[Analysis], given: Namespace) -> int:
    """Print the findings of all trees, each once, and return the exit code."""
    documents = {
        document.path: document for item in analyses for document in item.context.documents
    }
    diagnostics = _merged(analyses)
    unchecked = _unchecked(analyses)
    if given.format == "json":
        print(json.dumps(as_json(diagnostics, unchecked, documents, _show), indent=2))
    else:
        _print_text(diagnostics, unchecked, documents)
    bad = any(item.severity >= Severity.WARNING for item in diagnostics)
    return int(bad or bool(given.strict and unchecked))


def _print_text(
    diagnostics: Sequence[Diagnostic],
    unchecked: Sequence[Unchecked],
    documents: dict[Path, Document],
) -> None:
    """Print the findings as text, and what was not checked on standard error."""
    renderer = TextRenderer(documents, _show, colour=_colourful())
    for diagnostic in diagnostics:
        print(renderer.diagnostic(diagnostic), end="\n\n")
    files = f"{len(documents)} file{'s' * (len(documents) != 1)}"
    print(f"{files} checked: {summary(diagnostics)}.")
    if unchecked:
        sys.stderr.write(describe_unchecked(unchecked) + "\n")


def _warn_of_settings(workspace: Workspace, folder: Path) -> None:
    """Say on standard error which settings mean nothing; the others hold."""
    for problem in workspace.loaded_settings_of(folder).problems:
        where = f"{_show(problem.path)}: " if problem.path else ""
        sys.stderr.write(f"pinwise: {where}{problem.message}\n")


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


def _roots(workspace: Workspace, paths: Iterable[Path]) -> list[Path]:
    """Return the files to start from.

    Raises:
        OSError: a path is not there.
        ValueError: a folder has nothing to check.
    """
    roots: dict[Path, None] = {}
    for path in paths:
        path = Path(os.path.abspath(path))  # noqa: PLW2901, PTH100 - a link stays itself
        if path.is_dir():
            files = workspace.requirements_files(path)
            if not files:
                message = f"{_show(path)}: no requirements files found"
                raise ValueError(message)
            roots.update(dict.fromkeys(files))
        else:
            path.stat()
            roots[path] = None
    return list(roots)


def _rules(select: str | None, ignore: str | None) -> dict[str, str]:
    """Return the severities that `--select` and `--ignore` mean: those left out are off."""
    chosen = _names(select) if select else {rule.name for rule in RULES}
    left = chosen - (_names(ignore) if ignore else set())
    return {rule.name: "off" for rule in RULES if rule.name not in left}


def _names(words: str) -> set[str]:
    """Return the rules that a list separated by commas names.

    Raises:
        ValueError: there is no such rule.
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
    return names


def _show(path: Path) -> str:
    """Return a path as it is read most easily: from here where it lies below."""
    start = Path.cwd()
    return str(path.relative_to(start)) if path.is_relative_to(start) else str(path)


def _colourful() -> bool:
    """Whether the output goes to a terminal that wants colours (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
