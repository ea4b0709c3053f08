"""Whether the bounds in a sentence show by themselves that they exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.resolver.clash import unsatisfiable
from pinwise.resolver.problem import Requirement
from pinwise.resolver.proof import Follows
from pinwise.resolver.wording import specifier_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.utils import NormalizedName

    from pinwise.resolver.proof import Proof, Reason
    from pinwise.resolver.universe import Universe


def ranges_overlap(proof: Proof, universes: Mapping[NormalizedName, Universe]) -> bool:
    """Return whether some version of PEP 440 is within both bounds, though none is published.

    `>=8.4,<10` and `!=9.2` exclude each other only where 9.2 is the only such version. False for
    proofs that do not set two bounds against each other. Some 20 µs for each way in which the
    needs of a package's versions are written.
    """
    if len(proof.reasons) != 2:  # noqa: PLR2004 - this and that
        return False
    universe = universes[proof.name]
    one, other = (_specifiers(reason, universe) for reason in proof.reasons)
    return any(not unsatisfiable(",".join(filter(None, (a, b)))) for a in one for b in other)


def _specifiers(reason: Reason, universe: Universe) -> list[str]:
    """Return what a reason asks for, one of which is met; nothing where that is no bound."""
    cause = reason.cause
    if isinstance(cause, Requirement):
        return [cause.specifier] if cause.opaque is None else []
    if not isinstance(cause, Follows):
        return []
    written = dict.fromkeys(need.specifier for each in cause.needs for need in each.dependencies)
    if len(written) > 1 and not universe.other:
        # Then the sentence has the bounds of what is published.
        written |= dict.fromkeys(specifier_for(universe, reason.states).split(" or "))
    return list(written)
