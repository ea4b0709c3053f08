"""What every locator is given, and what it yields."""
# ruff: noqa: PTH100, PTH117, PTH118, PTH121, PTH206 - plain strings, for speed

from __future__ import annotations

import os
from dataclasses import field
from typing import TYPE_CHECKING

from pinwise.base.cancellation import CancelToken
from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.environments.layout import WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pinwise.environments.locators.registry import Registry
    from pinwise.environments.types import EnvironmentKind


class Candidate(NamedTuple):
    """A place that may hold an environment or a base interpreter.

    Attributes:
        path: an absolute prefix or interpreter.
        kind: the tool that keeps it, where the place tells; else inspection does.
        project: the folder that it belongs to, where the place tells.
    """

    path: str
    kind: EnvironmentKind | None = None
    project: str | None = None


def _go_on() -> None:
    """Give way to nobody."""


@record(frozen=True, slots=True)
class Places:
    """The surroundings in which to look; plain values, so that tests build their own.

    Attributes:
        folders: the workspace folders.
        environ: the environment variables.
        home: the user's home folder.
        cancel: asked between folders.
        windows: whether to expect the layouts of Windows.
        macos: whether to look where macOS keeps things.
        registry: the registry of Windows, where there is one.
        root: where the system's own folders begin.
        named: folders of environments that settings name.
        projects: folders that look like projects, as the walk of the workspace met them. Tools
            that name an environment after a digest of its project's path are matched against
            these; locators that overtake a slow walk know only what it met before.
        notes: sentences for a person about what a locator left out.
        give_way: called between folders of the workspace; returns once nothing is under way that
            somebody waits for.
    """

    folders: tuple[Path, ...]
    environ: Mapping[str, str]
    home: Path
    cancel: CancelToken = field(default_factory=CancelToken)
    windows: bool = WINDOWS
    macos: bool = False
    registry: Registry | None = None
    root: str = "/"
    named: tuple[str, ...] = ()
    projects: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    give_way: Callable[[], None] = _go_on

    def variable(self, name: str) -> str:
        """Return an environment variable that holds an absolute path, without `~`; else ""."""
        value = self.environ.get(name, "")
        if value.startswith("~/"):
            value = self.in_home(value[2:])
        return value if os.path.isabs(value) else ""

    def path_of_user(self, value: object) -> str:
        """Return a path that a file of the user's holds, with `~` read as a shell does; else ""."""
        if not isinstance(value, str):
            return ""
        if value == "~" or value.startswith(("~/", "~\\")):
            value = self.in_home(value[2:])
        return os.path.normpath(value) if os.path.isabs(value) else ""

    def system(self, path: str) -> str:
        """Return a folder of the system, given by its absolute POSIX path."""
        return os.path.join(self.root, path.lstrip("/"))

    def known_projects(self) -> tuple[str, ...]:
        """Return the folders that an environment may have been made for."""
        return tuple(dict.fromkeys((*map(str, self.folders), *self.projects)))

    def in_home(self, *parts: str) -> str:
        """Return a path inside the home folder."""
        return os.path.join(self.home, *parts)

    def data_folder(self, application: str) -> str:
        """Return where an application keeps its data (XDG, and its counterparts elsewhere)."""
        if self.windows:
            return os.path.join(
                self.variable("LOCALAPPDATA") or self.in_home("AppData", "Local"), application
            )
        if self.macos:
            return self.in_home("Library", "Application Support", application)
        return os.path.join(
            self.variable("XDG_DATA_HOME") or self.in_home(".local", "share"), application
        )

    def config_folder(self, application: str) -> str:
        """Return where an application keeps its configuration (XDG, and its counterparts)."""
        if self.windows:
            return os.path.join(
                self.variable("APPDATA") or self.in_home("AppData", "Roaming"), application
            )
        if self.macos:
            return self.in_home("Library", "Application Support", application)
        return os.path.join(
            self.variable("XDG_CONFIG_HOME") or self.in_home(".config"), application
        )

    def cache_folder(self, application: str) -> str:
        """Return where an application keeps its cache (XDG, and its counterparts elsewhere)."""
        if self.windows:
            return os.path.join(
                self.variable("LOCALAPPDATA") or self.in_home("AppData", "Local"),
                application,
                "Cache",
            )
        if self.macos:
            return self.in_home("Library", "Caches", application)
        return os.path.join(self.variable("XDG_CACHE_HOME") or self.in_home(".cache"), application)

    def in_workspace(self, path: str) -> bool:
        """Whether a path lies in a workspace folder, itself or by its links.

        Such a path is never a base interpreter: the workspace may have planted it. A workspace
        that holds the home folder is left out, because then everything of the user's lies in it.
        """
        return is_inside(path, self.folders, home=self.home)


def is_inside(path: str, folders: tuple[Path, ...], *, home: Path | None = None) -> bool:
    """Whether `path`, itself or by its links, lies in a folder that does not hold `home`."""
    spellings = {_comparable(os.path.abspath(path)), _comparable(os.path.realpath(path))}
    for folder in folders:
        roots = {_comparable(os.path.abspath(folder)), _comparable(os.path.realpath(folder))}
        if home is not None and any(_begins(_comparable(os.path.abspath(home)), r) for r in roots):
            continue
        if any(_begins(spelling, root) for spelling in spellings for root in roots):
            return True
    return False


def _begins(path: str, root: str) -> bool:
    """Whether a comparable path begins with another, as the disk knows them.

    Some disks ignore the case of letters, and real paths there keep it as it was given. Only
    where nothing but that differs, the disk is asked whether it is the same folder.
    """
    if path.startswith(root):
        return True
    if not path.casefold().startswith(root.casefold()):
        return False
    beginning = os.sep.join(path.split(os.sep)[: root.count(os.sep)])
    try:
        return os.path.samefile(beginning, root)
    except OSError:
        return False


def _comparable(path: str) -> str:
    """Return a path that can be compared by its beginning."""
    return os.path.join(os.path.normcase(path), "")


def children(folder: str) -> Iterator[str]:
    """Yield the folders inside `folder`, links last, each group in the order of their names.

    Links come last so that `3.12.1` is reported and not the `3.12` that leads to it. A folder
    that is missing or unreadable has none.
    """
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.is_symlink(), entry.name) for entry in entries if entry.is_dir())
    except OSError:
        return
    for _, name in found:
        yield os.path.join(folder, name)
