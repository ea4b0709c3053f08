"""Whether what is installed came from where a line says: its URL against PEP 610's record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pinwise.advice.told import told
from pinwise.base.patterns import late
from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from pinwise.environments.types import Origin

_VCS = late(r"(git|hg|svn|bzr)\+(?=[a-z+]+:)", re.IGNORECASE)
_COMMIT = late(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class _Asked(NamedTuple):
    """What a URL of a line names, with everything in the form that can be compared."""

    vcs: str
    place: str
    revision: str
    subdirectory: str
    digests: frozenset[str]


def difference(url: str, origin: Origin, *, editable: bool) -> str:
    """Return how an origin differs from what a line asks for, as the end of a sentence; else "".

    Only what is certain is said: a branch that moved on since is none, nor is a revision that a
    line leaves open.

    Args:
        url: the URL of the line, as pip reads it.
        origin: of what is installed.
        editable: whether the line asks for an editable installation.
    """
    try:
        asked, recorded = _read(url), _plain(origin.url)
    except ValueError:
        return ""
    if asked.vcs != origin.vcs or asked.place != recorded:
        return f"came from {told(origin.url)}, and not from where the line says"
    if asked.subdirectory.strip("/") != origin.subdirectory.strip("/"):
        return f"came from another folder of {told(origin.url)}"
    if asked.revision and not _is_revision(asked.revision, origin):
        found = origin.revision or origin.commit[:12]
        return f"is at {told(found)}, and the line asks for {told(asked.revision)}"
    if _is_other_file(asked.digests, origin):
        return "is another file than the one whose hash the line names"
    copied = editable and not origin.editable
    return "is a copy, and the line asks for an editable installation" if copied else ""


def _is_other_file(digests: frozenset[str], origin: Origin) -> bool:
    """Return whether none of a line's hashes, of the recorded algorithm, is the recorded one."""
    digest = origin.digest.replace("=", ":", 1)
    algorithm = digest.partition(":")[0]
    comparable = [each for each in digests if each.partition(":")[0] == algorithm]
    return bool(digest and comparable) and digest not in comparable


def _is_revision(asked: str, origin: Origin) -> bool:
    """Return whether an origin may be of a revision: a name may have meant the commit then."""
    if asked in (origin.revision, origin.commit):
        return True
    if _COMMIT.fullmatch(asked):
        return False
    if origin.commit.startswith(asked):
        return True
    # Which commit a name means is not known, but another name was asked for when it was installed.
    return not origin.revision


def _read(url: str) -> _Asked:
    """Take a line's URL apart; raises ValueError where it is none."""
    address, _, fragment = url.strip().partition("#")
    vcs = _VCS.match(address)
    revision = ""
    if vcs is not None:
        address = address[vcs.end() :]
        head, at, tail = address.rpartition("@")
        # An `@` before the path belongs to a user.
        if at and "/" in head.partition("://")[2]:
            address, revision = head, tail
    parts = [part.partition("=") for part in fragment.split("&")]
    fields = {key: unquote(value) for key, _, value in parts}
    digests = frozenset(
        f"{name}:{value}" for name, value in fields.items() if name.startswith(("sha", "md5"))
    )
    return _Asked(
        vcs[1].lower() if vcs is not None else "",
        _plain(address),
        revision,
        fields.get("subdirectory", ""),
        digests,
    )


def _plain(url: str) -> str:
    """Return a URL without users, the case of its host, and what ends it meaninglessly."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    path = unquote(parts.path).rstrip("/").removesuffix(".git")
    return f"{parts.scheme.lower()}://{host}{path}?{parts.query}"
