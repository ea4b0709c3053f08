"""What starting interpreters showed to be wrong with environments: `Verified`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.environments.types import Environment, EnvironmentProblem


class Verified:
    """The problems that no file tells, each for as long as the same interpreter is there."""

    def __init__(self) -> None:
        self._problems: dict[Path, tuple[object, EnvironmentProblem]] = {}
        """By the interpreter's path, with what tells which file that was."""

    def note(self, environment: Environment, problem: EnvironmentProblem) -> None:
        """Remember what is wrong with an environment."""
        self._problems[environment.executable] = (_stamp(environment.executable), problem)

    def __call__(self, environment: Environment) -> Environment:
        """Return an environment with what is wrong with it; costs a look at its interpreter."""
        seen, problem = self._problems.get(environment.executable, (None, None))
        if problem is None or problem in environment.problems:
            return environment
        if seen != _stamp(environment.executable):
            return environment
        return dataclasses.replace(environment, problems=(*environment.problems, problem))


def _stamp(path: Path) -> object:
    """Return what tells a file from one that took its place."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns
