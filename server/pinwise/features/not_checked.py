"""The quiet word about what could not be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.facts import NotChecked, Reason
from pinwise.base.redaction import redacted

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
    Reason.PROSE: "it reads as prose, not as requirements",
    Reason.UNDATED: "the package index tells no upload times",
    Reason.NOT_STATIC: "the answer can only be had by running code",
    Reason.GAVE_UP: "it takes too long to see whether its lines hold together",
}
_TOLD_BY_DETAIL = frozenset(
    {
        Reason.UNREACHABLE,
        Reason.TIMED_OUT,
        Reason.UNAUTHORISED,
        Reason.RATE_LIMITED,
        Reason.SERVER_ERROR,
    }
)
"""Reasons whose detail is a clause that names the host and says all that the words above would."""
_OF_FILES = (Reason.UNREADABLE, Reason.PROSE)
_USUAL_NAMES = frozenset(
    {"requirements.txt", "requirements.in", "constraints.txt", "constraints.in"}
)
_NAMED = 3
"""How many projects and files are named before the rest is only counted."""
_LONGEST_NAME = 80
"""Characters of one of them: of a file's line, it may be a megabyte."""
_REASONS = 3
"""How many reasons are told before the rest is only counted."""


def describe_unchecked(unchecked: Sequence[Unchecked]) -> str:
    """Say what was not checked and why: a sentence a reason, the most frequent one first.

    Args:
        unchecked: at least one.
    """
    groups: dict[tuple[Reason, str], dict[tuple[str, str], NotChecked]] = {}
    for item in unchecked:
        # A host has one trouble with all projects; each file has its own.
        own = item.reason.detail if item.reason.reason in _OF_FILES else ""
        groups.setdefault((item.reason.reason, own), {}).setdefault(
            (item.what, item.version), item.reason
        )
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    sentences = [_sentence(reason, names) for (reason, _), names in ordered[:_REASONS]]
    left = sum(len(names) for _, names in ordered[_REASONS:])
    if left:
        sentences.append(f"Nor were {left} more, for other reasons.")
    return " ".join(sentences)


def reason_words(why: NotChecked) -> str:
    """Return why something was not checked, as a clause without a full stop."""
    detail = why.detail.rstrip(".")
    if detail and why.reason in _TOLD_BY_DETAIL:
        return detail
    return f"{_WORDS[why.reason]}{f' ({detail})' if detail else ''}"


def worth_showing(unchecked: Sequence[Unchecked]) -> list[Unchecked]:
    """Return what an editor tells of: all but prose in files of names that people give to prose.

    Nobody is told that `product-requirements.txt` is none of pip's. A `requirements.txt` is meant
    for it, so that its author had better know that nothing in it is looked at.
    """
    return [
        item
        for item in unchecked
        if item.reason.reason is not Reason.PROSE or item.path.name.lower() in _USUAL_NAMES
    ]


def _sentence(reason: Reason, names: dict[tuple[str, str], NotChecked]) -> str:
    """Return "Not checked: `a`, `b` and 7 more, because ...", with the detail where there is."""
    shown = ", ".join(_named(*item) for item in sorted(names)[:_NAMED])
    if len(names) > _NAMED:
        shown += f" and {len(names) - _NAMED} more"
    detail = next((why.detail for why in names.values() if why.detail), "")
    return f"Not checked: {shown}, because {reason_words(NotChecked(reason, detail))}."


def _named(what: str, version: str) -> str:
    """Return "`a`", or "what `a 1.0` needs" where that is all that is missing."""
    # Of an address, the secret has to go before half of it does.
    name = _shortened(redacted(what))
    return f"what `{name} {version}` needs" if version else f"`{name}`"


def _shortened(name: str) -> str:
    """Return a name, or both ends of one that nobody would read."""
    half = _LONGEST_NAME // 2
    return name if len(name) <= _LONGEST_NAME else f"{name[: half - 1]}…{name[-half:]}"
