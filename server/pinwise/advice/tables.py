"""Tables that `pip list` and `conda list` print, pasted into a requirements file."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Fix
from pinwise.base.patterns import late
from pinwise.base.text import TextEdit
from pinwise.base.tuples import NamedTuple
from pinwise.syntax.nodes import Kind
from pinwise.syntax.requirements import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Line

_PIP_HEAD = late(r"Package +Version(?P<editable> +Editable project location)?(?: +[A-Z]\w+)*")
_CONDA_HEAD = re.compile(r"# +Name +Version +Build(?: +Channel)?\s*")
_RULE = late(r"-+(?: +-+)+")
_ROW = late(r"(?P<name>[\w.-]+) +(?P<version>[\w.!+-]*\d[\w.!+-]*)(?: +(?P<rest>\S.*))?")


class Table(NamedTuple):
    """A table that a program printed.

    Attributes:
        command: the program and what it was asked for.
        lines: its lines, without the comments above it.
        rows: each package's line with the requirement that it stands for; "" for what is none.
    """

    command: str
    lines: Sequence[Line]
    rows: Sequence[tuple[Line, str]]


def tables_of(document: Document) -> Iterator[Table]:
    """Yield the tables in a file, in order. Cost: linear in the file's lines."""
    lines = document.file.lines
    heads = [
        comment.span.end
        for comment in document.file.comments
        if _CONDA_HEAD.fullmatch(comment.text)
    ]
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.kind is not Kind.ERROR:
            at += 1
            continue
        rows: list[tuple[Line, str]] = []
        first = at
        head = _PIP_HEAD.fullmatch(line.span.of(document.text))
        if head is not None:
            at += 1
            if at < len(lines) and _RULE.fullmatch(lines[at].span.of(document.text)):
                at += 1
            rows.extend(_rows(document, at, editable=head["editable"] is not None))
        elif _between(heads, lines[at - 1].span.end if at else 0, line.span.start):
            rows.extend(_rows(document, at))
        at += max(len(rows), 0 if head is not None else 1)
        if rows:
            command = "pip list" if head is not None else "conda list"
            yield Table(command, lines[first:at], rows)


def _between(places: Sequence[int], start: int, end: int) -> bool:
    """Return whether one of some places, in order, lies in a stretch of text."""
    return bisect_left(places, start) < bisect_left(places, end)


def fix_of_table(document: Document, table: Table) -> Fix:
    """Write a requirement in the place of each row."""
    meant = {row.span: text for row, text in table.rows}
    edits = tuple(
        FileEdit(
            document.path,
            TextEdit(line.span, text)
            if (text := meant.get(line.span))
            else TextEdit(line.full_span, ""),
        )
        for line in table.lines
    )
    title = "Change each row to `name==version`"
    return Fix(title, Applicability.SUGGESTED, edits, preferred=True)


def _rows(document: Document, at: int, *, editable: bool = False) -> Iterator[tuple[Line, str]]:
    """Yield the rows from a line on, each with the requirement that it stands for."""
    for line in document.file.lines[at:]:
        match = _ROW.fullmatch(line.span.of(document.text))
        if match is None:
            return
        yield line, _requirement(match, editable=editable)


def _requirement(match: re.Match[str], *, editable: bool) -> str:
    """Return what a row stands for; "" where pip can install nothing of the kind."""
    if match["name"].lower() == "python":
        return ""
    text = f"{match['name']}=={match['version']}"
    if editable and match["rest"]:
        text = f"-e {match['rest'].strip()}"
    (line,) = parse(text).lines
    return "" if line.problems else text
