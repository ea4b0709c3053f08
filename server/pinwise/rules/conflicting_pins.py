"""`PW302` conflicting-pins: lines that no version satisfies together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.conflicting_urls import url_conflicts
from pinwise.advice.conflicts import bound_of, conflicts
from pinwise.advice.context import same_marker
from pinwise.advice.edits import removal, replacement
from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix, Related, Severity
from pinwise.advice.installable import admitted
from pinwise.advice.open_bounds import exclusion_note
from pinwise.advice.places import place_of
from pinwise.advice.problems import shown
from pinwise.advice.required import asked_for
from pinwise.advice.versions import newest_allowed, pin_of
from pinwise.manifests.declarations import Role
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.advice.conflicting_urls import UrlConflict
    from pinwise.advice.conflicts import Conflict
    from pinwise.advice.context import Context, Located
    from pinwise.base.text import Span

MOST_NAMED = 3
"""Other lines that a message names, and that a fix is offered for."""

MOST_RELATED = 20
"""Other lines that are pointed at; nobody reads more."""


@rule(
    "PW302",
    "conflicting-pins",
    severity=Severity.ERROR,
    needs=Facts.TEXT | Facts.INDEX,
    contextual=True,
)
def conflicting_pins(ctx: Context) -> Iterator[Finding]:
    """Lines about one package that no version satisfies together."""
    yield from (_finding(ctx, conflict) for conflict in conflicts(ctx))
    yield from map(_url_finding, url_conflicts(ctx))


def _url_finding(conflict: UrlConflict) -> Finding:
    """Name the other lines that take the package from elsewhere."""
    located, others = conflict
    named = [place_of(other, located.path) for other in others[:MOST_NAMED]]
    named += _more(others)
    where = " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
    verb = "takes" if len(others) == 1 else "take"
    name = located.declaration.requirement.name
    message = (
        f"{where[:1].upper()}{where[1:]} {verb} `{name}` from another address. "
        "pip installs it from one only."
    )
    related = tuple(
        Related(other.path, _place(other), f"`{name}` comes from another address here")
        for other in others[:MOST_RELATED]
    )
    fixes = tuple(_removal_among(located, others))
    return Finding(located.path, _place(located), message, related=related, fixes=fixes)


def _finding(ctx: Context, conflict: Conflict) -> Finding:
    """Name the other lines, and offer to agree with one of them or to give way."""
    located, others = conflict.located, conflict.others
    named = [
        f"{_written(other)} in {place_of(other, located.path)}" for other in others[:MOST_NAMED]
    ]
    named += _more(others)
    *first, last = named
    no_version = "no published version" if conflict.published else "no version"
    if conflict.pairs and first:
        message = (
            f"{_written(located)} cannot hold together with {', '.join(first)} or {last}: "
            f"{no_version} satisfies it and any of them."
        )
    elif first:
        message = (
            f"{_written(located)} here, {', '.join(first)} and {last} cannot all hold: "
            f"{no_version} satisfies them all."
        )
    else:
        message = (
            f"{_written(located)} here and {last} cannot both hold: {no_version} satisfies both."
        )
    message = message[:1].upper() + message[1:]
    if not conflict.published or conflict.only_where:
        message += _why(conflict)
    # pip ignores constraints unless some package needs theirs, which PW304 tells.
    needed = asked_for(ctx, located.declaration.name)
    return Finding(
        located.path,
        _place(located),
        message,
        related=tuple(_related(other) for other in others[:MOST_RELATED]),
        fixes=(*_updates(ctx, conflict), *_agreements(conflict), *_removal(conflict)),
        at_most=Severity.ERROR if needed else Severity.HINT,
    )


def _more(others: Sequence[Located]) -> list[str]:
    """Return what stands for the lines that are not named, if there are any."""
    return [f"{len(others) - MOST_NAMED} more"] if len(others) > MOST_NAMED else []


def _why(conflict: Conflict) -> str:
    """Return a sentence for a conflict that one does not see at once; else ""."""
    markers = conflict.only_where
    if not markers:
        lines = (conflict.located, *conflict.others[:MOST_NAMED])
        return exclusion_note(bound_of(line.declaration.requirement) for line in lines)
    secret = any(map(_marker_from_variable, (conflict.located, *conflict.others)))
    if secret or len(markers) > 2:  # noqa: PLR2004 - more than one can say
        return " They meet in another environment than the selected one."
    written = " and ".join(map(shown, markers))
    return f" They meet where {written} {'hold' if len(markers) > 1 else 'holds'}."


def _marker_from_variable(located: Located) -> bool:
    """Return whether a value of the environment is part of a line's marker."""
    marker = located.declaration.requirement.marker
    return marker is not None and located.document.file.takes_variable(marker.span)


def _place(located: Located) -> Span:
    """Return where a line says which version it wants: its specifier, or a wheel's file name."""
    requirement = located.declaration.requirement
    return requirement.specifier_span or requirement.url_span or requirement.name_span


def _written(located: Located) -> str:
    """Return a line's name and specifier for a message."""
    requirement = located.declaration.requirement
    kind = "the constraint " if located.role is Role.CONSTRAINT else ""
    wheel = "" if located.from_index else "the wheel of "
    return f"{kind or wheel}`{requirement.name}{bound_of(requirement)}`"


def _related(other: Located) -> Related:
    """Point at another line of the conflict."""
    requirement = other.declaration.requirement
    role = "the constraint" if other.role is Role.CONSTRAINT else "required"
    message = f"`{requirement.name}{bound_of(requirement)}` is {role} here"
    return Related(other.path, _place(other), message)


def _updates(ctx: Context, conflict: Conflict) -> Iterator[Fix]:
    """Offer the newest version that the others allow, where they leave a choice."""
    located, listing = conflict.located, conflict.listing
    pin = pin_of(located.declaration.requirement)
    if pin is None or listing is None or located.declaration.hashes:
        return
    requirements = [other.declaration.requirement for other in conflict.others]
    if any(pin_of(requirement) for requirement in requirements):
        return
    admission = ctx.admission(located.declaration.name)
    specifiers = tuple(found.specifier for found in requirements)
    version = newest_allowed(admitted(listing, admission), specifiers, admission)
    if version is not None:
        yield Fix(
            f"Change to `{pin.clause.operator}{version}`",
            Applicability.SUGGESTED,
            (replacement(located, pin.clause.version_span, str(version)),),
        )


def _agreements(conflict: Conflict) -> Iterator[Fix]:
    """Offer the specifiers of the other lines; digests belong to the version they are for."""
    located = conflict.located
    if not located.declaration.requirement.clauses or located.declaration.hashes:
        return
    offered: dict[str, Located] = {}
    for other in conflict.others:
        offered.setdefault(bound_of(other.declaration.requirement), other)
    for text, other in list(offered.items())[:MOST_NAMED]:
        yield Fix(
            f"Change to `{text}`, as in {place_of(other, located.path)}",
            Applicability.SUGGESTED,
            (_agreement(located, text),),
        )


def _agreement(located: Located, specifier: str) -> FileEdit:
    """Put another specifier in place of a line's; of the same operator, the version alone."""
    clauses = located.declaration.requirement.clauses
    version = specifier.removeprefix(clauses[0].operator)
    if (
        len(clauses) == 1
        and version != specifier
        and version[0] not in "=<>"
        and "," not in version
    ):
        return replacement(located, clauses[0].version_span, version)
    return replacement(located, _place(located), specifier)


def _removal(conflict: Conflict) -> Iterator[Fix]:
    """Offer to remove the line where what it asks for is still asked for."""
    return _removal_among(conflict.located, conflict.others)


def _removal_among(located: Located, others: Sequence[Located]) -> Iterator[Fix]:
    """Offer to remove a line where one of the others asks for the same package and extras."""
    extras = {extra.name for extra in located.declaration.requirement.extras}
    if located.role is Role.CONSTRAINT or any(
        other.role is Role.REQUIREMENT
        and _counts_wherever(other, located)
        and extras <= {extra.name for extra in other.declaration.requirement.extras}
        for other in others
    ):
        yield Fix("Remove this line", Applicability.SUGGESTED, (removal(located),))


def _counts_wherever(other: Located, located: Located) -> bool:
    """Return whether another line counts in every environment that a line counts in."""
    theirs, ours = other.declaration.requirement.marker, located.declaration.requirement.marker
    if theirs is None:
        return True
    return ours is not None and same_marker(theirs.text) == same_marker(ours.text)
