"""Mending many findings at once: which fixes may be applied without looking, and go together.

A fix says itself how far it may be trusted (`Applicability`). Safe ones write what the author
evidently meant. Suggested ones guess, or change what is installed, and are chosen only on request,
and then only the one that its rule prefers.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability
from pinwise.base.records import record
from pinwise.base.text import TextEdit, apply_edits, successive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from pinwise.advice.findings import FileEdit, Fix
    from pinwise.analysis.report import Diagnostic
    from pinwise.base.text import Span

UPDATES = "outdated-version"
"""The rule whose findings are no mistakes: what it offers is asked for apart from all others."""


PASSES = 10
"""A fix may make room for another one, but not for ever."""


@record(frozen=True, slots=True)
class Chosen:
    """Fixes that go together.

    Attributes:
        fixes: each with what it mends, in the order of their places.
        edits: what all of them do, by file; none overlaps another.
        waiting: how many more there are, which overlap these: they may be chosen once these are
            applied and the texts have been looked at again.
    """

    fixes: tuple[tuple[Diagnostic, Fix], ...]
    edits: Mapping[Path, tuple[TextEdit, ...]]
    waiting: int


def choose_fixes(
    diagnostics: Iterable[Diagnostic],
    *,
    suggested: bool,
    writable: Callable[[Path], bool],
) -> Chosen:
    """Return the fixes to apply, the earlier finding before the later one.

    Args:
        diagnostics: what was found, in the order of files and places.
        suggested: whether suggested fixes are wanted, too. If not, none is worked out that takes
            a solve, since those are never safe.
        writable: whether a file may be changed: a fix that changes another one is not chosen.

    Cost: linear in the number of fixes, but for a search among the edits of the same file.
    """
    placed = _Placed()
    chosen: list[tuple[Diagnostic, Fix]] = []
    waiting = 0
    for diagnostic in diagnostics:
        fix = _fix_of(diagnostic, suggested=suggested)
        if fix is None or not all(writable(item.path) for item in fix.edits):
            continue
        if placed.add(fix.edits):
            chosen.append((diagnostic, fix))
        else:
            waiting += 1
    return Chosen(tuple(chosen), placed.edits(), waiting)


def mended(
    path: Path, text: str, look_at: Callable[[str], Iterable[Diagnostic]]
) -> Sequence[TextEdit]:
    """Return the edits of one file that apply its safe fixes, and those that these make room for.

    Fixes that change another file are left out. Takes no solve.

    Args:
        path: the file.
        text: what is in it.
        look_at: returns what is found in the file if that is its text. It is asked anew after
            each pass that changed something.
    """
    passes: list[Sequence[TextEdit]] = []
    after = text
    while len(passes) < PASSES:
        chosen = choose_fixes(look_at(after), suggested=False, writable=lambda item: item == path)
        edits = chosen.edits.get(path)
        if not edits:
            break
        passes.append(edits)
        after = apply_edits(after, edits)
    return successive(len(text), passes)


def _fix_of(diagnostic: Diagnostic, *, suggested: bool) -> Fix | None:
    """Return the fix of a finding that may be applied; None where there is none."""
    fixes = diagnostic.finding.fixes
    if diagnostic.rule.name == UPDATES or not (suggested or isinstance(fixes, tuple)):
        return None
    usable = [
        fix
        for fix in fixes
        if fix.edits and fix.action is None and not any(item.create for item in fix.edits)
    ]
    safe = [fix for fix in usable if fix.applicability is Applicability.SAFE]
    preferred = [fix for fix in usable if fix.preferred and (suggested or fix in safe)]
    return next(iter((*preferred, *safe)), None)


class _Placed:
    """Edits of several files, none of which overlaps another."""

    def __init__(self) -> None:
        self._by_file: dict[Path, list[tuple[Span, str]]] = {}

    def add(self, edits: Iterable[FileEdit]) -> bool:
        """Take all edits of a fix, or none; return whether they were taken."""
        wanted = [(item.path, (item.edit.span, item.edit.new_text)) for item in edits]
        if not all(self._fits(path, *edit) for path, edit in wanted):
            return False
        for path, edit in wanted:
            known = self._by_file.setdefault(path, [])
            at = bisect_left(known, edit)
            if known[at : at + 1] != [edit]:
                known.insert(at, edit)
        return True

    def edits(self) -> dict[Path, tuple[TextEdit, ...]]:
        """Return all edits by file."""
        return {
            path: tuple(TextEdit(*edit) for edit in edits) for path, edits in self._by_file.items()
        }

    def _fits(self, path: Path, span: Span, text: str) -> bool:
        """Return whether an edit is there already, or touches none that is."""
        known = self._by_file.get(path, [])
        at = bisect_left(known, (span, text))
        if known[at : at + 1] == [(span, text)]:
            return True
        # They are in order and apart, so that only the neighbours can be too near.
        return not any(_clash(span, other) for other, _ in known[max(0, at - 1) : at + 1])


def _clash(one: Span, other: Span) -> bool:
    """Return whether two different edits change the same, or put something at the same place."""
    return (one.start < other.end and other.start < one.end) or one.start == other.start
