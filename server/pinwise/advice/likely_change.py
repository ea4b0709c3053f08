"""On which line of a conflict to tell of it: the one that is most likely to change."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from pinwise.advice.solver_facts import needs_of
from pinwise.advice.updates import newest_installable
from pinwise.base.facts import Known
from pinwise.resolver.proof import Follows, straight_proof

if TYPE_CHECKING:
    from packaging.version import Version

    from pinwise.advice.context import Context
    from pinwise.resolver.diagnosis import FoundConflict
    from pinwise.resolver.problem import Requirement
    from pinwise.resolver.proof import Proof, Reason


def line_to_change(ctx: Context, conflict: FoundConflict) -> Requirement:
    """Return the line that a conflict is told on; its suspect where nothing speaks for another.

    Where two packages disagree about a third, that is the pin whose newest version is content with
    what the other one needs. Asks for the listings of the pins and the metadata of their newest
    versions, in such a conflict alone.
    """
    suspect = conflict.suspect
    proof = straight_proof(conflict.proof)
    if proof is None or suspect.name == proof.name or suspect.pin is None:
        return suspect
    lines = (suspect, *(line for line in conflict.lines if line is not suspect))
    return next((line for line in lines if _would_help(ctx, line, proof, conflict)), suspect)


def _would_help(ctx: Context, line: Requirement, proof: Proof, conflict: FoundConflict) -> bool:
    """Return whether the newest version of a pinned package is known not to disagree."""
    reason = next((each for each in proof.reasons if _is_need_of(line, each)), None)
    newest = _newer(ctx, line) if reason is not None else None
    metadata = ctx.metadata(line.name, newest) if newest is not None else None
    if not isinstance(metadata, Known):
        return False
    states = (other.states for other in proof.reasons if other is not reason)
    left = reduce(and_, states, -1)
    universe = conflict.proof.universes[proof.name]
    needs = (
        need
        for extra in ("", *line.extras)
        for need in needs_of(ctx, metadata.value.requires_dist, extra)
        if need.name == proof.name and not need.direct
    )
    return all(universe.mask(need.specifier) & left for need in needs)


def _is_need_of(line: Requirement, reason: Reason) -> bool:
    """Return whether a reason is what a line's own package needs."""
    cause = reason.cause
    return (
        isinstance(cause, Follows)
        and cause.package.name == line.name
        and any(each.cause is line for each in cause.because)
    )


def _newer(ctx: Context, line: Requirement) -> Version | None:
    """Return the newest version of a pin's package, if it is newer than the pinned one."""
    listing = ctx.listing(line.name)
    if line.pin is None or line.constraint or not isinstance(listing, Known):
        return None
    newest = newest_installable(listing.value, ctx.admission(line.name), ctx.cooldown)
    return newest.version if newest is not None and newest.version > line.pin else None
