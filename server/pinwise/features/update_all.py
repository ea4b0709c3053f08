"""Updating many pins of a file at once: what the code lens offers and its command does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pinwise.advice.pins import pinned_lines
from pinwise.advice.updates import Level, update_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pinwise.advice.context import Context
    from pinwise.advice.findings import FileEdit, Finding, Fix
    from pinwise.advice.updates import Update
    from pinwise.analysis.report import Diagnostic
    from pinwise.base.text import Span

_RULE = "outdated-version"


class UpdateKind(Enum):
    """Which updates are meant; the values are those of the command's argument."""

    SAFE = "safe"
    """Minor and patch releases: nothing leaves its major version."""
    MAJOR = "major"
    """The newest releases, of those packages alone that have a new major version."""


@dataclass(frozen=True, slots=True)
class UpdatePlan:
    """What one click changes.

    Attributes:
        count: how many pinned packages.
        edits: in the files of the tree; none overlaps another.
    """

    count: int
    edits: tuple[FileEdit, ...]


def plan_updates(
    context: Context, path: Path, diagnostics: Iterable[Diagnostic], kind: UpdateKind
) -> UpdatePlan:
    """Return what updating a file means: fixes of `outdated-version`, one a pinned line.

    Lines on which that rule is silenced stay as they are, and so does what it has no fix for.

    Args:
        context: of the tree that speaks for the file.
        path: the file.
        diagnostics: what all trees with the file say of it. Where several speak of one pin, only
            what all of them offer is done.
        kind: which updates.
    """
    found = _findings(diagnostics)
    edits: dict[tuple[Path, Span], FileEdit] = {}
    names = set()
    for line, updates in pinned_lines(context):
        if line.located.path != path:
            continue
        findings = found.get(line.pin.clause.version_span, ())
        update = _update_of(updates.candidates, kind)
        fix = _offered(findings, update_title(update)) if update is not None else None
        if fix is not None and _go_together(fix, edits):
            edits |= {(edit.path, edit.edit.span): edit for edit in fix.edits}
            names.add(line.located.declaration.name)
    return UpdatePlan(len(names), tuple(edits.values()))


def _findings(diagnostics: Iterable[Diagnostic]) -> dict[Span, list[Finding]]:
    """Return the findings about outdated versions by place."""
    found: dict[Span, list[Finding]] = {}
    for item in diagnostics:
        if item.rule.name == _RULE:
            found.setdefault(item.finding.span, []).append(item.finding)
    return found


def _update_of(candidates: Sequence[Update], kind: UpdateKind) -> Update | None:
    """Return the newest candidate of a kind; None if there is none."""
    major = kind is UpdateKind.MAJOR
    return next((each for each in candidates if (each.level is Level.MAJOR) == major), None)


def _offered(findings: Sequence[Finding], title: str) -> Fix | None:
    """Return the fix of a title that each of the findings offers."""
    fixes = list(_titled(findings, title))
    return fixes[0] if findings and len(fixes) == len(findings) else None


def _titled(findings: Sequence[Finding], title: str) -> Iterator[Fix]:
    for finding in findings:
        yield from (fix for fix in finding.fixes if fix.title == title)


def _go_together(fix: Fix, edits: dict[tuple[Path, Span], FileEdit]) -> bool:
    """Return whether a fix changes nothing that others change in another way."""
    return all(
        edits.get((edit.path, edit.edit.span), edit) == edit
        and not any(
            path == edit.path and span != edit.edit.span and _overlap(span, edit.edit.span)
            for path, span in edits
        )
        for edit in fix.edits
    )


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
