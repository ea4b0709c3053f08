"""Findings that the author of a file does not want: `# pinwise: ignore[rule-name]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.project.suppressions import file_suppressions, line_suppressions

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinwise.analysis.report import Diagnostic
    from pinwise.project.files import Document


def silenced_by(document: Document) -> Callable[[Diagnostic], bool] | None:
    """Return a test for findings that the file's comments silence; None if it has no such comment.

    Costs a search of the text where there are none.
    """
    if "pinwise:" not in document.text:
        return None
    everywhere = file_suppressions(document.file)
    by_line = [
        (line.full_span, found)
        for line in document.file.lines
        if (found := line_suppressions(line))
    ]

    def silenced(diagnostic: Diagnostic) -> bool:
        name, place = diagnostic.rule.name, diagnostic.finding.span.start
        return any(item.covers(name) for item in everywhere) or any(
            item.covers(name)
            for span, found in by_line
            if span.start <= place < span.end
            for item in found
        )

    return silenced
