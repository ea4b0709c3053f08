"""Installing requirements into an environment: `install`."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.requirements import InvalidRequirement, Requirement

from pinwise.base.progress import NoProgress, Progress
from pinwise.environments.installers import (
    InstallationError,
    InstallationFailure,
    choose_runner,
    command_of,
    refuse,
    run_tool,
)
from pinwise.environments.pip_output import (
    blamed_line,
    blamed_names,
    conflicting_lines,
    error_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.base.cancellation import CancelToken
    from pinwise.environments.installers import Installer
    from pinwise.environments.types import Environment

__all__ = ["InstallationError", "InstallationFailure", "checked_requirement", "install"]

_ADDRESS: Final = re.compile(r"(?:(?:git|hg|svn|bzr)\+)?(?:https?|ssh|file)://\S+", re.IGNORECASE)


def install(  # noqa: PLR0913 - the settings of one call
    environment: Environment,
    files: Sequence[Path],
    *,
    working_directory: Path,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    runner: Installer = "auto",
    workspace: Sequence[Path] = (),
    requirements: Sequence[str] = (),
    options: Sequence[str] = (),
    constraints: Sequence[str] = (),
    upgrade: bool = False,
) -> None:
    """Install `files` and `requirements` in one call, so that they are resolved together.

    The user's own configuration of the tool holds (indexes, proxies, certificates).

    Args:
        environment: where to.
        files: requirements files.
        working_directory: what relative paths inside the files (`-e .`) are relative to.
        progress: told of each package.
        cancel: ends the tool with everything that it started. What was installed until then
            stays: neither pip nor uv can undo it.
        runner: the program: "pip", the environment's own, or the one that virtualenv brings where
            it has none; the user's "uv"; or what suits the environment (`choose_runner`).
        workspace: the workspace folders, in which no tool is looked for.
        requirements: more requirements; see `checked_requirement`. They reach the tool in a file,
            so that no list of processes shows what is in their addresses.
        options: lines of a requirements file that say where packages come from. They are the
            caller's, and not checked.
        constraints: specifiers that bound what is installed, as lines of a constraints file.
        upgrade: whether what is installed already is made newer.

    Raises:
        InstallationError: it failed or was refused. An externally managed Python is always
            refused (PEP 668), with the text of its marker.
        CancelledError: `cancel` was cancelled.

    Seconds to minutes; blocks the thread.
    """
    progress = progress or NoProgress()
    refuse(environment)
    wanted = [checked_requirement(text) for text in requirements]
    if not files and not wanted:
        return
    chosen = choose_runner(environment, runner, workspace)
    command = command_of(chosen, "install", environment, workspace)
    if upgrade:
        command.append("--upgrade")
    with _written([*options, *wanted] if wanted else [], constraints) as written:
        for option, path in [*(("-r", file) for file in files), *written]:
            command += (option, str(path))
        progress.report("Reading the requirements")
        try:
            run_tool(command, chosen, folder=working_directory, progress=progress, cancel=cancel)
        except InstallationError as error:
            blamed = conflicting_lines(error.lines, files, working_directory)
            one = None if blamed else blamed_line(error.lines, files, working_directory)
            # Nobody ever sees the files that were written for this call.
            hidden = {path for _, path in written}
            blamed = tuple(
                line for line in (*blamed, one) if line is not None and line.file not in hidden
            )
            # The files are told by the user's own names for them.
            below = f"{working_directory}{os.sep}"
            raise InstallationError(
                str(error).replace(below, ""),
                error.failure,
                lines=error_lines(error.lines),
                sentence=error.sentence.replace(below, ""),
                printed=error.printed,
                blamed=blamed,
                names=blamed_names(error.lines),
            ) from error
    progress.report("Installed", 1.0)


def checked_requirement(text: str) -> str:
    """Return a requirement as a line of a requirements file that means it and nothing else.

    That is one of PEP 508, or an address that pip installs from.

    Raises:
        InstallationError: it is none, or holds options or variables of the environment.
    """
    stripped = text.strip()
    try:
        line = str(Requirement(stripped))
    except (InvalidRequirement, RecursionError):
        line = stripped if _ADDRESS.fullmatch(stripped) else ""
    # pip puts the values of variables in a file's lines, which could then be sent anywhere.
    if not line or "${" in line or not line.isprintable():
        message = f"`{stripped[:100]}` is no requirement that can be installed."
        if stripped.removeprefix("-e ").startswith((".", "/", "~")):
            message += " Write a path into a requirements file, and install that."
        raise InstallationError(message, InstallationFailure.REFUSED)
    return line


@contextlib.contextmanager
def _written(lines: Sequence[str], constraints: Sequence[str]) -> Iterator[list[tuple[str, Path]]]:
    """Write lines into files that only the user can read; yield the options that name them."""
    contents = {"-r": lines, "-c": constraints}
    wanted = {option: content for option, content in contents.items() if content}
    if not wanted:
        yield []
        return
    folder = Path(tempfile.mkdtemp(prefix="pinwise-"))
    try:
        written = []
        for option, content in wanted.items():
            path = folder / f"requirements{option}.txt"
            path.write_text("".join(f"{line}\n" for line in content), encoding="utf-8")
            written.append((option, path))
        yield written
    finally:
        shutil.rmtree(folder, ignore_errors=True)
