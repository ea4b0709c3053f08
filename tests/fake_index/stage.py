"""A small project and its index, on which a fault is tried: what is found, and what is told."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.workspace import Workspace
from pinwise.features.not_checked import describe_unchecked, worth_showing
from pinwise.index.cache import default_cache_path
from pinwise.index.client import IndexClient
from tests.fake_index.distributions import Release
from tests.fake_index.server import FakeIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from typing_extensions import Self

LINES = """\
flask == 9.9
six == 1.0
six == 1.0
"""
"""A version that there is not, which is said where the index answers; and a line that is there
twice, which is said whatever the index does."""

PROJECTS = {"flask": {"1.0": Release()}, "six": {"1.0": Release()}}
SHORT = 0.3
"""Seconds that is waited for what never comes."""

_FOREIGN = ("PIP_", "UV_", "XDG_", "VIRTUAL_ENV", "CONDA_", "NETRC", "PINWISE")
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


@dataclass(frozen=True)
class Seen:
    """What one check brought.

    Attributes:
        findings: what the rules found: their names, each with the line that it is about.
        unchecked: the reasons by project.
        sentence: what the user is told of them, "" for nothing.
        requests: those that came to the index.
        seconds: how long the check took.
    """

    findings: frozenset[str]
    unchecked: dict[str, str]
    sentence: str
    requests: int
    seconds: float


@dataclass
class Stage:
    """A project in a folder of its own, and the index that it is configured with.

    Attributes:
        folder: for the project and all that a user has: cache, configuration.
        environ: variables to set, besides those that the stage sets itself.
        resolved: the names under `.invalid` that mean this machine; the others are not resolved.
        offset: seconds by which the local clock is wrong.
    """

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    resolved: set[str] = field(default_factory=set)
    offset: float = 0.0
    index: FakeIndex = field(init=False)
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _workspace: Workspace | None = None

    def __enter__(self) -> Self:
        self.index = self.stack.enter_context(FakeIndex(PROJECTS))
        (self.folder / "project").mkdir()
        (self.folder / "home").mkdir()
        file = self.folder / "project" / "requirements.txt"
        file.write_text(LINES, encoding="utf-8")
        self.environ |= {
            "HOME": str(self.folder / "home"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "NETRC": str(self.folder / "netrc"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": self.index.url,
            "PIP_TIMEOUT": "10",
            "PIP_RETRIES": "0",
        }
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self.stack.close()

    @property
    def cache_path(self) -> Path:
        """Where the cache of the stage lies."""
        with self._world():
            return default_cache_path()

    def patch(self, target: str, new: Any) -> contextlib.ExitStack:  # noqa: ANN401
        """Replace an attribute until the answer is closed, or the stage is."""
        undo = self.stack.enter_context(contextlib.ExitStack())
        undo.enter_context(patch(target, new))
        return undo

    def check(self) -> Seen:
        """Check the project as the command line does; the same index client goes on."""
        asked = len(self.index.requests)
        began = time.perf_counter()
        with self._world():
            if self._workspace is None:
                self._workspace = Workspace((self.folder / "project",))
            root = self.folder / "project" / "requirements.txt"
            (analysis,) = analyse_completely(self._workspace, [root])
        seconds = time.perf_counter() - began
        unchecked = worth_showing(analysis.report.unchecked)
        found = [item for items in analysis.report.diagnostics.values() for item in items]
        lines = LINES.splitlines()
        return Seen(
            frozenset(
                f"{item.rule.name}: {lines[LINES.count(chr(10), 0, item.finding.span.start)]}"
                for item in found
            ),
            {item.what: item.reason.reason.value for item in unchecked},
            describe_unchecked(unchecked) if unchecked else "",
            len(self.index.requests) - asked,
            seconds,
        )

    def retry(self) -> None:
        """Do what "Retry" does."""
        if self._workspace is not None:
            self._workspace.forget_failures()

    def close(self) -> None:
        """End the process that checks, as far as the disk is concerned."""
        if self._workspace is not None:
            self._workspace.close()
            self._workspace = None

    def now(self) -> float:
        """Return what the local clock says."""
        return time.time() + self.offset

    @contextlib.contextmanager
    def _world(self) -> Iterator[None]:
        """Nothing of the machine's user, and no name that the network would have to resolve."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(_FOREIGN) and name.lower() not in _PROXIES
        }
        with (
            patch.dict(os.environ, {**kept, **self.environ}, clear=True),
            patch("socket.getaddrinfo", partial(_resolve, socket.getaddrinfo, self.resolved)),
            patch("pinwise.index.pip_files._global_folders", list),
            patch("pinwise.analysis.indexes.IndexClient", partial(IndexClient, clock=self.now)),
        ):
            yield


def _resolve(
    real: Callable[..., Any],
    resolved: Collection[str],
    host: str,
    *rest: Any,  # noqa: ANN401 - handed on
    **keywords: Any,  # noqa: ANN401 - likewise
) -> Any:  # noqa: ANN401 - likewise
    if host in resolved:
        return real("127.0.0.1", *rest, **keywords)
    if host.endswith(".invalid"):
        raise socket.gaierror(socket.EAI_NONAME, "not known")
    return real(host, *rest, **keywords)
