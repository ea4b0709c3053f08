"""The lines that name a package by a path, where its own files tell which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.advice.context import Located
from pinwise.advice.solver_facts import needs_of
from pinwise.advice.text_shown import shown_in_code
from pinwise.base.facts import Known
from pinwise.manifests.declarations import Declaration, Role
from pinwise.resolver.problem import Opaque
from pinwise.syntax.nodes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.advice.context import Context
    from pinwise.manifests.pyproject import StaticProject
    from pinwise.syntax.nodes import Line


def unnamed_lines(ctx: Context) -> Iterator[Located]:
    """Yield the lines that tell no name (`-e .`, `./libs/core`), with the name of their project.

    Those whose files tell none are left out. Linear in the lines where there is such a project.
    """
    if not ctx.local:
        return
    for member in ctx.tree.members:
        if member.document.prose or member.role is Role.CONSTRAINT:
            continue
        for line in member.document.file.lines:
            project = ctx.local.get((member.document.path, line.span.start))
            if project is not None and is_unnamed(line) and line.kind is not Kind.ERROR:
                declaration = _declaration(line, project)
                yield Located(member.document, declaration, member.role, member.via)


def is_unnamed(line: Line) -> bool:
    """Return whether a line asks for something that it does not name."""
    return line.requirement is not None and not line.requirement.name


def _declaration(line: Line, project: StaticProject) -> Declaration:
    assert line.requirement is not None  # noqa: S101 - the caller has looked
    # The name stands nowhere: what stands for it is where the package lies.
    named = line.requirement._replace(
        name=project.name, name_span=line.requirement.url_span or line.requirement.span
    )
    return Declaration(project.name, named, line.span, line.full_span)


def tells_no_name(located: Located) -> bool:
    """Return whether the name of a line's package stands elsewhere: `unnamed_lines` yields it."""
    requirement = located.declaration.requirement
    return requirement.url_span is not None and requirement.name_span == requirement.url_span


def written(located: Located) -> str:
    """Return a line without a name as it is written, for a message: `-e .`, `./libs/core[dev]`.

    "" where that cannot be repeated in a sentence.
    """
    requirement = located.declaration.requirement
    where = requirement.name_span.of(located.document.text)
    extras = ",".join(extra.name for extra in requirement.extras)
    text = f"{'-e ' if requirement.editable else ''}{where}{f'[{extras}]' if extras else ''}"
    return text if shown_in_code(text) else ""


def opaque_of(ctx: Context, located: Located) -> Opaque | None:
    """Return what the files of a line's package tell of it; None where they tell nothing."""
    project = ctx.local.get((located.path, located.declaration.span.start))
    if project is None or project.name != located.declaration.name:
        return None
    shown = written(located) if tells_no_name(located) else ""
    if project.requires_dist is None:
        return Opaque(project.version, shown=shown)
    known = {""}
    if project.extras is not None:
        # One that the package does not have adds nothing: pip only warns of it.
        asked = {canonicalize_name(extra.name) for extra in located.declaration.requirement.extras}
        known |= project.extras | asked
    needs = {extra: Known(needs_of(ctx, project.requires_dist, extra)) for extra in sorted(known)}
    return Opaque(project.version, needs, shown)
