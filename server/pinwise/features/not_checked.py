"""The one quiet sentence about what could not be checked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pinwise.base.facts import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.analysis.report import Unchecked

_WORDS = {
    Reason.PENDING: "the look-up has not finished",
    Reason.OFFLINE: "no package index may be asked",
    Reason.UNREACHABLE: "the package index cannot be reached",
    Reason.TIMED_OUT: "the package index did not answer in time",
    Reason.UNAUTHORISED: "the package index asks for credentials",
    Reason.RATE_LIMITED: "the package index asks to slow down",
    Reason.SERVER_ERROR: "the package index reports an error of its own",
    Reason.UNREADABLE: "it could not be read",
    Reason.UNTRUSTED: "only this workspace, which is not trusted, names the package index",
    Reason.WITHHELD: "the values of your environment are sent only to hosts that you name yourself",
    Reason.NOT_STATIC: "the answer can only be had by running code",
}
_NAMED = 3
"""How many projects are named before the rest is only counted."""


def describe_unchecked(unchecked: Sequence[Unchecked]) -> str:
    """Say in one or two sentences what was not checked, and the most frequent reason.

    Args:
        unchecked: at least one.
    """
    names = sorted({item.what for item in unchecked})
    shown = ", ".join(f"`{name}`" for name in names[:_NAMED])
    if len(names) > _NAMED:
        shown += f" and {len(names) - _NAMED} more"
    reason = Counter(item.reason.reason for item in unchecked).most_common(1)[0][0]
    detail = next((i.reason.detail for i in unchecked if i.reason.reason is reason), "")
    return f"Not checked: {shown}, because {_WORDS[reason]}." + (f" {detail}" if detail else "")
