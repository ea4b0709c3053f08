"""Compiling a file again: which call, from which files, and whether it may be made."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from pinwise.advice.places import relative
from pinwise.analysis.actions import ActionError
from pinwise.base.records import record
from pinwise.environments.compilation import (
    CompilationError,
    choose_compiler,
    compile_requirements,
)
from pinwise.project.compilation import compilations
from pinwise.project.files import Document, PathKind, Unreadable
from pinwise.syntax.decode import Undecodable, decode_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pinwise.analysis.workspace import Workspace
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.environments.compilation import CompilerName
    from pinwise.environments.types import Environment
    from pinwise.project.compilation import Compilation


@record(frozen=True)
class CompilePlan:
    """One call of a compiler, with everything that it depends on as of one moment.

    Attributes:
        output: the file to compile.
        before: its document; None where there is no such file yet.
        inputs: the files that are compiled.
        words: the files and options of the call, as they are passed on.
        shown: the call as the tool writes it into the head of the file.
        folder: where it is called.
        environment: the selected one.
    """

    output: Path
    before: Document | None
    inputs: tuple[Path, ...]
    compiler: CompilerName
    words: tuple[str, ...]
    shown: str
    folder: Path
    environment: Environment | None
    workspace: tuple[Path, ...]


def plan_compilation(workspace: Workspace, path: Path) -> CompilePlan:
    """Return the call that compiles a file again, or a source for the first time.

    Args:
        workspace: whose texts and environments count.
        path: a compiled file, or what one is compiled from.

    Raises:
        ActionError: nothing is known to be compiled, the call has options that are not repeated,
            or a source was not saved.
    """
    document = workspace.documents.read(path)
    if isinstance(document, Unreadable):
        message = f"{document.detail}."
        raise ActionError(message)
    folder = workspace.folder_of(path)
    state = workspace.environments.state_of(folder, path)
    environment = state.selection.environment if state is not None else None
    folders = (folder, *workspace.folders)
    found = compilations([document], workspace.documents, folder, workspace.settings_texts)
    if found:
        made = found[0]
        _refuse_unsaved(workspace, made.paths - {made.output.path})
        compiler, words, shown = _call(made, environment, folders)
        return CompilePlan(
            made.output.path,
            made.output,
            made.inputs,
            compiler,
            words,
            shown,
            made.folder,
            environment,
            folders,
        )
    output = path.with_suffix(".txt")
    if path.suffix != ".in" or workspace.documents.kind_of(output) is not PathKind.MISSING:
        message = f"It is not known what {path.name} was compiled from."
        raise ActionError(message)
    _refuse_unsaved(workspace, [path])
    compiler = choose_compiler(environment, folders)
    shown = shlex.join([*compiler.split(), path.name, "-o", output.name])
    return CompilePlan(
        output, None, (path,), compiler, (path.name,), shown, path.parent, environment, folders
    )


def carry_out(plan: CompilePlan, *, progress: Progress, cancel: CancelToken) -> str:
    """Make the call and return the new text; no file of the workspace is written.

    Raises:
        ActionError: the tool is missing, or it failed.
        CancelledError: the user cancelled.
    """
    try:
        return compile_requirements(
            plan.compiler,
            plan.words,
            name=plan.output.name,
            before=plan.before.text if plan.before is not None else "",
            shown=plan.shown,
            folder=plan.folder,
            environment=plan.environment,
            workspace=plan.workspace,
            progress=progress,
            cancel=cancel,
        )
    except CompilationError as error:
        names = " and ".join(path.name for path in plan.inputs)
        message = f"Could not compile {names}. {error}"
        raise ActionError(message, "\n".join(error.lines)) from error


def _call(
    made: Compilation, environment: Environment | None, folders: tuple[Path, ...]
) -> tuple[CompilerName, tuple[str, ...], str]:
    """Return the tool, its words, and the call to show: those of the head where it tells."""
    command = made.compiled.command
    if command is not None:
        if command.unknown:
            written = ", ".join(f"`{word}`" for word in command.unknown)
            message = f"The call in {made.output.path.name} has {written}, which is not repeated."
            raise ActionError(message)
        inputs = command.inputs
        if not inputs and not command.has("--group"):
            inputs = tuple(relative(path, made.folder) for path in made.inputs)
        words = (*command.options, *_plain(inputs))
        return command.compiler.value, words, command.text
    if made.compiled.head is not None:
        message = f"{made.output.path.name} was made by a call that Pinwise does not know."
        raise ActionError(message)
    compiler = choose_compiler(environment, folders)
    inputs = tuple(relative(path, made.folder) for path in made.inputs)
    words = (*_options_seen(made), *_plain(inputs))
    output = os.path.relpath(made.output.path, made.folder)
    return compiler, words, shlex.join([*compiler.split(), *words, "-o", output])


def _plain(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names of files so that none is taken for an option."""
    return tuple(f"./{name}" if name.startswith("-") else name for name in names)


def _options_seen(made: Compilation) -> list[str]:
    """Return the options that a file without a head was made with, as far as it shows them."""
    options = ["--no-header"]
    file = made.output.file
    if any(line.hashes for line in file.lines):
        options.append("--generate-hashes")
    if any(line.comment is not None and not line.hashes for line in file.lines):
        options.append("--annotation-style=line")
    return options


def _refuse_unsaved(workspace: Workspace, paths: Iterable[Path]) -> None:
    """Raise where the disk has another text than the editor: the tool reads the disk."""
    for path in sorted(paths):
        opened = _open_text(workspace, path)
        if opened is None:
            continue
        try:
            saved = decode_file(path.read_bytes())
        except OSError:
            saved = None
        if saved is None or isinstance(saved, Undecodable) or not _same(saved.text, opened):
            message = f"Save {path.name} first: the compiler reads it from disk."
            raise ActionError(message)


def _open_text(workspace: Workspace, path: Path) -> str | None:
    """Return what an editor has of a file; None where it does not have it open."""
    opened = workspace.settings_texts.get(path)
    if opened is not None:
        return opened.text
    document = workspace.documents.read(path)
    if isinstance(document, Unreadable) or document.version is None:
        return None
    return document.text


def _same(one: str, other: str) -> bool:
    """Return whether two texts differ at most in what ends their lines."""
    return one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
