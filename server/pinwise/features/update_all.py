"""Updating many pins of a file at once: what the code lens offers and its command does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pinwise.advice.dependency_conflicts import LIMITS
from pinwise.advice.dependency_problem import lines_asked, names_elsewhere
from pinwise.advice.pin_changes import change_pin
from pinwise.advice.pins import pinned_lines
from pinwise.advice.places import place_of
from pinwise.advice.solver_facts import IndexProvider
from pinwise.advice.updates import Level, update_title
from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.explanation import Explainer
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.updates import plan_updates as plan_updates_together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from packaging.version import Version

    from pinwise.advice.context import Context, Located
    from pinwise.advice.dependency_problem import LinesAsked
    from pinwise.advice.findings import FileEdit, Finding, Fix
    from pinwise.advice.pins import PinnedLine
    from pinwise.advice.updates import Update
    from pinwise.analysis.report import Diagnostic
    from pinwise.base.text import Span
    from pinwise.resolver.problem import Requirement
    from pinwise.resolver.provider import Gap
    from pinwise.resolver.updates import Update as TriedUpdate

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
    edits: dict[tuple[Path, Span], FileEdit] = {}
    names = set()
    for line, _, fix in _wanted(context, path, diagnostics, kind):
        if _go_together(fix.edits, edits):
            edits |= {(edit.path, edit.edit.span): edit for edit in fix.edits}
            names.add(line.located.declaration.name)
    return UpdatePlan(len(names), tuple(edits.values()))


@dataclass(frozen=True, slots=True)
class LineUpdate:
    """What becomes of one pinned line.

    Attributes:
        current: the version that it pins.
        to: the version that goes together with all other lines; the current one where none does.
        newest: the newest version that this kind of update would take the line to.
        why: one or two sentences that say what holds it back from that; "" where nothing does, or
            nobody found out.
        edits: what makes it of the line; empty where it stays.
    """

    located: Located
    current: Version
    to: Version
    newest: Version
    why: str
    edits: tuple[FileEdit, ...]

    @property
    def name(self) -> str:
        """The package as the line names it."""
        return self.located.declaration.requirement.name


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """The updates that go together.

    Attributes:
        lines: those that can be updated by themselves, in the order of the file.
        gaps: what would have to be known to tell more; the updates may still change with it.
        checked: whether it was seen that the updates go together with everything that is known.
    """

    lines: tuple[LineUpdate, ...]
    gaps: tuple[Gap, ...]
    checked: bool

    @property
    def updated(self) -> tuple[LineUpdate, ...]:
        """The lines that change."""
        return tuple(line for line in self.lines if line.edits)

    @property
    def held(self) -> tuple[LineUpdate, ...]:
        """The lines that do not get their newest version."""
        return tuple(line for line in self.lines if line.to != line.newest)


def plan_together(
    context: Context, path: Path, diagnostics: Iterable[Diagnostic], kind: UpdateKind
) -> CheckedPlan:
    """Return the updates of a file that hold together, and what holds back the rest.

    As `plan_updates`, but no line is raised further than all lines of the tree, and what their
    packages need, allow together. Where two updates exclude each other, only one is made. Lines
    for other platforms are not part of that, and are raised as far as they go by themselves.

    Cost: some solves, of a few milliseconds for 100 lines, and one more for each line that is
    held back. Asks for whole listings.
    """
    wanted: dict[int, tuple[PinnedLine, Update, Fix]] = {}
    seen: dict[tuple[Path, Span], FileEdit] = {}
    for line, update, fix in _wanted(context, path, diagnostics, kind):
        if _go_together(fix.edits, seen):
            if not all((edit.path, edit.edit.span) in seen for edit in fix.edits):
                wanted[id(line.located)] = line, update, fix
            seen |= {(edit.path, edit.edit.span): edit for edit in fix.edits}
    provider = IndexProvider(context, names_elsewhere(context))
    asked = lines_asked(context, provider)
    facts = Snapshot(provider)
    # Lines that cannot hold as they are say nothing about updates of others.
    diagnosis = find_conflicts(asked.problem, facts, limits=LIMITS, token=context.token)
    suspects = {conflict.suspect for conflict in diagnosis.conflicts}
    problem = asked.problem.without(suspects)
    most: dict[Requirement, Version] = {}
    for requirement in problem.requirements:
        goals = [
            wanted[id(located)][1].version
            for located in asked.lines[_at(requirement)]
            if id(located) in wanted
        ]
        if goals:
            most[requirement] = min(goals)
    plan = plan_updates_together(
        problem, facts, lines=most, most=most, limits=LIMITS, token=context.token
    )
    found = {update.line: update for update in plan.updates}
    reached = {
        id(located): found[requirement]
        for requirement in found
        for located in asked.lines[_at(requirement)]
    }
    tried = {id(x) for r in (*most, *suspects) for x in asked.lines[_at(r)]}
    lines = []
    for key, (line, update, fix) in wanted.items():
        together = reached.get(key)
        if together is None and key in tried:
            to, why = line.pin.version, ""
        elif together is None:
            to, why = update.version, ""
        else:
            to = max(together.to, line.pin.version)
            why = _why(asked, together, path) if to != update.version else ""
        edits = fix.edits if to == update.version else change_pin(context, line, to)
        lines.append(
            LineUpdate(
                line.located,
                line.pin.version,
                to if edits and to != line.pin.version else line.pin.version,
                update.version,
                why,
                edits if to != line.pin.version else (),
            )
        )
    # A line whose hashes are not known for the version that goes together stays: then nothing was
    # seen of the others beside it.
    stayed = any(
        each.to == each.current
        and id(each.located) in reached
        and reached[id(each.located)].to > each.current
        for each in lines
    )
    checked = plan.solution is not None and not plan.gaps and not stayed
    return CheckedPlan(tuple(lines), (*plan.gaps, *diagnosis.gaps), checked)


def _at(line: Requirement) -> int:
    """Return the place of a requirement in `LinesAsked.lines`."""
    assert isinstance(line.origin, int)  # noqa: S101 - `lines_asked` made it so
    return line.origin


def _why(asked: LinesAsked, update: TriedUpdate, path: Path) -> str:
    """Return what holds a line back, for a reader of a file."""

    def place(line: Requirement) -> str:
        shown = place_of(asked.lines[_at(line)][0], path)
        # Of that line the proof has what it was tried to be raised to.
        return f"the update of {shown}" if line.origin == update.line.origin else shown

    held = update.held_back
    return Explainer(held.proof, place).sentences() if held is not None else ""


def _wanted(
    context: Context, path: Path, diagnostics: Iterable[Diagnostic], kind: UpdateKind
) -> Iterator[tuple[PinnedLine, Update, Fix]]:
    """Yield the pinned lines of a file that have an update of a kind, and the fix that makes it."""
    found = _findings(diagnostics)
    for line, updates in pinned_lines(context):
        if line.located.path != path:
            continue
        findings = found.get(line.pin.clause.version_span, ())
        update = _update_of(updates.candidates, kind)
        fix = _offered(findings, update_title(update)) if update is not None else None
        if update is not None and fix is not None:
            yield line, update, fix


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


def _go_together(made: Iterable[FileEdit], edits: dict[tuple[Path, Span], FileEdit]) -> bool:
    """Return whether edits change nothing that others change in another way."""
    return all(
        edits.get((edit.path, edit.edit.span), edit) == edit
        and not any(
            path == edit.path and span != edit.edit.span and _overlap(span, edit.edit.span)
            for path, span in edits
        )
        for edit in made
    )


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
