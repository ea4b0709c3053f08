"""Updates of a pin as fixes: which of them would make a conflict is tried when they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, overload

from pinwise.advice.dependency_conflicts import LIMITS, is_looked_for, seen_to_hold
from pinwise.advice.dependency_problem import lines_asked, names_elsewhere
from pinwise.advice.findings import Applicability, Fix
from pinwise.advice.pin_changes import change_pin
from pinwise.advice.places import place_of
from pinwise.advice.solver_facts import IndexProvider
from pinwise.advice.updates import Update, level_of, update_title
from pinwise.base.cancellation import CancelledError
from pinwise.base.facts import Known
from pinwise.base.tuples import NamedTuple
from pinwise.resolver.clash import specifier_set
from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.outcome import Solution
from pinwise.resolver.provider import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.advice.dependency_problem import LinesAsked
    from pinwise.advice.pins import PinnedLine
    from pinwise.base.cancellation import CancelToken
    from pinwise.resolver.problem import Problem, Requirement
    from pinwise.resolver.whatif import Trial

MOST_TRIED = 20
"""Updates of one state of the texts that take a solve: a quarter of a second at 100 lines. Most
are judged by their neighbours alone."""


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

    def work_out(self, token: CancelToken | None = None) -> tuple[Fix, ...]:
        """Return the fixes, as `LazyFixes` does."""
        if self._tried is None:
            self._tried = self._trials.tried(self._line, self._steps, token) or self.untried
        return self._tried

    def __len__(self) -> int:
        return len(self.work_out())

    @overload
    def __getitem__(self, at: int) -> Fix: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Fix, ...]: ...
    def __getitem__(self, at: int | slice) -> Fix | tuple[Fix, ...]:
        return self.work_out()[at]


class Trials:
    """Tries updates of the lines of one tree, each by itself.

    Args:
        context: whose facts count; what is not known there constrains nothing.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self._left = MOST_TRIED
        self._token: CancelToken | None = None

    def tried(
        self, line: PinnedLine, steps: Sequence[_Step], token: CancelToken | None = None
    ) -> tuple[Fix, ...]:
        """Return the fixes of the steps, as `_fixes` does; what is cancelled was never tried.

        Raises:
            CancelledError: the token was cancelled meanwhile.
        """
        left, self._token = self._left, token
        try:
            return self._fixes(line, steps)
        except CancelledError:
            self._left = left
            raise
        finally:
            self._token = None

    def _fixes(self, line: PinnedLine, steps: Sequence[_Step]) -> tuple[Fix, ...]:
        """Return the fixes of the steps: one that is known to create a conflict says with what.

        The newest version that fits is offered, too, where it is another one. Empty where nothing
        can be told of the line. Cost: a solve or more for each step that would change what others
        have; a look at its neighbours for the rest.
        """
        if not steps or not is_looked_for(self.context):
            return ()
        requirement = self._requirements.get(id(line.located))
        if requirement is None:
            return ()
        asked, problem, _, _ = self._asked
        problem = with_alike_free(problem, asked, [line])
        fixes: list[Fix] = []
        refused: set[int] = set()
        for at, step in enumerate(steps):
            version = step.update.version
            seen = self._holds_as_it_is(problem, requirement, version)
            others = None if seen else self._others(problem, requirement, version)
            if others is not None:
                refused.add(at)
                shown = self._shown(others, line)
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
    def _asked(self) -> tuple[LinesAsked, Problem, Snapshot, Solution | None]:
        """The lines but for those that cannot hold as they are, the facts, what they lead to."""
        provider = IndexProvider(self.context, names_elsewhere(self.context))
        facts = Snapshot(provider)
        holding = seen_to_hold(self.context)
        if holding is not None:
            asked, solution = holding
            return asked, asked.problem, facts, solution
        asked = lines_asked(self.context, provider)
        diagnosis = find_conflicts(asked.problem, facts, limits=LIMITS, token=self._token)
        found = diagnosis.rest if isinstance(diagnosis.rest, Solution) else None
        return asked, asked.problem.without(diagnosis.suspects), facts, found

    @cached_property
    def _needed(self) -> dict[NormalizedName, list[tuple[NormalizedName, str, str]]]:
        """What would be installed and needs each package: its name, the extra, the specifier."""
        facts, found = self._asked[2:]
        needed: dict[NormalizedName, list[tuple[NormalizedName, str, str]]] = {}
        for name, version in found.versions.items() if found is not None else ():
            if found is None or version is None:
                continue
            for extra in ("", *found.extras.get(name, ())):
                needs = facts.dependencies(name, version, extra)
                for need in needs.value if isinstance(needs, Known) else ():
                    needed.setdefault(need.name, []).append((name, extra, need.specifier))
        return needed

    def _holds_as_it_is(self, problem: Problem, line: Requirement, version: Version) -> bool:
        """Return whether nothing else has to change for a version, as most updates go.

        Then it fits, or what it needs is not known and constrains nothing: no solve is needed.
        """
        facts, found = self._asked[2:]
        if found is None:
            return False
        others = {each.specifier for each in problem.lines_of[line.name] if each is not line}
        others |= {specifier for _, _, specifier in self._needed.get(line.name, ())}
        if not all(_admits(text, version) for text in others):
            return False
        for extra in ("", *found.extras.get(line.name, ())):
            needs = facts.dependencies(line.name, version, extra)
            for need in needs.value if isinstance(needs, Known) else ():
                installed = found.versions.get(need.name)
                if installed is None or not _admits(need.specifier, installed):
                    return False
                if need.direct or not found.extras.get(need.name, frozenset()).issuperset(
                    need.extras
                ):
                    return False
        return True

    @cached_property
    def _requirements(self) -> dict[int, Requirement]:
        asked, problem = self._asked[:2]
        return {
            id(located): line for line in problem.requirements for located in asked.lines[_at(line)]
        }

    def _others(
        self, problem: Problem, line: Requirement, version: Version
    ) -> tuple[Requirement, ...] | None:
        """Return the lines that a version conflicts with; None where it is not known to."""
        neighbour = self._excluding(problem, line, version)
        if neighbour is not None:
            return (neighbour,)
        trial = self._try(problem, line, version)
        return trial.others if trial is not None and trial.fits is False else None

    def _excluding(
        self, problem: Problem, line: Requirement, version: Version
    ) -> Requirement | None:
        """Return a pinned line that excludes a version by itself: one of them needs the other."""
        for needing, specifier in self._needing(problem, line):
            if _excludes(specifier, version):
                return needing
        facts = self._asked[2]
        pinned = _pinned(problem)
        for extra in ("", *line.extras):
            needs = facts.dependencies(line.name, version, extra)
            for need in needs.value if isinstance(needs, Known) else ():
                other = pinned.get(need.name)
                if other is None or other.pin is None or other is line or need.direct:
                    continue
                if _excludes(need.specifier, other.pin):
                    return other
        return None

    def _needing(self, problem: Problem, line: Requirement) -> Iterator[tuple[Requirement, str]]:
        """Yield the pinned lines whose versions need a line's package, with the specifiers."""
        found = self._asked[3]
        pinned = _pinned(problem)
        for name, extra, specifier in self._needed.get(line.name, ()):
            other = pinned.get(name)
            if other is None or extra or other is line or found is None:
                continue
            if other.pin == found.versions.get(name):
                yield other, specifier

    def _try(self, problem: Problem, line: Requirement, version: Version) -> Trial | None:
        if self._left <= 0:
            return None
        from pinwise.resolver.whatif import what_if  # noqa: PLC0415 - mostly a look is enough

        self._left -= 1
        facts = self._asked[2]
        return what_if(problem, line, version, facts, limits=LIMITS, token=self._token)

    def _newest_that_fits(
        self, problem: Problem, line: PinnedLine, requirement: Requirement, steps: Sequence[_Step]
    ) -> _Step | None:
        """Return the newest version that is seen to fit with all other lines, if no step has it."""
        newest = steps[0].update.version
        if self._left <= 0 or not self._has_others(problem, requirement, newest, steps):
            return None
        from pinwise.resolver.updates import plan_updates  # noqa: PLC0415 - as above

        self._left -= 1
        plan = plan_updates(
            problem,
            self._asked[2],
            lines=[requirement],
            most={requirement: newest},
            limits=LIMITS,
            token=self._token,
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

    def _has_others(
        self, problem: Problem, line: Requirement, newest: Version, steps: Sequence[_Step]
    ) -> bool:
        """Return whether any version but those of the steps may fit, or that is not known.

        Mostly there is none, and then nothing has to be solved to see it. O(newer versions).
        """
        listed = self._asked[2].versions(line.name)
        if not isinstance(listed, Known) or line.pin is None:
            return True
        tried = {step.update.version for step in steps}
        final = not problem.prereleases.get(line.name, line.pin.is_prerelease)
        specifiers = [specifier for _, specifier in self._needing(problem, line)]
        for version in listed.value.versions:
            if version is None:
                return True
            if version <= line.pin:
                break
            if version >= newest or version in tried or (final and version.is_prerelease):
                continue
            if not any(_excludes(specifier, version) for specifier in specifiers):
                return True
        return False

    def _shown(self, others: Iterable[Requirement], line: PinnedLine) -> str:
        """Say what a version conflicts with."""
        asked = self._asked[0]
        places = [place_of(asked.lines[_at(other)][0], line.located.path) for other in others]
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


def _admits(specifier: str, version: Version) -> bool:
    """Return whether a specifier admits a version; one that nobody can read is not said to."""
    found = specifier_set(specifier)
    return found is not None and found.contains(version, prereleases=True)


def _excludes(specifier: str, version: Version) -> bool:
    """Return whether a specifier excludes a version, its local variants among them."""
    found = specifier_set(specifier)
    if found is None or version.local is not None:
        return False
    return "+" not in specifier and not found.contains(version, prereleases=True)


def _pinned(problem: Problem) -> dict[NormalizedName, Requirement]:
    """Return the pinned lines; what a constraint pins need not be installed at all."""
    return {
        each.name: each
        for each in problem.requirements
        if each.pin is not None and not each.constraint
    }


def _at(line: Requirement) -> int:
    """Return the place of a requirement in `LinesAsked.lines`."""
    assert isinstance(line.origin, int)  # noqa: S101 - `lines_asked` made it so
    return line.origin
