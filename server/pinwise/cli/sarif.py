"""What `check --format sarif` prints: a log of SARIF 2.1.0, as code scanning services take it.

The format is OASIS's "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; section
numbers below are its. Nothing in a log depends on the machine or the time, so that the same files
and facts make the same log. Columns count UTF-16 units: that is what a log without `columnKind`
means to a viewer, and what those take that do not look at it.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

from pinwise import __version__
from pinwise.advice.findings import Severity
from pinwise.base.redaction import redacted, writes_secret
from pinwise.cli.checked import relative_name, relative_uri, unread_detail, valid_text
from pinwise.cli.fingerprints import digests, fingerprints
from pinwise.features.not_checked import reason_words
from pinwise.rules.pages import page_of, sections_of
from pinwise.syntax.source import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pinwise.advice.findings import Fix
    from pinwise.analysis.report import Diagnostic
    from pinwise.base.text import Span
    from pinwise.cli.checked import Checked
    from pinwise.rules.registry import Rule

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
"""The name of the schema that a log is valid by; nobody fetches it."""

BASE: Final = "%SRCROOT%"
"""What relative addresses are relative to: the root of the repository."""

FINGERPRINT: Final = "pinwiseLine/v1"
"""The key of our fingerprints. That of GitHub is left to GitHub's own action, which computes it
from the file's text and complains about any other value."""

NOT_CHECKED: Final = "not-checked"
UNREADABLE: Final = "unreadable-file"

_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "note",
    Severity.HINT: "note",
}
_PROBLEM_SEVERITIES: Final = {"error": "error", "warning": "warning", "note": "recommendation"}
"""GitHub's words for findings that are no matter of security."""

_HELP: Final = ("What it does", "Why is this bad?", "Fix safety")
"""The parts of a rule's page that are help; the rest shows fixtures of our tests."""


def as_sarif(checked: Checked, root: Path) -> dict[str, Any]:
    """Return the log of a check.

    Fixes are in it as far as they are known already: those that take a solve are not worked out
    for a log. Nor are those that would write a secret, since logs are kept.

    Args:
        checked: what was found.
        root: the root of the repository.
    """
    return _Log(checked, root).record()


class _Log:
    """One log in the making."""

    def __init__(self, checked: Checked, root: Path) -> None:
        self._checked = checked
        self._root = root
        self._uri = cache(lambda path: relative_uri(path, root))
        self._rules = {rule.name: at for at, (rule, _) in enumerate(checked.rules)}

    def record(self) -> dict[str, Any]:
        driver = {
            "name": "Pinwise",
            "version": __version__,
            "semanticVersion": __version__,
            "rules": [_rule_record(*item) for item in self._checked.rules],
            "notifications": [
                _descriptor(NOT_CHECKED, "Something about a line could not be learnt."),
                _descriptor(UNREADABLE, "A file that was to be checked cannot be read."),
            ],
        }
        run = {
            "tool": {"driver": driver},
            "columnKind": "utf16CodeUnits",
            # Lines are those of editors; the longest terminator comes first.
            "newlineSequences": ["\r\n", "\n", "\r"],
            "originalUriBaseIds": {
                BASE: {"description": {"text": "The root of the repository."}},
            },
            "artifacts": [
                {"location": self._artifact(path), "roles": ["analysisTarget"]}
                for path in self._checked.files
            ],
            "invocations": [
                {
                    "executionSuccessful": not self._checked.unread,
                    "toolExecutionNotifications": [*self._unread(), *self._unchecked()],
                }
            ],
            "results": list(self._results()),
        }
        return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}

    def _results(self) -> Iterator[dict[str, Any]]:
        names = {path: relative_name(path, self._root) for path in self._checked.texts}
        found = fingerprints(self._checked.diagnostics, self._checked.texts)
        marks = digests(names, found)
        for item, mark in zip(self._checked.diagnostics, marks, strict=True):
            yield self._result(item, mark)

    def _result(self, item: Diagnostic, mark: str) -> dict[str, Any]:
        finding = item.finding
        record: dict[str, Any] = {
            "ruleId": item.rule.code,
            "level": _LEVELS[item.severity],
            "message": _message(finding.message),
            "locations": [self._location(finding.path, finding.span)],
            "partialFingerprints": {FINGERPRINT: mark},
        }
        if item.rule.name in self._rules:
            record["ruleIndex"] = self._rules[item.rule.name]
        if finding.related:
            record["relatedLocations"] = [
                {
                    "id": number,
                    **self._location(related.path, related.span),
                    "message": _message(related.message),
                }
                for number, related in enumerate(finding.related, 1)
            ]
        fixes = [self._fix(fix) for fix in _cheap(finding.fixes) if self._can_be_told(fix)]
        if fixes:
            record["fixes"] = fixes
        return record

    def _can_be_told(self, fix: Fix) -> bool:
        """Return whether a log can say what a fix does: it edits files, and writes no secret."""
        return bool(fix.edits) and not any(
            item.create or writes_secret(self._checked.texts[item.path].source.text, item.edit)
            for item in fix.edits
        )

    def _fix(self, fix: Fix) -> dict[str, Any]:
        """Return a fix (3.55): its edits by file."""
        replacements: dict[Path, list[dict[str, Any]]] = {}
        for item in fix.edits:
            replacement: dict[str, Any] = {"deletedRegion": self._region(item.path, item.edit.span)}
            if item.edit.new_text:
                replacement["insertedContent"] = {"text": item.edit.new_text}
            replacements.setdefault(item.path, []).append(replacement)
        return {
            "description": _message(fix.title),
            "artifactChanges": [
                {"artifactLocation": self._artifact(path), "replacements": items}
                for path, items in replacements.items()
            ],
            "properties": {"applicability": fix.applicability.value},
        }

    def _unread(self) -> Iterator[dict[str, Any]]:
        for problem in self._checked.unread:
            name = relative_name(problem.path, self._root)
            yield {
                "descriptor": {"id": UNREADABLE, "index": 1},
                "level": "error",
                "message": _message(unread_detail(problem, name)),
                "locations": [{"physicalLocation": {"artifactLocation": self._bare(problem.path)}}],
            }

    def _unchecked(self) -> Iterator[dict[str, Any]]:
        for item in self._checked.unchecked:
            what = f"{item.what} {item.version}" if item.version else item.what
            yield {
                "descriptor": {"id": NOT_CHECKED, "index": 0},
                "level": "note",
                "message": _message(f"Not checked: {what}, because {reason_words(item.reason)}."),
                "locations": [self._location(item.path, item.span)],
                "properties": {"reason": item.reason.reason.value},
            }

    def _location(self, path: Path, span: Span) -> dict[str, Any]:
        artifact = self._artifact(path)
        return {
            "physicalLocation": {
                "artifactLocation": artifact,
                "region": self._region(path, span),
            }
        }

    def _region(self, path: Path, span: Span) -> dict[str, int]:
        """Return a region (3.30): from 1, its end column exclusive, empty for a place between."""
        source = self._checked.texts[path].source
        start = source.position(span.start, Encoding.UTF16)
        end = source.position(span.end, Encoding.UTF16)
        return {
            "startLine": start.line + 1,
            "startColumn": start.column + 1,
            "endLine": end.line + 1,
            "endColumn": end.column + 1,
        }

    def _artifact(self, path: Path) -> dict[str, Any]:
        location = self._bare(path)
        if path in self._numbers:
            location["index"] = self._numbers[path]
        return location

    def _bare(self, path: Path) -> dict[str, Any]:
        """Return the address of a file that need not be among the checked ones."""
        if path.is_relative_to(self._root):
            return {"uri": self._uri(path), "uriBaseId": BASE}
        return {"uri": self._uri(path)}

    @cached_property
    def _numbers(self) -> dict[Path, int]:
        return {path: at for at, path in enumerate(self._checked.files)}


def _rule_record(rule: Rule, severity: Severity) -> dict[str, Any]:
    """Return a rule (3.49), with the help of its page where that was shipped.

    There is no `helpUri`: the pages lie beside the program and on no server.
    """
    level = _LEVELS[severity]
    page = page_of(rule.name)
    sections = sections_of(page.read_text(encoding="utf-8")) if page else {}
    parts = [f"## {name}\n\n{sections[name]}" for name in _HELP if name in sections]
    first = sections.get(_HELP[0], rule.summary).partition("\n\n")[0]
    if first.endswith(":"):
        # A list follows, which the help shows.
        first = rule.summary
    more = f"`pinwise rules {rule.name}` shows the whole page."
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(first.split())},
        "help": {
            "text": f"{rule.summary} {more}",
            "markdown": "\n\n".join((*parts, more)),
        },
        "defaultConfiguration": {"level": level},
        "properties": {
            "problem.severity": _PROBLEM_SEVERITIES[level],
            "tags": ["requirements", "python"],
        },
    }


def _descriptor(name: str, text: str) -> dict[str, Any]:
    return {"id": name, "shortDescription": {"text": text}}


def _message(text: str) -> dict[str, str]:
    """Return a message, without secrets, in which nothing that a file says becomes a link."""
    text = valid_text(redacted(text))
    if "](" in text:
        # 3.11.6: what stands in brackets before parentheses is a link, but for escaped brackets.
        text = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return {"text": text}


def _cheap(fixes: Sequence[Fix]) -> tuple[Fix, ...]:
    """Return fixes that are known already; those still to be worked out are none."""
    return fixes if isinstance(fixes, tuple) else ()
