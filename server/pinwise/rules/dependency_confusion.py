"""`PW403` dependency-confusion: a name on a private index and on the public one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Finding, Severity
from pinwise.advice.told import told
from pinwise.advice.versions import pin_of
from pinwise.base.facts import Known
from pinwise.manifests.declarations import Role
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pinwise.advice.context import Context, Located

MOST_NAMES = 5
"""Packages of one index that are each marked; more are most likely a mirror's."""


@rule("PW403", "dependency-confusion", severity=Severity.WARNING, needs=Facts.INDEX)
def dependency_confusion(ctx: Context) -> Iterator[Finding]:
    """A package that another index and the default one have, maybe of different owners."""
    mixed: dict[str, list[list[Located]]] = {}
    for name, lines in ctx.by_name.items():
        # A hash lets no other file through.
        open_lines = [
            located
            for located in lines
            if located.role is Role.REQUIREMENT
            and ctx.from_index(located)
            and not located.declaration.hashes
        ]
        if not open_lines:
            continue
        fact = ctx.listing(name)
        # Hardly any name is in two places.
        if not isinstance(fact, Known) or len(fact.value.places) == 1:
            continue
        from pinwise.advice.mixed_places import mixed_with_default  # noqa: PLC0415 - likewise

        pins = [pin_of(located.declaration.requirement) for located in open_lines]
        pinned = [pin.version for pin in pins if pin is not None]
        other = mixed_with_default(ctx, fact.value, pinned)
        if other is not None:
            mixed.setdefault(other.label, []).append(open_lines)
    for label, names in mixed.items():
        if len(names) > MOST_NAMES:
            yield _of_many(label, names)
            continue
        for group in names:
            first: dict[Path, Located] = {}
            for located in group:
                first.setdefault(located.path, located)
            for path, located in first.items():
                message = (
                    f"`{located.declaration.requirement.name}` is on {told(label)} and on the "
                    "default index. pip mixes them, and takes the newest version from either."
                )
                yield Finding(path, located.name_span, message)


def _of_many(label: str, names: Sequence[Sequence[Located]]) -> Finding:
    """Say it once: an index that has this many of the packages is a mirror, or nearly one."""
    located = names[0][0]
    message = (
        f"`{located.declaration.requirement.name}` and {len(names) - 1} other packages are on "
        f"{told(label)} and on the default index. "
        "pip mixes them, and takes the newest version from either."
    )
    return Finding(located.path, located.name_span, message)
