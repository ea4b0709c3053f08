"""What an inspection says of a folder that is an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.environments.inspection import inspect

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.environments.types import Environment, ProblemKind


def found(prefix: Path, *, windows: bool = False) -> Environment:
    """Return the environment that a folder is; fail where it is none."""
    environment = inspect(prefix, windows=windows)
    assert environment is not None
    return environment


def kinds(environment: Environment) -> list[ProblemKind]:
    """Return what is wrong with an environment."""
    return [problem.kind for problem in environment.problems]
