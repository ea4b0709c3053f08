"""What a rule says: findings and fixes, as plain data in offsets and paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, overload

from pinwise.base.records import record
from pinwise.base.redaction import redacted
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pinwise.base.cancellation import CancelToken
    from pinwise.base.text import Span, TextEdit

LONGEST_MESSAGE = 500
"""Characters of a message or a title: what it repeats of a file may be a megabyte long."""


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


class FileEdit(NamedTuple):
    """An edit of one file.

    Attributes:
        create: whether the file is to be made first; the edit is then all of its text.
    """

    path: Path
    edit: TextEdit
    create: bool = False


@record(frozen=True, slots=True)
class Action:
    """A named action that is no text edit: `create-environment`, `select-environment`.

    Attributes:
        arguments: strings only, so that every face can carry them.
    """

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@record(frozen=True, slots=True)
class Fix:
    """One way out of a finding.

    Attributes:
        title: what it does, in the imperative: "Change to `2.31.0`".
        preferred: whether it is the one that an editor's "fix this" key should take.
    """

    title: str
    applicability: Applicability
    edits: tuple[FileEdit, ...] = ()
    action: Action | None = None
    preferred: bool = False

    def __post_init__(self) -> None:
        """Shorten an absurd title."""
        _shorten(self, "title", self.title)


class LazyFixes(Sequence[Fix]):
    """Fixes that are worked out when somebody looks at them, and then remembered.

    For those that cost more than a finding may: each is tried out by a solve. Equal to itself
    alone.

    Args:
        make: works them out; raises `CancelledError` if its token is cancelled meanwhile.
    """

    __slots__ = ("_fixes", "_make")

    def __init__(self, make: Callable[[CancelToken | None], Sequence[Fix]]) -> None:
        self._make = make
        self._fixes: tuple[Fix, ...] | None = None

    def work_out(self, token: CancelToken | None = None) -> tuple[Fix, ...]:
        """Return the fixes; the first time that is not cancelled costs what they cost."""
        if self._fixes is None:
            self._fixes = tuple(self._make(token))
        return self._fixes

    def __len__(self) -> int:
        return len(self.work_out())

    @overload
    def __getitem__(self, at: int) -> Fix: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Fix, ...]: ...
    def __getitem__(self, at: int | slice) -> Fix | tuple[Fix, ...]:
        return self.work_out()[at]


@record(frozen=True, slots=True)
class Related:
    """Another place that a finding is about."""

    path: Path
    span: Span
    message: str

    def __post_init__(self) -> None:
        """Shorten an absurd message."""
        _shorten(self, "message", self.message)


class Tag(Enum):
    """How an editor may draw the place, beside its severity."""

    UNNECESSARY = "unnecessary"
    DEPRECATED = "deprecated"


@record(frozen=True, slots=True)
class Finding:
    """One thing that a rule found. The code, name and severity are the rule's own, as a rule.

    Attributes:
        path: the file that it stands in.
        span: the exact place.
        message: at most two sentences, in plain words, Markdown-free but for backticks.
        fixes: a tuple, or `LazyFixes` where they cost more than is paid at every keystroke.
        at_most: a lower severity than the rule's, where what it says does less harm than usual.
        lineless: whether it speaks of the project as a whole, and stands on its first line only
            because a finding has to stand somewhere.
    """

    path: Path
    span: Span
    message: str
    related: tuple[Related, ...] = ()
    fixes: Sequence[Fix] = ()
    tags: tuple[Tag, ...] = ()
    at_most: Severity = Severity.ERROR
    lineless: bool = False

    def __post_init__(self) -> None:
        """Shorten an absurd message."""
        _shorten(self, "message", self.message)


def _shorten(item: Fix | Related | Finding, field_name: str, text: str) -> None:
    """Keep both ends of a text that no one would read; items are frozen once they are made."""
    if len(text) > LONGEST_MESSAGE:
        half = LONGEST_MESSAGE // 2
        # First, because half an address does not show which half of it is the password.
        text = redacted(text)
        object.__setattr__(item, field_name, f"{text[: half - 1]}…{text[-half:]}")
