"""What pip asks of `file:` URLs and of names within addresses."""

from __future__ import annotations

import posixpath
import re
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pinwise.base.patterns import late

if TYPE_CHECKING:
    from urllib.parse import SplitResult

PROJECT_NAME = late(r"([A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])", re.IGNORECASE)
"""What pip lets `#egg=` name: `_project_name_re` in its `models/link.py`."""


def file_url_problem(url: str, parts: SplitResult, *, alone: bool) -> str:
    """Return why pip fails on a `file:` URL, or ""."""
    if alone and "../" in url:
        # pip resolves a bare URL that goes up, and keeps its path only.
        if not is_encodable(parts.path):
            return "half a surrogate pair is no character"
        named_host = names_host(unquote(parts.path))
    elif not url.startswith("file:"):
        return "pip knows `file:` in lower case only"
    else:
        named_host = parts.netloc not in {"", "localhost"}
    if named_host and sys.platform != "win32":
        return "a file URL cannot name a host"
    return ""


def is_encodable(path: str) -> bool:
    """Return whether pip can make a URL of a path: not of text that no file holds."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def names_host(path: str) -> bool:
    """Return whether a path begins with two slashes: `//host/share`, which POSIX leaves open."""
    normal = posixpath.normpath(path)
    return normal.startswith("//") and normal.split("/")[2] != "localhost"


def repository_name(url: str) -> str:
    """Return what a repository without a fragment is called: the project is mostly, too."""
    if "#" in url:
        return ""
    last = url.rstrip("/").rpartition("/")[2].partition("@")[0].removesuffix(".git")
    return last if PROJECT_NAME.fullmatch(last) else ""
