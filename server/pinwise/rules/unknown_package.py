"""`PW201` unknown-package: no index in use has a package of that name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.edits import removal, replacement
from pinwise.advice.findings import Applicability, Finding, Fix, Severity
from pinwise.advice.import_names import (
    distributions_of,
    in_standard_library,
    removed_for,
    removed_module,
)
from pinwise.advice.names import clear_favourite, similar_names
from pinwise.base.facts import Absent
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context, Located

MOST_SUGGESTIONS = 3

MOST_SEARCHED = 200
"""Unknown names of a tree for which similar ones are searched, at some 2 ms each."""


@rule("PW201", "unknown-package", severity=Severity.ERROR, needs=Facts.INDEX)
def unknown_package(ctx: Context) -> Iterator[Finding]:
    """A package that no index in use has."""
    unknown = 0
    for name, lines in ctx.by_name.items():
        named = [located for located in lines if ctx.from_index(located)]
        if named and isinstance(ctx.listing(name), Absent):
            unknown += 1
            for located in named:
                yield _finding(ctx, name, located, search=unknown <= MOST_SEARCHED)


def _finding(ctx: Context, name: NormalizedName, located: Located, *, search: bool) -> Finding:
    """Say what the name may stand for: a part of Python, an import name, or a misspelling."""
    written = located.declaration.requirement.name
    gone = removed_module(written)
    if gone is not None and ctx.python_version and removed_for(gone, ctx.python_version):
        message = f"`{written}` was part of Python before {gone.version}, and is no package."
        if gone.successor:
            message += f" `{gone.successor}` takes its place."
            return _replace(located, message, [gone.successor], gone.successor)
        return _remove(located, message)
    if gone is not None or in_standard_library(written):
        return _remove(located, f"`{written}` is part of Python: there is nothing to install.")
    if imported := _known_to_index(ctx, distributions_of(name)):
        message = (
            f"`{written}` is an import name, not a package: it comes from {_either(imported)}."
        )
        return _replace(located, message, imported, imported[0] if len(imported) == 1 else None)
    message = f"No package index in use has `{written}`."
    candidates = similar_names(name) if search else ()
    if similar := _known_to_index(ctx, [candidate.name for candidate in candidates]):
        message += f" Did you mean {_either(similar)}?"
        favourite = clear_favourite([found for found in candidates if found.name in similar])
        return _replace(located, message, similar, favourite.name if favourite else None)
    return Finding(located.path, located.name_span, message)


def _known_to_index(ctx: Context, names: Sequence[NormalizedName]) -> list[NormalizedName]:
    """Return the first few names, without those that the index in use does not have either."""
    return [name for name in names[:MOST_SUGGESTIONS] if not isinstance(ctx.listing(name), Absent)]


def _either(names: Sequence[str]) -> str:
    """Return "`a`, `b` or `c`"."""
    *first, last = [f"`{name}`" for name in names]
    return f"{', '.join(first)} or {last}" if first else last


def _replace(
    located: Located, message: str, names: Sequence[str], favourite: str | None
) -> Finding:
    """Offer other names; the favourite alone is the preferred one."""
    fixes = tuple(
        Fix(
            f"Change to `{name}`",
            Applicability.SUGGESTED,
            (replacement(located, located.name_span, name),),
            preferred=name == favourite,
        )
        for name in names
    )
    return Finding(located.path, located.name_span, message, fixes=fixes)


def _remove(located: Located, message: str) -> Finding:
    """Offer to remove the line."""
    fix = Fix("Remove this line", Applicability.SUGGESTED, (removal(located),), preferred=True)
    return Finding(located.path, located.name_span, message, fixes=(fix,))
