"""What a file declares: the one shape that every manifest format is read into."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from pinwise.base.text import Span
    from pinwise.syntax.nodes import Comment, Hash, Option, Requirement


class Role(Enum):
    """What a declaration asks for."""

    REQUIREMENT = "requirement"
    """Install it."""
    CONSTRAINT = "constraint"
    """Do not ask for it, but bound its version where something else does (`-c`)."""


class Declaration(NamedTuple):
    """One named dependency, as a file declares it.

    Attributes:
        name: the normalized name (PEP 503).
        requirement: the parsed text, with the places of its parts.
        span: everything that belongs to it, options and hashes included, no comment.
        full_span: the whole editor lines, the last terminator included.
        hashes: its `--hash` options.
        options: its other options.
        comment: the comment at the end of its line.
        clean: whether pip accepts the line; rules about versions look only at clean ones.
    """

    name: NormalizedName
    requirement: Requirement
    span: Span
    full_span: Span
    hashes: tuple[Hash, ...] = ()
    options: tuple[Option, ...] = ()
    comment: Comment | None = None
    clean: bool = True

    @property
    def name_span(self) -> Span:
        """Where the name stands."""
        return self.requirement.name_span
