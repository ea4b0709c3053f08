"""Addresses as they stand in a file: their host, and the secrets in them.

The text of the file is read, not what pip makes of it: the value of a variable is nobody's
business, and a `${TOKEN}` in the place of a password is no secret.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

from pinwise.base.patterns import late
from pinwise.base.text import Span
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Everything before the last `@` of the authority (RFC 3986, 3.2.1), also over continued lines.
_USER_PART = re.compile(r"(?<=://)(?:\\\r?\n|[^ \t\r\n/?#])+(?=@)")
_SCHEME = late(r"[A-Za-z][A-Za-z0-9+.-]*\Z")
_UNENCRYPTED = late(r"[\s'\"]*(http)://", re.IGNORECASE)
_AUTHORITY = late(r"(?:\\\r?\n|[^ \t\r\n/?#'\"])*")
_CONTINUATION = late(r"\\\r?\n")
# `$TOKEN`, `${TOKEN}` and `%TOKEN%` name a secret; stars and angle brackets stand for one.
_STAND_IN = late(r"\$|%[A-Za-z_]\w*%|<[^>]*>\Z|\*+\Z|\{")
_LONGEST_SCHEME = 20
_SHORTEST_TOKEN = 20
"""Characters from which on a lonely user with digits in it is taken for a token."""


class WrittenSecret(NamedTuple):
    """A password, or a token in the place of a user.

    Attributes:
        span: the secret alone.
        token: whether it stands where a user's name belongs.
    """

    span: Span
    token: bool


class UnencryptedAddress(NamedTuple):
    """An `http:` address of a host that is not this machine.

    Attributes:
        scheme: the place of the word `http`.
        host: the host as written, with its port.
    """

    scheme: Span
    host: str


def written_secrets(text: str, part: Span) -> Iterator[WrittenSecret]:
    """Yield the secrets in the addresses of a part of a file, in order.

    A lonely user is none: that is how the user of a keyring is written. It is taken for a token
    only where it looks like one. Linear in the part.
    """
    for match in _USER_PART.finditer(text, part.start, part.end):
        user, colon, password = match[0].partition(":")
        if colon and _joined(password):
            if not _STAND_IN.match(_joined(password)) and "${" not in password:
                yield WrittenSecret(Span(match.start() + len(user) + 1, match.end()), token=False)
        elif _looks_like_token(_joined(user)) and _is_web(text, match.start() - len("://")):
            yield WrittenSecret(Span(match.start(), match.start() + len(user)), token=True)


def unencrypted(text: str, part: Span) -> UnencryptedAddress | None:
    """Return the address that a part of a file is, if it is unencrypted; None where it is not.

    None also where a variable stands for the host: it may be this machine.
    """
    match = _UNENCRYPTED.match(text, part.start, part.end)
    if match is None:
        return None
    authority = _AUTHORITY.match(text, match.end(), part.end)
    host = _joined(authority[0]).rpartition("@")[2] if authority is not None else ""
    if not host or "${" in host or is_this_machine(host):
        return None
    return UnencryptedAddress(Span(*match.span(1)), host)


def is_this_machine(host: str) -> bool:
    """Return whether a host, with or without a port, is one that pip asks without encryption.

    As `SECURE_ORIGINS` in pip's `pip/_internal/network/session.py`.
    """
    name = without_port(host)
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def without_port(host: str) -> str:
    """Return a host's name in lower case: no port, and no brackets of an IPv6 address."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    if host.count(":") > 1:
        return host.lower()
    return host.partition(":")[0].lower()


def _joined(text: str) -> str:
    return _CONTINUATION.sub("", text)


def _looks_like_token(user: str) -> bool:
    return (
        len(user) >= _SHORTEST_TOKEN
        and not _STAND_IN.search(user)
        and any(character.isdigit() for character in user)
        and any(character.isalpha() for character in user)
    )


def _is_web(text: str, end: int) -> bool:
    """Return whether the scheme that ends at a place is one of the web, as in `git+https`."""
    scheme = _SCHEME.search(text[max(0, end - _LONGEST_SCHEME) : end])
    return scheme is not None and scheme[0].lower().rpartition("+")[2] in {"http", "https"}
