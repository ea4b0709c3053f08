"""The credentials of the user's netrc file, read as pip's HTTP library reads it."""

from __future__ import annotations

import os
from pathlib import Path

from pinwise.index.urls import Credentials


def netrc_credentials(host: str, *, default: bool = True) -> Credentials | None:
    """Return the user's credentials for `host`, None where there are none.

    The file is that of `NETRC`, else `~/.netrc`, else `~/_netrc`, as for pip. A file that cannot
    be read or parsed counts as missing.

    Args:
        host: its name, without a port.
        default: whether a `default` entry counts, as it does for pip.
    """
    named = os.environ.get("NETRC")
    candidates = [named] if named else ["~/.netrc", "~/_netrc"]
    for candidate in candidates:
        path = Path(os.path.expanduser(candidate))  # noqa: PTH111 - `Path.expanduser` may raise
        if not os.path.isfile(path):  # noqa: PTH113 - `Path.is_file` may raise
            continue
        import netrc  # noqa: PLC0415 - most users have no such file

        try:
            entries = netrc.netrc(str(path))
        except (netrc.NetrcParseError, OSError, UnicodeDecodeError):
            return None
        entry = entries.authenticators(host) if default or host in entries.hosts else None
        if entry is None:
            return None
        login, account, password = entry
        return Credentials(login or account or "", password or "")
    return None
