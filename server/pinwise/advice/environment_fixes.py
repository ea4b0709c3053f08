"""The fixes that make, repair or choose an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinwise.advice.findings import Action, Applicability, Fix
from pinwise.environments.types import EnvironmentKind

if TYPE_CHECKING:
    from pinwise.advice.context import EnvironmentState
    from pinwise.environments.types import Environment

_OF_OTHER_TOOLS: Final = frozenset(
    {EnvironmentKind.CONDA, EnvironmentKind.PIXI, EnvironmentKind.UNKNOWN}
)
"""Conda and pixi make theirs anew from their own files; the last has no record of what it is."""


def create_fix(state: EnvironmentState, *, preferred: bool = True) -> Fix:
    """Return the fix that makes `.venv` in the folder."""
    action = Action("create-environment", {"folder": str(state.folder)})
    return Fix("Create .venv", Applicability.SUGGESTED, action=action, preferred=preferred)


def select_fix(state: EnvironmentState, environment: Environment) -> Fix:
    """Return the fix that selects an environment of the folder."""
    arguments = {"folder": str(state.folder), "path": str(environment.prefix)}
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


def choose_fix(state: EnvironmentState) -> Fix:
    """Return the fix that asks the user for an interpreter."""
    action = Action("choose-environment", {"folder": str(state.folder)})
    return Fix("Choose another interpreter", Applicability.SUGGESTED, action=action)


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
