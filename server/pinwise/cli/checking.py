"""Which files, settings and rules a call of `check` or `fix` is about."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.analysis.engine import RULE_NAMES
from pinwise.analysis.environments import SelectionError
from pinwise.analysis.workspace import Workspace
from pinwise.base.paths import absolute
from pinwise.base.records import record
from pinwise.cli.checked import unread_detail
from pinwise.cli.places import activated_environment, nothing_in, project_folder, show
from pinwise.project.files import Unreadable
from pinwise.project.graph import TreeProblemKind
from pinwise.rules import RULES

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pinwise.analysis.workspace import Analysis
    from pinwise.project.graph import TreeProblem
    from pinwise.rules.registry import Rule


def add_choice_of_files_and_rules(parser: ArgumentParser) -> None:
    """Add the arguments that `chosen_rules` and `opened` look at."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", type=Path, help="files or folders (default: here)"
    )
    parser.add_argument("--offline", action="store_true", help="ask no index; use the cache")
    parser.add_argument("--python", metavar="PATH", type=Path, help="judge for this interpreter")
    parser.add_argument("--select", metavar="RULES", help="only these rules, by name or code")
    parser.add_argument("--ignore", metavar="RULES", help="all rules but these")


@record(frozen=True)
class Work:
    """What a call works on.

    Attributes:
        files: those to check, without what they include.
        folders: the projects that they belong to.
    """

    workspace: Workspace
    files: tuple[Path, ...]
    folders: frozenset[Path]

    def roots(self) -> list[Path]:
        """Return the files to start from; their environments are then known.

        A file that others include is judged as they include it, as in an editor. One that cannot
        be read is told as what the call names, and not as what they include.
        """
        roots = list(dict.fromkeys(root for file in self.files for root in self._roots_of(file)))
        for folder in {self.workspace.folder_of(root) for root in roots}:
            self.workspace.environments.discover_unless_named(folder)
        return roots

    def _roots_of(self, file: Path) -> tuple[Path, ...]:
        if isinstance(self.workspace.documents.read(file), Unreadable):
            return (file,)
        return self.workspace.roots_of(file)


@contextlib.contextmanager
def opened(given: Namespace, rules: Sequence[Rule], always_on: Collection[str]) -> Iterator[Work]:
    """Open what a call is about; threads, sockets and the cache are released in the end.

    Raises:
        ValueError: the arguments make no sense.
        OSError: the current folder is gone.
    """
    # The settings of the user and the project hold, but for what the call says.
    overrides = {"offline": True} if given.offline else {}
    start = Path.cwd()
    # A link stays itself, as for pip.
    paths = [absolute(start / path) for path in given.paths] or [start]
    folders = {project_folder(path, start) for path in paths}
    try:
        workspace = Workspace(
            tuple(folders),
            overrides=overrides,
            interpreter=given.python,
            activated=activated_environment(),
            rules=rules,
            always_on=always_on,
        )
    except SelectionError as error:
        raise ValueError(error) from error
    try:
        yield Work(workspace, tuple(_files(workspace, paths)), frozenset(folders))
    finally:
        workspace.close()


def chosen_rules(given: Namespace) -> tuple[list[Rule], frozenset[str]]:
    """Return the rules to run, and the names of those that the call asks for by name.

    Raises:
        ValueError: there is no such rule, or none is named.
    """
    selected, ignored = _names(given.select), _names(given.ignore)
    rules = [
        rule
        for rule in RULES
        if rule.name not in ignored and (not selected or rule.name in selected)
    ]
    return rules, selected


def asked_files(files: Iterable[Path], analyses: Iterable[Analysis]) -> set[Path]:
    """Return what a call is about: its files, what they include, and the settings."""
    asked = named = set(files)
    for item in analyses:
        documents = {document.path for document in item.context.documents}
        asked = asked | (item.report.diagnostics.keys() - documents)
        for member in item.context.tree.members:
            if any(step.document.path in named for step in member.via):
                asked.add(member.document.path)
    return asked


def unread_roots(analyses: Iterable[Analysis]) -> list[TreeProblem]:
    """Return the files to start from that cannot be read."""
    return [
        problem
        for analysis in analyses
        for problem in analysis.context.tree.problems
        if problem.include is None and problem.kind is not TreeProblemKind.UNDECODABLE
    ]


def describe_unread(problem: TreeProblem | Unreadable) -> str:
    """Return why a file cannot be read, with what a person calls it."""
    return unread_detail(problem, show(problem.path))


def _files(workspace: Workspace, paths: Iterable[Path]) -> list[Path]:
    """Return the files to check, each once; whether they can be read will turn out.

    Raises:
        ValueError: a folder has nothing to check.
        OSError: it cannot be read.
    """
    found: dict[Path, None] = {}
    for path in paths:
        # `Path.is_dir` raises where a folder above may not be looked into.
        if not os.path.isdir(path):  # noqa: PTH112
            found[path] = None
            continue
        files = workspace.requirements_files(path)
        if not files:
            raise nothing_in(path)
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
