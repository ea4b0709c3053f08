"""Installing requirements into an environment: `install`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pinwise.base.progress import NoProgress, Progress
from pinwise.environments.creators import PlanError, find_uv
from pinwise.environments.externally_managed import refusal_text
from pinwise.environments.pip_output import (
    BlamedLine,
    blamed_line,
    error_lines,
    error_sentence,
    step_of,
)
from pinwise.environments.processes import clean_environment, run
from pinwise.environments.version_numbers import feature_version, version_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.base.cancellation import CancelToken
    from pinwise.environments.types import Environment

Runner = Literal["pip", "uv"]

_ISOLATED_SINCE: Final = (3, 4)


class InstallationFailure(Enum):
    """Why requirements were not installed."""

    BROKEN = "broken"
    """The environment cannot be used: offer to recreate it."""
    EXTERNALLY_MANAGED = "externally-managed"
    """The system owns that Python: offer to make an environment."""
    NO_RUNNER = "no-runner"
    """There is neither pip nor uv to install with."""
    TOOL_FAILED = "tool-failed"


class InstallationError(Exception):
    """The requirements were not installed, or not all of them.

    Attributes:
        failure: the kind of obstacle.
        lines: what the tool said about it, without secrets; may be empty.
        blamed: the line of a requirements file that it is about, where that is known.
    """

    def __init__(
        self,
        message: str,
        failure: InstallationFailure,
        *,
        lines: Sequence[str] = (),
        blamed: BlamedLine | None = None,
    ) -> None:
        super().__init__(message)
        self.failure = failure
        self.lines = tuple(lines)
        self.blamed = blamed


def install(  # noqa: PLR0913 - the settings of one call
    environment: Environment,
    files: Sequence[Path],
    *,
    working_directory: Path,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    runner: Runner = "pip",
    workspace: Sequence[Path] = (),
) -> None:
    """Install all `files` in one call, so that they are resolved together.

    The user's own configuration of the tool holds (indexes, proxies, certificates).

    Args:
        environment: where to.
        files: requirements files.
        working_directory: what relative paths inside the files (`-e .`) are relative to.
        progress: told of each package.
        cancel: ends the tool with everything that it started. What was installed until then
            stays: neither pip nor uv can undo it.
        runner: "pip", the environment's own, or the one that virtualenv brings where it has none;
            or the user's "uv".
        workspace: the workspace folders, in which no tool is looked for.

    Raises:
        InstallationError: it failed or was refused. An externally managed Python is always
            refused (PEP 668), with the text of its marker.
        CancelledError: `cancel` was cancelled.

    Seconds to minutes; blocks the thread.
    """
    progress = progress or NoProgress()
    _refuse(environment)
    if not files:
        return
    arguments = [word for file in files for word in ("-r", str(file))]
    command = _uv(environment, workspace) if runner == "uv" else _pip(environment)
    progress.report("Reading the requirements")

    def show(line: str) -> None:
        step = step_of(line)
        if step is not None:
            progress.report(step)

    try:
        completed = run(
            [*command, *arguments],
            folder=working_directory,
            # A user's `user = true` means the base Python: it fails in every environment.
            environ=clean_environment({"PIP_USER": "0"}),
            cancel=cancel,
            on_line=show,
        )
    except OSError as error:
        message = f"{runner} cannot be started: {error.strerror}."
        raise InstallationError(message, InstallationFailure.TOOL_FAILED) from error
    if completed.code == 0:
        progress.report("Installed", 1.0)
        return
    lines = error_lines(completed.lines)
    blamed = blamed_line(completed.lines, files, working_directory)
    raise InstallationError(
        _sentence(runner, lines), InstallationFailure.TOOL_FAILED, lines=lines, blamed=blamed
    )


def _refuse(environment: Environment) -> None:
    for problem in environment.problems:
        if problem.broken:
            message = f"Nothing can be installed into {environment.name}. {problem.message}"
            raise InstallationError(message, InstallationFailure.BROKEN)
    if environment.externally_managed:
        raise InstallationError(refusal_text(environment), InstallationFailure.EXTERNALLY_MANAGED)


def _pip(environment: Environment) -> list[str]:
    """Return the command of the environment's pip, up to `install` and its options.

    `-I` keeps a `pip.py` in the working directory, and the user's own packages, out of it. The
    progress bar is off because it is drawn with carriage returns; the packages show the progress.
    """
    python = [str(environment.executable)]
    if version_key(environment.version)[:2] >= _ISOLATED_SINCE or not environment.version:
        python.append("-I")
    options = ["install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    if any((folder / "pip").is_dir() for folder in environment.site_packages):
        return [*python, "-m", "pip", *options]
    wheel = _bundled_pip(environment)
    if wheel is None:
        message = (
            f"{environment.name} holds no pip, and none is bundled for Python "
            f"{environment.version}: recreate it, or use uv."
        )
        raise InstallationError(message, InstallationFailure.NO_RUNNER)
    # A wheel is an archive that Python can run a folder of; nothing of it is installed.
    return [*python, str(wheel / "pip"), *options]


def _bundled_pip(environment: Environment) -> Path | None:
    """Return the wheel of pip that virtualenv brings for this version of Python."""
    from virtualenv.seed.wheels.embed import BUNDLE_SUPPORT, get_embed_wheel  # noqa: PLC0415 - 50 ms, and rarely needed

    feature = feature_version(environment.version)
    if feature not in BUNDLE_SUPPORT:
        return None
    wheel = get_embed_wheel("pip", feature)
    return None if wheel is None else Path(wheel.path)


def _uv(environment: Environment, workspace: Sequence[Path]) -> list[str]:
    try:
        uv = find_uv(workspace)
    except PlanError as error:
        raise InstallationError(str(error), InstallationFailure.NO_RUNNER) from error
    return [str(uv), "pip", "install", "--no-progress", "--python", str(environment.executable)]


def _sentence(runner: Runner, lines: Sequence[str]) -> str:
    """Return one sentence for the failure: the tool's own, because it is the most exact."""
    sentence = error_sentence(lines)
    return f"{runner}: {sentence}" if sentence else f"{runner} failed and printed nothing."
