"""Whether a version that may be written on a line fits with the other lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.advice.dependency_conflicts import LIMITS, is_looked_for
from pinwise.advice.dependency_problem import lines_asked, names_elsewhere
from pinwise.advice.other_targets import python_called
from pinwise.advice.places import line_number, place_in_sentence
from pinwise.advice.solver_facts import IndexProvider
from pinwise.advice.versions import parse_version
from pinwise.base.facts import Reason
from pinwise.base.records import record
from pinwise.features.fitting import fits_with
from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.explanation import Explainer
from pinwise.resolver.problem import Requirement
from pinwise.resolver.provider import Snapshot
from pinwise.resolver.whatif import what_if

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.advice.context import Context
    from pinwise.advice.dependency_problem import LinesAsked
    from pinwise.resolver.diagnosis import FoundConflict
    from pinwise.resolver.provider import Gap

MOST_NAMED = 3
"""Lines that are named; the sentences tell of no more."""


@record(frozen=True, slots=True)
class Fit:
    """What is known of a version beside the other lines.

    Attributes:
        sentence: one to three short sentences; "" where nothing is certain.
        missing: what an index could tell to make it certain.
    """

    sentence: str = ""
    missing: tuple[Gap, ...] = ()


def fit_of(context: Context, path: Path, line: int, package: str, version: str) -> Fit:
    """Return whether everything else can hold if a line pins a version.

    That a version fits is only said where nothing is missing that it depends on; a conflict is
    real whatever is missing. Of lines that conflict already, the suspect is left out and named.

    Args:
        context: of a tree with the file.
        path: the file that is completed in.
        line: the number of the editor's line there, from 0, which may be unfinished.
        package: the name that stands on it.
        version: which it would pin.

    Cost: two solves of some milliseconds for 100 lines, and where it does not fit, one more for
    each line of the conflict.
    """
    parsed = parse_version(version)
    if parsed is None or not is_looked_for(context):
        return Fit()
    provider = IndexProvider(context, names_elsewhere(context))
    asked = lines_asked(context, provider)
    here = [
        all(each.path == path and line_number(each) == line + 1 for each in lines)
        for lines in asked.lines
    ]
    others = [
        requirement
        for requirement, own in zip(asked.problem.requirements, here, strict=True)
        if not own
    ]
    if not others:
        return Fit()
    facts = Snapshot(provider)
    mine = Requirement(canonicalize_name(package), origin=len(asked.lines))
    diagnosis = find_conflicts(
        asked.problem.only(others), facts, limits=LIMITS, token=context.token
    )
    suspects = [conflict.suspect for conflict in diagnosis.conflicts]
    problem = asked.problem.only([*others, mine])
    trial = what_if(
        problem, mine, parsed, facts, ignoring=suspects, limits=LIMITS, token=context.token
    )
    if trial.fits:
        return Fit(fits_with([_place(asked, suspect, path) for suspect in suspects]))
    if trial.fits is False and trial.conflict is not None:
        return Fit(_conflict(asked, trial.conflict, mine, context, path))
    return Fit(missing=tuple(g for g in trial.gaps if g.obstacle.reason is Reason.PENDING))


def _conflict(
    asked: LinesAsked, conflict: FoundConflict, mine: Requirement, context: Context, path: Path
) -> str:
    """Return what a version conflicts with, and why."""

    def place(requirement: Requirement) -> str:
        return _place(asked, requirement, path)

    here = next(each for each in conflict.lines if each.origin == mine.origin)
    places = list(dict.fromkeys(place(each) for each in conflict.lines if each is not here))
    explainer = Explainer(conflict.proof, place, here, python_called(context.target))
    if not places:
        return f"Cannot be installed. {explainer.sentences()}"
    shown = ", ".join(places[:MOST_NAMED])
    if len(places) > MOST_NAMED:
        shown += f" and {len(places) - MOST_NAMED} more"
    return f"Conflicts with {shown}. {explainer.sentences()}"


def _place(asked: LinesAsked, requirement: Requirement, path: Path) -> str:
    assert isinstance(requirement.origin, int)  # noqa: S101 - `lines_asked` made it so
    return place_in_sentence(asked.lines[requirement.origin][0], path)
