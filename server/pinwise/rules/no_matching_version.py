"""`PW202` no-matching-version: no published version satisfies the specifier."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinwise.advice.edits import replacement
from pinwise.advice.findings import Applicability, Finding, Fix, Related, Severity
from pinwise.advice.held import forbidden
from pinwise.advice.import_names import meant_instead_of
from pinwise.advice.installable import admitted
from pinwise.advice.marker_sets import never_holds, supported_by
from pinwise.advice.required import asked_for
from pinwise.advice.versions import (
    Availability,
    availability,
    nearest,
    obstacles_of,
    parse_version,
    repairs,
)
from pinwise.base.facts import Known
from pinwise.resolver.clash import unsatisfiable
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context, Located
    from pinwise.index.types import Listing


@rule(
    "PW202",
    "no-matching-version",
    severity=Severity.ERROR,
    needs=Facts.INDEX,
    by_project=True,
)
def no_matching_version(ctx: Context) -> Iterator[Finding]:
    """A specifier that no published version satisfies."""
    for located in ctx.unsettled_lines:
        fact = ctx.listing(located.declaration.name)
        # What an index would list now is not known where it did not answer, or long ago.
        if not isinstance(fact, Known) or not fact.value.complete:
            continue
        listing, requirement = fact.value, located.declaration.requirement
        usable = admitted(listing, ctx.admission(located.declaration.name))
        found = availability(listing, requirement)
        if found is Availability.AVAILABLE and (
            usable is listing or availability(usable, requirement) is Availability.AVAILABLE
        ):
            continue
        if meant_instead_of(listing) is not None:
            # PW201's: no version of it is of any use.
            continue
        # A specifier that contradicts itself is PW303's, and a line that is read nowhere PW108's.
        if unsatisfiable(requirement.specifier) or _read_nowhere(ctx, located):
            continue
        if found is not Availability.AVAILABLE:
            finding = _finding(located, listing, usable, found)
        else:
            # pip's options leave nothing of it.
            finding = _forbidden(ctx, located, listing, usable)
        if not asked_for(ctx, located.declaration.name):
            # pip ignores the constraint unless some package needs it, which PW304 tells.
            finding = replace(finding, at_most=Severity.HINT)
        yield finding


def _read_nowhere(ctx: Context, located: Located) -> bool:
    """Return whether pip skips a line wherever the project is for, because of its marker."""
    marker = located.declaration.requirement.marker
    return (
        marker is not None
        and not located.document.file.takes_variable(marker.span)
        and never_holds(marker.text, supported_by(ctx))
    )


def _forbidden(ctx: Context, located: Located, listing: Listing, usable: Listing) -> Finding:
    """Say which options of pip forbid what satisfies the specifier, and point at them."""
    requirement, name = located.declaration.requirement, located.declaration.name
    obstacles = obstacles_of(listing, requirement, ctx.admission(name))
    why = forbidden(ctx.policy, name, obstacles, located.path)
    what = f"No version of `{requirement.name}`"
    if requirement.clauses:
        what += f" that satisfies `{requirement.specifier}`"
    stated = dict.fromkeys(ctx.policy.forbidding(name, obstacle) for obstacle in obstacles)
    related = tuple(
        Related(option.document.path, option.option.span, "Forbidden here")
        for each in stated
        if each is not None and (option := each.option) is not None
    )
    span = requirement.specifier_span or requirement.name_span
    message = f"{what} can be installed: {why}."
    fixes = tuple(_fixes(located, usable))
    return Finding(located.path, span, message, related=related, fixes=fixes)


def _finding(located: Located, listing: Listing, usable: Listing, found: Availability) -> Finding:
    """Name the nearest versions, and offer them, of those that pip's options leave."""
    requirement = located.declaration.requirement
    span = requirement.specifier_span or requirement.name_span
    if not listing.releases:
        return Finding(located.path, span, f"No version of `{requirement.name}` is published.")
    if found is Availability.YANKED:
        if not requirement.clauses:
            message = f"Every version of `{requirement.name}` was yanked."
        else:
            message = (
                f"Every version of `{requirement.name}` that satisfies "
                f"`{requirement.specifier}` was yanked."
            )
    else:
        message = f"No version of `{requirement.name}` satisfies `{requirement.specifier}`."
    message += _nearest(located, usable)
    return Finding(located.path, span, message, fixes=tuple(_fixes(located, usable)))


def _nearest(located: Located, listing: Listing) -> str:
    """Return the sentence that names the neighbours of the first version written."""
    for clause in located.declaration.requirement.clauses:
        wanted = parse_version(clause.version.removesuffix(".*"))
        if wanted is None:
            continue
        below, above = nearest(listing, wanted, clause.operator)
        match below, above:
            case None, None:
                return ""
            case None, only:
                return f" The oldest is `{only}`."
            case only, None:
                return f" The newest is `{only}`."
            case _:
                return f" The nearest are `{below}` and `{above}`."
    return ""


def _fixes(located: Located, listing: Listing) -> Iterator[Fix]:
    """Offer the smallest changes of one version; hashes belong to the version that they are for."""
    if located.declaration.hashes:
        return
    requirement = located.declaration.requirement
    for rank, repair in enumerate(repairs(listing, requirement)):
        clause = requirement.clauses[repair.place]
        yield Fix(
            f"Change to `{clause.operator}{repair.text}`",
            Applicability.SUGGESTED,
            (replacement(located, clause.version_span, repair.text),),
            preferred=rank == 0,
        )
