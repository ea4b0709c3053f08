"""Addresses of requirements files as a browser opens them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOSTS: Mapping[str, str] = {
    "github.com": "/tree/",
    "gitlab.com": "/-/tree/",
    "bitbucket.org": "/src/",
    "codeberg.org": "",
}
"""Where a repository has a page of its own address, and what stands there before a branch, a tag
or a commit; "" where each of them has its own word."""

_WEB = ("http", "https")
_REFERENCE = re.compile(r"[\w./~+-]+")
_REPOSITORY = re.compile(r"/[\w.~-]+(?:/[\w.~-]+)+")


def browsable(url: str) -> str | None:
    """Return the web address that a URL of pip's means, or None where none is certain.

    The user part is left out. A URL of version control, `git+https://...@ref#egg=name`, becomes
    the address of its repository (`pip/_internal/vcs/versioncontrol.py` reads it the same way); on
    hosts whose pages are known, that of the named branch, tag or commit, also from `git+ssh`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if not host or any(character.isspace() for character in url):
        return None
    scheme = parts.scheme.lower()
    control, plus, transport = scheme.partition("+")
    if not plus:
        return _without_user(parts) if scheme in _WEB else None
    path, _, reference = parts.path.rpartition("@") if "@" in parts.path else (parts.path, "", "")
    if control == "git" and host in _HOSTS and transport in ("https", "http", "ssh", "git"):
        default = port is None or transport == "ssh"
        return _page(host, path, reference) if default else None
    if transport in _WEB:
        bare = parts._replace(scheme=transport, path=path, query="", fragment="")
        return _without_user(bare)
    return None


def _page(host: str, path: str, reference: str) -> str | None:
    """Return the page of a repository on a host that is known."""
    repository = path.rstrip("/").removesuffix(".git")
    if not _REPOSITORY.fullmatch(repository):
        return None
    # What begins with `refs/` is fetched by its full name, and has no page.
    named = _REFERENCE.fullmatch(reference) and not reference.startswith("refs/")
    at = f"{_HOSTS[host]}{reference}" if named and _HOSTS[host] else ""
    return f"https://{host}{repository}{at}"


def _without_user(parts: SplitResult) -> str:
    """Return an address without its user part."""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
