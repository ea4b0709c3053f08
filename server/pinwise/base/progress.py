"""Progress of long actions, as plain calls."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives what a long action is doing. Called from any thread; must not block."""

    def report(self, message: str, fraction: float | None = None) -> None:
        """Say what is happening now.

        Args:
            message: a short phrase for a person: "Installing pip".
            fraction: how much is done, 0.0 to 1.0, or None where it is not known.
        """


class NoProgress:
    """The progress of an action that nobody watches."""

    def report(self, message: str, fraction: float | None = None) -> None:
        """Drop the report."""
