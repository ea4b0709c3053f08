"""What the engine needs of the session that it works for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lsprotocol import types
    from packaging.utils import NormalizedName

    from pinwise.lsp.backend import Backend


class Host(Protocol):
    """What the backend needs of the session; all but `fetched` are called on the engine thread."""

    def publish(self, params: types.PublishDiagnosticsParams) -> None:
        """Send the diagnostics of one file."""

    def judged(self) -> None:
        """Every tree was looked at anew; what only the solver finds may still be missing."""

    def later(self, seconds: float, job: Callable[[Backend], None]) -> None:
        """Run a job on the engine thread after so many seconds."""

    def fetched(self, names: frozenset[NormalizedName]) -> None:
        """Facts arrived: have `index_changed` called. The index calls this from any thread."""

    def look_for_environments(self, folder: Path) -> None:
        """A file of a folder that is not open was opened: look for the folder's environments."""

    def suggest(self, folder: Path, file: Path) -> None:
        """The project of a file in a folder has no environment: suggest to create one."""

    def watch(self, names: frozenset[str], files: frozenset[Path]) -> None:
        """Have the client tell of files and folders of these names, and of no others.

        Args:
            names: of what stands in a workspace folder, wherever.
            files: single ones, elsewhere too, existing or not.
        """
