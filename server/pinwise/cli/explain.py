"""`pinwise explain`: all that is known about a line, and why it cannot hold with others."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.advice.dependency_conflicts import RULE, resolve
from pinwise.advice.local_lines import unnamed_lines
from pinwise.advice.places import line_number
from pinwise.analysis.complete import LONGEST_LOOK_UP, analyse_completely
from pinwise.analysis.environments import SelectionError
from pinwise.analysis.workspace import Workspace
from pinwise.base.paths import absolute
from pinwise.base.redaction import redacted
from pinwise.cli.checking import describe_unread
from pinwise.cli.output import complain, emit, one_line
from pinwise.cli.places import activated_environment, project_folder, show
from pinwise.cli.render import TextRenderer
from pinwise.features.derivation import conflict_texts, conflict_texts_on_other_targets
from pinwise.features.hover import hover
from pinwise.features.not_checked import describe_unchecked
from pinwise.project.files import Unreadable

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterator, Sequence

    from pinwise.advice.context import Context, Located
    from pinwise.analysis.report import Diagnostic
    from pinwise.analysis.workspace import Analysis


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "explain",
        help="say all that is known about a line, and why it conflicts with others",
        description=(
            "Say what is known about a line and where that is known from, what was found there,"
            " and step by step, why it cannot hold together with others. Exit code 0: it can, as"
            " far as is known; 1: it cannot; 2: the call itself failed."
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
        ValueError: the arguments make no sense, or there is nothing to tell about the line.
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
            always_on=(RULE,),
        )
    except SelectionError as error:
        raise ValueError(error) from error
    try:
        roots = workspace.roots_of(path)
        for folder in {workspace.folder_of(root) for root in roots}:
            workspace.environments.discover_unless_named(folder)
        analyses = analyse_completely(workspace, roots)
        return _Explanation(workspace, analyses, path, given.line).print()
    finally:
        workspace.close()


class _Explanation:
    """What the trees with a file know of one of its lines.

    Args:
        number: the line, from 1, as editors count.
    """

    def __init__(
        self, workspace: Workspace, analyses: Sequence[Analysis], path: Path, number: int
    ) -> None:
        self._workspace = workspace
        self._analyses = [item for item in analyses if path in item.report.diagnostics]
        self._path = path
        self._number = number
        self._where = f"{show(path)}:{number}"
        self._lines = [
            (analysis, located)
            for analysis in self._analyses
            for located in _at(analysis.context, path, number)
        ]

    def print(self) -> int:
        """Print it all and return the exit code.

        Raises:
            ValueError: the file cannot be read, or there is no such line, or nothing is known of
                it, because it names no package and nothing was found there.
        """
        unread = self._workspace.documents.read(self._path)
        if isinstance(unread, Unreadable):
            raise ValueError(describe_unread(unread))  # noqa: TRY004 - the file's fault, not the type's
        last = self._analyses[0].context.texts[self._path].source.line_count
        if not 1 <= self._number <= last:
            message = f"{show(self._path)} has lines 1 to {last}, and none {self._number}"
            raise ValueError(message)
        findings = self._findings()
        if not self._lines and not findings:
            message = f"{self._where} names no package that could be checked"
            raise ValueError(message)
        facts = dict.fromkeys(fact for line in self._lines for fact in self._facts(*line))
        if facts:
            emit("\n".join([f"{self._where}: {one_line(redacted(self._text()))}", *facts]), "\n")
        renderer = TextRenderer(
            {path: text for item in self._analyses for path, text in item.context.texts.items()},
            show,
        )
        for item in findings:
            emit(*renderer.diagnostic(item), "\n")
        return self._conflicts()

    def _conflicts(self) -> int:
        """Print how it follows that the line cannot hold together with others, each way once."""
        texts = dict.fromkeys(
            text
            for analysis, located in self._lines
            for told in (conflict_texts, conflict_texts_on_other_targets)
            for text in told(analysis.context, located)
        )
        for sentences, steps in texts:
            emit("\n".join([f"{self._where}: {sentences}", *(f"  {step}" for step in steps)]))
        unchecked = [item for analysis in self._analyses for item in analysis.report.unchecked]
        if self._lines and not texts:
            certain = not unchecked and all(_holds(item.context) for item in self._analyses)
            # Whatever else was found on the line stands right above.
            known = "" if certain else " is known"
            emit(f"{self._where}: No conflict with other lines{known}.")
        if unchecked:
            complain(describe_unchecked(unchecked))
        return int(bool(texts))

    def _text(self) -> str:
        """Return the requirement as it is written."""
        _, located = self._lines[0]
        span = located.declaration.span
        return located.document.source.text[span.start : span.end]

    def _findings(self) -> list[Diagnostic]:
        """Return what was found on the line; its conflicts are told with all their steps."""
        spans = [located.declaration.span for _, located in self._lines]
        found = []
        for item in self._workspace.findings_in(self._path, self._analyses):
            finding = item.finding
            source = self._analyses[0].context.texts[self._path].source
            first = source.position(finding.span.start).line + 1
            last = source.position(finding.span.end).line + 1
            inside = any(span.start <= finding.span.start <= span.end for span in spans)
            if item.rule.name != RULE and (inside or first <= self._number <= last):
                found.append(item)
        return found

    def _facts(self, analysis: Analysis, located: Located) -> Iterator[str]:
        """Yield what one tree knows of the line, and from where."""
        context = analysis.context
        for include in located.via:
            number = include.document.source.position(include.line.span.start).line + 1
            yield f"  Included by {show(include.document.path)}, line {number}."
        if context.applies(located.declaration) is False:
            yield f"  pip skips it for Python {context.python_version}: its marker is false there."
        if not context.from_index(located):
            yield "  It does not come from an index, so none was asked."
            return
        yield from (f"  {one_line(redacted(line))}" for line in self._told(analysis, located))
        fact = context.listing(located.declaration.name)
        places = getattr(getattr(fact, "value", None), "places", ())
        if places:
            yield f"  Known from {', '.join(place.label for place in places)}."

    def _told(self, analysis: Analysis, located: Located) -> Sequence[str]:
        """Return what a hover over the name tells, without the conflicts."""
        context, environments = analysis.context, self._workspace.environments
        folder = self._workspace.folder_of(context.tree.root)
        installed = environments.installed_of(folder, context.tree.root)
        offset = located.name_span.start
        text = hover(context, self._path, offset, installed)
        if text is not None and text.pending is not None and text.pending.version is not None:
            arrived = threading.Event()
            pair = (text.pending.name, text.pending.version)
            analysis.index.fetch_metadata([pair], lambda _: arrived.set())
            arrived.wait(LONGEST_LOOK_UP)
            text = hover(context, self._path, offset, installed)
        return text.facts if text is not None else ()


def _at(context: Context, path: Path, number: int) -> list[Located]:
    """Return the declarations that a line of the editor belongs to."""
    return [
        located
        for located in (*unnamed_lines(context), *context.declarations)
        if located.path == path
        and line_number(located)
        <= number
        <= located.document.source.position(located.declaration.span.end).line + 1
    ]


def _holds(context: Context) -> bool:
    """Return whether it is certain that all lines of a tree hold together."""
    diagnosis = resolve(context).diagnosis
    return diagnosis is not None and diagnosis.holds
