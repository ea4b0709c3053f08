"""Compiling requirements with the user's own tool: `uv pip compile` or `pip-compile`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pinwise.base.files import read_regular
from pinwise.base.progress import NoProgress, Progress
from pinwise.environments.creators import PlanError, find_uv
from pinwise.environments.locators.places import is_inside
from pinwise.environments.pip_output import error_lines, error_sentence, step_of
from pinwise.environments.processes import clean_environment, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.base.cancellation import CancelToken
    from pinwise.environments.types import Environment

CompilerName = Literal["uv pip compile", "pip-compile"]

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a result; no requirements file has more."""


class CompilationError(Exception):
    """Nothing was compiled; the message says why, for a person.

    Attributes:
        lines: what the tool said about it, without secrets; may be empty.
    """

    def __init__(self, message: str, lines: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.lines = tuple(lines)


def choose_compiler(environment: Environment | None, workspace: Sequence[Path]) -> CompilerName:
    """Return the tool to take where the user has not said which: uv if there is one."""
    try:
        find_uv(workspace)
    except PlanError:
        return "pip-compile" if _piptools(environment) else "uv pip compile"
    return "uv pip compile"


def compile_requirements(  # noqa: PLR0913 - the settings of one call
    compiler: CompilerName,
    words: Sequence[str],
    *,
    name: str,
    before: str,
    shown: str,
    folder: Path,
    environment: Environment | None = None,
    workspace: Sequence[Path] = (),
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> str:
    """Run a compiler and return what it wrote; the compiled file itself is left as it is.

    The tool writes to a copy in a temporary folder, so that it keeps the pins that may stay. The
    user's own configuration of the tool holds (indexes, proxies, certificates). It may build
    packages that tell what they need in no other way.

    Args:
        compiler: the tool.
        words: the files to compile and the options, without the output; the caller has looked
            at each of them.
        name: of the compiled file.
        before: its text as it is now; "" where there is none yet.
        shown: the call that the tool is to write into the head of the file.
        folder: where it is called, which the files are relative to.
        environment: the selected one, whose `pip-compile` is meant.
        workspace: the workspace folders, in which no `uv` is looked for.
        progress: told of each package.
        cancel: ends the tool with everything that it started.

    Raises:
        CompilationError: there is no such tool, or it failed.
        CancelledError: `cancel` was cancelled.

    Seconds to minutes; blocks the thread.
    """
    progress = progress or NoProgress()
    command = _command(compiler, environment, workspace)
    progress.report("Reading the requirements")
    # Both tools read one of these, and write it in place of the call that was really made.
    environ = clean_environment(
        {"UV_CUSTOM_COMPILE_COMMAND": shown, "CUSTOM_COMPILE_COMMAND": shown}
    )

    def show(line: str) -> None:
        step = step_of(line)
        if step is not None:
            progress.report(step)

    with tempfile.TemporaryDirectory(prefix="pinwise-") as temporary:
        output = Path(temporary) / name
        if before:
            output.write_bytes(before.encode())
        try:
            completed = run(
                [*command, *words, "--output-file", str(output)],
                folder=folder,
                environ=environ,
                cancel=cancel,
                on_line=show,
            )
        except OSError as error:
            message = f"{command[0]} cannot be started: {error.strerror}."
            raise CompilationError(message) from error
        if completed.code != 0:
            lines = error_lines(completed.lines)
            sentence = error_sentence(lines)
            tool = compiler.split(maxsplit=1)[0]
            message = f"{tool}: {sentence}" if sentence else f"{tool} failed and printed nothing."
            raise CompilationError(message, lines)
        try:
            text = read_regular(output, LARGEST).decode("utf-8")
        except (OSError, ValueError) as error:
            message = f"{compiler} wrote nothing that can be read."
            raise CompilationError(message) from error
    progress.report("Compiled", 1.0)
    return text.replace("\r\n", "\n")


def _command(
    compiler: CompilerName, environment: Environment | None, workspace: Sequence[Path]
) -> list[str]:
    """Return the program and its first words."""
    if compiler == "uv pip compile":
        try:
            uv = find_uv(workspace)
        except PlanError as error:
            raise CompilationError(str(error)) from error
        return [str(uv), "pip", "compile", "--no-progress", "--color", "never"]
    if environment is not None and _piptools(environment):
        # `-I` keeps a `piptools.py` in the working directory out of it.
        return [str(environment.executable), "-I", "-m", "piptools", "compile"]
    found = shutil.which("pip-compile")
    inside = found is not None and is_inside(found, tuple(workspace), home=Path.home())
    if found and Path(found).is_absolute() and not inside:
        return [found]
    where = f"in {environment.name}" if environment is not None else "in an environment"
    message = f"`pip-compile` was not found {where}, nor on PATH. Install `pip-tools` there."
    raise CompilationError(message)


def _piptools(environment: Environment | None) -> bool:
    """Return whether an environment can run `pip-compile`."""
    if environment is None or any(problem.broken for problem in environment.problems):
        return False
    return any((folder / "piptools").is_dir() for folder in environment.site_packages)
