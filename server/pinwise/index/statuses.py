"""What the status and the headers of an answer without a page mean (RFC 9110)."""

from __future__ import annotations

import time

from pinwise.base.facts import Absent, NotChecked, Reason

_REFUSALS = {401: "asks for credentials", 403: "refuses access"}
_PROXY_ASKS = 407
"""Proxy Authentication Required."""

_LONGEST_NUMBER = 9
_DAY = 86_400.0


class TryAgainError(Exception):
    """The attempt failed with `outcome`; another may succeed, after `delay` seconds if told.

    `connected` says whether the host was there at least.
    """

    def __init__(
        self, outcome: NotChecked, delay: float | None = None, *, connected: bool = True
    ) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome
        self.delay = delay
        self.connected = connected


def fact_of(status: int, label: str) -> Absent | NotChecked:
    """Return what a status without a page means (RFC 9110, 15).

    Args:
        status: no success, and no redirect.
        label: names the index for a person.
    """
    if status in {404, 410}:
        return Absent()
    if status in _REFUSALS:
        return NotChecked(Reason.UNAUTHORISED, f"{label} {_REFUSALS[status]} ({status})")
    if status == _PROXY_ASKS:
        return NotChecked(Reason.UNREACHABLE, proxy_refusal(status, label))
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        return NotChecked(Reason.RATE_LIMITED, f"{label} asks for fewer requests")
    if status >= 500:  # noqa: PLR2004 - server errors
        return NotChecked(Reason.SERVER_ERROR, f"{label} has a problem ({status})")
    return NotChecked(Reason.UNREADABLE, f"{label} answers with status {status}")


def rejected(label: str) -> NotChecked:
    """Return what a 401 means to a request that had credentials (RFC 9110, 15.5.2).

    Args:
        label: names the index for a person.
    """
    what = f"{label} does not accept the user name and password (401)"
    return NotChecked(Reason.UNAUTHORISED, what)


def proxy_refusal(status: int, label: str) -> str:
    """Return what it means that a proxy answers in place of an index.

    Args:
        status: that of the proxy's answer.
        label: names the index for a person.
    """
    if status == _PROXY_ASKS:
        return f"the proxy on the way to {label} asks for credentials ({status})"
    return f"the proxy refuses the way to {label} ({status})"


def retry_after(text: str, date: str = "") -> float | None:
    """Return the seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3).

    Args:
        text: seconds, or a moment by the server's clock.
        date: the `Date` header of the same answer, which tells what the server's clock says; it
            may be years from ours. Where it is missing, ours counts.
    """
    text = text.strip()
    if text.isascii() and text.isdecimal():
        # A number of a thousand digits is no longer than a day.
        return float(text) if len(text) < _LONGEST_NUMBER else _DAY
    moment = _seconds_of(text)
    if moment is None:
        return None
    now = _seconds_of(date)
    return max(0.0, moment - (time.time() if now is None else now))


def _seconds_of(text: str) -> float | None:
    """Return the moment of a date in a header, in seconds since the epoch."""
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - 7 ms, and seldom needed

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
