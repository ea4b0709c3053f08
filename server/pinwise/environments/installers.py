"""The programs that change what is installed: pip, the environment's or the bundled one, and uv."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, Literal

from pinwise.environments.creators import PlanError, find_uv
from pinwise.environments.externally_managed import refusal_text
from pinwise.environments.pip_output import (
    build_error,
    error_lines,
    error_sentence,
    step_of,
    without_secrets,
)
from pinwise.environments.plain_failures import plain_failure
from pinwise.environments.processes import clean_environment, run
from pinwise.environments.seeds import pip_wheel
from pinwise.environments.types import EnvironmentKind
from pinwise.environments.version_numbers import feature_version, version_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.environments.requirement_lines import BlamedLine
    from pinwise.environments.types import Environment

Runner = Literal["pip", "uv"]
Installer = Literal["auto", "pip", "uv"]

_ISOLATED_SINCE: Final = (3, 4)


class InstallationFailure(Enum):
    """Why packages were not installed, or not removed."""

    BROKEN = "broken"
    """The environment cannot be used: offer to recreate it."""
    EXTERNALLY_MANAGED = "externally-managed"
    """The system owns that Python: offer to make an environment."""
    NO_RUNNER = "no-runner"
    """There is neither pip nor uv to install with."""
    REFUSED = "refused"
    """What was asked for is none that Pinwise does."""
    TOOL_FAILED = "tool-failed"


class InstallationError(Exception):
    """The packages were not installed or removed, or not all of them.

    Attributes:
        failure: the kind of obstacle.
        lines: what the tool said about it, without secrets; may be empty.
        sentence: why, as the one of those tells that says most; "" where no tool said anything.
        printed: whether the tool said so word for word; else the sentence is ours.
        blamed: the lines of requirements files that it is about, the first cause first: more
            than one where they cannot hold together; empty where none is known.
        names: the packages that it is about, as the tool names them; may be empty.
    """

    def __init__(  # noqa: PLR0913 - the attributes
        self,
        message: str,
        failure: InstallationFailure,
        *,
        lines: Sequence[str] = (),
        sentence: str = "",
        printed: bool = False,
        blamed: Sequence[BlamedLine] = (),
        names: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.failure = failure
        self.lines = tuple(lines)
        self.sentence = sentence
        self.printed = printed
        self.blamed = tuple(blamed)
        self.names = tuple(names)


def refuse(environment: Environment) -> None:
    """Refuse to change what is installed where nothing may be, or nothing can be.

    Raises:
        InstallationError: the environment is broken, or its Python is managed by the system
            (PEP 668): then with the text of its marker.
    """
    for problem in environment.problems:
        if problem.broken:
            message = f"Nothing can be installed into {environment.name}. {problem.message}"
            raise InstallationError(message, InstallationFailure.BROKEN)
    if environment.externally_managed:
        raise InstallationError(refusal_text(environment), InstallationFailure.EXTERNALLY_MANAGED)


def choose_runner(
    environment: Environment, installer: Installer, workspace: Sequence[Path]
) -> Runner:
    """Return the program to change an environment with.

    `auto` is uv where uv made the environment or it holds no pip, as far as the user has uv; else
    pip.
    """
    if installer != "auto":
        return installer
    if environment.kind is not EnvironmentKind.UV and has_pip(environment):
        return "pip"
    try:
        find_uv(workspace)
    except PlanError:
        return "pip"
    return "uv"


def has_pip(environment: Environment) -> bool:
    """Return whether a pip is installed that the environment can import."""
    return any((folder / "pip").is_dir() for folder in environment.site_packages)


def command_of(
    runner: Runner, verb: str, environment: Environment, workspace: Sequence[Path]
) -> list[str]:
    """Return the beginning of a command: the program, what it does, and how it prints.

    `-I` keeps a `pip.py` in the working directory, and the user's own packages, out of pip. Its
    progress bar is off because it is drawn with carriage returns; the packages show the progress.

    Args:
        runner: the program.
        verb: "install" or "uninstall".
        environment: what to change.
        workspace: the workspace folders, in which no tool is looked for.

    Raises:
        InstallationError: there is no such program.
    """
    if runner == "uv":
        try:
            uv = find_uv(workspace)
        except PlanError as error:
            raise InstallationError(str(error), InstallationFailure.NO_RUNNER) from error
        quiet = ["--no-progress"]
        python = ["--python", str(environment.executable)]
        return [str(uv), "pip", verb, *quiet, *python]
    python = [str(environment.executable)]
    if version_key(environment.version)[:2] >= _ISOLATED_SINCE or not environment.version:
        python.append("-I")
    options = [verb, "--disable-pip-version-check", "--no-input"]
    options += ["--progress-bar", "off"] if verb == "install" else ["--yes"]
    if has_pip(environment):
        return [*python, "-m", "pip", *options]
    wheel = pip_wheel(feature_version(environment.version))
    if wheel is None:
        message = (
            f"{environment.name} holds no pip, and none is bundled for Python "
            f"{environment.version}: recreate it, or use uv."
        )
        raise InstallationError(message, InstallationFailure.NO_RUNNER)
    # A wheel is an archive that Python can run a folder of; nothing of it is installed.
    return [*python, str(wheel / "pip"), *options]


def run_tool(
    command: Sequence[str],
    runner: Runner,
    *,
    folder: Path | None,
    progress: Progress,
    cancel: CancelToken | None,
) -> tuple[str, ...]:
    """Run pip or uv to its end, and return what it printed if it succeeded.

    Args:
        command: from `command_of`, with its arguments.
        runner: which of the two it is.
        folder: its working directory; None for one that no workspace owns.
        progress: told of each step.
        cancel: ends it with everything that it started.

    Raises:
        InstallationError: it failed; what it printed is in `lines`, all of it.
        CancelledError: `cancel` was cancelled.
    """

    def show(line: str) -> None:
        step = step_of(line)
        if step is not None:
            progress.report(step)

    try:
        completed = run(
            command,
            folder=folder,
            # A user's `user = true` means the base Python: it fails in every environment.
            environ=clean_environment({"PIP_USER": "0"}),
            cancel=cancel,
            on_line=show,
        )
    except OSError as error:
        message = f"{runner} cannot be started: {error.strerror}."
        raise InstallationError(message, InstallationFailure.TOOL_FAILED) from error
    if completed.code == 0:
        return completed.lines
    built = build_error(completed.lines)
    sentence = without_secrets(plain_failure(runner, completed.lines, built))
    message = f"{sentence[:1].upper()}{sentence[1:]}."
    if sentence.startswith(runner):
        # The program's name is written small everywhere.
        message = f"{sentence}."
    printed = not sentence
    if printed:
        sentence = error_sentence(error_lines(completed.lines))
        if sentence and built:
            sentence = f"{sentence.rstrip('.')}: {built}"
        message = f"{runner}: {sentence}" if sentence else f"{runner} failed and printed nothing."
    raise InstallationError(
        message,
        InstallationFailure.TOOL_FAILED,
        lines=completed.lines,
        sentence=sentence,
        printed=printed,
    )
