"""The fixes that make, repair or choose an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinwise.advice.findings import Action, Applicability, Fix
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.advice.context import EnvironmentState
    from pinwise.environments.types import Environment

_OF_OTHER_TOOLS: Final = frozenset({EnvironmentKind.CONDA, EnvironmentKind.PIXI})
"""Conda and pixi make theirs anew from their own files."""


def create_fix(state: EnvironmentState, file: Path, *, preferred: bool = True) -> Fix:
    """Return the fix that makes `.venv` in the project of a file."""
    title = f"Create .venv in {state.nested}" if state.nested else "Create .venv"
    action = Action("create-environment", _where(state, file))
    return Fix(title, Applicability.SUGGESTED, action=action, preferred=preferred)


def select_fix(state: EnvironmentState, file: Path, environment: Environment) -> Fix:
    """Return the fix that selects an environment for the project of a file."""
    arguments = {**_where(state, file), "path": str(environment.prefix)}
    action = Action("select-environment", arguments)
    title = f"Activate {environment.name}"
    return Fix(title, Applicability.SUGGESTED, action=action, preferred=True)


def recreate_fix(state: EnvironmentState, environment: Environment) -> Fix | None:
    """Return the fix that makes an environment anew; None where Pinwise cannot."""
    if environment.is_base or environment.kind in _OF_OTHER_TOOLS:
        return None
    name = environment.kept_for or environment.name
    arguments = {"folder": str(state.folder), "prefix": str(environment.prefix)}
    action = Action("recreate-environment", arguments)
    title = f"Recreate {name} with the same Python and reinstall"
    return Fix(title, Applicability.SUGGESTED, action=action, preferred=True)


def choose_fix(state: EnvironmentState, file: Path) -> Fix:
    """Return the fix that asks the user for an interpreter for the project of a file."""
    action = Action("choose-environment", _where(state, file))
    return Fix("Choose another interpreter", Applicability.SUGGESTED, action=action)


def _where(state: EnvironmentState, file: Path) -> dict[str, str]:
    """Return the arguments that name the folder, and the file where its project lies inside."""
    arguments = {"folder": str(state.folder)}
    return {**arguments, "file": str(file)} if state.nested else arguments


def broken_environment_of(state: EnvironmentState) -> Environment | None:
    """Return the broken environment that the folder uses, or would use if it were whole.

    One that is broken and not selected matters only where no whole one is in its place.
    """
    selected = state.selection.environment
    if selected is not None and not selected.is_base:
        return selected if selected.broken else None
    if state.selection.explicit:
        return None
    broken = [own for own in state.own if own.broken]
    if len(broken) < len(state.own):
        return None
    return next((own for own in broken if own.name == ".venv"), next(iter(broken), None))
