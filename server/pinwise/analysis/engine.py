"""One pass over one include tree: run the rules, and note what they could not learn."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from pinwise.advice.findings import Severity
from pinwise.analysis.report import Diagnostic, Report, Unchecked, merge
from pinwise.analysis.silence import silenced_by
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.index.urls import redact
from pinwise.project.graph import TreeProblemKind
from pinwise.rules import RULES
from pinwise.rules.registry import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context
    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing
    from pinwise.project.graph import Include
    from pinwise.project.settings import Settings
    from pinwise.rules.registry import Rule

logger = logging.getLogger(__name__)


class _Questions:
    """Passes look-ups on, and remembers each answer for the pass: one project, one answer."""

    def __init__(self, listing: Callable[[NormalizedName], Fact[Listing]]) -> None:
        self._listing = listing
        self.answers: dict[NormalizedName, Fact[Listing]] = {}

    def __call__(self, name: NormalizedName) -> Fact[Listing]:
        answer = self.answers.get(name)
        if answer is None:
            answer = self.answers[name] = self._listing(name)
        return answer

    def gaps(self) -> Iterator[NormalizedName]:
        """Yield the projects whose facts are missing or old, and can be asked for."""
        for name, answer in self.answers.items():
            match answer:
                case Known(listing) if listing.stale:
                    yield name
                case NotChecked(Reason.PENDING):
                    yield name
                case _:
                    pass


def analyse(context: Context, rules: Sequence[Rule] = RULES) -> Report:
    """Run `rules` over the tree of `context`.

    Never raises: a rule that fails is logged with its name, and the others still report. Costs
    some 10 µs a line with everything cached; asks nothing but `context.listing`.
    """
    questions = _Questions(context.listing)
    context = replace(context, listing=questions)
    found: dict[Path, list[Diagnostic]] = {document.path: [] for document in context.documents}
    for rule in rules:
        severity = severity_of(rule, context.settings)
        if severity is Severity.OFF:
            continue
        for diagnostic in _run(rule, severity, context):
            found.setdefault(diagnostic.finding.path, []).append(diagnostic)
    for document in context.documents:
        if silenced := silenced_by(document):
            kept = [item for item in found[document.path] if not silenced(item)]
            found[document.path] = kept
    return Report(
        diagnostics={path: tuple(merge(items)) for path, items in found.items()},
        unchecked=tuple(_unchecked(context, questions.answers)),
        gaps=frozenset(questions.gaps()),
        asked=frozenset(questions.answers),
    )


def needs_index(settings: Settings, rules: Iterable[Rule] = RULES) -> bool:
    """Return whether any rule that is on looks at the index."""
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


def _run(rule: Rule, severity: Severity, context: Context) -> list[Diagnostic]:
    """Run one rule; a failing rule fails alone."""
    try:
        return [Diagnostic(rule, severity, finding) for finding in rule.check(context)]
    except Exception:
        logger.exception("rule %s (%s) failed on %s", rule.code, rule.name, context.tree.root)
        return []


def _unchecked(
    context: Context, answers: dict[NormalizedName, Fact[Listing]]
) -> Iterator[Unchecked]:
    """Yield the includes that cannot be read, and the projects that could not be asked for."""
    for problem in context.tree.problems:
        # A circle is read once round: nothing in it is left out.
        if problem.include is not None and problem.kind is not TreeProblemKind.CYCLE:
            yield _unread(problem.include, problem.detail)
    for include in context.tree.remote:
        yield _unread(include, "files by address are not fetched")
    for name, located in context.by_name.items():
        match answers.get(name):
            case NotChecked(reason) as why if reason is not Reason.PENDING:
                pass
            case Known(listing) if listing.obstacles and not listing.stale:
                why = listing.obstacles[0]
            case _:
                continue
        first = located[0]
        yield Unchecked(first.path, first.name_span, name, why)


def _unread(include: Include, detail: str) -> Unchecked:
    """Return an include as something that was not checked."""
    why = NotChecked(Reason.UNREADABLE, detail)
    # As written: a value of the environment that pip would put in is nobody else's business.
    written = include.span.of(include.document.text)
    if "://" in written:
        written = redact(written)
    return Unchecked(include.document.path, include.span, written, why)
