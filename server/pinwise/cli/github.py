"""What `check --format github` prints: workflow commands, which GitHub shows beside the lines.

GitHub shows no more than ten errors, ten warnings and ten notices of a step, so that the worst
come first. A command ends at the end of its line: what stands in it is escaped as the runner
unescapes it (`ActionCommand.cs` of actions/runner).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinwise.advice.findings import Severity
from pinwise.base.redaction import redacted
from pinwise.cli.checked import relative_name, unread_detail
from pinwise.cli.output import plain
from pinwise.features.not_checked import describe_unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.analysis.report import Diagnostic
    from pinwise.cli.checked import Checked

_COMMANDS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "notice",
    Severity.HINT: "notice",
}


def as_workflow_commands(checked: Checked, root: Path) -> Iterator[str]:
    """Yield one line a finding, the worst first; and one about all that was not checked.

    Args:
        checked: what was found.
        root: the root of the repository, which GitHub names files from.
    """
    for problem in checked.unread:
        name = relative_name(problem.path, root)
        properties = {"file": name, "title": "unreadable file"}
        yield _command("error", properties, unread_detail(problem, name))
    for item in sorted(checked.diagnostics, key=lambda item: -item.severity):
        yield _finding(item, checked, root)
    if checked.unchecked:
        title = {"title": "not checked"}
        yield _command("notice", title, describe_unchecked(checked.unchecked))


def _finding(item: Diagnostic, checked: Checked, root: Path) -> str:
    finding = item.finding
    source = checked.texts[finding.path].source
    start, end = source.position(finding.span.start), source.position(finding.span.end)
    properties = {
        "file": relative_name(finding.path, root),
        "line": str(start.line + 1),
        "endLine": str(end.line + 1),
    }
    if start.line == end.line:
        # GitHub takes columns of a single line only.
        properties |= {"col": str(start.column + 1), "endColumn": str(end.column + 1)}
    properties["title"] = f"{item.rule.name} ({item.rule.code})"
    return _command(_COMMANDS[item.severity], properties, finding.message)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{_data(message)}"


def _data(text: str) -> str:
    """Escape a message."""
    # `plain` leaves a line feed and no other control character that could end the line.
    return plain(redacted(text)).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape the value of a property, which a comma or a colon would end, too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
