"""Changing what is installed: installing, removing, and bringing both to what the lines say."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.analysis.actions import ActionError, installation_failure
from pinwise.analysis.installed_changes import changed_since, records
from pinwise.base.records import record
from pinwise.environments.alone import alone
from pinwise.environments.dependencies import SEEDS, Need, kept_with, needed_by
from pinwise.environments.inspection import inspect
from pinwise.environments.installation import install
from pinwise.environments.installers import InstallationError
from pinwise.environments.locks import HeldError
from pinwise.environments.packages import packages
from pinwise.environments.target import target_of
from pinwise.environments.types import FailedLine
from pinwise.environments.uninstallation import uninstall, why_kept
from pinwise.project.files import Unreadable
from pinwise.project.graph import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.analysis.asked import Asked
    from pinwise.analysis.environments import Environments
    from pinwise.analysis.workspace import Workspace
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.environments.installers import Installer
    from pinwise.environments.packages import Package
    from pinwise.environments.types import Environment


@record(frozen=True, slots=True)
class Place:
    """What is changed, and with what.

    Attributes:
        folder: the project's, which relative paths are relative to.
        environment: what is changed.
        installer: the user's setting.
        workspace: all open folders, in which no tool is looked for.
    """

    folder: Path
    environment: Environment
    installer: Installer = "auto"
    workspace: tuple[Path, ...] = ()


@record(frozen=True, slots=True)
class Wanted:
    """What to install, in one call.

    Attributes:
        files: requirements files.
        requirements: single requirements.
        options: lines that say where these come from.
        constraints: lines that bound their versions.
        upgrade: whether newer versions replace what is installed.
    """

    files: tuple[Path, ...] = ()
    requirements: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    upgrade: bool = False


class InstallerError(ActionError):
    """pip or uv failed, or refused.

    Attributes:
        error: what is known of it.
    """

    def __init__(self, error: InstallationError, folder: Path, what: str) -> None:
        told = installation_failure(error, folder, what)
        super().__init__(str(told), told.details, needs_environment=told.needs_environment)
        self.error = error


def changeable(
    environments: Environments, folder: Path, path: Path | None, file: Path | None = None
) -> Environment | None:
    """Return the environment whose packages may be changed: as `Environments.at`, or None.

    None where a Python is used for want of an environment, and nobody asked for it: all projects
    share it. One that the system manages is returned, to be refused with its own reason.
    """
    environment = environments.at(folder, path, file)
    if path is not None or environment is None or not environment.is_base:
        return environment
    state = environments.state_of(folder, file)
    asked_for = state is not None and state.selection.asked_for
    return environment if asked_for or environment.externally_managed else None


def install_packages(
    place: Place, wanted: Wanted, *, progress: Progress, cancel: CancelToken
) -> frozenset[NormalizedName]:
    """Install files and requirements, all in one call, so that they bound each other.

    Returns:
        the names of what was installed: what was there already is not among them.

    Raises:
        InstallerError: the installer failed, or the environment must not be installed into.
        ActionError: another call, in whatever process, is at work on the environment.
        CancelledError: the user cancelled; what was installed until then may remain.
    """
    try:
        with _alone(place.environment) as environment:
            before = records(environment)
            install(
                environment,
                wanted.files,
                working_directory=place.folder,
                workspace=(place.folder, *place.workspace),
                progress=progress,
                cancel=cancel,
                runner=place.installer,
                requirements=wanted.requirements,
                options=wanted.options,
                constraints=wanted.constraints,
                upgrade=wanted.upgrade,
            )
            return changed_since(before, environment)
    except InstallationError as error:
        what = "the requirements" if wanted.files else ", ".join(wanted.requirements)[:100]
        raise InstallerError(error, place.folder, f"install {what}") from error


def uninstall_packages(
    place: Place, names: Iterable[str], *, progress: Progress, cancel: CancelToken
) -> tuple[str, ...]:
    """Remove packages, and return the names of those that were installed.

    Raises:
        InstallerError: the installer failed, or one of them must not be removed.
        ActionError: another call, in whatever process, is at work on the environment.
        CancelledError: the user cancelled; what was removed until then is gone.
    """
    try:
        with _alone(place.environment) as environment:
            return uninstall(
                environment,
                names,
                progress=progress,
                cancel=cancel,
                runner=place.installer,
                workspace=(place.folder, *place.workspace),
            )
    except InstallationError as error:
        raise InstallerError(error, place.folder, "remove the packages") from error


@contextlib.contextmanager
def _alone(environment: Environment) -> Iterator[Environment]:
    """Keep others from replacing or changing an environment meanwhile: pip itself does not.

    Yields what it is now: whoever asks may have seen it hours ago, in a question or a list.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(alone(environment.prefix))
        except HeldError as error:
            message = f"Another call of Pinwise is at work on `{environment.prefix.name}`."
            raise ActionError(message) from error
        now = inspect(environment.executable if environment.is_base else environment.prefix)
        if now is None:
            message = f"Nothing was changed: `{environment.name}` is no environment any more."
            raise ActionError(message)
        # Starting it once may have told of problems that its files do not.
        yield environment if environment.broken else now


def left_needing(
    environment: Environment, names: Iterable[NormalizedName]
) -> dict[NormalizedName, list[str]]:
    """Return which packages that stay need some that go, by the name of what goes."""
    going = frozenset(names)
    staying = [item for item in packages(environment) if item.key not in going]
    needed = needed_by(staying, _markers(environment))
    return {name: needed[name] for name in sorted(going) if name in needed}


def unasked(environment: Environment, asked: Asked) -> tuple[Package, ...]:
    """Return the packages that no line asks for, and nothing that a line asks for needs.

    Never among them are pip, setuptools and wheel, what Pinwise cannot remove, and, where lines
    ask for something without naming it, what came from no index: it may be just that.

    Raises:
        ActionError: not all lines are known, so that what they ask for is not known either.
    """
    if asked.obstacle:
        message = f"What no line asks for is not known. {asked.obstacle}"
        raise ActionError(message)
    present = packages(environment)
    wanted = [*asked.needs, *(Need(name) for name in SEEDS)]
    if asked.nameless:
        wanted += [Need(item.key) for item in present if item.origin is not None or item.editable]
    # What stays for another reason keeps what it needs.
    wanted += [Need(item.key) for item in present if why_kept(environment, item.key)]
    kept = kept_with(present, wanted, _markers(environment))
    return tuple(item for item in present if item.key not in kept)


def failed_lines(
    workspace: Workspace, place: Place, files: Sequence[Path], error: InstallationError
) -> tuple[FailedLine, ...]:
    """Return the lines of the project that an installer failed on; empty where none is known.

    Those are the lines that it blames, else the first one about a package that it names. Reads
    the files; not safe from several threads.
    """
    sentence = error.sentence
    if not sentence:
        return ()
    blamed: list[FailedLine] = []
    for path, number in error.blamed:
        document = workspace.documents.read(path)
        if isinstance(document, Unreadable):
            continue
        blamed += [
            FailedLine(path, line.span.of(document.text), sentence, error.printed)
            for line in document.file.lines
            if line.first_line <= number <= line.last_line
        ]
    if blamed:
        return tuple(blamed)
    names = {canonicalize_name(name) for name in error.names}
    for root in files:
        for member in read_tree(root, workspace.documents, folder=place.folder).members:
            text = member.document.text
            for line in member.document.file.lines:
                if (
                    line.requirement is not None
                    and canonicalize_name(line.requirement.name) in names
                ):
                    failed = line.span.of(text)
                    return (FailedLine(member.document.path, failed, sentence, error.printed),)
    return ()


def _markers(environment: Environment) -> dict[str, str]:
    """Return the variables to judge the needs of installed packages by."""
    target = target_of(environment)
    return target.marker_environment if target is not None else {}
