"""`pinwise fix`: mends what can be mended without asking, or shows what it would do.

Files are analysed, mended in memory and analysed again until nothing more can be mended, and only
then written: each at once, in its encoding, and not if somebody changed it meanwhile.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.analysis.complete import analyse_completely
from pinwise.base.paths import absolute
from pinwise.base.text import Origins, apply_edits
from pinwise.base.tuples import NamedTuple
from pinwise.cli.checking import (
    add_choice_of_files_and_rules,
    asked_files,
    chosen_rules,
    describe_unread,
    opened,
    unread_roots,
)
from pinwise.cli.output import complain, emit, one_line
from pinwise.cli.places import show
from pinwise.cli.rewriting import CannotRewriteError, diff, read_file, rewritten_file, write
from pinwise.cli.standard_input import STDIN
from pinwise.features.fix_all import PASSES, UPDATES, choose_fixes
from pinwise.features.not_checked import describe_unchecked
from pinwise.project.settings_file import SettingsFile

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable, Mapping, Sequence

    from pinwise.advice.findings import FileEdit
    from pinwise.analysis.report import Diagnostic
    from pinwise.analysis.workspace import Analysis
    from pinwise.base.text import TextEdit
    from pinwise.cli.checking import Work
    from pinwise.cli.rewriting import Rewrite
    from pinwise.project.files import Document
    from pinwise.syntax.source import Source

EXIT_WOULD_CHANGE = 1
EXIT_FAILED = 2


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "fix",
        help="mend what can be mended without asking",
        description=(
            "Apply the safe fixes of what `check` finds: those that write what was evidently meant."
            " Exit code 0: done; 1: with --diff, something would change; 2: the call itself failed,"
            " or a file could not be read or written, and is untouched."
        ),
    )
    add_choice_of_files_and_rules(parser)
    parser.add_argument(
        "--diff", action="store_true", help="write nothing, show the changes as a unified diff"
    )
    parser.add_argument(
        "--suggested",
        action="store_true",
        help="apply suggested fixes, too: they guess, or change what is installed",
    )
    parser.add_argument(
        "--major",
        action="store_true",
        help="with --select outdated-version, update to new major versions",
    )
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Mend, print what was done, and return the exit code.

    Raises:
        ValueError: the arguments make no sense.
        OSError: the current folder is gone.
    """
    if STDIN in given.paths:
        message = "fix changes files, and does not read standard input; `check -` does"
        raise ValueError(message)
    rules, selected = chosen_rules(given)
    updating = UPDATES in selected
    if given.major and not updating:
        message = "--major wants --select outdated-version: it says which updates are meant"
        raise ValueError(message)
    with opened(given, rules, selected) as work:
        mending = _Mending(work, {absolute(Path.cwd() / path) for path in given.paths})
        left = mending.mend(suggested=given.suggested)
        if updating:
            mending.update(major=given.major)
    failed = _finish(mending, dry=given.diff)
    if given.suggested or updating:
        mending.tell_unchecked()
    for path in sorted(mending.outside):
        why = "it lies outside of the project; name it to have it mended"
        complain(f"pinwise: {show(path)}: {why}")
    unread = [*mending.unread, *mending.undecodable()]
    for problem in unread:
        complain(f"pinwise: {problem}")
    failed = failed or bool(unread)
    _sum_up(mending, left, dry=given.diff, whole=not failed and not mending.outside)
    if failed:
        return EXIT_FAILED
    return EXIT_WOULD_CHANGE if given.diff and mending.changed() else 0


class _Done(NamedTuple):
    """What was mended.

    Attributes:
        line: where that stood in the file as it was, from 1.
        rule: the name of the rule that found it.
        what: what became of it, for a person.
    """

    path: Path
    line: int
    rule: str
    what: str


class _Mending:
    """Files that are being mended in memory.

    Args:
        work: what the call is about.
        named: the paths that it names.

    Attributes:
        done: what was mended, the earlier first.
        texts: the files that changed, as they were and as they are.
        unread: why files to start from cannot be read, in sentences.
        outside: the files that would be mended if they were named.
    """

    def __init__(self, work: Work, named: set[Path]) -> None:
        self.done: list[_Done] = []
        self.texts: dict[Path, tuple[bytes | Exception, str, str]] = {}
        self.unread: list[str] = []
        self.outside: set[Path] = set()
        self._work = work
        self._named = named
        self._version = 0
        self._analyses: Sequence[Analysis] = ()
        self._files: set[Path] = set()
        self._same: dict[Path, Path] = {}
        """The first path of each file: links lead several to one."""
        # `Path.resolve` raises where links lead in a circle.
        self._real = cache(lambda path: Path(os.path.realpath(path)))
        self._sources: dict[Path, Source] = {}
        """The files that changed, as they were."""
        self._origins: dict[Path, list[Origins]] = {}
        """Where the texts that each pass left come from."""

    def mend(self, *, suggested: bool) -> int:
        """Apply fixes until there are no more; return how many findings have suggested ones."""
        for _ in range(PASSES):
            diagnostics = self._diagnostics()
            chosen = choose_fixes(diagnostics, suggested=suggested, writable=self._may_change)
            if not chosen.fixes:
                break
            for diagnostic, fix in chosen.fixes:
                finding = diagnostic.finding
                self._note(finding.path, finding.span.start, diagnostic.rule.name, fix.title)
            self._apply(chosen.edits)
        else:
            message = f"stopped after {PASSES} passes; call `pinwise fix` again for the rest"
            complain(f"pinwise: {message}")
            return 0
        if suggested:
            return 0
        # Of those that take a solve nobody knows yet whether there are any.
        known = [item for item in diagnostics if isinstance(item.finding.fixes, tuple)]
        left = choose_fixes(known, suggested=True, writable=self._is_writable)
        return len(left.fixes) + left.waiting

    def update(self, *, major: bool) -> None:
        """Update the pins of all files, as far as the versions go together."""
        from pinwise.cli.fix_updates import plan  # noqa: PLC0415 - the solver's modules

        for path in sorted(filter(self._is_writable, self._files)):
            # What was updated in one file may hold back another.
            diagnostics = [item for item in self._diagnostics() if item.finding.path == path]
            analysis = next(
                (item for item in self._analyses if path in item.report.diagnostics), None
            )
            if analysis is None or not diagnostics:
                continue
            found = plan(self._work.workspace, analysis, path, major=major)
            if found.message:
                complain(f"{show(path)}: {found.message}")
            edits = {edit: None for line in found.lines for edit in line.edits}
            if not edits or not all(self._is_writable(edit.path) for edit in edits):
                continue
            for line in found.lines:
                start = line.edits[0].edit.span.start if line.edits else 0
                step = f"`{line.name}` {line.current} to {line.to}"
                self._note(path, start, UPDATES, step)
            self._apply(_by_file(edits))

    def changed(self) -> list[Path]:
        """Return the files whose text is another one now."""
        return [path for path, (_, old, new) in self.texts.items() if old != new]

    def rewrite(self, path: Path) -> Rewrite:
        """Return what is to be written to a file.

        Raises:
            CannotRewriteError: its bytes cannot be written back as they are.
            OSError: it could not be read.
        """
        data, old, new = self.texts[path]
        if isinstance(data, Exception):
            raise data
        return rewritten_file(path, data, old, new)

    def tell_unchecked(self) -> None:
        """Say what could not be learnt, so that a missing fix surprises nobody."""
        unchecked = {
            (item.path, item.what): item
            for analysis in self._analyses
            for item in analysis.report.unchecked
            if item.path in self._files
        }
        if unchecked:
            complain(describe_unchecked(list(unchecked.values())))

    def undecodable(self) -> list[str]:
        """Return why files are no text for pip, as they are now: nothing in them was looked at."""
        documents = (
            document
            for analysis in self._analyses
            for document in analysis.context.documents
            if document.path in self._files and not document.prose
        )
        found = {item.path: item.undecodable for item in documents if item.undecodable is not None}
        return [f"{show(path)}: {item.message}" for path, item in found.items()]

    def _diagnostics(self) -> list[Diagnostic]:
        """Analyse the files as they are now; return what was found in those asked for."""
        workspace = self._work.workspace
        analyses = self._analyses = analyse_completely(workspace, self._work.roots())
        self._files = asked_files(self._work.files, analyses)
        paths = sorted({path for item in analyses for path in item.report.diagnostics})
        if not self._version:
            self.unread = [describe_unread(item) for item in unread_roots(analyses)]
        return [
            item
            for path in paths
            if path in self._files
            for item in workspace.findings_in(path, analyses)
        ]

    def _may_change(self, path: Path) -> bool:
        """Return whether a file is writable, and keep those that only have to be named."""
        if path in self._files and not self._is_ours(path):
            self.outside.add(path)
        return self._is_writable(path)

    def _is_writable(self, path: Path) -> bool:
        """Return whether a file is asked for, named or within the projects, and no double."""
        if path not in self._files or not self._is_ours(path):
            return False
        return self._same.setdefault(self._real(path), path) == path

    def _is_ours(self, path: Path) -> bool:
        """Return whether a file is named or lies within the projects; a link may lead anywhere."""
        real = self._real(path)
        within = any(real.is_relative_to(self._real(folder)) for folder in self._work.folders)
        return within or path in self._named

    def _text(self, path: Path) -> Document | SettingsFile:
        """Return the text of a file as it was analysed."""
        return next(
            item.context.texts[path] for item in self._analyses if path in item.context.texts
        )

    def _note(self, path: Path, offset: int, rule: str, what: str) -> None:
        """Keep what is done at a place of a file, with the line where that stood at first."""
        for origins in reversed(self._origins.get(path, ())):
            offset = origins.of(offset)
        source = self._sources.get(path) or self._text(path).source
        self.done.append(_Done(path, source.position(offset).line + 1, rule, what))

    def _apply(self, edits: Mapping[Path, Sequence[TextEdit]]) -> None:
        """Change texts in memory; the workspace takes them for those of an editor."""
        self._version += 1
        texts = {path: self._text(path) for path in edits}
        for path, text in texts.items():
            before = text.source.text
            after = apply_edits(before, edits[path])
            self._sources.setdefault(path, text.source)
            self._origins.setdefault(path, []).append(Origins(edits[path]))
            if path not in self.texts:
                self.texts[path] = (_bytes(path), before, after)
            else:
                self.texts[path] = (*self.texts[path][:2], after)
            if isinstance(text, SettingsFile):
                self._work.workspace.open_settings_file(path, after, self._version)
            else:
                self._work.workspace.documents.open(path, after, self._version)


def _bytes(path: Path) -> bytes | Exception:
    """Return the bytes of a file, or why it cannot be read again."""
    try:
        return read_file(path)
    except (CannotRewriteError, OSError) as error:
        return error


def _by_file(edits: Iterable[FileEdit]) -> dict[Path, list[TextEdit]]:
    found: dict[Path, list[TextEdit]] = {}
    for item in edits:
        found.setdefault(item.path, []).append(item.edit)
    return found


def _finish(mending: _Mending, *, dry: bool) -> bool:
    """Write or show what was mended; return whether any file could not be."""
    failed = set()
    for path in mending.changed():
        name = show(path)
        try:
            change = mending.rewrite(path)
            if not dry:
                write(path, change)
        except (CannotRewriteError, OSError) as error:
            detail = error.strerror if isinstance(error, OSError) else None
            complain(f"pinwise: {name}: {detail or error}")
            failed.add(path)
            continue
        if dry:
            emit("\n".join(diff(change, name, name)))
    mending.done = sorted(
        (item for item in mending.done if item.path not in failed),
        # What was mended one after the other at a place is told so.
        key=lambda item: (item.path, item.line),
    )
    for path in failed:
        del mending.texts[path]
    if not dry:
        for item in mending.done:
            emit(one_line(f"{show(item.path)}:{item.line}: fixed[{item.rule}]: {item.what}"))
    return bool(failed)


def _sum_up(mending: _Mending, left: int, *, dry: bool, whole: bool) -> None:
    """Say how much was mended, and what more could be; under a diff not where it is piped to.

    `whole` says that nothing was passed over: only then is it known that there is nothing to fix.
    """
    count, files = len(mending.done), len(mending.changed())
    told = []
    if count:
        verb = "would be fixed" if dry else "fixed"
        several, more = "s" * (count != 1), "s" * (files != 1)
        told.append(f"{count} finding{several} {verb} in {files} file{more}.")
    elif whole:
        told.append("Nothing to fix.")
    if left:
        told.append(
            f"{left} more {'have' if left != 1 else 'has'} a suggested fix, which"
            " `pinwise fix --suggested --diff` shows."
        )
    if told:
        (complain if dry else emit)(" ".join(told))
