"""Which environment each folder and project uses, as clients are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.lsp.uris import uri_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.analysis.workspace import Workspace
    from pinwise.features.environment_info import EnvironmentStatus, ProjectStatus


def status_of(workspace: Workspace, folder: Path, file: Path | None = None) -> EnvironmentStatus:
    """Return which environment a workspace folder uses, or the project of a file in it.

    Called on the engine thread. Before environments were looked for, what needs no look at the
    whole folder is told; that takes well below 10 milliseconds. The status of a folder also has
    those of the projects inside it that have an environment of their own.
    """
    # After `initialize`.
    from pinwise.features.environment_info import environment_status  # noqa: PLC0415

    environments = workspace.environments
    files = (
        workspace.installable_files(folder) if environments.known(folder) else _files_beside(folder)
    )
    projects = () if file else environments.projects(folder)
    return environment_status(
        _project_status(workspace, folder, file, files),
        folder_uri=uri_of(folder),
        # Any file of a project stands for it.
        projects=[
            _project_status(workspace, folder, project / "requirements.txt", files)
            for project in projects
        ],
    )


def _files_beside(folder: Path) -> tuple[Path, ...]:
    """Return the requirements files right in a folder: to find all of them takes a walk."""
    from pinwise.manifests.recognise import is_requirements_file  # noqa: PLC0415 - as above

    try:
        return tuple(filter(is_requirements_file, folder.iterdir()))
    except OSError:
        return ()


def _project_status(
    workspace: Workspace, folder: Path, file: Path | None, files: tuple[Path, ...]
) -> ProjectStatus:
    from pinwise.features.environment_info import project_status  # noqa: PLC0415 - as above

    environments = workspace.environments
    state = environments.state_of(folder, file) or environments.first_state_of(folder, file)
    project = environments.project_of(folder, file)
    return project_status(
        state,
        project_uri=uri_of(project),
        has_requirements=any(one.is_relative_to(project) for one in files),
    )
