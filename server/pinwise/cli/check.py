"""`pinwise check`: the findings in requirements files, for a terminal or a program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

# Before any of ours, that is not deep in their imports: compiling its patterns recurses, and where
# that begins at the end of a chunk of the stack, Python 3.11 asks the system for another one a
# thousand times. Together 10 ms.
import packaging.requirements  # noqa: F401 - `advice.requires_dist` needs it for any file

from pinwise.advice.findings import Severity
from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.engine import severity_of
from pinwise.base.facts import Reason
from pinwise.base.files import write_atomically
from pinwise.base.paths import absolute
from pinwise.cli.checked import Checked, repository_root
from pinwise.cli.checking import (
    add_choice_of_files_and_rules,
    asked_files,
    chosen_rules,
    describe_unread,
    opened,
    unread_roots,
)
from pinwise.cli.output import complain, emit, print_in_utf8
from pinwise.cli.places import show
from pinwise.cli.render import TextRenderer, as_json, dumped, summary
from pinwise.cli.standard_input import STDIN, read_input
from pinwise.project.graph import TreeProblemKind
from pinwise.syntax.decode import Undecodable, decode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable, Sequence

    from pinwise.analysis.report import Unchecked
    from pinwise.analysis.workspace import Analysis, Workspace
    from pinwise.cli.baseline import Baseline, Filtered
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
            " or above that the baseline does not know; 1: something; 2: the call itself failed,"
            " or a given file cannot be read. A path that is - stands for standard input, as a"
            " file of the current folder."
        ),
    )
    add_choice_of_files_and_rules(parser)
    parser.add_argument(
        "--format",
        choices=("text", "json", "sarif", "github", "gitlab"),
        default="text",
        help="how findings are told: to people (text), to programs (json, sarif, gitlab), or in"
        " the log of a GitHub workflow (github)",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        type=Path,
        help="write what --format says to this file, and print the text for people",
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit 1 also where something was not checked"
    )
    baseline = parser.add_mutually_exclusive_group()
    baseline.add_argument(
        "--baseline", metavar="FILE", type=Path, help="leave out the findings that this file knows"
    )
    baseline.add_argument(
        "--write-baseline",
        metavar="FILE",
        type=Path,
        help="write the findings to this file, for --baseline, instead of printing them",
    )
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Check, print, and return the exit code.

    Raises:
        ValueError: the arguments make no sense.
        OSError: the current folder is gone.
    """
    if given.output and given.format == "text":
        message = "--output wants a --format that a program reads"
        raise ValueError(message)
    # Before anything is asked for: to fail at once is to fail cheaply.
    baseline = _baseline(given)
    rules, selected = chosen_rules(given)
    with opened(given, rules, selected) as work:
        if STDIN in given.paths:
            _open_input(work.workspace)
        analyses = analyse_completely(work.workspace, work.roots())
        workspace, files = work.workspace, work.files
    checked = _checked(workspace, analyses, asked_files(files, analyses), rules)
    complete = not checked.unread and not any(map(_is_unread, analyses))
    if given.write_baseline:
        _write(baseline, checked, complete=complete)
        return 0 if complete else EXIT_UNREADABLE
    filtered = baseline.filtered(checked) if baseline is not None else None
    if filtered is not None:
        checked = checked._replace(diagnostics=filtered.new)
    _print(checked, given, baseline, filtered)
    if not complete:
        return EXIT_UNREADABLE
    bad = any(item.severity >= Severity.WARNING for item in checked.diagnostics)
    return int(bad or bool(given.strict and checked.unchecked))


def _open_input(workspace: Workspace) -> None:
    """Take standard input for a file of the current folder, called `-`.

    Raises:
        ValueError: it is no text for pip, or too large for a requirements file.
    """
    text = decode(read_input())
    if isinstance(text, Undecodable):
        message = f"standard input: {text.message}"
        raise ValueError(message)  # noqa: TRY004 - the input's fault, not the type's
    workspace.documents.open(absolute(Path.cwd() / STDIN), text, 1)


def _checked(
    workspace: Workspace, analyses: Sequence[Analysis], asked: set[Path], rules: Iterable[Rule]
) -> Checked:
    """Return what all trees say of the files asked for."""
    paths = sorted({path for item in analyses for path in item.report.diagnostics} & asked)
    ran = [
        (rule, max((severity_of(rule, item.context.settings) for item in analyses), default=None))
        for rule in rules
    ]
    return Checked(
        diagnostics=[item for path in paths for item in workspace.findings_in(path, analyses)],
        unchecked=[item for item in _unchecked(analyses) if item.path in asked],
        unread=unread_roots(analyses),
        texts={path: text for item in analyses for path, text in item.context.texts.items()},
        files=sorted(
            {
                document.path
                for item in analyses
                for document in item.context.documents
                if not document.prose and document.path in asked
            }
        ),
        rules=[(rule, severity) for rule, severity in ran if severity],
    )


def _baseline(given: Namespace) -> Baseline | None:
    """Return the baseline of a call; the one to write is empty if there is none yet.

    Raises:
        ValueError: the file is no baseline.
        OSError: it cannot be read.
    """
    path = given.baseline or given.write_baseline
    if path is None:
        return None
    from pinwise.cli.baseline import Baseline  # noqa: PLC0415 - few calls have one

    path = absolute(Path.cwd() / path)
    if given.write_baseline and not path.exists():
        return Baseline(path)
    return Baseline.read(path, to_write=bool(given.write_baseline))


def _write(baseline: Baseline | None, checked: Checked, *, complete: bool) -> None:
    """Write what was found to the baseline, unless a file could not be read."""
    assert baseline is not None  # noqa: S101 - the call names it
    if complete:
        new = baseline.updated(checked)
        new.write()
        count = new.counts.total()
        emit(f"{show(baseline.path)} knows {count} finding{'s' * (count != 1)}.")
    _complain_of_unchecked(checked)
    for problem in checked.unread:
        complain(f"pinwise: {describe_unread(problem)}")


def _print(
    checked: Checked, given: Namespace, baseline: Baseline | None, filtered: Filtered | None
) -> None:
    """Print a check in its format, and write it to a file where one was given.

    Raises:
        OSError: that file cannot be written.
    """
    if given.format != "text":
        text = _formatted(checked, given.format, baseline, filtered)
        if given.output:
            # A name that is no UTF-8 stays visible as one.
            data = f"{text}\n".encode(errors="replace")
            write_atomically(absolute(Path.cwd() / given.output), data)
        else:
            print_in_utf8()
            print(text, end="\n" if text else "")
    if given.format == "text" or given.output:
        _print_text(checked, filtered.known if filtered else 0)
    if baseline is not None and filtered is not None and filtered.stale:
        from pinwise.cli.baseline import describe_stale  # noqa: PLC0415 - as above

        complain(describe_stale(filtered.stale, baseline.path))
    for problem in checked.unread:
        complain(f"pinwise: {describe_unread(problem)}")


def _formatted(
    checked: Checked, name: str, baseline: Baseline | None, filtered: Filtered | None
) -> str:
    """Return a check in a format that is no text for people, importing that alone."""
    root = repository_root(Path.cwd())
    if name == "sarif":
        from pinwise.cli.sarif import as_sarif  # noqa: PLC0415 - each format by itself

        return json.dumps(as_sarif(checked, root), indent=1)
    if name == "github":
        from pinwise.cli.github import as_workflow_commands  # noqa: PLC0415 - likewise

        return "\n".join(as_workflow_commands(checked, root))
    if name == "gitlab":
        from pinwise.cli.gitlab import as_code_quality  # noqa: PLC0415 - likewise

        return json.dumps(as_code_quality(checked, root), indent=1)
    record = as_json(checked.diagnostics, checked.unchecked, checked.unread, checked.texts, show)
    if baseline is not None and filtered is not None:
        from pinwise.cli.baseline import stale_record  # noqa: PLC0415 - likewise

        record["known"] = filtered.known
        record["stale"] = stale_record(filtered.stale, baseline.path)
    return dumped(record)


def _print_text(checked: Checked, known: int) -> None:
    """Print the findings as text, and what was not checked on standard error.

    `known` findings were left out, because the baseline has them.
    """
    renderer = TextRenderer(checked.texts, show)
    for diagnostic in checked.diagnostics:
        emit(*renderer.diagnostic(diagnostic), "\n")
    if checked.files:
        count = len(checked.files)
        files = f"{count} file{'s' * (count != 1)}"
        told = f"; {known} known from the baseline" if known else ""
        emit(f"{files} checked: {summary(checked.diagnostics)}{told}.")
    _complain_of_unchecked(checked)


def _complain_of_unchecked(checked: Checked) -> None:
    """Say once what could not be learnt, if anything."""
    if checked.unchecked:
        from pinwise.features.not_checked import describe_unchecked  # noqa: PLC0415 - often none

        complain(describe_unchecked(checked.unchecked))


def _unchecked(analyses: Iterable[Analysis]) -> list[Unchecked]:
    """Return what was not checked, each project of a file once."""
    unique = {
        (item.path, item.what): item for analysis in analyses for item in analysis.report.unchecked
    }
    return list(unique.values())


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
