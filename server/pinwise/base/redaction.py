"""Text without the secrets of the addresses that stand in it: for all text that leaves us.

Secrets are the user parts of addresses, but for the user names of ssh, which are none; passwords
of addresses whose scheme is missing or misspelt; the values of parameters such as `?token=`; and
what stands behind options such as `--password`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.base.text import Span

if TYPE_CHECKING:
    from pinwise.base.text import TextEdit

# Everything before the last `@` of the authority (RFC 3986, 3.2.1), also over continued lines. It
# is looked for at the first letter of a scheme alone: a long word would be gone through for each.
_USER_PART = late(r"(?<![A-Za-z+])([A-Za-z+]*)://((?:\\\r?\n|[^ \t\r\n/?#])+)(?=@)")
# A run without white space and slashes, as a user, a password and a host are where `://` lacks.
_RUN = late(r"(?<![^\s/])[^\s/]+")

_WORD = r"[\w.-]*(?:token|secret|passw(?:or)?d|passwd|pwd|api[_-]?key|access[_-]?key|signature)"
_PARAMETER = late(rf"([?&](?:{_WORD}|auth|key|sig|tok)=)([^\s&#\"'`<>]+)", re.IGNORECASE)
_OPTION = late(
    r"((?<![^\s\"'`])--(?:[a-z]+-)?(?:password|passwd|token|secret|api-key)(?:=|[ \t]+))([^\s`]+)",
    re.IGNORECASE,
)

_KEPT = late(r"(\$\{[A-Z0-9_]+\}|\\(?=\r?\n))|[^\r\n]")

_AROUND = 500
"""Characters on both sides that may belong to the same address."""


def redacted(text: str) -> str:
    """Return text with the secrets of all addresses in it hidden, character for character.

    Places in the text stay where they are. The names of variables (`${TOKEN}`) are no secrets,
    and stay readable. Linear in the text; text without an `@`, a `?` or `--` costs three searches.
    """
    if "@" in text:
        text = _USER_PART.sub(_without_user, text)
        text = _RUN.sub(_without_password, text)
    if "?" in text:
        text = _PARAMETER.sub(_without_value, text)
    if "--" in text:
        text = _OPTION.sub(_without_value, text)
    return text


def redacted_part(text: str, part: Span) -> str:
    """Return a part of a text as `redacted` shows it in the whole.

    An address of which the part has only the beginning is hidden like the whole of it. Costs no
    more than the part and some hundred characters around.
    """
    start = max(0, part.start - _AROUND)
    around = redacted(text[start : part.end + _AROUND])
    return around[part.start - start : part.end - start]


def writes_secret(text: str, edit: TextEdit) -> bool:
    """Return whether what an edit of a text puts in is a secret, or a part of one."""
    before = text[max(0, edit.span.start - _AROUND) : edit.span.start]
    after = text[edit.span.end : edit.span.end + _AROUND]
    place = Span(len(before), len(before) + len(edit.new_text))
    return redacted_part(f"{before}{edit.new_text}{after}", place) != edit.new_text


def _hidden(secret: str) -> str:
    return _KEPT.sub(lambda found: found[1] or "*", secret)


def _without_user(found: re.Match[str]) -> str:
    scheme, user = found[1], found[2]
    # ssh authenticates otherwise: its user says who, and everybody's is `git`.
    public = ":" not in user and "@" not in user and (scheme.endswith("ssh") or user == "git")
    return f"{scheme}://{user if public else _hidden(user)}"


def _without_value(found: re.Match[str]) -> str:
    return found[1] + _hidden(found[2])


def _without_password(found: re.Match[str]) -> str:
    """Hide the password of `user:password@host`, and of `//user:password@host`."""
    run = found[0]
    head, at, host = run.rpartition("@")
    user, colon, password = head.partition(":")
    text, start = found.string, found.start()
    # A single slash before it: this is the path of an address, and an `@` in it is no secret's. But
    # `https:/` is left of an address that was taken for a path.
    before = text[max(0, start - 2) : start]
    in_path = before.endswith("/") and before not in ("//", ":/")
    if not at or not colon or not password or "@" in user or in_path or not host:
        return run
    if password.startswith("\\") or user.lower().endswith(("mailto", "file")):
        return run
    return f"{user}:{_hidden(password)}@{host}"
