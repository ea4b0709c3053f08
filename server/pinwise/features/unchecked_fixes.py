"""What a user can do about what was not checked: retry, sign in, go online, trust, read on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Action, Applicability, Fix
from pinwise.base.facts import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pinwise.advice.context import Context
    from pinwise.analysis.report import Unchecked
    from pinwise.index.types import Refusal

RETRY = "retry"
SIGN_IN = "sign-in"
WORK_ONLINE = "work-online"
MANAGE_TRUST = "manage-trust"
OPEN_GUIDE = "open-guide"

_PASSING = frozenset(
    {
        Reason.UNREACHABLE,
        Reason.TIMED_OUT,
        Reason.UNAUTHORISED,
        Reason.RATE_LIMITED,
        Reason.SERVER_ERROR,
        Reason.UNREADABLE,
    }
)
"""Reasons that may be gone when somebody looks again, perhaps after the user did something."""

SECTIONS = {
    Reason.OFFLINE: "offline",
    Reason.UNAUTHORISED: "credentials",
    Reason.UNTRUSTED: "workspaces-that-you-do-not-trust",
    Reason.WITHHELD: "workspaces-that-you-do-not-trust",
}
"""The section of the guide that tells of a reason; the others are told of in one."""

NOT_CHECKED = "not-checked"
"""The section of the guide with all reasons and what to do about each."""


def fixes_for_unchecked(
    unchecked: Sequence[Unchecked], context: Context, refusals: Sequence[Refusal]
) -> Iterator[Fix]:
    """Yield what helps against what a tree's quiet item tells of, what helps most first.

    Args:
        unchecked: what the item tells of.
        context: that of the tree.
        refusals: the indexes that asked for credentials.
    """
    reasons = {item.reason.reason for item in unchecked}
    if Reason.UNAUTHORISED in reasons:
        for label in dict.fromkeys(refusal.label for refusal in refusals):
            yield _fix(f"Sign in to {label}", SIGN_IN, index=label)
    if Reason.OFFLINE in reasons and context.settings.offline:
        file = offline_file(context)
        yield _fix(f"Open {file.name}, which says offline" if file else "Work online", WORK_ONLINE)
    if Reason.UNTRUSTED in reasons:
        yield _fix("Manage workspace trust", MANAGE_TRUST)
    if reasons & _PASSING:
        yield _fix("Retry now", RETRY)
    if reasons - {Reason.PROSE}:
        yield _fix("What can be done about it?", OPEN_GUIDE, section=section_of(unchecked))


def offline_file(context: Context) -> Path | None:
    """Return the project's file that says offline; None where only the user's settings do."""
    loaded = context.loaded
    if loaded is None:
        return None
    for file in loaded.files:
        if file.path == loaded.path and any(
            key.lower() == "offline" and value is True for key, value in file.table.items()
        ):
            return file.path
    return None


def section_of(unchecked: Sequence[Unchecked]) -> str:
    """Return the section of the guide that an item is explained in."""
    sections = {SECTIONS.get(item.reason.reason, NOT_CHECKED) for item in unchecked}
    return sections.pop() if len(sections) == 1 else NOT_CHECKED


def sign_in_advice(refusal: Refusal, *, trusted: bool) -> str:
    """Return why a password in the keyring would not help, and what would; "" where it helps."""
    label = refusal.label
    if not trusted:
        return f"Your password of {label} is used once you trust this workspace."
    if refusal.has_password:
        return (
            f"{label} refused the password that its address has in your configuration."
            " Correct it there, then retry."
        )
    if refusal.workspace:
        return (
            f"Only a file of this project names {label}, so that your keyring is not asked for it."
            " Give its credentials in your netrc file, or name it in your own configuration of pip."
        )
    if not refusal.keyring:
        return (
            f"pip asks no keyring about {label}: there is none, or pip is told not to."
            " Put user name and password into your netrc file, then retry."
        )
    return ""


def _fix(title: str, name: str, **arguments: str) -> Fix:
    return Fix(title, Applicability.SUGGESTED, action=Action(name, arguments))
