"""Prints how each recorded conflict is told: the files, the message, the other lines, the fixes.

python -m bench.explanations [NAME ...]
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from pinwise.advice.dependency_conflicts import forget
from tests.resolver.real_cases import CONFLICTS
from tests.resolver.recording import FOLDER, context_of, findings_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.advice.findings import Finding
    from tests.resolver.real_cases import Case


def told(case: Case) -> Iterator[str]:
    """Yield the lines of text about one case, as Markdown."""
    files = case.files
    yield f"## {case.name} (Python {case.python})"
    yield "```"
    for name, text in files.items():
        if len(files) > 1:
            yield f"# {name}"
        for number, line in enumerate(text.splitlines(), 1):
            yield f"{number:3}  {line}"
    yield "```"
    context = context_of(files, case.python)
    forget()
    began = time.perf_counter()
    findings = findings_of(context)
    milliseconds = (time.perf_counter() - began) * 1000
    for finding in findings:
        yield f"- **{place(files, finding.path, finding.span.start)}**: {finding.message}"
        for note in finding.related:
            yield f"  - {place(files, note.path, note.span.start)}: {note.message}"
        for fix in finding.fixes:
            yield f"  - fix: {fix.title}"
    yield f"\n({milliseconds:.0f} ms with all fixes)\n"


def place(files: dict[str, str], path: Path, offset: int) -> str:
    """Return the file and the line of an offset."""
    name = path.relative_to(FOLDER).as_posix()
    number = files[name].count("\n", 0, offset) + 1
    return f"{name}:{number}" if len(files) > 1 else f"line {number}"


def lines_of(files: dict[str, str], finding: Finding) -> tuple[str, ...]:
    """Return the lines that a finding names, its own first, without those that include others."""
    notes = [note for note in finding.related if not note.message.endswith("is included here")]
    return (
        place(files, finding.path, finding.span.start),
        *(place(files, note.path, note.span.start) for note in notes),
    )


def main() -> None:
    """Print those that are named, or all."""
    wanted = set(sys.argv[1:])
    for case in CONFLICTS:
        if not wanted or case.name in wanted:
            print("\n".join(told(case)))


if __name__ == "__main__":
    main()
