"""Diagnostics as text with carets, and as the JSON that programs read."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from pinwise.advice.findings import Severity
from pinwise.base.facts import Reason
from pinwise.base.redaction import redacted, writes_secret
from pinwise.cli.checked import unread_detail
from pinwise.cli.output import Coloured, one_line, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from pinwise.advice.findings import FileEdit, Fix
    from pinwise.analysis.report import Diagnostic, Unchecked
    from pinwise.base.text import Span
    from pinwise.project.files import Document
    from pinwise.project.graph import TreeProblem
    from pinwise.project.settings_file import SettingsFile

JSON_VERSION = 1

LONGEST_LINE = 160
"""Characters of a line that are shown; of a longer one, those around the finding."""

_LEAD = 40
"""How many of them stand before the finding."""

_COLOURS = {
    Severity.ERROR: "31",
    Severity.WARNING: "33",
    Severity.INFORMATION: "36",
    Severity.HINT: "36",
}


class TextRenderer:
    """Shows findings as compilers do: place, message, the line, carets under it.

    Args:
        show: turns a path into what a person calls it.
    """

    def __init__(
        self, documents: Mapping[Path, Document | SettingsFile], show: Callable[[Path], str]
    ) -> None:
        self._documents = documents
        # There may be a hundred thousand findings in a file.
        self._show = cache(show)
        self._texts: dict[Path, str] = {}
        """The texts of files without secrets, each character in its place."""

    def diagnostic(self, diagnostic: Diagnostic) -> list[str | Coloured]:
        """Return one finding as a paragraph, in parts for `emit`."""
        finding, rule, severity = diagnostic.finding, diagnostic.rule, diagnostic.severity
        lines = [
            f": {one_line(finding.message)}",
            *self._excerpt(finding.path, finding.span),
        ]
        lines += [
            f"  note: {self._place(item.path, item.span)}: {one_line(item.message)}"
            for item in finding.related
        ]
        lines += [f"  fix: {one_line(fix.title)}" for fix in finding.fixes]
        return [
            f"{self._place(finding.path, finding.span)}: ",
            Coloured(f"{severity.word}[{rule.name}]", _COLOURS[severity]),
            "\n".join(lines),
        ]

    def _place(self, path: Path, span: Span) -> str:
        """Return `file:line:column`, 1-based, in the editor's lines."""
        shown = one_line(self._show(path))
        document = self._documents.get(path)
        if document is None:
            return shown
        position = document.source.position(span.start)
        return f"{shown}:{position.line + 1}:{position.column + 1}"

    def _excerpt(self, path: Path, span: Span) -> list[str]:
        """Return the line of a span with a line of carets, under a number and a bar.

        Cost: linear in what is shown, however long the line.
        """
        source = self._documents[path].source
        if path not in self._texts:
            # Of the whole text, because an address may be continued on the next line.
            self._texts[path] = redacted(source.text)
        start, end = source.position(span.start), source.position(span.end)
        line = source.line_span(start.line)
        first = line.start + start.column
        last = line.start + end.column if end.line == start.line else line.end
        left, right = line.start, line.end
        if right - left > LONGEST_LINE:
            left = max(left, min(first - _LEAD, right - LONGEST_LINE))
            right = min(right, left + LONGEST_LINE)
        opening = "…" if left > line.start else ""
        closing = "…" if right < line.end else ""
        text = opening + plain(self._texts[path][left:right]) + closing
        begin = len(opening) + first - left
        stop = len(opening) + min(last, right) - left
        before = "".join("\t" if char == "\t" else " " * _width(char) for char in text[:begin])
        carets = "^" * max(1, sum(map(_width, text[begin:stop])))
        number = str(start.line + 1)
        return [f" {number} | {text}", f" {' ' * len(number)} | {before}{carets}"]


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the closing line: "2 errors, 1 warning"."""
    counts = Counter(item.severity for item in diagnostics)
    parts = [
        f"{counts[severity]} {severity.word}{'s' * (counts[severity] != 1)}"
        for severity in (Severity.ERROR, Severity.WARNING)
        if counts[severity]
    ]
    quiet = counts[Severity.INFORMATION] + counts[Severity.HINT]
    if quiet:
        parts.append(f"{quiet} note{'s' * (quiet != 1)}")
    return ", ".join(parts) or "nothing to report"


def as_json(
    diagnostics: Sequence[Diagnostic],
    unchecked: Sequence[Unchecked],
    unread: Sequence[TreeProblem],
    documents: Mapping[Path, Document | SettingsFile],
    show: Callable[[Path], str],
) -> dict[str, Any]:
    """Return the object that `check --format json` prints.

    ARCHITECTURE.md, "Command line contracts", has its shape. `unread` are the files to start from
    that cannot be read.
    """
    show = cache(show)

    def place(path: Path, span: Span) -> dict[str, Any]:
        source = documents[path].source
        start, end = source.position(span.start), source.position(span.end)
        return {
            "file": show(path),
            "line": start.line + 1,
            "column": start.column + 1,
            "end_line": end.line + 1,
            "end_column": end.column + 1,
        }

    def tells_secret(item: FileEdit) -> bool:
        return writes_secret(documents[item.path].source.text, item.edit)

    def fix_record(fix: Fix) -> dict[str, Any]:
        edits = [
            {**place(item.path, item.edit.span), "new_text": item.edit.new_text}
            for item in fix.edits
        ]
        return {
            "title": redacted(fix.title),
            "applicability": fix.applicability.value,
            "edits": edits,
        }

    def start_of(path: Path, span: Span) -> dict[str, Any]:
        where = place(path, span)
        return {key: where[key] for key in ("file", "line", "column")}

    return {
        "version": JSON_VERSION,
        "diagnostics": [
            {
                **place(item.finding.path, item.finding.span),
                "code": item.rule.code,
                "rule": item.rule.name,
                "severity": item.severity.word,
                "message": redacted(item.finding.message),
                "related": [
                    {
                        **start_of(related.path, related.span),
                        "message": redacted(related.message),
                    }
                    for related in item.finding.related
                ],
                "fixes": [
                    fix_record(fix)
                    for fix in item.finding.fixes
                    # What programs read has no way to say that a file is to be made. It is also
                    # kept, in the logs of CI for one: a secret that a fix moves stays out of it.
                    if not any(edit.create or tells_secret(edit) for edit in fix.edits)
                ],
            }
            for item in diagnostics
        ],
        "not_checked": [
            *(
                {
                    "file": show(problem.path),
                    "line": None,
                    "what": show(problem.path),
                    "reason": Reason.UNREADABLE.value,
                    "detail": redacted(unread_detail(problem, show(problem.path))),
                }
                for problem in unread
            ),
            *(
                {
                    "file": show(item.path),
                    "line": place(item.path, item.span)["line"],
                    "what": redacted(item.what),
                    "reason": item.reason.reason.value,
                    "detail": redacted(item.reason.detail),
                }
                for item in unchecked
            ),
        ],
    }


def dumped(report: Mapping[str, Any]) -> str:
    """Return an object as JSON with one item of its lists a line, such as one finding.

    That is what `grep` and `diff` want, and the only layout that Python's encoder is quick at.
    """
    fields = []
    for key, value in report.items():
        if isinstance(value, list) and value:
            items = ",\n    ".join(map(json.dumps, value))
            text = f"[\n    {items}\n  ]"
        else:
            text = json.dumps(value)
        fields.append(f"  {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(fields) + "\n}"


def _width(char: str) -> int:
    """Return how many columns a terminal gives a character."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
