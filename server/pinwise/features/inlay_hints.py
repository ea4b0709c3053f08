"""Inlay hints: the newest or the installed version behind the ones that a file pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.held import hold_sentence
from pinwise.advice.pins import pinned_lines
from pinwise.advice.versions import parse_version, pin_of
from pinwise.base.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context
    from pinwise.base.text import Span

LATEST = "latest"
INSTALLED = "installed"
"""Values of the setting `inlay_hints`; the third is `off`."""


@record(frozen=True, slots=True)
class Hint:
    """A few words that stand in a line without being part of it.

    Attributes:
        offset: where.
        label: the words.
        tooltip: a sentence about them.
    """

    offset: int
    label: str
    tooltip: str


def inlay_hints(
    context: Context,
    path: Path,
    visible: Span,
    installed: Mapping[NormalizedName, str] | None = None,
) -> Iterator[Hint]:
    """Yield the hints of a file that the setting asks for.

    Args:
        context: of the tree that speaks for the file.
        path: the file.
        visible: the part that is looked at; what lies outside is left out.
        installed: the versions in the selected environment by name; None where there is none.
    """
    if context.settings.inlay_hints == LATEST:
        yield from _latest(context, path, visible)
    elif context.settings.inlay_hints == INSTALLED and installed is not None:
        yield from _installed(context, path, visible, installed)


def _latest(context: Context, path: Path, visible: Span) -> Iterator[Hint]:
    """Yield the newest version that the interpreter can install, behind older pins."""
    seen = {
        name: lines
        for name, lines in context.by_name.items()
        if any(each.path == path and _sees(visible, each.declaration.span.end) for each in lines)
    }
    for line, updates in pinned_lines(context, seen):
        end = line.pin.clause.version_span.end
        if line.located.path != path or not _sees(visible, end) or updates.newest is None:
            continue
        newest = updates.newest
        held = not any(update.version == newest.version for update in updates.candidates)
        why = ", but another line holds it back." if held else "."
        tooltip = f"{newest.text} is the newest that can be installed{why}"
        if updates.held is not None:
            name = line.located.declaration.name
            why = hold_sentence(context, name, updates.held, path)
            tooltip += f" The newer {why}".replace("`", "")
        yield Hint(end, f"→ {newest.text}", tooltip)


def _installed(
    context: Context, path: Path, visible: Span, installed: Mapping[NormalizedName, str]
) -> Iterator[Hint]:
    """Yield what is installed, where that is not the very version that the line pins."""
    for located in context.declarations:
        requirement = located.declaration.requirement
        versions = requirement.specifier_span or requirement.name_span
        if located.path != path or not _sees(visible, versions.end):
            continue
        # A line for another platform or Python says nothing of this environment.
        if not located.from_index or context.applies(located.declaration) is False:
            continue
        version = installed.get(located.declaration.name)
        if version is None:
            yield Hint(versions.end, "not installed", "It is not in the selected environment.")
            continue
        pin = pin_of(requirement)
        if pin is None or pin.version != parse_version(version):
            tooltip = f"The selected environment has {version}."
            yield Hint(versions.end, f"installed {version}", tooltip)


def _sees(visible: Span, offset: int) -> bool:
    """Return whether an offset lies in the part that is looked at."""
    return visible.start <= offset <= visible.end
