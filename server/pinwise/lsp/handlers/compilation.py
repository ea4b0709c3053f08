"""The command that compiles a file again, with the user's own compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from pinwise.lsp.handlers.arguments import command, text_in
from pinwise.lsp.handlers.environments import run_for_user, show
from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pinwise.analysis.compilation import CompilePlan
    from pinwise.base.cancellation import CancelToken
    from pinwise.base.progress import Progress
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

COMPILE = "pinwise.compile"


def register(server: PinwiseServer) -> None:
    """Register the command."""
    server.command(COMPILE)(command(compile_file, "uri"))


async def compile_file(ls: PinwiseServer, given: Mapping[str, Any]) -> dict[str, bool]:
    """Compile a file again: `{uri}` of the compiled file, or of what it is compiled from.

    The result comes as one edit of the compiled file, which can be undone.

    Returns:
        `{changed: boolean}`: false where nothing changed, or it was refused, cancelled or failed,
        of which the user was told.
    """
    path = path_of(text_in(given, "uri") or "")
    if path is None:
        raise JsonRpcInvalidParams(message="compile takes a file.")
    session = ls.session
    nothing = {"changed": False}
    if not session.trusted:
        message = "Pinwise starts no compiler in a workspace that you do not trust."
        show(ls, types.MessageType.Warning, message)
        return nothing
    plan = await session.ask(lambda backend: _plan(backend, path), settled=True)
    if isinstance(plan, str):
        show(ls, types.MessageType.Warning, plan)
        return nothing

    def compiled(progress: Progress, cancel: CancelToken) -> str:
        from pinwise.analysis.compilation import carry_out  # noqa: PLC0415 - after `initialize`

        return carry_out(plan, progress=progress, cancel=cancel)

    text = await run_for_user(
        ls, plan.folder, f"Compiling {plan.output.name}", compiled, changes=plan.output
    )
    if text is None:
        return nothing
    edit = await session.ask(lambda backend: _edit(backend, plan, text))
    if edit is None:
        show(ls, types.MessageType.Info, f"{plan.output.name} is up to date.")
        return nothing
    label = f"Compile {plan.output.name}"
    result = await ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label))
    if not result.applied:
        message = f"{plan.output.name} has changed meanwhile. Compile it again."
        show(ls, types.MessageType.Warning, message)
    return {"changed": result.applied}


def _plan(backend: Backend, path: Path) -> CompilePlan | str:
    """Return the call, or why there is none; on the engine thread."""
    # After `initialize`.
    from pinwise.analysis.actions import ActionError  # noqa: PLC0415
    from pinwise.analysis.compilation import plan_compilation  # noqa: PLC0415

    if not backend.features.apply_edits:
        return "This editor takes no edits from Pinwise. Compile in a terminal."
    try:
        plan = plan_compilation(backend.workspace, path)
    except ActionError as error:
        return str(error)
    if plan.before is None and not backend.features.create_files:
        return f"There is no {plan.output.name} yet. Compile in a terminal the first time."
    return plan


def _edit(backend: Backend, plan: CompilePlan, text: str) -> types.WorkspaceEdit | None:
    """Return the edit that makes a text of the compiled file; None where it is that already."""
    # After `initialize`.
    from pinwise.advice.findings import FileEdit  # noqa: PLC0415
    from pinwise.base.text import Span, TextEdit, difference  # noqa: PLC0415
    from pinwise.lsp.convert import workspace_edit  # noqa: PLC0415

    if plan.before is None:
        edit = FileEdit(plan.output, TextEdit(Span(0, 0), text), create=True)
        return workspace_edit((edit,), {}, backend.features, backend.encoding)
    before = plan.before.text
    newline = "\r\n" if "\r\n" in before else "\n"
    changed = difference(before, text.replace("\n", newline))
    if changed is None:
        return None
    texts = {plan.output: plan.before}
    return workspace_edit(
        (FileEdit(plan.output, changed),), texts, backend.features, backend.encoding
    )
