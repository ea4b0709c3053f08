"""Why an environment or interpreter is not the one that a folder uses: `why_not_selected`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinwise.environments.types import EnvironmentKind
from pinwise.environments.version_numbers import is_prerelease, version_key

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.advice.context import EnvironmentState
    from pinwise.environments.types import Environment

_TEST_RUNNERS: Final = frozenset({EnvironmentKind.TOX, EnvironmentKind.NOX})
_COMMANDS: Final = frozenset({EnvironmentKind.PIPX, EnvironmentKind.UV_TOOL})


def why_not_selected(environment: Environment, state: EnvironmentState) -> str:
    """Return why the selection is another one, for a person; "" for the one that is selected.

    The words say what would have to be different, so that whoever expected this one knows where
    to look. Costs nothing: no file is read.
    """
    selection = state.selection
    chosen = selection.environment
    if chosen is None:
        return selection.reason
    if _same(chosen, environment):
        return ""
    if environment.is_base:
        return _why_not_base(environment, chosen, state)
    return _why_not_environment(environment, chosen, state)


def _why_not_environment(
    environment: Environment, chosen: Environment, state: EnvironmentState
) -> str:
    selection = state.selection
    owner = _other_project(environment, state.project or state.folder)
    checks = (
        (environment.kind in _TEST_RUNNERS, f"{environment.kind.value} made it for its own runs"),
        (environment.kind in _COMMANDS, "it was made for one command"),
        (selection.explicit, "you chose another one"),
        (selection.named, f"another one is {selection.reason}"),
        (bool(owner), owner),
        (environment.broken, "it is broken"),
    )
    return _first(checks, f"{chosen.name} comes before it")


def _first(checks: tuple[tuple[bool, str], ...], otherwise: str) -> str:
    return next((reason for holds, reason in checks if holds), otherwise)


def _same(one: Environment, other: Environment) -> bool:
    # Several base interpreters share a prefix such as /usr.
    return (one.prefix, one.executable) == (other.prefix, other.executable)


def _other_project(environment: Environment, project: Path) -> str:
    """Return whom the environment belongs to, if that is not the project; else ""."""
    owner = environment.project
    if owner == project:
        return ""
    if owner is None:
        return "no project that it was made for is known"
    if owner.is_relative_to(project):
        return f"it belongs to {owner.relative_to(project)}"
    if project.is_relative_to(owner):
        return "it belongs to a folder above"
    return f"it belongs to {owner}"


def _why_not_base(base: Environment, chosen: Environment, state: EnvironmentState) -> str:
    if not chosen.is_base:
        return "an environment comes before it"
    selection, older = state.selection, version_key(base.version) < version_key(chosen.version)
    newer = version_key(base.version) > version_key(chosen.version)
    checks = (
        (selection.asked_for, "another one was asked for"),
        (base.broken, "it is broken"),
        (is_prerelease(base.version) and not is_prerelease(chosen.version), "it is a pre-release"),
        (base.free_threaded and not chosen.free_threaded, "it is a build without the GIL"),
        (base.implementation != chosen.implementation, f"it is {base.implementation}"),
        (older, f"{chosen.version} is newer"),
        # The project asks for an older one, or else the newest would be selected.
        (newer, selection.reason),
    )
    return _first(checks, "another one of its version comes first")
