"""Updates of a pin as fixes: which of them would make a conflict is tried when they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, overload

from pinwise.advice.dependency_conflicts import LIMITS, is_looked_for
from pinwise.advice.dependency_problem import lines_asked, names_elsewhere
from pinwise.advice.findings import Applicability, Fix
from pinwise.advice.pin_changes import change_pin
from pinwise.advice.places import place_of
from pinwise.advice.solver_facts import IndexProvider
from pinwise.advice.updates import Update, level_of, update_title
from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.updates import plan_updates
from pinwise.resolver.whatif import what_if

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.advice.dependency_problem import LinesAsked
    from pinwise.advice.pins import PinnedLine
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.whatif import Trial

MOST_TRIED = 60
"""Updates of one state of the texts that are tried out: a quarter of a second at 100 lines."""


class UpdateFixes(Sequence[Fix]):
    """The updates of one pin, newest first; tried out when somebody looks at them.

    Attributes:
        untried: the same as they are by themselves, whatever packages need.
    """

    __slots__ = ("_line", "_steps", "_trials", "_tried", "untried")

    def __init__(self, trials: Trials, line: PinnedLine, candidates: Sequence[Update]) -> None:
        """Make the fixes of a line; of a version whose hashes are not known there is none."""
        steps = [
            (update, change_pin(trials.context, line, update.version)) for update in candidates
        ]
        self._trials = trials
        self._line = line
        self._steps = [
            _Step(update, Fix(update_title(update), Applicability.SUGGESTED, edits))
            for update, edits in steps
            if edits
        ]
        self._tried: tuple[Fix, ...] | None = None
        self.untried = _with_preferred([step.fix for step in self._steps], frozenset())

    def _looked_at(self) -> tuple[Fix, ...]:
        if self._tried is None:
            self._tried = self._trials.tried(self._line, self._steps) or self.untried
        return self._tried

    def __len__(self) -> int:
        return len(self._looked_at())

    @overload
    def __getitem__(self, at: int) -> Fix: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Fix, ...]: ...
    def __getitem__(self, at: int | slice) -> Fix | tuple[Fix, ...]:
        return self._looked_at()[at]


class Trials:
    """Tries updates of the lines of one tree, each by itself.

    Args:
        context: whose facts count; what is not known there constrains nothing.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self._left = MOST_TRIED

    def tried(self, line: PinnedLine, steps: Sequence[_Step]) -> tuple[Fix, ...]:
        """Return the fixes of the steps: one that is known to create a conflict says with what.

        The newest version that fits is offered, too, where it is another one. Empty where nothing
        can be told of the line. Cost: a solve a step, and some more where it does not fit.
        """
        if not steps or not is_looked_for(self.context):
            return ()
        requirement = self._requirements.get(id(line.located))
        if requirement is None:
            return ()
        asked, problem, _ = self._asked
        problem = with_alike_free(problem, asked, [line])
        fixes: list[Fix] = []
        refused: set[int] = set()
        for at, step in enumerate(steps):
            trial = self._try(problem, requirement, step.update.version)
            if trial is not None and trial.fits is False:
                refused.add(at)
                shown = self._others(trial, line)
                fixes.append(replace(step.fix, title=f"{step.fix.title}, {shown}"))
            else:
                fixes.append(step.fix)
        if 0 in refused:
            more = self._newest_that_fits(problem, line, requirement, steps)
            if more is not None:
                at = sum(step.update.version > more.update.version for step in steps)
                fixes.insert(at, more.fix)
                refused = {each + (each >= at) for each in refused}
        return _with_preferred(fixes, frozenset(refused))

    @cached_property
    def _asked(self) -> tuple[LinesAsked, Problem, Snapshot]:
        """The lines, without those that cannot hold as they are, and the facts about them."""
        provider = IndexProvider(self.context, names_elsewhere(self.context))
        asked = lines_asked(self.context, provider)
        facts = Snapshot(provider)
        diagnosis = find_conflicts(asked.problem, facts, limits=LIMITS, token=self.context.token)
        return asked, asked.problem.without(diagnosis.suspects), facts

    @cached_property
    def _requirements(self) -> dict[int, Requirement]:
        asked, problem, _ = self._asked
        return {
            id(located): line for line in problem.requirements for located in asked.lines[_at(line)]
        }

    def _try(self, problem: Problem, line: Requirement, version: Version) -> Trial | None:
        if self._left <= 0:
            return None
        self._left -= 1
        facts = self._asked[2]
        return what_if(problem, line, version, facts, limits=LIMITS, token=self.context.token)

    def _newest_that_fits(
        self, problem: Problem, line: PinnedLine, requirement: Requirement, steps: Sequence[_Step]
    ) -> _Step | None:
        """Return the newest version that is seen to fit with all other lines, if no step has it."""
        plan = plan_updates(
            problem,
            self._asked[2],
            lines=[requirement],
            most={requirement: steps[0].update.version},
            limits=LIMITS,
            token=self.context.token,
        )
        found = next(iter(plan.updates), None)
        if found is None or plan.uncertain or found.to <= found.current:
            return None
        if any(step.update.version == found.to for step in steps):
            return None
        edits = change_pin(self.context, line, found.to)
        update = Update(found.to, str(found.to), level_of(found.current, found.to))
        fix = Fix(f"{update_title(update)}, the newest that fits", Applicability.SUGGESTED, edits)
        return _Step(update, fix) if edits else None

    def _others(self, trial: Trial, line: PinnedLine) -> str:
        """Say what a version conflicts with."""
        asked = self._asked[0]
        places = [place_of(asked.lines[_at(other)][0], line.located.path) for other in trial.others]
        if not places:
            return "cannot be installed here"
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        return f"conflicts with {places[0]}{more}"


def with_alike_free(problem: Problem, asked: LinesAsked, lines: Iterable[PinnedLine]) -> Problem:
    """Return a problem in which what changes together with some lines asks for no version.

    A constraint with the same pin, for one, would hold each of them where it is. The extras that
    such a line asks for count as before.
    """
    alike = {id(other) for line in lines for other in line.alike}
    changes = {
        line: line.with_specifier("")
        for line in problem.requirements
        if line.opaque is None and all(id(each) in alike for each in asked.lines[_at(line)])
    }
    return problem.replacing(dict(changes)) if changes else problem


class _Step(NamedTuple):
    """An update, and what makes it."""

    update: Update
    fix: Fix


def _with_preferred(fixes: Sequence[Fix], refused: frozenset[int]) -> tuple[Fix, ...]:
    """Prefer the first fix that is not refused."""
    best = next((at for at in range(len(fixes)) if at not in refused), None)
    return tuple(
        replace(fix, preferred=True) if at == best else fix for at, fix in enumerate(fixes)
    )


def _at(line: Requirement) -> int:
    """Return the place of a requirement in `LinesAsked.lines`."""
    assert isinstance(line.origin, int)  # noqa: S101 - `lines_asked` made it so
    return line.origin
