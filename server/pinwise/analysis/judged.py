"""Which environment's packages the lines of a project are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinwise.advice.context import EnvironmentState
    from pinwise.environments.types import Environment


def judged_environment(state: EnvironmentState | None) -> Environment | None:
    """Return the environment that the project's packages are meant to be installed in.

    None where there is none, or where it is broken. A base Python is one only where somebody asked
    for it, as in a container, and may install into it: for everybody else, that nothing of the
    project is installed in the system's Python is how it should be.
    """
    chosen = state.selection.environment if state is not None else None
    if state is None or chosen is None or chosen.broken:
        return None
    if chosen.is_base and (chosen.externally_managed or not state.selection.asked_for):
        return None
    return chosen
