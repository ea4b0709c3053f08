"""What the user can have done to environments: the failures of both faces in one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pinwise.environments.creation import (
    CreateRequest,
    CreationError,
    EnvironmentExistsError,
    create,
)
from pinwise.environments.installation import InstallationError, InstallationFailure

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.environments.creators import Creator
    from pinwise.environments.types import Environment


class ActionError(Exception):
    """An action failed; the message says why in a sentence or two, for a person.

    Attributes:
        details: what the tool printed last, without secrets; for a log. May be empty.
        needs_environment: whether an environment of the project's own is the way out: the system
            owns the Python (PEP 668).
    """

    def __init__(self, message: str, details: str = "", *, needs_environment: bool = False) -> None:
        super().__init__(message)
        self.details = details
        self.needs_environment = needs_environment


class EnvironmentExists(ActionError):  # noqa: N818 - what is the case, and perhaps no error
    """There is an environment of that name already.

    Attributes:
        environment: the one that is there, which may be broken.
    """

    def __init__(self, message: str, environment: Environment) -> None:
        super().__init__(message)
        self.environment = environment


def create_environment(  # noqa: PLR0913 - what a user may say of an environment
    folder: Path,
    *,
    name: str,
    base: Path | None,
    creator: str,
    workspace: tuple[Path, ...],
    progress: Progress,
    cancel: CancelToken,
    python_request: str = "",
) -> Environment:
    """Make an environment in a folder; see `environments.creation.create`.

    Args:
        folder: the project's.
        name: of the environment's folder in it.
        base: the Python to make it from; None for what the project asks for.
        creator: the tool.
        workspace: all open folders, in which no base interpreter or tool is looked for.
        progress: is told what is done.
        cancel: ends it.
        python_request: a version or a specifier set that the Python has to satisfy where `base`
            is None; "" for what the project asks for.

    Raises:
        EnvironmentExists: there is one of that name.
        ActionError: it was not made, and nothing is left of it.
        CancelledError: the user cancelled; nothing is left.
    """
    # The settings, and the creation itself, refuse what is no creator.
    request = CreateRequest(
        folder,
        name,
        base,
        cast("Creator", creator),
        python_request=python_request,
        workspace=(folder, *workspace),
    )
    try:
        return create(request, progress=progress, cancel=cancel)
    except EnvironmentExistsError as error:
        raise EnvironmentExists(str(error), error.environment) from error
    except CreationError as error:
        raise creation_failure(error) from error


def creation_failure(error: CreationError) -> ActionError:
    """Return a failure of a creation for a person, with what they can run against it."""
    hint = f" Run: {error.command}" if error.command else ""
    return ActionError(f"{error}{hint}", "\n".join(error.lines))


def installation_failure(
    error: InstallationError, folder: Path, what: str = "install the requirements"
) -> ActionError:
    """Return a failure of an installation or a removal for a person, with the line to blame.

    Of a Python that the system owns, the text of its marker is told as it is (PEP 668).
    """
    if error.failure is InstallationFailure.EXTERNALLY_MANAGED:
        return ActionError(str(error), needs_environment=True)
    if error.failure is InstallationFailure.BROKEN:
        # It says itself that nothing was done.
        return ActionError(str(error))
    message = f"Could not {what}. {_blamed(error, folder)}{error}"
    return ActionError(message, "\n".join(error.lines))


def _blamed(error: InstallationError, folder: Path) -> str:
    """Return the lines that the installer blames, as the beginning of a sentence; "" if none."""
    shown = []
    for blamed in error.blamed:
        file = blamed.file
        name = file.relative_to(folder) if file.is_relative_to(folder) else file
        shown.append(f"{name} line {blamed.line}")
    return f"{' and '.join(shown)}: " if shown else ""
