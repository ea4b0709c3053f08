"""`PW104` missing-file: a file or folder that a line names is not there, or is of no use to pip."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix, Severity
from pinwise.advice.problems import shown
from pinwise.advice.variables import lacks_variable
from pinwise.base.text import Span, TextEdit
from pinwise.manifests.declarations import Declaration
from pinwise.project.files import Obstacle
from pinwise.project.local_paths import Lack, Use
from pinwise.rules.registry import Facts, rule
from pinwise.syntax.nodes import IGNORED_KINDS, Kind, ProblemKind
from pinwise.syntax.requirement import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context
    from pinwise.project.files import Document
    from pinwise.project.graph import Include, TreeProblem
    from pinwise.project.local_paths import LostPath
    from pinwise.syntax.nodes import Line


@rule("PW104", "missing-file", severity=Severity.ERROR, needs=Facts.TEXT | Facts.MACHINE)
def missing_file(ctx: Context) -> Iterator[Finding]:
    """A file or folder that a line names, and that is not there."""
    for problem in ctx.tree.problems:
        include = problem.include
        if include is None or lacks_variable(ctx, include.document, include.span):
            continue
        if _is_no_path(ctx, include.line):
            continue
        message = _include_message(problem, include)
        if message:
            document = include.document
            changes = _changes(document, include.span, include.line.target, problem.similar)
            fixes = (*changes, *_creation(ctx, problem, include))
            yield Finding(document.path, include.span, message, fixes=fixes)
    for lost in ctx.tree.lost:
        if not lacks_variable(ctx, lost.document, lost.span) and _counts(ctx, lost):
            fixes = tuple(_path_fixes(lost))
            yield Finding(lost.document.path, lost.span, _path_message(lost), fixes=fixes)


def _include_message(problem: TreeProblem, include: Include) -> str:
    """Say why pip cannot open an included file; "" where another rule or nobody can tell."""
    written = shown(include.span.of(include.document.text))
    option = "-c" if include.line.kind is Kind.CONSTRAINT else "-r"
    match problem.obstacle:
        case Obstacle.MISSING if "\0" in written:
            return "No file can have a NUL in its name, and pip fails on it."
        case Obstacle.MISSING if "://" in written:
            return f"pip takes {written} for a file. It fetches `http:` and `https:` alone."
        case Obstacle.MISSING:
            return f"There is no file {written}. {_hint(problem.similar, _BESIDE)}"
        case Obstacle.FOLDER:
            return f"{written} is a folder, and `{option}` takes a file."
        case Obstacle.DENIED:
            reason = problem.detail.rpartition(": ")[2]
            return f"{written} cannot be read: {reason[:1].lower()}{reason[1:]}."
        case _:
            return ""


def _creation(ctx: Context, problem: TreeProblem, include: Include) -> Iterator[Fix]:
    """Offer to make the file, where its name is one that a requirements file may have."""
    written = include.line.target or ""
    if (
        problem.obstacle is not Obstacle.MISSING
        or include.span.of(include.document.text) != written
    ):
        return
    if ctx.tree.bounds is None or not problem.path.is_relative_to(ctx.tree.bounds):
        return
    if _is_absolute(written) or not written.endswith((".txt", ".in")) or "\0" in written:
        return
    edit = FileEdit(problem.path, TextEdit(Span(0, 0), ""), create=True)
    yield Fix(f"Create {shown(written)}", Applicability.SUGGESTED, (edit,))


def _hint(similar: tuple[str, ...], place: str) -> str:
    """Return the second sentence: what may be meant, else where pip looks."""
    if similar:
        return f"Did you mean `{similar[0]}`?"
    return f"pip looks for it from {place}."


def _path_message(lost: LostPath) -> str:
    """Say what is wrong with the path of a package, a project or of `--find-links`."""
    written = shown(lost.written)
    if lost.use is Use.FIND_LINKS:
        hint = f" Did you mean `{lost.similar[0]}`?" if lost.similar else ""
        text, start = lost.document.text, lost.span.start
        if start - lost.line.span.start == len("-f") and lost.written.isalpha():
            glued = shown(text[start - len("-f") : lost.span.end])
            read = f"pip reads {glued} as `--find-links {lost.written}`."
            return f"{read} {hint.strip() or 'There is no such folder.'}"
        return f"pip ignores {written}, because there is no such file or folder.{hint}"
    if lost.lack is Lack.NOT_INSTALLABLE:
        return (
            f"pip cannot install the folder {written}: it has neither `pyproject.toml` nor"
            " `setup.py`."
        )
    if lost.lack is Lack.IS_A_FILE:
        rest = "`-e` takes a folder." if lost.use is Use.EDITABLE else "pip cannot install it."
        return f"{written} is a file, and {rest}"
    return _missing_message(lost, written)


def _missing_message(lost: LostPath, written: str) -> str:
    """Say that there is nothing at a path."""
    if _meant_package(lost):
        return (
            f"pip takes {written} for a folder here, and there is none. To install the package,"
            " drop the `-e`."
        )
    what = "file" if lost.use is Use.ARCHIVE else "folder"
    if _is_absolute(lost.written) and not lost.similar:
        return f"There is no {what} {written}."
    return f"There is no {what} {written}. {_hint(lost.similar, _START)}"


_BESIDE = "the folder of this file"
_START = "the folder that it is started in"


def _is_absolute(path: str) -> bool:
    return posixpath.isabs(path) or ":" in path


def _counts(ctx: Context, lost: LostPath) -> bool:
    """Return whether pip fails: of an archive it asks only where the line's marker holds."""
    line, requirement = lost.line, lost.line.requirement
    if _is_no_path(ctx, line):
        return False
    if lost.use is not Use.ARCHIVE or lost.lack is not Lack.MISSING or requirement is None:
        return True
    nameless = Declaration(NormalizedName(""), requirement, line.span, line.full_span)
    return ctx.applies(nameless) is not False


def _is_no_path(ctx: Context, line: Line) -> bool:
    """Return whether another rule says of a line that it is meant for something else."""
    return any(
        problem.kind is ProblemKind.MADE_EDITABLE
        or (problem.kind not in IGNORED_KINDS and problem.holds(ctx.pip_at_least))
        for problem in line.problems
    )


def _meant_package(lost: LostPath) -> bool:
    """Return whether `-e` stands before what can only be a package's name."""
    return (
        lost.use is Use.EDITABLE
        and lost.lack is Lack.MISSING
        and lost.span.start > lost.line.span.start
        and not lost.similar
        and NAME.fullmatch(lost.written) is not None
    )


def _path_fixes(lost: LostPath) -> Iterator[Fix]:
    """Yield the ways out for a path."""
    yield from _changes(lost.document, lost.span, lost.written, lost.similar)
    text = lost.document.text
    if _meant_package(lost):
        option = next(found for found in lost.line.options if found.name == "--editable")
        if option.span.start > lost.span.start:
            # pip takes a path before the option for the editable, too.
            return
        before = Span(option.span.start, lost.span.start)
        # Within quotes the name alone would not be a requirement.
        if not set("\"'\\\n") & set(before.of(text)):
            edit = FileEdit(lost.document.path, TextEdit(before, ""))
            yield Fix("Drop the `-e`", Applicability.SUGGESTED, (edit,), preferred=True)
    elif lost.lack is Lack.IS_A_FILE and lost.beside and lost.line.span == lost.span:
        edit = FileEdit(lost.document.path, TextEdit(Span(lost.span.start, lost.span.start), "-r "))
        yield Fix("Include it with `-r`", Applicability.SUGGESTED, (edit,), preferred=True)


def _changes(
    document: Document, span: Span, written: str | None, similar: tuple[str, ...]
) -> Iterator[Fix]:
    """Offer the names that may be meant; what is quoted or continued is left to its author."""
    if span.of(document.text) != written:
        return
    for number, offer in enumerate(similar):
        edit = FileEdit(document.path, TextEdit(span, offer))
        yield Fix(f"Change to `{offer}`", Applicability.SUGGESTED, (edit,), preferred=number == 0)
