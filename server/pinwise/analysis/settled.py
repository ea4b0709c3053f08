"""Projects that need not be judged anew: what was asked about them is as it was, and all was well.

Of the thousands of lines of a file one is typed in, and of those that arrive facts for, some. The
rules that judge each project by itself (`Rule.by_project`) look at these alone, and at those that
they have something to say of: what a finding says is told in places, and places move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.base.tuples import NamedTuple
from pinwise.project.suppressions import line_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context, Located
    from pinwise.analysis.questions import Questions
    from pinwise.analysis.report import Diagnostic
    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing
    from pinwise.rules.registry import Rule


class _Project(NamedTuple):
    """What the rules looked at, and had nothing to say of.

    Attributes:
        fact: what the index knew; None where no rule asked, as of a project that is given by URL.
        lines: the file, the role and the text of each line that names it.
    """

    fact: Fact[Listing] | None
    lines: tuple[tuple[object, ...], ...]


class Settled(NamedTuple):
    """The settled projects of one state of a tree, and what else was looked at then."""

    surroundings: tuple[object, ...]
    projects: dict[NormalizedName, _Project]


def still_settled(
    before: Settled | None, context: Context, rules: Iterable[Rule], questions: Questions
) -> Settled:
    """Return what of an earlier state is as it was. Linear in the lines, some 2 µs for each.

    Args:
        before: the earlier state; None where there was none.
        context: the tree.
        rules: those with `by_project` that are to be run.
        questions: asked once more about each project that stays settled, so that it counts as
            asked in this state, too.
    """
    now = Settled(_surroundings(context, rules), {})
    if before is None or before.surroundings != now.surroundings:
        return now
    for name, lines in context.by_name.items():
        project = before.projects.get(name)
        if (
            project is not None
            and project.lines == _as_written(lines)
            and (project.fact is None or project.fact is questions(name))
        ):
            now.projects[name] = project
    return now


def settle(
    settled: Settled,
    context: Context,
    questions: Questions,
    found: Mapping[Path, Sequence[Diagnostic]],
) -> Settled:
    """Return the same with every project that the rules found nothing about.

    Args:
        settled: what was settled before they ran.
        context: the tree.
        questions: what was asked about it.
        found: what they found. They were all run to the end.
    """
    told = set(_named(context, found))
    silent = {
        name: _Project(questions.answers.get(name), _as_written(lines))
        for name, lines in context.unsettled.items()
        if name not in told
    }
    return settled._replace(projects={**settled.projects, **silent})


def _surroundings(context: Context, rules: Iterable[Rule]) -> tuple[object, ...]:
    """Return what the rules look at beside a project's own lines and listing."""
    return (
        tuple(rule.name for rule in rules),
        context.settings,
        context.target,
        context.policy.key,
        context.cooldown,
        frozenset(project.name for project in context.local.values()),
    )


def _as_written(lines: Sequence[Located]) -> tuple[tuple[object, ...], ...]:
    """Return lines so that they are equal where only their places are others."""
    return tuple(
        [(each.path, each.role, each.declaration.span.of(each.document.text)) for each in lines]
    )


def _named(
    context: Context, found: Mapping[Path, Sequence[Diagnostic]]
) -> Iterator[NormalizedName]:
    """Yield the projects whose lines a rule with `by_project` found something in."""
    for document in context.documents:
        for item in found.get(document.path, ()):
            if item.rule.by_project:
                line = line_at(document.file, item.finding.span.start)
                if line is not None and line.requirement is not None:
                    yield canonicalize_name(line.requirement.name)
