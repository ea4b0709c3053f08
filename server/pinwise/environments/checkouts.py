"""The Git repository that a folder lies in, from its files: no program is started."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from pinwise.base.tuples import NamedTuple
from pinwise.environments.small_files import read_small

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECTION: Final = re.compile(r'\s*\[\s*remote\s+"(?P<name>[^"]*)"\s*\]')
_URL: Final = re.compile(r"\s*url\s*=\s*(?P<url>.*?)\s*$", re.IGNORECASE)
_SCP: Final = re.compile(r"(?P<user>(?:\w+@)?)(?P<host>[^/:]+):(?P<path>\w[^:]*)$")
_USER: Final = re.compile(r"(?<=://)(?P<name>[^:@/?#]*)[^/?#]*@")
_VARIABLES: Final = re.compile(r"\$\{[A-Za-z0-9_-]+\}(?::\$\{[A-Za-z0-9_-]+\})?")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_DEEPEST: Final = 10
"""How often one reference may name another."""
_PACKED: Final = 16_777_216


class Checkout(NamedTuple):
    """A commit of a repository that a folder lies in.

    Attributes:
        remote: the address that it was cloned from, as pip writes it; "" where there is none.
        commit: the whole hash.
        subdirectory: the folder inside the repository, with slashes; "" for its top.
    """

    remote: str
    commit: str
    subdirectory: str


def checkout_of(folder: str) -> Checkout | None:
    """Return the repository that a folder lies in; None where it lies in none with a commit.

    The remote is `origin`, or the first where there is none of that name, and an address such as
    `git@host:path` becomes `ssh://git@host/path`, as in pip's `pip/_internal/vcs/git.py`. Unlike
    there, a password or token in it is left out.
    """
    start = Path(folder)
    for place in (start, *start.parents):
        git = place / ".git"
        if not (git.is_dir() or git.is_file()):
            continue
        try:
            own, common = _folders(git)
            commit = _commit(own, common)
            remote = _remote(read_small(common / "config"))
        except OSError:
            return None
        if not commit:
            return None
        inside = _subdirectory(start, place)
        return Checkout(_address(remote), commit, inside)
    return None


def _folders(git: Path) -> tuple[Path, Path]:
    """Return the folder of a working tree's own data, and that of what all of them share."""
    if git.is_dir():
        return git, git
    # A worktree or a submodule: the file names the folder.
    written = read_small(git).partition("gitdir:")[2].strip()
    own = git.parent / written
    try:
        shared = read_small(own / "commondir").strip()
    except OSError:
        return own, own
    return own, own / shared


def _commit(own: Path, common: Path) -> str:
    """Follow HEAD to a commit; "" where there is none yet."""
    value = read_small(own / "HEAD").strip()
    for _ in range(_DEEPEST):
        if _COMMIT.fullmatch(value):
            return value
        name = value.partition("ref:")[2].strip()
        if not name or ".." in PurePosixPath(name).parts:
            return ""
        value = _reference(name, own, common)
    return ""


def _reference(name: str, own: Path, common: Path) -> str:
    loose = next((path for path in (own / name, common / name) if path.is_file()), None)
    if loose is not None:
        return read_small(loose).strip()
    for line in read_small(common / "packed-refs", limit=_PACKED).splitlines():
        commit, _, packed = line.partition(" ")
        if packed == name:
            return commit
    return ""


def _remote(config: str) -> str:
    """Return the address of the remote that pip would take."""
    found = dict(reversed([*_remotes(config)]))
    return found.get("origin") or next(reversed(found.values()), "")


def _remotes(config: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the first address of each remote."""
    name: str | None = None
    for line in config.splitlines():
        section = _SECTION.match(line)
        if section is not None:
            name = section["name"]
        elif line.lstrip().startswith("["):
            name = None
        elif name is not None and (url := _URL.match(line)):
            yield name, url["url"]


def _address(remote: str) -> str:
    """Return a remote's address as pip does: a URL, also of scp's notation and of a path."""
    if re.match(r"\w+://", remote):
        return _USER.sub(_shown_user, remote)
    if remote and Path(remote).exists():
        return Path(remote).absolute().as_uri()
    match = _SCP.match(remote)
    return f"ssh://{match['user']}{match['host']}/{match['path']}" if match is not None else ""


def _shown_user(found: re.Match[str]) -> str:
    """Return the user part without secrets, as PEP 610 asks of addresses that are written down.

    A login over HTTP is often a token alone; the `git` of ssh and variables are no secrets.
    """
    over_ssh = found.string.lower().startswith(("ssh://", "git+ssh://"))
    if _VARIABLES.fullmatch(found[0][:-1]):
        return found[0]
    return f"{found['name']}@" if found["name"] == "git" or over_ssh else ""


def _subdirectory(start: Path, top: Path) -> str:
    """Return where the nearest folder with a project's file lies in a repository."""
    current = start
    while current != top:
        if any((current / name).is_file() for name in ("setup.py", "pyproject.toml")):
            return current.relative_to(top).as_posix()
        current = current.parent
    return ""
