"""Which packages pip would install for the selected interpreter, as far as the lines say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.manifests.declarations import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context, Located


def asked_for(ctx: Context, name: NormalizedName) -> bool:
    """Return whether any line asks for a package, here or elsewhere, and no constraint alone."""
    return any(located.role is Role.REQUIREMENT for located in ctx.by_name.get(name, ()))


def installed_lines(ctx: Context, there: Context | None = None) -> Iterator[Located]:
    """Yield the lines with a say in what pip takes from an index for the selected interpreter.

    Or for another target, which `there` is the same tree for.

    Lines whose marker does not hold are left out, and so are constraints about packages that no
    line asks for. Without an interpreter, those with a marker are. Of the projects that are not
    settled, one after the other.
    """
    there = there or ctx
    for lines in ctx.unsettled.values():
        counting = [located for located in lines if there.applies(located.declaration)]
        if any(located.role is Role.REQUIREMENT for located in counting):
            yield from filter(ctx.from_index, counting)
