"""What `check --format gitlab` prints: a Code Quality report, which merge requests show.

The format is GitLab's subset of the Code Climate specification ("Code Quality", "Import code
quality results from a CI/CD job").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pinwise.advice.findings import Severity
from pinwise.base.redaction import redacted
from pinwise.cli.checked import relative_name, valid_text
from pinwise.cli.fingerprints import digests, fingerprints

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.cli.checked import Checked

_SEVERITIES: Final = {
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.INFORMATION: "info",
    Severity.HINT: "info",
}


def as_code_quality(checked: Checked, root: Path) -> list[dict[str, Any]]:
    """Return the report: one object a finding.

    It has no place for what was not checked.

    Args:
        checked: what was found.
        root: the root of the repository, which GitLab names files from.
    """
    names = {path: relative_name(path, root) for path in checked.texts}
    marks = digests(names, fingerprints(checked.diagnostics, checked.texts))
    records = []
    for item, mark in zip(checked.diagnostics, marks, strict=True):
        finding = item.finding
        source = checked.texts[finding.path].source
        lines = [source.position(offset).line + 1 for offset in finding.span]
        records.append(
            {
                "description": valid_text(redacted(finding.message)),
                "check_name": item.rule.name,
                "fingerprint": mark,
                "severity": _SEVERITIES[item.severity],
                "location": {
                    "path": valid_text(names[finding.path]),
                    "lines": {"begin": lines[0], "end": lines[1]},
                },
            }
        )
    return records
