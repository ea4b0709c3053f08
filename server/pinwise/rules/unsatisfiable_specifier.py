"""`PW303` unsatisfiable-specifier: one line that contradicts itself."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pinwise.advice.edits import replacement
from pinwise.advice.findings import Applicability, Finding, Fix, Severity
from pinwise.advice.open_bounds import exclusion_note
from pinwise.base.text import Span
from pinwise.resolver.clash import find_clash, unsatisfiable
from pinwise.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.advice.context import Context, Located
    from pinwise.syntax.nodes import Clause


@rule("PW303", "unsatisfiable-specifier", severity=Severity.ERROR)
def unsatisfiable_specifier(ctx: Context) -> Iterator[Finding]:
    """A specifier that no version at all can satisfy."""
    for located in ctx.declarations:
        requirement = located.declaration.requirement
        clauses = requirement.clauses
        # Alone, only an open bound can exclude everything: nothing precedes `<0.dev0`.
        if not clauses or (len(clauses) == 1 and clauses[0].operator not in {"<", ">"}):
            continue
        if unsatisfiable(requirement.specifier):
            yield _finding(located, _contradicting(tuple(map(str, clauses))))


def _finding(located: Located, members: Sequence[int]) -> Finding:
    """Point at the clauses that exclude each other, and offer to drop one of them."""
    clauses = located.declaration.requirement.clauses
    chosen = [clauses[place] for place in members]
    span = Span(chosen[0].operator_span.start, chosen[-1].version_span.end)
    if len(chosen) == 1:
        return Finding(located.path, span, f"No version can satisfy `{chosen[0]}`.")
    *first, last = [f"`{clause}`" for clause in chosen]
    both = "both" if len(chosen) == 2 else "all of"  # noqa: PLR2004 - a pair
    message = f"No version can satisfy {both} {', '.join(first)} and {last}."
    message += exclusion_note(map(str, chosen))
    fixes = tuple(
        Fix(
            f"Remove `{clauses[place]}`",
            Applicability.SUGGESTED,
            (replacement(located, _with_comma(clauses, place), ""),),
        )
        for place in members
    )
    return Finding(located.path, span, message, fixes=fixes)


@lru_cache(maxsize=1024)
def _contradicting(clauses: tuple[str, ...]) -> tuple[int, ...]:
    """Return the places of the smallest set of clauses that contradict each other."""
    clash = find_clash(clauses, None)
    return clash.members if clash is not None else tuple(range(len(clauses)))


def _with_comma(clauses: Sequence[Clause], place: int) -> Span:
    """Return the span of a clause and of the comma that joins it to its neighbour."""
    if place + 1 < len(clauses):
        return Span(clauses[place].operator_span.start, clauses[place + 1].operator_span.start)
    return Span(clauses[place - 1].version_span.end, clauses[place].version_span.end)
