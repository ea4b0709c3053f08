"""Values of options that pip takes, and that serve nothing or make it fail: hosts and addresses.

pip reads them after the whole line: `--trusted-host` in `PipSession.add_trusted_host`
(`pip/_internal/network/session.py`), addresses when it asks an index.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from pinwise.base.patterns import late
from pinwise.base.tuples import NamedTuple

_INDEXES = ("--index-url", "--extra-index-url")
_SCHEME = late(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_HOST_FIRST = late(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::[0-9]+)?(?:/\S*)?")
_PORT_FIRST = late(r"([A-Za-z0-9][A-Za-z0-9.-]+):[0-9]{1,5}(?:/\S*)?")
_SLASHES = late(r"(https?)(:?)([/\\]*)(?=[A-Za-z0-9\[])(\S+)", re.IGNORECASE)
_KNOWN_SCHEMES = frozenset({"http", "https", "file"})
_THIS_MACHINE = ("localhost", "127.")
_ALIKE = 0.75
"""How much of a scheme's letters has to be that of another to be taken for it, as in `htps`."""
_VARIABLE = "${"
_LONE_COLONS = 2
"""From so many colons on, pip takes a host without brackets for an IPv6 address."""


class BadAddress(NamedTuple):
    """What is wrong with a value, which pip takes nevertheless.

    Attributes:
        start: where the mistake begins in the value.
        end: where it ends.
        detail: why, as a sentence without its full stop.
        replacement: what to put there instead, where that is evident.
    """

    start: int
    end: int
    detail: str
    replacement: str | None = None


def bad_address(name: str, written: str, value: str) -> BadAddress | None:
    """Return what is wrong with the value of an option that names a host or an address.

    Args:
        name: the option's long name.
        written: the option as written; `-i` may have its value glued to it.
        value: what pip takes for its value.
    """
    if _VARIABLE in value:
        return None
    if name == "--trusted-host":
        return _trusted_host(value)
    if len(written) == 2 and value.startswith("=") and name in (*_INDEXES, "--find-links"):  # noqa: PLR2004 - a dash and a letter
        detail = f"`{written}` takes no `=`: pip makes it a part of the address"
        return BadAddress(0, 1, detail, " ")
    if name not in (*_INDEXES, "--find-links"):
        return None
    if value == "=":
        return BadAddress(
            0, 1, f"`{written}` takes `=` without spaces: pip makes it the address", ""
        )
    return _scheme(value) or (_index(value) if name in _INDEXES else None)


def _index(value: str) -> BadAddress | None:
    """Look at an address that can mean no path on this machine."""
    whole = (0, len(value))
    if _HOST_FIRST.fullmatch(value):
        return BadAddress(*whole, "this is no address: `https://` is missing", f"https://{value}")
    if (host := _PORT_FIRST.fullmatch(value)) is not None:
        # What listens on this machine is seldom encrypted, and need not be for pip.
        scheme = "http" if host[1].startswith(_THIS_MACHINE) else "https"
        detail = f"this is no address: `{scheme}://` is missing"
        return BadAddress(*whole, detail, f"{scheme}://{value}")
    if (parts := _SLASHES.fullmatch(value)) is not None and parts[2] + parts[3] != "://":
        scheme, rest = parts[1].lower(), parts[4].replace("\\", "/")
        if parts[2] or parts[3]:
            detail = f"pip finds no host in this address: `{scheme}://` belongs before it"
            # Backslashes are gone by now, and nobody knows where they stood.
            complete = "/" in parts[3] or "/" in rest
            return BadAddress(*whole, detail, f"{scheme}://{rest}" if complete else None)
    return _unreadable(value)


def _scheme(value: str) -> BadAddress | None:
    """Look at the scheme of an address."""
    found = _SCHEME.match(value)
    scheme = found[0][: -len("://")].lower() if found is not None else ""
    if found is None or scheme in _KNOWN_SCHEMES:
        return None
    from difflib import get_close_matches  # noqa: PLC0415 - for what is misspelt alone

    likely = get_close_matches(scheme, ("https", "http"), 1, _ALIKE)
    detail = f"pip asks no index and no page by `{found[0]}`"
    replacement = f"{likely[0]}://" if likely else None
    return BadAddress(0, found.end(), detail, replacement)


def _unreadable(value: str) -> BadAddress | None:
    """Return why an address cannot be taken apart."""
    try:
        parts = urlsplit(value)
        if parts.netloc.startswith("["):
            # Only newer Pythons look at what stands between the brackets.
            ip_address(parts.hostname or "")
        web = parts.scheme in {"http", "https"}
        if web and not parts.hostname:
            return BadAddress(0, len(value), "this address has no host")
    except ValueError:
        return BadAddress(0, len(value), "pip fails on this address: its host is invalid")
    try:
        # Asking for the port is what judges it.
        _ = parts.port
    except ValueError:
        return BadAddress(0, len(value), "pip fails on this address: its port is no number")
    return None


def _trusted_host(value: str) -> BadAddress | None:
    whole = (0, len(value))
    if (scheme := _SCHEME.match(value)) is not None:
        host = re.split(r"[/?#]", value[scheme.end() :])[0]
        detail = f"`--trusted-host` takes a host without `{scheme[0]}`"
        return BadAddress(*whole, detail, host or None)
    bare = value.count(":") >= _LONE_COLONS and not set("[@") & set(value)
    try:
        parts = urlsplit(f"https://[{value}]" if bare else f"https://{value}")
        if bare:
            ip_address(value)
        # Asking for the port is what judges it.
        if parts.hostname is None or (parts.port or 0) < 0:
            return None
    except ValueError:
        return BadAddress(*whole, "this is no host, and pip fails on it")
    return None
