"""One pass over one include tree: run the rules, and note what they could not learn."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

from pinwise.advice.dependency_conflicts import RULE as DEPENDENCY_CONFLICT
from pinwise.advice.dependency_conflicts import Resolution, resolve
from pinwise.advice.findings import LazyFixes, Severity
from pinwise.advice.ignores import IgnoreUse
from pinwise.analysis.project_wide import show_in_front
from pinwise.analysis.questions import Questions
from pinwise.analysis.report import Diagnostic, Report, each_once
from pinwise.analysis.settled import settle, still_settled
from pinwise.analysis.silence import Silence, has_directives
from pinwise.analysis.unchecked import unchecked_of, unsolved
from pinwise.base.cancellation import CancelledError
from pinwise.project.graph import TreeProblemKind
from pinwise.project.rule_names import RuleNames
from pinwise.rules import RULES
from pinwise.rules.registry import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.analysis.settled import Settled
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.text import Span
    from pinwise.project.settings import Settings
    from pinwise.rules.registry import Rule

RULE_NAMES = RuleNames.of((rule.code, rule.name) for rule in RULES)
"""What a rule may be called in settings, comments and on the command line."""

MOST_FIXED = 8
"""Findings of a tree whose fixes are tried out before anybody asks for them: as many as there may
be conflicts (`MOST_CONFLICTS` in `resolver/diagnosis.py`)."""

logger = logging.getLogger(__name__)


def analyse(context: Context, rules: Sequence[Rule] = RULES) -> Report:
    """Return everything that `rules` say of the tree of `context`, from what is known now.

    All that a `Pass` does, at once, and what the fixes that are tried out want to know.
    """
    run = Pass(context, rules)
    run.solved()
    return run.with_fixes()


class Pass:
    """Runs `rules` over the tree of `context`, then those that judge what was found.

    The solver's rule is the only one that may cost more than a person who types should wait: it
    is left out at first, and runs when `solved` is asked for.

    Where a judging rule is on and has something to judge, all rules that are on are run; what
    is not among `rules` is not reported. What comments and settings silence is left out.

    Nothing here raises because of a rule: one that fails is logged with its name, and the others
    still report. Costs some 25 µs a line with everything cached; asks nothing but
    `context.listing` and `context.metadata`.

    Args:
        before: what the solver found in an earlier text; what still stands of it is told until
            the new text is solved.
        token: ends the pass between two rules, with `CancelledError`.
        settled: what an earlier pass over the tree settled, so that it is not judged anew.

    Attributes:
        report: what is known so far.
        settled: what a later pass need not judge anew.
    """

    def __init__(
        self,
        context: Context,
        rules: Sequence[Rule] = RULES,
        before: Resolution | None = None,
        token: CancelToken | None = None,
        settled: Settled | None = None,
    ) -> None:
        self._documents = {document.path: document for document in context.documents}
        self._shown = {rule.name for rule in rules}
        self._resolution: Resolution | None = None
        self._before = before
        self._tried = False
        self._judges = [rule for rule in rules if Facts.FINDINGS in rule.needs]
        self._judging = any(_is_on(rule, context) for rule in self._judges) and any(
            map(has_directives, self._documents.values())
        )
        every = dict.fromkeys((*rules, *RULES)) if self._judging else rules
        running = [rule for rule in every if _is_on(rule, context)]
        self._solver = next((rule for rule in running if rule.name == DEPENDENCY_CONFLICT), None)
        self._questions = questions = Questions(context)
        by_project = [rule for rule in running if rule.by_project]
        self.settled = still_settled(settled, context, by_project, questions)
        self._context = context = context.with_facts(
            listing=questions,
            metadata=questions.metadata,
            known_metadata=context.known_metadata or context.metadata,
            settled=frozenset(self.settled.projects),
        )
        self._without_solver = run = _Run(context)
        for rule in running:
            if token is not None:
                token.check()
            if Facts.FINDINGS not in rule.needs and rule.name != DEPENDENCY_CONFLICT:
                run.add(rule)
        if not any(rule.by_project for rule in run.unfinished):
            self.settled = settle(self.settled, context, questions, run.found)
        # The solver asks about packages of packages: what is missing of those leaves others
        # certain.
        self._lines_known = questions.complete()
        if self._solver is not None:
            run = run.copy()
            run.unfinished.append(self._solver)
            if before is not None and before.conflicts:
                run.context = context.with_facts(before=before)
                run.find(self._solver)
        self.report = self._report(run)

    @property
    def is_solved(self) -> bool:
        """Whether the solver has nothing to say any more."""
        return self._solver is None or self._resolution is not None

    @property
    def resolution(self) -> Resolution | None:
        """What the solver found last, in this text or, as long as it was not asked, before."""
        return self._resolution if self._resolution is not None else self._before

    def solved(self, token: CancelToken | None = None) -> Report:
        """Return the report with what the solver finds.

        Raises:
            CancelledError: the token was cancelled; asking again begins anew.
        """
        if self._solver is None or self._resolution is not None:
            return self.report
        run = self._without_solver.copy()
        run.context = self._context.with_facts(token=token)
        run.add(self._solver)
        found_before = self.report.diagnostics
        self.report = self._report(run)
        failed = self._solver in run.unfinished
        self._resolution = Resolution((), None) if failed else resolve(run.context)
        if self._solver.name in self._shown:
            more = (*self.report.unchecked, *unsolved(self._context, self._resolution))
            self.report = replace(self.report, unchecked=tuple(dict.fromkeys(more)))
        if not self._resolution.conflicts and found_before == self.report.diagnostics:
            # So that whoever published it sees at once that nothing changed.
            self.report = replace(self.report, diagnostics=found_before)
        return self.report

    @property
    def has_fixes_to_try(self) -> bool:
        """Whether `with_fixes` has something to do."""
        return self.is_solved and not self._tried and bool(self._lazy_fixes())

    def with_fixes(self, token: CancelToken | None = None) -> Report:
        """Return the report with what is missing for fixes that have to be tried out.

        They are tried here, since only that tells what has to be known for it, and remembered:
        without, who asks for them first would get none, or what the cache happens to allow. Beyond
        the first `MOST_FIXED` the others' turn comes once these are repaired.

        Raises:
            CancelledError: the token was cancelled; what was tried stays.
        """
        if self.has_fixes_to_try:
            for fixes in self._lazy_fixes():
                fixes.work_out(token)
            self._tried = True
            self.report = replace(self.report, **self._asked())
        return self.report

    def _lazy_fixes(self) -> list[LazyFixes]:
        """Return the fixes of the first findings that have some to try out."""
        lazy = [
            item.finding.fixes
            for items in self.report.diagnostics.values()
            for item in items
            if isinstance(item.finding.fixes, LazyFixes)
        ]
        return lazy[:MOST_FIXED]

    def _report(self, run: _Run) -> Report:
        """Return what the rules of a run found, and what those say that judge it."""
        context, questions = self._context, self._questions
        silence = {
            path: Silence(path, document, context.settings)
            for path, document in self._documents.items()
        }
        found: dict[Path, list[Diagnostic]] = {path: [] for path in self._documents}
        for path, items in run.found.items():
            if path not in silence:
                silence[path] = Silence(path, None, context.settings)
            found[path] = [
                item for item in silence[path].kept(items) if item.rule.name in self._shown
            ]
        show_in_front(context, found, silence)
        if self._judging:
            used = {(path, span) for path, item in silence.items() for span in item.used}
            use = _ignore_use(run, questions, frozenset(used), lines_known=self._lines_known)
            second = _Run(context.with_facts(ignores=use))
            for rule in self._judges:
                if _is_on(rule, context):
                    second.add(rule)
            for path, items in second.found.items():
                found[path] += silence[path].kept(items, by_name_alone=True)
        return Report(
            diagnostics={path: tuple(each_once(items)) for path, items in found.items()},
            unchecked=tuple(unchecked_of(context, questions, found)),
            **self._asked(),
        )

    def _asked(self) -> _Asked:
        """Return what was asked so far, for a report."""
        questions = self._questions
        return {
            "gaps": frozenset(questions.gaps()),
            "version_gaps": frozenset(questions.version_gaps()),
            "asked": frozenset(questions.answers),
        }


class _Asked(TypedDict):
    """The fields of a report that tell what was asked."""

    gaps: frozenset[NormalizedName]
    version_gaps: frozenset[tuple[NormalizedName, Version]]
    asked: frozenset[NormalizedName]


class _Run:
    """Runs rules that are on one after the other.

    Attributes:
        found: what they found, by file.
        complete: those that did not fail.
        unfinished: those that did, and those whose turn is still to come.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.found: dict[Path, list[Diagnostic]] = {}
        self.complete: list[Rule] = []
        self.unfinished: list[Rule] = []

    def copy(self) -> _Run:
        """Return a run that goes on from here, apart from this one."""
        other = _Run(self.context)
        other.found = {path: [*items] for path, items in self.found.items()}
        other.complete = [*self.complete]
        other.unfinished = [*self.unfinished]
        return other

    def add(self, rule: Rule) -> None:
        """Run one rule, and count it."""
        (self.complete if self.find(rule) else self.unfinished).append(rule)

    def find(self, rule: Rule) -> bool:
        """Take what a rule finds; return whether it did not fail: then it fails alone."""
        severity = severity_of(rule, self.context.settings)
        try:
            items = [
                Diagnostic(rule, min(severity, item.at_most), item)
                for item in rule.check(self.context)
            ]
        except CancelledError:
            raise
        except Exception:
            root = self.context.tree.root
            logger.exception("rule %s (%s) failed on %s", rule.code, rule.name, root)
            return False
        for item in items:
            self.found.setdefault(item.finding.path, []).append(item)
        return True


def _is_on(rule: Rule, context: Context) -> bool:
    """Return whether the settings leave a rule on."""
    return severity_of(rule, context.settings) is not Severity.OFF


def _ignore_use(
    run: _Run, questions: Questions, used: frozenset[tuple[Path, Span]], *, lines_known: bool
) -> IgnoreUse:
    """Return what the comments of a tree did, and which rules had all that they need."""
    tree = run.context.tree
    # What was not read may stand in conflict with any line.
    read = not tree.remote and all(
        problem.kind is TreeProblemKind.CYCLE for problem in tree.problems
    )
    has_target = run.context.target is not None
    everything_known = has_target and questions.complete()
    lines_known = has_target and lines_known
    judged = [
        rule.name
        for rule in run.complete
        if read
        and not rule.needs & (Facts.ENVIRONMENT | Facts.MACHINE)
        and (
            Facts.INDEX not in rule.needs
            or (everything_known if rule.name == DEPENDENCY_CONFLICT else lines_known)
        )
    ]
    everything = len(judged) == len(run.complete) and not run.unfinished
    return IgnoreUse(RULE_NAMES, used, frozenset(judged), everything)


def needs_index(settings: Settings, rules: Iterable[Rule] = RULES) -> bool:
    """Return whether any rule that is on looks at the index, also on behalf of one that judges."""
    rules = tuple(rules)
    if any(Facts.FINDINGS in rule.needs for rule in rules):
        rules = (*rules, *RULES)
    return any(
        Facts.INDEX in rule.needs and severity_of(rule, settings) is not Severity.OFF
        for rule in rules
    )


def severity_of(rule: Rule, settings: Settings) -> Severity:
    """Return the severity that the settings give a rule."""
    if rule.name in settings.ignore:
        return Severity.OFF
    word = settings.rules.get(rule.name)
    return rule.severity if word is None else Severity[word.upper()]
