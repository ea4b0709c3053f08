"""Asking an interpreter for its version, where its files do not tell: the last resort."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from pinwise.environments.locators.places import is_inside
from pinwise.environments.processes import run
from pinwise.environments.version_numbers import is_complete, normalised_version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pinwise.base.cancellation import CancelToken
    from pinwise.environments.types import Environment

_TIMEOUT_SECONDS: Final = 5.0
_QUESTION: Final = "import sys; sys.stdout.write('.'.join(map(str, sys.version_info)))"


def version_of(
    executable: Path, *, workspace: Sequence[Path], cancel: CancelToken | None = None
) -> str:
    """Start an interpreter and return its version, or "" where that is refused or fails.

    Args:
        executable: the interpreter, by absolute path.
        workspace: the workspace folders: what lies in one, itself or by its links, is not started.
        cancel: ends the interpreter.

    Raises:
        CancelledError: `cancel` was cancelled.

    `-I -S` keeps it from running anything but the question: a `.pth` file runs even under `-I`.
    About 10 milliseconds, 5 seconds at most.
    """
    if not executable.is_absolute() or is_inside(str(executable), tuple(workspace)):
        return ""
    try:
        completed = run(
            [executable, "-I", "-S", "-c", _QUESTION], timeout=_TIMEOUT_SECONDS, cancel=cancel
        )
    except OSError:
        return ""
    if completed.code != 0 or completed.timed_out or not completed.lines:
        return ""
    return normalised_version(completed.lines[-1])


def with_version(
    environment: Environment, *, workspace: Sequence[Path], cancel: CancelToken | None = None
) -> Environment:
    """Return the environment with its X.Y.Z, which is asked of its interpreter if files lack it.

    Takes and raises what `version_of` does; nothing is started where the version is complete.
    """
    if is_complete(environment.version) or environment.broken:
        return environment
    version = version_of(environment.executable, workspace=workspace, cancel=cancel)
    if not version:
        return environment
    return dataclasses.replace(environment, version=version, version_source="interpreter")
