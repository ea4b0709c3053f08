"""How an environment is shown: in a status bar, a picker, and on the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pinwise.advice.context import EnvironmentState
    from pinwise.environments.types import Environment


class EnvironmentInfo(TypedDict):
    """An environment as clients see it; ARCHITECTURE.md, "Between client and server"."""

    prefix: str
    executable: str
    binDir: str
    kind: str
    version: str
    name: str
    label: str
    description: str
    isBase: bool
    inWorkspace: bool
    broken: bool
    externallyManaged: bool
    problems: list[str]
    selected: bool


class ProjectStatus(TypedDict):
    """What a status bar shows for one project of a folder."""

    project: str
    environment: EnvironmentInfo | None
    explicit: bool
    named: bool
    reason: str
    hasRequirements: bool


class EnvironmentStatus(ProjectStatus):
    """What a status bar shows for one folder; ARCHITECTURE.md, "Between client and server"."""

    folder: str
    projects: list[ProjectStatus]


def label(environment: Environment) -> str:
    """Return the short text for a status bar: "Python 3.12.1 (.venv)"."""
    version = f"Python {environment.version}" if environment.version else "Python"
    return f"{version} ({environment.name})"


def describe_path(path: Path, folder: Path | None) -> str:
    """Return a path as a person would say it: relative to the folder, or from the home."""
    if folder is not None and path.is_relative_to(folder):
        return str(path.relative_to(folder))
    home = Path.home()
    # Where it is not set it is the root, under which everything lies.
    if home != Path(home.anchor) and path.is_relative_to(home):
        return os.path.join("~", path.relative_to(home))  # noqa: PTH118 - "~" is no real folder
    return str(path)


def environment_info(
    environment: Environment, state: EnvironmentState | None, folder: Path | None
) -> EnvironmentInfo:
    """Return what a client needs to know of an environment."""
    chosen = state.selection.environment if state else None
    return EnvironmentInfo(
        prefix=str(environment.prefix),
        executable=str(environment.executable),
        binDir=str(environment.executable.parent),
        kind=environment.kind.value,
        version=environment.version,
        name=environment.name,
        label=label(environment),
        description=describe_path(
            environment.executable if environment.is_base else environment.prefix, folder
        ),
        isBase=environment.is_base,
        inWorkspace=folder is not None and environment.prefix.is_relative_to(folder),
        broken=environment.broken,
        externallyManaged=environment.externally_managed,
        problems=[problem.message for problem in environment.problems],
        # Several base interpreters share a prefix such as /usr.
        selected=chosen is not None
        and (chosen.prefix, chosen.executable) == (environment.prefix, environment.executable),
    )


def project_status(
    state: EnvironmentState | None, *, project_uri: str, has_requirements: bool
) -> ProjectStatus:
    """Return what a status bar shows for a project; `state` is None while it is looked at."""
    selection = state.selection if state else None
    chosen = selection.environment if selection else None
    return ProjectStatus(
        project=project_uri,
        environment=environment_info(chosen, state, state.folder) if state and chosen else None,
        explicit=selection is not None and selection.explicit,
        named=selection is not None and selection.named,
        reason=selection.reason if selection else "still looking",
        hasRequirements=has_requirements,
    )


def environment_status(
    status: ProjectStatus, *, folder_uri: str, projects: Iterable[ProjectStatus] = ()
) -> EnvironmentStatus:
    """Return what a status bar shows for a workspace folder.

    Args:
        status: what holds for the folder, or for the file that was asked about.
        folder_uri: the workspace folder.
        projects: what holds in the projects inside it that have an environment of their own.
    """
    return EnvironmentStatus(folder=folder_uri, projects=list(projects), **status)
