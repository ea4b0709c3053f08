"""Why lines cannot hold together, in full: for a hover and for `pinwise explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.conflict_edits import edits_of
from pinwise.advice.dependency_conflicts import is_looked_for, resolve
from pinwise.advice.hash_mode import hash_mode
from pinwise.advice.other_targets import other_targets
from pinwise.base.facts import Reason
from pinwise.features.not_checked import reason_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.advice.context import Context, Located
    from pinwise.advice.dependency_conflicts import Resolution
    from pinwise.base.text import Span
    from pinwise.resolver.diagnosis import FoundConflict
    from pinwise.resolver.fixes import Fixes


_NONE_ELSEWHERE = "No fix is offered, because what repairs it there may break what holds here"


def conflict_texts(context: Context, located: Located) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each conflict that a line is part of: one or two sentences, and all steps to it.

    The last step says why there is no fix, where that is known. Nothing where the settings turn the
    rule off. Costs what `resolve` does, which remembers.
    """
    if not is_looked_for(context):
        return
    resolution = resolve(context)
    for conflict in resolution.conflicts_of(located):
        sentences, steps = _text(resolution, conflict, located)
        why = _why_no_fix(context, resolution, conflict)
        yield sentences, (*steps, why) if why else steps


def conflict_texts_on_other_targets(
    context: Context, located: Located
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what conflicts on further targets of the settings alone, with the target's name.

    As the rule does, each set of lines once. Up to 12 solves where they were not asked for before.
    """
    if not is_looked_for(context):
        return
    told = {_lines_in(resolve(context), conflict) for conflict in resolve(context).conflicts}
    for target, other in other_targets(context):
        resolution = resolve(other)
        for conflict in resolution.conflicts_of(located):
            lines = _lines_in(resolution, conflict)
            if lines not in told:
                told.add(lines)
                sentences, steps = _text(resolution, conflict, located)
                yield f"On {target}: {sentences}", (*steps, _NONE_ELSEWHERE)


def _lines_in(resolution: Resolution, conflict: FoundConflict) -> frozenset[tuple[Path, Span]]:
    """Return where the lines of a conflict stand."""
    located = map(resolution.located, conflict.lines)
    return frozenset((line.path, line.name_span) for line in located)


def _why_no_fix(context: Context, resolution: Resolution, conflict: FoundConflict) -> str:
    """Return why no fix is offered; "" where one is, or nobody looked for one yet."""
    tried = resolution.tried(conflict)
    if tried is None or any(edits_of(context, resolution, fix) for fix in tried.fixes):
        return ""
    if tried.fixes:
        held = hash_mode(context) is None and context.cooldown is not None
        what = "a release that the setting `cooldown` holds back" if held else "hashes to be known"
        return f"No fix is offered, because it would need {what}"
    if all(line.opaque is not None for line in conflict.lines):
        return "No fix is offered, because none of these lines says which version it wants"
    return _why_none_was_found(tried)


def _why_none_was_found(tried: Fixes) -> str:
    """Return what kept the trials of changes from finding one that helps."""
    if any(gap.obstacle.reason is Reason.PENDING for gap in tried.doubts):
        return "What could repair it is still being looked up"
    for gap in tried.doubts:
        if gap.obstacle.reason is not Reason.GAVE_UP:
            what = f"what `{gap.name} {gap.version}` needs" if gap.version else f"`{gap.name}`"
            why = reason_words(gap.obstacle)
            return f"No fix is certain enough to be offered, for lack of {what}: {why}"
    if tried.doubts or tried.gave_up:
        return "No fix was found: there are too many versions to try"
    return "No fix was found: no change of one or two of these lines that was tried holds"


def _text(
    resolution: Resolution, conflict: FoundConflict, located: Located
) -> tuple[str, tuple[str, ...]]:
    here = next(line for line in conflict.lines if located in resolution.alike(line))
    sentences = resolution.explainer(conflict, here, located.path).sentences()
    # Each step is read by itself, so that every line has its number there.
    steps = resolution.explainer(conflict, None, located.path).derivation()
    return sentences, tuple(steps)
