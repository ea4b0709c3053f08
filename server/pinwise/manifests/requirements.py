"""What a requirements or constraints file declares."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.manifests.declarations import Declaration
from pinwise.syntax.nodes import Kind, ProblemKind

if TYPE_CHECKING:
    from pinwise.manifests.declarations import Role
    from pinwise.syntax.nodes import RequirementsFile

_normalised = lru_cache(maxsize=32_768)(canonicalize_name)
"""Kept, because the names of a file are the same at the next keystroke."""


def declarations(file: RequirementsFile, role: Role) -> tuple[Declaration, ...]:
    """Return the named dependencies of a file, in order.

    Lines that pip rejects, and those that it takes for something else (`flask@2.0`), are among
    them, with `clean` false, where their name can be read.

    Args:
        file: the parsed file.
        role: what the file's lines ask for. pip takes no editables as constraints (26.0 and
            newer), so that those are not clean there.
    """
    constraint = role.value == "constraint"
    found = []
    for line in file.lines:
        requirement = line.requirement
        if requirement is None or not requirement.name:
            continue
        clean = line.kind is not Kind.ERROR and not (constraint and requirement.editable)
        if line.problems and any(
            problem.kind is ProblemKind.MISREAD_ADDRESS for problem in line.problems
        ):
            clean = False
        found.append(
            Declaration(
                _normalised(requirement.name),
                requirement,
                line.span,
                line.full_span,
                line.hashes,
                line.options,
                line.comment,
                clean,
            )
        )
    return tuple(found)
