r"""Lines that pip reads, but not as their author meant: it fails on them later.

`flask@2.0` is a package at the URL `2.0`, `git@host:me/repo` one called `git`, and
`https://github.com/me/repo` a web page.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pinwise.base.patterns import late
from pinwise.syntax.bounds import is_newest
from pinwise.syntax.entry import is_archive
from pinwise.syntax.nodes import Kind, Problem, ProblemKind
from pinwise.syntax.versions import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.syntax.entry import Entry
    from pinwise.syntax.options import Place

_REFERENCE = late(r"[^@\[;]+(?:\[[^\]]*\])?(?P<bound>[ \t]*@[ \t]*(?P<url>[^ \t;]+))")
_SECURE_SHELL = late(
    r"(?:git\+)?(?:ssh://)?(?P<user>[\w.-]+)@(?P<host>[\w.-]+):(?P<path>[^\s;:/0-9][^\s;:]*|[0-9]+[^\s;:0-9/][^\s;:]*)"
)
_REPOSITORY = late(
    r"(?:https?://)?(?P<where>(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)"
    r"/[\w.-]+/[\w.-]+?)(?:\.git)?(?:/|/tree/(?P<branch>[\w.-]+))?"
)
_CLONE = late(r"https?://(?P<where>[^\s@#?;]+)\.git")
_BARE = late(r"(?P<scheme>git|ssh)://(?P<rest>[^\s;]+)")
_INDEX_PAGE = late(
    r"https?://[^\s/?#;]+/(?:[\w.+-]+/)*(?:project|simple|pypi)/"
    rf"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?:/(?P<version>{VERSION.pattern}))?/?",
    re.IGNORECASE,
)
_NETWORK = frozenset({"http", "https", "ssh", "ftp", "sftp", "git", "svn"})
_DRIVE = late(r"[A-Za-z]:")


def misread(text: str, entry: Entry, place: Place) -> Iterator[Problem]:
    """Yield the mistake in an entry that pip takes for something else, if there is one.

    Args:
        text: what stands before the options, or the value of `-e`.
        entry: what it was read to; without fatal problems.
        place: the way from `text` to the file.
    """
    requirement = entry.requirement
    if "${" in text:
        return
    target = text.strip()
    url = requirement.url or ""
    if url and (bad := _unusable(url)) is not None and url in text:
        detail, (begin, end), removed = bad
        start = text.rindex(url)
        span = place(start + begin, start + end)
        yield Problem(ProblemKind.INVALID_URL, span, detail, removed, fatal=False)
    elif (meant := secure_shell(target)) is not None:
        start = text.index(target)
        whole = (start, start + len(target))
        yield _problem(place, whole, _shell_detail(text, requirement.name), meant)
    elif entry.kind is Kind.REQUIREMENT and requirement.url is not None:
        yield from _reference(text, place)
    elif entry.kind is Kind.URL or requirement.path is not None:
        target = requirement.url or requirement.path or ""
        at = (text.index(target), text.index(target) + len(target)) if target in text else None
        if at is not None and (meant := _page(target)) is not None:
            yield _problem(
                place, at, f"`{target}` is a page about a package, not an archive", meant
            )
        elif at is not None and (meant := repository(target)) is not None:
            what = "a repository, not an archive" if entry.kind is Kind.URL else "no path"
            yield _problem(place, at, f"`{target}` is {what}", meant)
        elif at is not None and target.startswith("~/"):
            yield _problem(place, at, "pip does not replace `~` by the home folder")
        elif at is not None and requirement.path is not None:
            yield from _windows_path(target, at, place)


def address(text: str) -> str | None:
    """Return the address of a repository for pip, however it is written; None if it is none."""
    return secure_shell(text) or repository(text) or _with_tool(text)


def _with_tool(text: str) -> str | None:
    """Return an address with the tool in front that it is for; None if that is not evident."""
    match = _BARE.fullmatch(text)
    if match is None:
        return None
    if match["scheme"] == "git" and (known := repository(match["rest"])) is not None:
        return known
    return f"git+{text}"


def secure_shell(text: str) -> str | None:
    """Return the address for pip of what git takes as `user@host:path`; None if it is not that."""
    found = _SECURE_SHELL.fullmatch(text)
    return f"git+ssh://{found['user']}@{found['host']}/{found['path']}" if found else None


def repository(text: str) -> str | None:
    """Return the address of a repository for pip, where a text is that of its page; else None."""
    match = _REPOSITORY.fullmatch(text)
    if match is not None:
        branch = f"@{match['branch']}" if match["branch"] else ""
        return f"git+https://{match['where']}{branch}"
    match = _CLONE.fullmatch(text)
    return f"git+https://{match['where']}.git" if match is not None else None


def _page(text: str) -> str | None:
    """Return the requirement that an index's page of a package is about; None if it is none."""
    match = _INDEX_PAGE.fullmatch(text)
    if match is None or is_archive(match["name"]):
        return None
    version = match["version"]
    return f"{match['name']}=={version}" if version else match["name"]


def _unusable(url: str) -> tuple[str, tuple[int, int], str | None] | None:
    """Return what version control or a download fails on, where, and what to write there."""
    parts = urlsplit(url)
    scheme = parts.scheme
    if not parts.netloc and scheme.rpartition("+")[2] in _NETWORK:
        return "it names no host", (0, len(url)), None
    if "+" in scheme and parts.path.endswith("@"):
        # `VersionControl.get_url_rev_and_auth`
        end = re.split(r"[?#]", url, maxsplit=1)[0].rindex("@")
        return "behind `@`, a revision is missing", (end, end + 1), ""
    return None


def _reference(text: str, place: Place) -> Iterator[Problem]:
    """Check what stands behind the `@` of `name @ url`."""
    match = _REFERENCE.match(text)
    if match is None:
        return
    url, bound = match["url"], match.span("bound")
    if (meant := address(url)) is not None:
        what = f"`{url}` is a repository, not an archive"
        yield _problem(place, match.span("url"), what, meant)
    elif VERSION.fullmatch(url):
        what = f"pip takes `{url}` for a URL here"
        yield _problem(place, bound, what, f"=={url}")
    elif is_newest(url):
        yield _problem(place, bound, f"pip takes `{url}` for a URL here", "")
    elif not _scheme(url):
        what = f"pip takes `{url}` for a URL, which needs a scheme such as `https:` or `file:`"
        yield _problem(place, match.span("url"), what)


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:
        # That is a problem already.
        return "?"


def _shell_detail(text: str, name: str) -> str:
    if name:
        return f"pip takes this for a package `{name}` at a URL"
    if "://" in text:
        return "ssh addresses use `/` here, not `:`"
    return "pip knows no such address"


def _windows_path(path: str, at: tuple[int, int], place: Place) -> Iterator[Problem]:
    """Note a path that means something to pip on Windows only."""
    if "\\" not in path or "/" in path or sys.platform == "win32":
        return
    meant = None if _DRIVE.match(path) else path.replace("\\", "/")
    yield _problem(place, at, "only pip on Windows understands `\\` in a path", meant)


def _problem(place: Place, at: tuple[int, int], detail: str, meant: str | None = None) -> Problem:
    kind = ProblemKind.MISREAD_ADDRESS
    return Problem(kind, place(*at), detail, meant, fatal=False)
