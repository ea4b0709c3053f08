"""Which packages pip would install for the selected interpreter, as far as the lines say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.manifests.declarations import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context, Located


def required_names(ctx: Context) -> frozenset[NormalizedName]:
    """Return the names that a line asks for, and no constraint alone, where its marker holds."""
    return frozenset(
        located.declaration.name
        for located in ctx.declarations
        if located.role is Role.REQUIREMENT and ctx.applies(located.declaration)
    )


def installed_lines(ctx: Context) -> Iterator[Located]:
    """Yield the lines with a say in what pip takes from an index for the selected interpreter.

    Lines whose marker does not hold are left out, and so are constraints about packages that no
    line asks for. Without an interpreter, those with a marker are.
    """
    required = required_names(ctx)
    for located in ctx.declarations:
        if (
            located.declaration.name in required
            and ctx.from_index(located)
            and ctx.applies(located.declaration)
        ):
            yield located
