"""What the status and the headers of an answer without a page mean (RFC 9110)."""

from __future__ import annotations

import time

from pinwise.base.facts import Absent, NotChecked, Reason


class TryAgainError(Exception):
    """The attempt failed with `outcome`; another may succeed, after `delay` seconds if told."""

    def __init__(self, outcome: NotChecked, delay: float | None = None) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome
        self.delay = delay


def fact_of(status: int, label: str) -> Absent | NotChecked:
    """Return what a status without a page means (RFC 9110, 15).

    Args:
        status: no success, and no redirect.
        label: names the index for a person.
    """
    if status in {404, 410}:
        return Absent()
    if status in {401, 403, 407}:
        return NotChecked(Reason.UNAUTHORISED, f"{label} asks for credentials ({status})")
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        return NotChecked(Reason.RATE_LIMITED, f"{label} asks for fewer requests")
    if status >= 500:  # noqa: PLR2004 - server errors
        return NotChecked(Reason.SERVER_ERROR, f"{label} has a problem ({status})")
    return NotChecked(Reason.UNREADABLE, f"{label} answers with status {status}")


def retry_after(text: str) -> float | None:
    """Return the seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3)."""
    text = text.strip()
    if text.isdecimal():
        return float(text)
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - 7 ms, and seldom needed

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
