"""The lines that installers failed on, until they are changed or an installation succeeds."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pinwise.environments.types import FailedLine


class Failures:
    """What could not be installed, by environment. Safe from any thread."""

    def __init__(self) -> None:
        self._failed: dict[Path, tuple[FailedLine, ...]] = {}
        self._lock = threading.Lock()

    def of(self, prefix: Path) -> tuple[FailedLine, ...]:
        """Return the lines that could not be installed into the environment at a prefix."""
        with self._lock:
            return self._failed.get(prefix, ())

    def set(self, prefix: Path, lines: Sequence[FailedLine]) -> None:
        """Take what the last installation failed on; nothing, where it succeeded."""
        with self._lock:
            self._failed[prefix] = tuple(lines)
