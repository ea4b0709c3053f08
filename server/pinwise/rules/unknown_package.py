"""`PW201` unknown-package: no index in use has a package of that name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinwise.advice.edits import removal, replacement
from pinwise.advice.findings import Applicability, Finding, Fix, Severity
from pinwise.advice.import_names import (
    distributions_of,
    in_standard_library,
    is_interpreter,
    meant_instead_of,
    proper_names,
    removed_for,
    removed_module,
)
from pinwise.advice.required import asked_for
from pinwise.base.facts import Absent, Known
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context, Located

MOST_SUGGESTIONS = 3

MOST_SEARCHED = 200
"""Unknown names of a tree for which similar ones are searched, at some 2 ms each."""


@rule(
    "PW201",
    "unknown-package",
    severity=Severity.ERROR,
    needs=Facts.INDEX,
    by_project=True,
)
def unknown_package(ctx: Context) -> Iterator[Finding]:
    """A package that no index in use has, or that is there only to say so."""
    unknown = 0
    for name, lines in ctx.unsettled.items():
        named = [located for located in lines if ctx.from_index(located)]
        if not named:
            continue
        fact = ctx.listing(name)
        if isinstance(fact, Known) and (meant := meant_instead_of(fact.value)) is not None:
            yield from (_stand_in(located, meant) for located in named)
        elif isinstance(fact, Absent):
            unknown += 1
            # A constraint alone asks for nothing, so that pip does without the package.
            at_most = Severity.ERROR if asked_for(ctx, name) else Severity.HINT
            for located in named:
                finding = _finding(ctx, name, located, search=unknown <= MOST_SEARCHED)
                yield replace(finding, at_most=at_most)


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
    if is_interpreter(name):
        message = f"`{written}` is no package: the environment decides which Python it has."
        return _remove(located, message)
    return _other_name(ctx, name, located) or _misspelling(ctx, name, located, search=search)


def _other_name(ctx: Context, name: NormalizedName, located: Located) -> Finding | None:
    """Say what a package is called that goes by another name; None where it is none of those."""
    written = located.declaration.requirement.name
    if called := _known_to_index(ctx, proper_names(name)):
        message = f"No package index in use has `{written}`: the package is called `{called[0]}`."
        return _replace(located, message, called, called[0])
    if imported := _known_to_index(ctx, distributions_of(name)):
        message = (
            f"`{written}` is an import name, not a package: it comes from {_either(imported)}."
        )
        return _replace(located, message, imported, imported[0] if len(imported) == 1 else None)
    return None


def _misspelling(ctx: Context, name: NormalizedName, located: Located, *, search: bool) -> Finding:
    """Say which popular packages have nearly that name."""
    from pinwise.advice.names import clear_favourite, similar_names  # noqa: PLC0415 - few are unknown

    written = located.declaration.requirement.name
    message = f"No package index in use has `{written}`."
    candidates = similar_names(name) if search else ()
    if similar := _known_to_index(ctx, [candidate.name for candidate in candidates]):
        message += f" Did you mean {_either(similar)}?"
        favourite = clear_favourite([found for found in candidates if found.name in similar])
        return _replace(located, message, similar, favourite.name if favourite else None)
    return Finding(located.path, located.name_span, message)


def _stand_in(located: Located, meant: NormalizedName) -> Finding:
    """Say of a name that an index has what it is there for."""
    written = located.declaration.requirement.name
    message = f"`{written}` is not the package that it sounds like: that is called `{meant}`."
    return _replace(located, message, [meant], meant)


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
