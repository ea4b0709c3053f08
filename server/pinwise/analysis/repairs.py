"""Making environments anew and deleting them, for both faces: what to ask, and the doing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from pinwise.analysis.actions import ActionError, creation_failure, installation_failure
from pinwise.analysis.package_actions import unasked
from pinwise.environments.creation import CreationError
from pinwise.environments.installation import InstallationError
from pinwise.environments.installed import installed
from pinwise.environments.removal import RemovalError, caution, removable, remove, source_code
from pinwise.environments.repair import plan_repair, repair
from pinwise.environments.version_numbers import feature_version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pinwise.analysis.asked import Asked
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.environments.creators import Creator
    from pinwise.environments.repair import Repair
    from pinwise.environments.types import Environment

MOST_NAMED = 3
"""Files that a question names; of more, it tells the number."""

_MOST_PACKAGES = 5
"""Packages that a sentence names; the rest are counted."""
_LONGEST_NAME = 60


def plan_recreation(
    prefix: Path,
    workspace: Sequence[Path],
    cancel: CancelToken | None = None,
    *,
    base: Path | None = None,
    python_request: str = "",
) -> Repair:
    """Work out how an environment can be made anew; see `environments.repair.plan_repair`.

    With the same Python, unless `base` or `python_request` names another one.

    Raises:
        ActionError: it cannot.
        CancelledError: the user cancelled.
    """
    try:
        return plan_repair(
            prefix,
            base=base,
            python_request=python_request,
            workspace=workspace,
            cancel=cancel,
        )
    except CreationError as error:
        raise creation_failure(error) from error
    except RemovalError as error:
        raise ActionError(str(error)) from error


def recreation_question(
    planned: Repair,
    files: Sequence[Path],
    workspace: Sequence[Path],
    *,
    reinstall: bool,
    without: str = "",
) -> str:
    """Return the question to a person before an environment is made anew.

    Args:
        planned: the answer of `plan_recreation`.
        files: the requirements files that will be installed.
        workspace: all open folders.
        reinstall: whether to install at all.
        without: the answer of `left_out`.
    """
    name = planned.destination.name
    python = f"Python {planned.version}".rstrip()
    had = planned.environment.version
    if planned.chosen:
        python += f" in place of {had}" if had not in {"", planned.version} else ""
    elif not planned.same_python:
        python += f" (Python {feature_version(had)}, which it had, is not there any more)"
    what = _what(files, planned) if reinstall else ""
    question = f"Recreate {name} with {python}{what}?"
    return _with_caution(f"{question} {without}".rstrip(), planned.environment, workspace)


def left_out(planned: Repair, asked: Asked | None = None) -> str:
    """Return a sentence about packages that the new environment will not have again, or "".

    Reads what is installed in the old one.

    Args:
        planned: the answer of `plan_recreation`.
        asked: what the requirements files ask for that will be installed; None without any, where
            what was installed is installed again.
    """
    return _lost(planned) if asked is None else _not_asked_for(planned.environment, asked)


def _not_asked_for(environment: Environment, asked: Asked) -> str:
    try:
        names = [package.name[:_LONGEST_NAME] for package in unasked(environment, asked)]
    except ActionError:
        return "Packages that no line asks for are not installed again."
    if not names:
        return ""
    more = len(names) - _MOST_PACKAGES
    rest = f" and {more} more" if more > 0 else ""
    return f"Not installed again: {', '.join(names[:_MOST_PACKAGES])}{rest}."


def _lost(planned: Repair) -> str:
    if not planned.lost:
        return ""
    gone = "their folders are" if len(planned.lost) > 1 else "its folder is"
    return f"{', '.join(planned.lost)} cannot be installed again: {gone} gone."


def _what(files: Sequence[Path], planned: Repair) -> str:
    """Return what will be installed, as the end of a question."""
    if len(files) > MOST_NAMED:
        return f", and install {len(files)} requirements files"
    if files:
        # The project may lie above the folder that its environments are in.
        folder = _common([planned.destination.parent, *(file.parent for file in files)])
        names = (os.path.relpath(file, folder).replace(os.sep, "/") for file in files)
        return f", and install {', '.join(names)}"
    count = len(planned.packages)
    if not count:
        return ""
    return f", and install its {count} packages again" if count > 1 else " and its package"


def _common(folders: Sequence[Path]) -> str:
    """Return the folder that all of them lie in; the first one where they are on two drives."""
    try:
        return os.path.commonpath(folders)
    except ValueError:
        return str(folders[0])


def recreate_environment(  # noqa: PLR0913 - what a user may say of it
    folder: Path,
    planned: Repair,
    *,
    creator: str,
    files: Sequence[Path],
    reinstall: bool,
    workspace: tuple[Path, ...],
    progress: Progress,
    cancel: CancelToken,
) -> Environment:
    """Make an environment anew; see `environments.repair.repair`.

    Args:
        folder: the project's, which relative paths in the files are relative to.
        planned: the answer of `plan_recreation`.
        creator: the tool.
        files: requirements files; without any, what was installed is installed again.
        reinstall: whether to install at all.
        workspace: all open folders.
        progress: is told what is done.
        cancel: ends it.

    Raises:
        ActionError: it failed, and the old one is back.
        CancelledError: the user cancelled, and the old one is back.
    """
    try:
        return repair(
            planned,
            # The settings, and the creation itself, refuse what is no creator.
            creator=cast("Creator", creator),
            files=files,
            reinstall=reinstall,
            working_directory=folder,
            workspace=(folder, *workspace),
            progress=progress,
            cancel=cancel,
        )
    except RemovalError as error:
        raise ActionError(str(error)) from error
    except CreationError as error:
        raise creation_failure(error) from error
    except InstallationError as error:
        failure = installation_failure(error, folder)
        message = f"{failure} The old {planned.destination.name} is back."
        raise ActionError(
            message, failure.details, needs_environment=failure.needs_environment
        ) from error


def plan_deletion(prefix: Path, workspace: Sequence[Path]) -> tuple[Environment, str]:
    """Return the environment that would be deleted, and the question to ask before.

    Raises:
        ActionError: it must not be deleted.
    """
    try:
        environment = removable(prefix, workspace)
    except RemovalError as error:
        raise ActionError(str(error)) from error
    count = len(installed(environment))
    packages = f"{count} packages" if count != 1 else "1 package"
    version = f"Python {environment.version}, " if environment.version else ""
    question = f"Delete {environment.name} ({version}{packages})?"
    return environment, _with_caution(question, environment, workspace)


def refuse_source_code(prefix: Path) -> None:
    """Refuse to delete source code for somebody who says yes before a question was asked.

    Raises:
        ActionError: there is some in the environment.
    """
    told = source_code(prefix)
    if told:
        message = f"{told} Move it away, or agree on a terminal without --yes."
        raise ActionError(message)


def _with_caution(question: str, environment: Environment, workspace: Sequence[Path]) -> str:
    """Return a question with what should be known; backticks would stand in it as they are."""
    return f"{question} {caution(environment, workspace)}".rstrip().replace("`", "")


def delete_environment(prefix: Path, workspace: Sequence[Path], progress: Progress) -> Environment:
    """Delete an environment and return what it was; see `environments.removal.remove`.

    Raises:
        ActionError: it was not deleted.
    """
    try:
        return remove(prefix, workspace=workspace, progress=progress)
    except RemovalError as error:
        raise ActionError(str(error)) from error
