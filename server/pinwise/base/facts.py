"""Three-valued facts: known, known to be absent, not known.

"Not known" is never reported as "does not exist". Every look-up in Pinwise that can fail for a
reason outside the question itself answers with one of these.
"""

from __future__ import annotations

from enum import Enum
from typing import Generic, TypeAlias, TypeVar

from pinwise.base.records import record

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Reason(Enum):
    """Why something is not known; the value is the word that the JSON output uses."""

    PENDING = "pending"
    """Nobody has asked yet, or the answer is under way: asking helps."""
    OFFLINE = "offline"
    """The user, or pip's own configuration (`--no-index`), forbids asking."""
    UNREACHABLE = "unreachable"
    """No connection: name resolution, refused, TLS, proxy."""
    TIMED_OUT = "timed-out"
    UNAUTHORISED = "unauthorised"
    """The index answered 401 or 403."""
    RATE_LIMITED = "rate-limited"
    SERVER_ERROR = "server-error"
    UNREADABLE = "unreadable"
    """An answer came, and was truncated, too large, or not in a format we know."""
    UNTRUSTED = "untrusted"
    """Only an untrusted workspace names the place that would have to be asked."""
    WITHHELD = "withheld"
    """Asking would send a value of the user's environment where only a file of the project says."""
    PROSE = "prose"
    """A file of the name of a requirements file holds something else."""
    UNDATED = "undated"
    """The index tells no upload times, by which files would have to be chosen."""
    NOT_STATIC = "not-static"
    """The answer exists only by running code, which Pinwise does not do."""
    GAVE_UP = "gave-up"
    """All facts may be there, but to draw the conclusion takes too long."""


@record(frozen=True, slots=True)
class Known(Generic[T_co]):
    """The answer is known."""

    value: T_co


@record(frozen=True, slots=True)
class Absent:
    """It is known that there is no such thing: every place that counts said so."""


@record(frozen=True, slots=True)
class NotChecked:
    """The answer is not known.

    Attributes:
        reason: the kind of obstacle.
        detail: one plain sentence for a person, without secrets; may be empty.
    """

    reason: Reason
    detail: str = ""


Fact: TypeAlias = Known[T] | Absent | NotChecked
