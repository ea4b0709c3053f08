"""One pass over one include tree: run the rules, and note what they could not learn."""

from __future__ import annotations

import logging
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from pinwise.advice.dependency_conflicts import RULE as DEPENDENCY_CONFLICT
from pinwise.advice.dependency_conflicts import resolve
from pinwise.advice.findings import Severity
from pinwise.advice.ignores import IgnoreUse
from pinwise.analysis.report import Diagnostic, Report, Unchecked, each_once
from pinwise.analysis.silence import Silence, has_directives
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.base.text import Span, Spans
from pinwise.index.urls import redact
from pinwise.manifests.recognise import kind_of_content
from pinwise.project.graph import TreeProblemKind
from pinwise.project.rule_names import RuleNames
from pinwise.rules import RULES
from pinwise.rules.registry import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing, Metadata
    from pinwise.project.files import Document
    from pinwise.project.graph import Include, TreeProblem
    from pinwise.project.settings import Settings
    from pinwise.rules.registry import Rule

RULE_NAMES = RuleNames.of((rule.code, rule.name) for rule in RULES)
"""What a rule may be called in settings, comments and on the command line."""

logger = logging.getLogger(__name__)


class _Questions:
    """Passes look-ups on, and remembers each answer for the pass: one project, one answer.

    Attributes:
        lines_known: whether every answer was `complete` before the solver asked; None where it
            did not.
    """

    def __init__(self, context: Context) -> None:
        self._listing = context.listing
        self._metadata = context.metadata
        self.answers: dict[NormalizedName, Fact[Listing]] = {}
        self.versions: dict[tuple[NormalizedName, Version], Fact[Metadata]] = {}
        self.lines_known: bool | None = None

    def __call__(self, name: NormalizedName) -> Fact[Listing]:
        answer = self.answers.get(name)
        if answer is None:
            answer = self.answers[name] = self._listing(name)
        return answer

    def metadata(self, name: NormalizedName, version: Version) -> Fact[Metadata]:
        """Pass a look-up of a version's metadata on."""
        answer = self.versions.get((name, version))
        if answer is None:
            answer = self.versions[name, version] = self._metadata(name, version)
        return answer

    def complete(self) -> bool:
        """Return whether every answer is one that more facts would not change."""
        return not any(
            isinstance(answer, NotChecked)
            or (isinstance(answer, Known) and not answer.value.complete)
            for answer in self.answers.values()
        ) and not any(isinstance(answer, NotChecked) for answer in self.versions.values())

    def obstacles(self) -> dict[NormalizedName, NotChecked]:
        """Return why something could not be learnt, by project, where asking again does not help.

        That a version tells its metadata only when it is built is none: nobody will know more.
        """
        found: dict[NormalizedName, NotChecked] = {}
        quiet = {Reason.PENDING, Reason.NOT_STATIC}
        for (name, _), version in self.versions.items():
            if isinstance(version, NotChecked) and version.reason not in quiet:
                found[name] = version
        for name, answer in self.answers.items():
            match answer:
                case NotChecked(reason) if reason is not Reason.PENDING:
                    found[name] = answer
                case Known(listing) if listing.obstacles and not listing.stale:
                    found[name] = listing.obstacles[0]
                case _:
                    pass
        return found

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
    """Run `rules` over the tree of `context`, then those that judge what was found.

    Where one of the latter is on and has something to judge, all rules that are on are run; what
    is not among `rules` is not reported. What comments and settings silence is left out.

    Never raises: a rule that fails is logged with its name, and the others still report. Costs
    some 25 µs a line with everything cached; asks nothing but
    `context.listing` and `context.metadata`.
    """
    questions = _Questions(context)
    context = replace(
        context,
        listing=questions,
        metadata=questions.metadata,
        known_metadata=context.known_metadata or context.metadata,
    )
    documents = {document.path: document for document in context.documents}
    silence = {
        path: Silence(path, document, context.settings) for path, document in documents.items()
    }
    run = _Run(context)
    shown = {rule.name for rule in rules}
    judges = [rule for rule in rules if Facts.FINDINGS in rule.needs]
    judging = any(map(run.is_on, judges)) and any(map(has_directives, documents.values()))
    running = list(dict.fromkeys((*rules, *RULES)) if judging else rules)
    # The solver asks about packages of packages: what is missing of those leaves others certain.
    running.sort(key=lambda rule: rule.name == DEPENDENCY_CONFLICT)
    for rule in running:
        if Facts.FINDINGS not in rule.needs:
            if rule.name == DEPENDENCY_CONFLICT:
                questions.lines_known = questions.complete()
            run.add(rule)
    found: dict[Path, list[Diagnostic]] = {path: [] for path in documents}
    for path, items in run.found.items():
        if path not in silence:
            silence[path] = Silence(path, None, context.settings)
        found[path] = [item for item in silence[path].kept(items) if item.rule.name in shown]
    if judging:
        used = {(path, span) for path, item in silence.items() for span in item.used}
        second = _Run(replace(context, ignores=_ignore_use(run, questions, frozenset(used))))
        for rule in judges:
            second.add(rule)
        for path, items in second.found.items():
            found[path] += silence[path].kept(items, by_name_alone=True)
    unchecked = [*_unchecked(context, questions, found)]
    if any(rule.name == DEPENDENCY_CONFLICT for rule in run.complete if rule.name in shown):
        unchecked += _given_up(context)
    return Report(
        diagnostics={path: tuple(each_once(items)) for path, items in found.items()},
        unchecked=tuple(unchecked),
        gaps=frozenset(questions.gaps()),
        version_gaps=frozenset(
            pair
            for pair, answer in questions.versions.items()
            if answer == NotChecked(Reason.PENDING)
        ),
        asked=frozenset(questions.answers),
    )


class _Run:
    """Runs rules one after the other, each only where it is on.

    Attributes:
        found: what they found, by file.
        complete: those that are on and did not fail.
        failed: those that did.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.found: dict[Path, list[Diagnostic]] = {}
        self.complete: list[Rule] = []
        self.failed: list[Rule] = []

    def is_on(self, rule: Rule) -> bool:
        """Return whether the settings leave a rule on."""
        return severity_of(rule, self.context.settings) is not Severity.OFF

    def add(self, rule: Rule) -> None:
        """Run one rule; a failing rule fails alone, and finds nothing."""
        severity = severity_of(rule, self.context.settings)
        if severity is Severity.OFF:
            return
        try:
            items = [Diagnostic(rule, severity, item) for item in rule.check(self.context)]
        except Exception:
            root = self.context.tree.root
            logger.exception("rule %s (%s) failed on %s", rule.code, rule.name, root)
            self.failed.append(rule)
            return
        self.complete.append(rule)
        for item in items:
            self.found.setdefault(item.finding.path, []).append(item)


def _ignore_use(run: _Run, questions: _Questions, used: frozenset[tuple[Path, Span]]) -> IgnoreUse:
    """Return what the comments of a tree did, and which rules had all that they need."""
    tree = run.context.tree
    # What was not read may stand in conflict with any line.
    read = not tree.remote and all(
        problem.kind is TreeProblemKind.CYCLE for problem in tree.problems
    )
    has_target = run.context.target is not None
    everything_known = has_target and questions.complete()
    lines_known = everything_known or (has_target and questions.lines_known is True)
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
    everything = len(judged) == len(run.complete) and not run.failed
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


def _unchecked(
    context: Context,
    questions: _Questions,
    found: Mapping[Path, Sequence[Diagnostic]],
) -> Iterator[Unchecked]:
    """Yield the files that cannot be read, and the projects that could not be asked for.

    What a rule reported, and was not silenced, is a mistake of the author's and no gap of ours.
    """
    told: dict[Path, Spans] = {}
    for problem in context.tree.problems:
        # A circle is read once round: nothing in it is left out.
        if problem.kind is TreeProblemKind.CYCLE or _is_told(problem, found, told):
            continue
        if problem.include is not None:
            yield _unread(problem.include, problem.detail)
            continue
        for document in context.documents:
            if document.path == problem.path and document.undecodable and not document.prose:
                why = NotChecked(Reason.UNREADABLE, problem.detail)
                yield Unchecked(document.path, document.undecodable.span, problem.path.name, why)
    yield from map(_prose, filter(attrgetter("prose"), context.documents))
    for include in context.tree.remote:
        yield _unread(include, "files by address are not fetched")
    obstacles = questions.obstacles()
    for name, located in context.by_name.items():
        if name in obstacles:
            first = located[0]
            yield Unchecked(first.path, first.name_span, name, obstacles[name])


def _prose(document: Document) -> Unchecked:
    """Return a file that holds something else as one that was not checked."""
    lines = document.file.lines
    why = NotChecked(Reason.PROSE, kind_of_content(document.text))
    return Unchecked(document.path, lines[0].span if lines else Span(0, 0), document.path.name, why)


def _given_up(context: Context) -> Iterator[Unchecked]:
    """Yield the file of which it was too much work to tell whether its lines hold together."""
    why, place = resolve(context).given_up, context.first_requirement
    if why and place is not None:
        root = context.tree.root
        yield Unchecked(root, place, root.name, NotChecked(Reason.GAVE_UP, why))


def _is_told(
    problem: TreeProblem,
    found: Mapping[Path, Sequence[Diagnostic]],
    told: dict[Path, Spans],
) -> bool:
    """Return whether a finding says why a file cannot be read.

    `told` remembers where such findings stand in each file, which may have thousands of them.
    """
    if problem.kind is TreeProblemKind.UNDECODABLE:
        return any(item.rule.name == "undecodable-file" for item in found.get(problem.path, ()))
    include = problem.include
    if include is None:
        return False
    path = include.document.path
    if path not in told:
        told[path] = Spans(
            item.finding.span
            for item in found.get(path, ())
            if item.rule.name in {"missing-file", "undefined-variable"}
        )
    return told[path].touch(include.span)


def _unread(include: Include, detail: str) -> Unchecked:
    """Return an include as something that was not checked."""
    why = NotChecked(Reason.UNREADABLE, detail)
    # As written: a value of the environment that pip would put in is nobody else's business.
    written = include.span.of(include.document.text)
    if "://" in written:
        written = redact(written)
    return Unchecked(include.document.path, include.span, written, why)
