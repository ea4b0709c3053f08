"""Whether a line fits with the others, as the last analysis found it; nothing is solved for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.dependency_conflicts import is_looked_for, resolve
from pinwise.advice.other_targets import other_targets
from pinwise.advice.places import place_in_sentence
from pinwise.advice.versions import pin_of
from pinwise.resolver.outcome import Solution
from pinwise.resolver.wording import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pinwise.advice.context import Context, Located
    from pinwise.advice.dependency_conflicts import Resolution
    from pinwise.resolver.diagnosis import FoundConflict

MOST_NAMED = 3
"""Lines that are named; how it follows is told of all of them."""


def fits_with(but: Sequence[str], version: str = "") -> str:
    """Return that a version fits with the other lines, but for those that count for nothing.

    Args:
        but: the places of lines that are in a conflict whatever this line says.
        version: which it is, where the line names none.
    """
    fits = f"{version} fits" if version else "Fits"
    places = named(but)
    if not places:
        return f"{fits} with the other lines."
    which = "which is in a conflict" if len(places) == 1 else "which are in conflicts"
    return f"{fits} with the other lines but {joined(places)}, {which} already."


def named(places: Iterable[str]) -> list[str]:
    """Return places for an enumeration, each once, and the number of those beyond the third."""
    once = list(dict.fromkeys(places))
    if len(once) > MOST_NAMED:
        once[MOST_NAMED:] = [f"{len(once) - MOST_NAMED} more"]
    return once


def fits_sentence(context: Context, located: Located) -> str:
    """Return whether what a line allows fits with the others; "" where that is not certain.

    Of a range, a version that does. That something fits is only said where nothing is missing:
    of lines that conflict with each other, the one that is likely to change counts for nothing,
    and is named. Nor is it said of a line that conflicts on a further target of the settings.
    Costs what `resolve` does, which remembers, once for each target.
    """
    if not is_looked_for(context):
        return ""
    for where, resolution in _resolutions(context):
        if conflicts := list(resolution.conflicts_of(located)):
            return _against(resolution, conflicts, located, where)
    return _fits(resolve(context), located)


def _resolutions(context: Context) -> Iterator[tuple[str, Resolution]]:
    """Yield what was found for the target, and for each further one with its name in words."""
    yield "", resolve(context)
    for target, other in other_targets(context):
        yield f" on {target}", resolve(other)


def _fits(resolution: Resolution, located: Located) -> str:
    """Return that a line without a conflict fits with the others, if that is certain."""
    asked = any(located in lines for lines in resolution.lines)
    if not asked or len(resolution.lines) == 1 or resolution.diagnosis is None:
        return ""
    rest = resolution.diagnosis.rest
    missing = resolution.diagnosis.gaps or resolution.given_up
    if missing or not isinstance(rest, Solution) or rest.unoffered:
        return ""
    version = rest.versions.get(located.declaration.name)
    but = [
        place_in_sentence(resolution.located(conflict.suspect), located.path)
        for conflict in resolution.conflicts
    ]
    if pin_of(located.declaration.requirement) is not None:
        return fits_with(but)
    return fits_with(but, str(version)) if version is not None else ""


def _against(
    resolution: Resolution, conflicts: Sequence[FoundConflict], located: Located, where: str = ""
) -> str:
    """Return which lines it conflicts with, and where; "" where it does so all by itself."""
    alike = [resolution.alike(line) for conflict in conflicts for line in conflict.lines]
    others = [lines[0] for lines in alike if located not in lines]
    places = named(place_in_sentence(each, located.path) for each in others)
    return f"Conflicts with {joined(places)}{where}." if places else ""
