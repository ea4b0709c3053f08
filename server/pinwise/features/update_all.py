"""Updating many pins of a file at once: what the code lens offers and its command does."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from packaging.version import Version

from pinwise.advice.dependency_conflicts import LIMITS
from pinwise.advice.dependency_problem import lines_asked, names_elsewhere
from pinwise.advice.pin_changes import change_pin
from pinwise.advice.pins import pinned_lines
from pinwise.advice.places import place_in_sentence
from pinwise.advice.solver_facts import IndexProvider
from pinwise.advice.update_fixes import UpdateFixes, with_alike_free
from pinwise.advice.updates import Level, update_title
from pinwise.base.facts import Reason
from pinwise.base.records import record
from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.explanation import Explainer
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.updates import plan_updates as plan_updates_together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pinwise.advice.context import Context, Located
    from pinwise.advice.dependency_problem import LinesAsked
    from pinwise.advice.findings import FileEdit, Finding, Fix
    from pinwise.advice.pins import PinnedLine
    from pinwise.advice.updates import Update
    from pinwise.analysis.report import Diagnostic
    from pinwise.base.text import Span
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.provider import Gap
    from pinwise.resolver.updates import Plan
    from pinwise.resolver.updates import Update as TriedUpdate

    _Wish: TypeAlias = tuple[PinnedLine, Update, Fix]

_RULE = "outdated-version"


class UpdateKind(Enum):
    """Which updates are meant; the values are those of the command's argument."""

    SAFE = "safe"
    """Minor and patch releases: nothing leaves its major version."""
    MAJOR = "major"
    """New major versions; other packages change only where these need it."""


@record(frozen=True, slots=True)
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


@record(frozen=True, slots=True)
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


@record(frozen=True, slots=True)
class CheckedPlan:
    """The updates that go together.

    Attributes:
        lines: those that can be updated by themselves, and those that change with them, in the
            order of the file. None where it was not found out what goes together: then it is not
            `checked`, either.
        gaps: what is not known; of `pending` ones, the answer may still change.
        checked: whether it was seen that the updates go together with all other lines, and
            nothing that these need is unknown.
        unknown: names what is not known, so that no update was found; "" where one was, or none
            is missed.
    """

    lines: tuple[LineUpdate, ...]
    gaps: tuple[Gap, ...]
    checked: bool
    unknown: str = ""

    @property
    def pending(self) -> tuple[Gap, ...]:
        """What has to be looked up first: with any, no line changes."""
        return tuple(gap for gap in self.gaps if gap.obstacle.reason is Reason.PENDING)

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
    packages need, allow together. Where two updates exclude each other, that of the earlier line
    is made. Of major updates those are made that reach a new major version, and other lines change
    only where these need it. A line whose update leads to something that is not known stays as it
    is. Lines for other platforms are not part of that, and are raised as far as they go by
    themselves.

    Nothing changes while something has to be looked up that the answer depends on. With it, the
    answer is the same whatever else is known, if the lines hold together as they are.

    Cost: some solves, of a few milliseconds for 100 lines, and one more for each line that is
    held back. Asks for whole listings.
    """
    diagnostics = tuple(diagnostics)
    wanted = _wanted_once(context, path, diagnostics, kind)
    if not wanted:
        return CheckedPlan((), (), checked=True)
    beside: dict[int, _Wish] = {}
    if kind is UpdateKind.MAJOR:
        beside = _wanted_once(context, path, diagnostics, UpdateKind.SAFE)
    provider = IndexProvider(context, names_elsewhere(context))
    asked = lines_asked(context, provider)
    facts = Snapshot(provider)
    # Lines that cannot hold as they are say nothing about updates of others.
    diagnosis = find_conflicts(asked.problem, facts, limits=LIMITS, token=context.token)
    problem = asked.problem.without(diagnosis.suspects)
    changing = [line for line, _, _ in (*wanted.values(), *beside.values())]
    problem = with_alike_free(problem, asked, changing)
    goals = _goals(asked, problem, wanted)
    companions = {
        line: most for line, most in _goals(asked, problem, beside).items() if line not in goals
    }
    least = {line: _next_major(line) for line in goals} if kind is UpdateKind.MAJOR else None
    unknown = ""
    staying: set[Requirement] = set()
    while True:
        most = {**companions, **goals}
        plan = plan_updates_together(
            problem,
            facts,
            lines=[line for line in problem.requirements if line in most and line not in staying],
            most=most,
            least=least,
            limits=LIMITS,
            token=context.token,
        )
        if plan.pending or plan.solution is None:
            break
        unwritable = {
            update.line
            for update in plan.updates
            if update.to > update.current and not _edits_of(context, asked, update, wanted, beside)
        }
        more = plan.uncertain | unwritable
        if not more:
            break
        unknown = unknown or next(map(_told, plan.gaps), "")
        staying |= more
    gaps = (*plan.gaps, *diagnosis.gaps)
    # Without a solution there was too much to try, or nothing holds whatever these lines say.
    if plan.solution is None or any(
        gap.obstacle.reason is Reason.PENDING for gap in diagnosis.gaps
    ):
        return CheckedPlan((), gaps, checked=False)
    lines = _lines(
        context,
        path,
        asked,
        plan,
        wanted=wanted,
        beside=beside,
        suspects=diagnosis.suspects,
    )
    found = any(line.edits for line in lines)
    checked = not plan.gaps
    return CheckedPlan(tuple(lines), gaps, checked, "" if found else unknown)


def _wanted_once(
    context: Context, path: Path, diagnostics: Iterable[Diagnostic], kind: UpdateKind
) -> dict[int, _Wish]:
    """Return the lines that have an update of a kind by identity, those that change alike once."""
    wanted: dict[int, _Wish] = {}
    seen: dict[tuple[Path, Span], FileEdit] = {}
    for line, update, fix in _wanted(context, path, diagnostics, kind):
        if _go_together(fix.edits, seen):
            if not all((edit.path, edit.edit.span) in seen for edit in fix.edits):
                wanted[id(line.located)] = line, update, fix
            seen |= {(edit.path, edit.edit.span): edit for edit in fix.edits}
    return wanted


def _goals(
    asked: LinesAsked, problem: Problem, wanted: Mapping[int, _Wish]
) -> dict[Requirement, Version]:
    """Return the newest version that each requirement may be raised to, of those that have one."""
    found = {}
    for requirement in problem.requirements:
        goals = [
            wanted[id(located)][1].version
            for located in asked.lines[_at(requirement)]
            if id(located) in wanted
        ]
        if goals:
            found[requirement] = min(goals)
    return found


def _next_major(line: Requirement) -> Version:
    """Return the lowest version that is a major update of a pinned one."""
    pin = line.pin or Version("0")
    return Version(f"{pin.epoch}!{pin.major + 1}")


def _edits_of(
    context: Context,
    asked: LinesAsked,
    update: TriedUpdate,
    wanted: Mapping[int, _Wish],
    beside: Mapping[int, _Wish],
) -> tuple[FileEdit, ...]:
    """Return what makes an update of the lines that a requirement stands for."""
    for located in asked.lines[_at(update.line)]:
        if (wish := wanted.get(id(located)) or beside.get(id(located))) is not None:
            line, newest, fix = wish
            same = update.to == newest.version
            return fix.edits if same else change_pin(context, line, update.to)
    return ()


def _lines(  # noqa: PLR0913 - what a line's end depends on
    context: Context,
    path: Path,
    asked: LinesAsked,
    plan: Plan,
    *,
    wanted: Mapping[int, _Wish],
    beside: Mapping[int, _Wish],
    suspects: frozenset[Requirement],
) -> list[LineUpdate]:
    """Return what becomes of each line that was to be updated, and of those that change too."""
    reached = {
        id(located): update for update in plan.updates for located in asked.lines[_at(update.line)]
    }
    solved = {id(located) for lines in asked.lines for located in lines}
    solved |= {id(located) for line in suspects for located in asked.lines[_at(line)]}
    lines = []
    for key, (line, newest, fix) in {**beside, **wanted}.items():
        update, current = reached.get(key), line.pin.version
        if update is None:
            # A line for another platform is held back by nothing that is known.
            alone = key not in solved and key in wanted
            to, why = (newest.version, "") if alone else (current, "")
            edits = fix.edits if alone else ()
        else:
            to = max(update.to, current)
            edits = _edits_of(context, asked, update, wanted, beside) if to != current else ()
            why = _why(asked, update, path) if to != newest.version else ""
        if key in wanted:
            lines.append(LineUpdate(line.located, current, to, newest.version, why, edits))
        elif edits:
            lines.append(LineUpdate(line.located, current, to, to, "", edits))
    return sorted(lines, key=lambda each: each.located.declaration.span.start)


def _told(gap: Gap) -> str:
    """Name what is not known."""
    return f"{gap.name} {gap.version}" if gap.version is not None else str(gap.name)


def _at(line: Requirement) -> int:
    """Return the place of a requirement in `LinesAsked.lines`."""
    assert isinstance(line.origin, int)  # noqa: S101 - `lines_asked` made it so
    return line.origin


def _why(asked: LinesAsked, update: TriedUpdate, path: Path) -> str:
    """Return what holds a line back, for a reader of a file."""

    def place(line: Requirement) -> str:
        shown = place_in_sentence(asked.lines[_at(line)][0], path)
        # Of that line the proof has the version that it does not get.
        return f"the update of {shown}" if line.origin == update.line.origin else shown

    held = update.held_back
    return Explainer(held.proof, place).sentences() if held is not None else ""


def _wanted(
    context: Context, path: Path, diagnostics: Iterable[Diagnostic], kind: UpdateKind
) -> Iterator[tuple[PinnedLine, Update, Fix]]:
    """Yield the pinned lines of a file that have an update of a kind, and the fix that makes it."""
    found = _findings(diagnostics)
    for line, updates in pinned_lines(context, context.by_name):
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
        fixes = finding.fixes
        # Whether they go together is tried out for all of them at once.
        offered = fixes.untried if isinstance(fixes, UpdateFixes) else fixes
        yield from (fix for fix in offered if fix.title == title)


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
