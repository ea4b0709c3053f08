"""The two quick fixes of every finding: ignore the rule on this line, or in this project.

Both only add. The comment is checked against the parser, and the settings against the reader of
TOML, so that nothing else changes; where it would, there is no fix.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pinwise.advice.findings import Applicability, FileEdit, Fix
from pinwise.base.text import Span, TextEdit, apply_edits
from pinwise.base.toml import parse_toml
from pinwise.project.suppressions import line_at, line_suppressions
from pinwise.syntax.requirements import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.analysis.report import Diagnostic
    from pinwise.project.files import Document
    from pinwise.project.settings_file import SettingsFile
    from pinwise.syntax.nodes import Line

_INDENT = re.compile(r"\n([ \t]+)[\"']")


def ignore_here(diagnostic: Diagnostic, document: Document) -> Fix | None:
    """Return the fix that ignores the rule of a finding on its logical line.

    None where no comment can say so: outside of any line, and where one would change what pip
    reads. Costs two readings of that line.
    """
    rule = diagnostic.rule.name
    line = line_at(document.file, diagnostic.finding.span.start)
    if line is None or document.prose:
        return None
    edit = _comment(document.text, line, rule)
    if edit is None or not _harmless(document.text, line, edit, rule):
        return None
    edits = (FileEdit(document.path, edit),)
    return Fix(f"Ignore `{rule}` here", Applicability.SUGGESTED, edits)


def ignore_in_project_title(rule: str) -> str:
    """Return the title of the fix that `ignore_in_project` computes."""
    return f"Ignore `{rule}` in this project"


def ignore_in_project(rule: str, file: SettingsFile) -> Fix | None:
    """Return the fix that ignores a rule in the project's settings.

    None where the file is no TOML, or says something else under `ignore`. The first call imports
    a library, about 30 ms; each reads the whole file.

    Args:
        rule: its name.
        file: the settings file as it is, or as an empty one that is to be made.
    """
    text = file.source.text
    after = f'ignore = ["{rule}"]\n' if file.new else _with_ignored(text, file.prefix, rule)
    if after is None:
        return None
    edit = FileEdit(file.path, _difference(text, after), create=file.new)
    return Fix(ignore_in_project_title(rule), Applicability.SUGGESTED, (edit,))


# The comment.


def _comment(text: str, line: Line, rule: str) -> TextEdit | None:
    """Return the edit that adds a rule to the comment at the end of a line."""
    for item in line_suppressions(line):
        if item.rules:
            end = item.rule_spans[-1].end
            return TextEdit(Span(end, end), f", {rule}")
    if line.comment is not None:
        start, end = line.comment.span.start, line.comment.span.end
    else:
        start, end = line.full_span.start, line.full_span.end
        end -= len(text[start:end]) - len(text[start:end].rstrip("\r\n"))
    content = text[start:end].rstrip()
    if content.endswith("\\"):
        # The line goes on: a comment here would swallow what is written below one day.
        return None
    return TextEdit(Span(start + len(content), end), f"  # pinwise: ignore[{rule}]")


def _harmless(text: str, line: Line, edit: TextEdit, rule: str) -> bool:
    """Return whether an edit of a line makes it ignore a rule, and changes nothing else of it."""
    start, end = line.full_span.start, line.full_span.end
    # What follows shows whether it would become a part of the line.
    below = "below\n" if end < len(text) else ""
    moved = TextEdit(Span(edit.span.start - start, edit.span.end - start), edit.new_text)
    before = parse(text[start:end] + below).lines
    after = parse(apply_edits(text[start:end], [moved]) + below).lines
    return _bare(before) == _bare(after) and any(
        item.covers(rule)
        for changed in after
        if changed.span.start == line.span.start - start
        for item in line_suppressions(changed)
    )


def _bare(lines: Sequence[Line]) -> list[Line]:
    """Return lines without their comments, and without the places that a comment moves."""
    nowhere = Span(0, 0)
    return [line._replace(comment=None, full_span=nowhere) for line in lines[:1]] + [
        line._replace(comment=None, full_span=nowhere, span=nowhere, requirement=None)
        for line in lines[1:]
    ]


# The settings.


def _with_ignored(text: str, prefix: Sequence[str], rule: str) -> str | None:
    """Return a settings file's text with a rule added to its `ignore`; None if that fails."""
    try:
        expected = parse_toml(text)
    except ValueError:
        return None
    table: Any = expected
    for part in prefix:
        table = table.get(part) if isinstance(table, dict) else None
    if table is None:
        header = f"[{'.'.join(prefix)}]"
        after = f'{_separated(text)}{header}\nignore = ["{rule}"]\n'
    else:
        ignored = table.get("ignore", []) if isinstance(table, dict) else None
        if not isinstance(ignored, list):
            return None
        after = _edited(text, prefix, rule)
    if "\r\n" in text:
        after = after.replace("\r\n", "\n").replace("\n", "\r\n")
    return after if _adds_only(expected, after, prefix, rule) else None


def _separated(text: str) -> str:
    """Return a text that ends in an empty line, for what is added to it."""
    lines = text.splitlines()
    if not lines:
        return text
    ended = text if text.endswith("\n") else f"{text}\n"
    return f"{ended}\n" if lines[-1].strip() else ended


def _edited(text: str, prefix: Sequence[str], rule: str) -> str:
    """Return the text of a file that has our table, with a rule added; its format stays."""
    import tomlkit  # noqa: PLC0415 - only who asks for the fix pays for it
    from tomlkit.items import Array, Table  # noqa: PLC0415 - likewise

    document = tomlkit.parse(text)
    table: Any = document
    for part in prefix:
        table = table[part]
    ignored = table.get("ignore")
    if not isinstance(ignored, Array):
        # Comments behind the last key are about the next table.
        body = table.value.body if isinstance(table, Table) else []
        behind = []
        while body and body[-1][0] is None:
            behind.append(body.pop())
        table["ignore"] = [rule]
        body += reversed(behind)
    elif "\n" in ignored.as_string():
        indent = _INDENT.search(ignored.as_string())
        ignored.add_line(rule, indent=indent[1] if indent else "    ")
    else:
        ignored.append(rule)
    return tomlkit.dumps(document)


def _adds_only(expected: dict[str, Any], after: str, prefix: Sequence[str], rule: str) -> bool:
    """Return whether a text holds what was expected of it, and the rule under `ignore`."""
    try:
        found = parse_toml(after)
    except ValueError:
        return False
    table = expected
    for part in prefix:
        table = table.setdefault(part, {})
    table["ignore"] = [*table.get("ignore", []), rule]
    return found == expected


def _difference(before: str, after: str) -> TextEdit:
    """Return the one edit, as small as can be, that turns a text into another."""
    start = 0
    shorter = min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    tail = 0
    while tail < shorter - start and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return TextEdit(Span(start, len(before) - tail), after[start : len(after) - tail])
