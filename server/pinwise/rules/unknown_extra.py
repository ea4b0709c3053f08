"""`PW208` unknown-extra: an extra that the version does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.advice.chosen import chosen_version
from pinwise.advice.edits import replacement
from pinwise.advice.findings import Applicability, Finding, Fix, Severity
from pinwise.advice.told import told
from pinwise.base.facts import Known
from pinwise.base.patterns import late
from pinwise.manifests.declarations import Role
from pinwise.rules.registry import Facts, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context, Located
    from pinwise.index.types import Metadata

MOST_NAMED = 3
"""Extras that a message names."""

MOST_COMPARED = 500
"""Extras of one version that a misspelling is compared with."""

_NAME = late(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EXTRA = late(r"\bextra *==+ *['\"]([^'\"]*)['\"]")
_FAR = 2


@rule("PW208", "unknown-extra", severity=Severity.WARNING, needs=Facts.INDEX)
def unknown_extra(ctx: Context) -> Iterator[Finding]:
    """An extra that the version which pip would take does not have."""
    for name, lines in ctx.by_name.items():
        asking = [
            located
            for located in lines
            if located.declaration.requirement.extras
            and located.role is Role.REQUIREMENT
            and ctx.from_index(located)
            and ctx.applies(located.declaration) is not False
        ]
        fact = ctx.listing(name) if asking else None
        if not isinstance(fact, Known):
            continue
        version = chosen_version(ctx, name, fact.value)
        if version is None:
            continue
        metadata = ctx.metadata(name, version)
        if isinstance(metadata, Known):
            for located in asking:
                yield from _check(located, str(version), metadata.value)


def _check(located: Located, version: str, metadata: Metadata) -> Iterator[Finding]:
    """Look at each extra of a line."""
    requirement = located.declaration.requirement
    for extra in requirement.extras:
        wanted = canonicalize_name(extra.name)
        if wanted in metadata.provides_extra or _used(wanted, metadata):
            continue
        message = f"`{requirement.name} {version}` has no extra `{extra.name}`"
        meant = _similar(wanted, metadata)
        if meant:
            edit = replacement(located, extra.span, meant)
            fix = Fix(f"Change to `{meant}`", Applicability.SUGGESTED, (edit,), preferred=True)
            message += f". Did you mean `{meant}`?"
            yield Finding(located.path, extra.span, message, fixes=(fix,))
        else:
            yield Finding(located.path, extra.span, f"{message}{_others(metadata)}")


def _used(extra: str, metadata: Metadata) -> bool:
    """Return whether a dependency asks for the extra: old files name their extras only there."""
    return any(
        canonicalize_name(match[1]) == extra
        for text in metadata.requires_dist
        for match in _EXTRA.finditer(text)
    )


def _similar(wanted: str, metadata: Metadata) -> str:
    """Return the extra that was most likely meant, "" where none or several are as near."""
    from pinwise.advice.names import edit_distance  # noqa: PLC0415 - few extras are misspelt

    allowed = min(_FAR, len(wanted) // 3)
    distances = [
        (edit_distance(wanted, other, allowed), other)
        for other in metadata.provides_extra[:MOST_COMPARED]
        if _NAME.fullmatch(other)
    ]
    near = sorted(found for found in distances if found[0] <= allowed)
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return ""
    return near[0][1]


def _others(metadata: Metadata) -> str:
    """Return the end of the message that names what there is."""
    extras = metadata.provides_extra
    if not extras:
        return ", nor any other."
    named = ", ".join(told(extra, 40) for extra in extras[:MOST_NAMED])
    more = len(extras) - MOST_NAMED
    return f". It has {named}{f' and {more} more' if more > 0 else ''}."
