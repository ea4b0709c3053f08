"""What could not be learnt about a tree: files that cannot be read, projects without an answer."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from pinwise.advice.installable import Obstacle
from pinwise.advice.versions import Availability, availability
from pinwise.analysis.report import Unchecked
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.base.text import Span, Spans
from pinwise.index.urls import redact
from pinwise.manifests.recognise import kind_of_content
from pinwise.project.graph import TreeProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context
    from pinwise.advice.dependency_conflicts import Resolution
    from pinwise.analysis.questions import Questions
    from pinwise.analysis.report import Diagnostic
    from pinwise.project.files import Document
    from pinwise.project.graph import Include, TreeProblem


_UNBUILT = NotChecked(Reason.NOT_STATIC, "only a build would tell what it needs")


def unchecked_of(
    context: Context,
    questions: Questions,
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
    yield from _configuration(context)
    yield from _undated(context)
    obstacles = questions.obstacles()
    for name, located in context.by_name.items():
        obstacle = _not_kept(context, questions, name) or obstacles.get(name)
        if obstacle is not None:
            first = located[0]
            why, version = obstacle
            yield Unchecked(first.path, first.name_span, name, why, version)


def _not_kept(
    context: Context, questions: Questions, name: NormalizedName
) -> tuple[NotChecked, str] | None:
    """Return why a project could not be checked of which the cache has an old answer, offline.

    What that answer lists does for a line. A version that it does not list may be a newer one.
    """
    answer = questions.answers.get(name)
    if not isinstance(answer, Known) or not answer.value.kept:
        return None
    if all(
        availability(answer.value, located.declaration.requirement) is Availability.AVAILABLE
        for located in filter(context.from_index, context.by_name[name])
    ):
        return None
    return answer.value.obstacles[0], ""


def _configuration(context: Context) -> Iterator[Unchecked]:
    """Yield what of pip's configuration could not be used, where the project asks an index."""
    for problem in context.configured.problems:
        why = NotChecked(Reason.UNREADABLE, problem.why)
        for path, place in context.places_of_project:
            yield Unchecked(path, place, problem.place, why)


def _undated(context: Context) -> Iterator[Unchecked]:
    """Yield the projects whose files would have to be chosen by times that the index does not tell.

    pip ends with an error then, and uv takes none of the files; nothing is held against them here.
    """
    policy = context.policy
    if policy.uploaded_before is None and not policy.uploaded_before_of:
        return
    for name, lines in context.by_name.items():
        located = next(filter(context.from_index, lines), None)
        if located is None or policy.late(name) is None:
            continue
        fact = context.listing(name)
        # Of links beside an index nobody expects times.
        if not isinstance(fact, Known) or not any(place.index for place in fact.value.places):
            continue
        newest = next(iter(fact.value.releases), None)
        if newest is None or any(file.uploaded is not None for file in newest.files):
            continue
        option = policy.forbidding(name, Obstacle.LATE)
        detail = f"{option.told(located.path)} needs them" if option is not None else ""
        why = NotChecked(Reason.UNDATED, detail)
        yield Unchecked(located.path, located.name_span, name, why)


def _prose(document: Document) -> Unchecked:
    """Return a file that holds something else as one that was not checked."""
    lines = document.file.lines
    why = NotChecked(Reason.PROSE, kind_of_content(document.text))
    return Unchecked(document.path, lines[0].span if lines else Span(0, 0), document.path.name, why)


def unsolved(context: Context, resolution: Resolution) -> Iterator[Unchecked]:
    """Yield what was left out of the search for lines that do not hold together.

    That is the file, where it was too much work, packages of which old answers do not tell enough,
    and what only a build would tell of: versions that a line pins, or that would be installed.
    What an address gives is left out, because its line says as much.
    """
    everywhere = context.places_of_project
    if not everywhere:
        return
    if resolution.given_up:
        why = NotChecked(Reason.GAVE_UP, resolution.given_up)
        for path, place in everywhere:
            yield Unchecked(path, place, context.tree.root.name, why)
    missing = [(name, _UNBUILT) for name in resolution.unbuilt]
    missing += [(gap.name, gap.obstacle) for gap in resolution.outdated]
    for name, why in missing:
        lines = context.by_name.get(name, ())
        if all(map(context.from_index, lines)):
            for path, span in ((lines[0].path, lines[0].name_span),) if lines else everywhere:
                yield Unchecked(path, span, name, why)


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
