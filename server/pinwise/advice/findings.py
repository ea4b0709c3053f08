"""What a rule says: findings and fixes, as plain data in offsets and paths."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pinwise.base.text import Span, TextEdit


class Severity(IntEnum):
    """How much a finding matters; larger is worse."""

    OFF = 0
    HINT = 1
    INFORMATION = 2
    WARNING = 3
    ERROR = 4

    @property
    def word(self) -> str:
        """The word of the settings, the command line and the JSON output."""
        return self.name.lower()


class Applicability(Enum):
    """Whether a fix may be applied without looking."""

    SAFE = "safe"
    """The result means what the author meant: `pinwise fix` applies it."""
    SUGGESTED = "suggested"
    """It changes what is installed, or guesses: a person decides."""


@dataclass(frozen=True, slots=True)
class FileEdit:
    """An edit of one file."""

    path: Path
    edit: TextEdit


@dataclass(frozen=True, slots=True)
class Action:
    """A named action that is no text edit: `create-environment`, `select-environment`.

    Attributes:
        arguments: strings only, so that every face can carry them.
    """

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fix:
    """One way out of a finding.

    Attributes:
        title: what it does, in the imperative: "Change to 2.31.0".
        preferred: whether it is the one that an editor's "fix this" key should take.
    """

    title: str
    applicability: Applicability
    edits: tuple[FileEdit, ...] = ()
    action: Action | None = None
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding is about."""

    path: Path
    span: Span
    message: str


class Tag(Enum):
    """How an editor may draw the place, beside its severity."""

    UNNECESSARY = "unnecessary"
    DEPRECATED = "deprecated"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found. The code, name and severity are the rule's own.

    Attributes:
        path: the file that it stands in.
        span: the exact place.
        message: at most two sentences, in plain words, Markdown-free but for backticks.
    """

    path: Path
    span: Span
    message: str
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    tags: tuple[Tag, ...] = ()
