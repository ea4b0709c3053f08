"""Addresses of indexes: without their secrets, and judged as pip judges them."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote, urlsplit

from pinwise.base.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

UNREADABLE = "unreadable address"
"""What is shown in the place of an address that cannot be split."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


@record(frozen=True, slots=True)
class Credentials:
    """A user and a password, which never appear in a representation.

    Attributes:
        user: may be "", as in addresses with a token for a password.
        password: None where an address names a user alone, which leaves open where it comes from.
    """

    user: str
    password: str | None

    def __repr__(self) -> str:
        return "Credentials(...)"

    def basic(self) -> str:
        """Return the value of an `Authorization` header (RFC 7617).

        In Latin-1 where that has the characters, because pip's HTTP library sends nothing else.
        """
        import base64  # noqa: PLC0415 - few indexes want a password

        text = f"{self.user}:{self.password or ''}"
        try:
            pair = text.encode("latin-1")
        except UnicodeEncodeError:
            pair = text.encode("utf-8", "surrogatepass")
        return f"Basic {base64.b64encode(pair).decode('ascii')}"


def split_credentials(url: str) -> tuple[str, Credentials | None]:
    """Return the address without its user part, and what stood there.

    The user part is everything before the last `@` of the authority (RFC 3986, 3.2.1); escaped
    characters in it are decoded.
    """
    parts = _split(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None
    user, colon, password = userinfo.partition(":")
    bare = parts._replace(netloc=host).geturl()
    return bare, Credentials(unquote(user), unquote(password) if colon else None)


def redact(url: str) -> str:
    """Return the address as it may be shown and logged: no user part, no query, no fragment."""
    bare, credentials = split_credentials(url)
    parts = _split(bare)._replace(query="", fragment="")
    if credentials is not None:
        parts = parts._replace(netloc=f"****@{parts.netloc}")
    return parts.geturl()


def label_of(url: str) -> str:
    """Return the shortest name of an index for a person: the host with its port, or the path.

    A path may hold a token too, so that of a remote address is left out.
    """
    parts = _split(url)
    if parts.scheme == "file":
        return str(path_of(url))
    return parts.netloc.rpartition("@")[2] or redact(url)


def key_of(url: str) -> str:
    """Return the name under which answers of this address are stored: a hash without secrets."""
    # It loads all of OpenSSL; most ask nothing but the default index, whose key is its name.
    from hashlib import sha256  # noqa: PLC0415

    bare = split_credentials(url)[0].rstrip("/")
    return sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port (RFC 6454); the port is 0 where none is known."""
    parts = _split(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), _port_of(parts) or _DEFAULT_PORTS.get(scheme, 0)


def project_url(index_url: str, project: str) -> str:
    """Return the address of a project's page (PEP 503), which ends in a slash."""
    return f"{index_url.rstrip('/')}/{quote(project)}/"


def can_be_split(location: str) -> bool:
    """Whether Python finds the host in an address; where it does not (`http://[`), pip fails."""
    try:
        urlsplit(location.strip())
    except ValueError:
        return False
    return True


def is_url(location: str) -> bool:
    """Whether a location has a scheme that pip would look a page up by."""
    return location.partition(":")[0].lower() in {"http", "https", "file"}


def path_of(url: str) -> Path:
    r"""Return the path that a `file:` address means; a host becomes `\\host` on Windows."""
    from urllib.request import url2pathname  # noqa: PLC0415 - 20 ms, and few need it

    parts = _split(url)
    host = "" if parts.netloc in {"", "localhost"} else f"//{parts.netloc}"
    return Path(url2pathname(host + parts.path))


def is_secure(url: str, trusted_hosts: Iterable[str] = ()) -> bool:
    """Whether pip would speak to this place: encrypted, on this machine, or trusted by the user.

    Args:
        url: the address of the page.
        trusted_hosts: `host` or `host:port`, as in `--trusted-host`.
    """
    scheme, host, _ = origin_of(url)
    return scheme in {"https", "file"} or is_loopback(host) or is_trusted(url, trusted_hosts)


def is_trusted(url: str, trusted_hosts: Iterable[str]) -> bool:
    """Whether the user exempted the host from encryption and from the check of certificates."""
    _, host, port = origin_of(url)
    for trusted in trusted_hosts:
        parts = _split(f"//{trusted.strip()}")
        if (parts.hostname or "").lower() == host and _port_of(parts) in {None, port}:
            return True
    return False


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    """Split an address; one that cannot be split (`http://[`) has only a path."""
    try:
        return urlsplit(url.strip())
    except ValueError:
        return SplitResult("", "", UNREADABLE, "", "")


def _port_of(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        return None
