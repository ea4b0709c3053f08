"""The commands about what was not checked: retry, sign in, go online, trust, read on.

A client that says `networkDialogs` gets answers, and shows them in its own way. For any other one
the server shows what it can: a message, or a file by `window/showDocument`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from pinwise.lsp.handlers.arguments import command
from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pinwise.analysis.report import Unchecked
    from pinwise.analysis.workspace import Analysis
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

RETRY = "pinwise.retry"
SIGN_IN = "pinwise.signIn"
WORK_ONLINE = "pinwise.workOnline"
MANAGE_TRUST = "pinwise.manageTrust"
OPEN_GUIDE = "pinwise.openGuide"

COMMANDS = {
    "retry": RETRY,
    "sign-in": SIGN_IN,
    "work-online": WORK_ONLINE,
    "manage-trust": MANAGE_TRUST,
    "open-guide": OPEN_GUIDE,
}
"""The command that carries out each named action of `features/unchecked_fixes.py`."""


def register(server: PinwiseServer) -> None:
    """Register the commands; each takes one object, described in ARCHITECTURE.md."""
    for name, (handler, keys) in {
        RETRY: (retry, "uri"),
        SIGN_IN: (sign_in, "uri index"),
        WORK_ONLINE: (work_online, "uri"),
        MANAGE_TRUST: (manage_trust, "uri"),
        OPEN_GUIDE: (open_guide, "uri section"),
    }.items():
        server.command(name)(command(handler, keys))


def not_checked_actions(
    backend: Backend, path: Path, where: types.Range
) -> Iterator[types.CodeAction | types.Command]:
    """Yield what helps against the quiet item at a place; on the engine thread."""
    # After `initialize`.
    from pinwise.features.unchecked_fixes import fixes_for_unchecked  # noqa: PLC0415
    from pinwise.lsp.convert import span_of  # noqa: PLC0415
    from pinwise.lsp.not_checked import not_checked_item  # noqa: PLC0415

    source, found = backend.source_of(path), backend.unchecked_in(path)
    if source is None or found is None:
        return
    analysis, unchecked = found
    if not unchecked[0].span.touches(span_of(source, where, backend.encoding)):
        return
    item = not_checked_item(unchecked, source, backend.encoding, backend.features)
    for fix in fixes_for_unchecked(unchecked, analysis.context, analysis.index.refusals()):
        if fix.action is None:
            continue
        argument = {"uri": uri_of(path), **fix.action.arguments}
        command = types.Command(fix.title, COMMANDS[fix.action.name], arguments=[argument])
        if backend.features.code_action_literals:
            kind = types.CodeActionKind.QuickFix
            yield types.CodeAction(fix.title, kind, diagnostics=[item], command=command)
        else:
            yield command


async def retry(ls: PinwiseServer, _given: Mapping[str, Any]) -> None:
    """Forget what failed, read the configuration again, and ask for everything that is missing."""

    def again(backend: Backend) -> None:
        backend.workspace.forget_failures()
        # The password may be new: in netrc, in the keyring or in pip's configuration.
        backend.workspace.forget_disk()
        backend.refresh()

    await ls.session.ask(again)


async def sign_in(ls: PinwiseServer, given: Mapping[str, Any]) -> dict[str, str] | None:
    """Tell how to give an index its credentials; None where it asks for none any more.

    The secret itself never comes here: messages of the protocol may be logged.
    """
    label = str(given.get("index", ""))
    answer: dict[str, str] | None = await _of_file(
        ls, given, lambda backend, analysis: _way_in(backend, analysis, label)
    )
    if answer is not None and not ls.session.features.network_dialogs:
        text = answer["advice"] or (
            f"Give your password of {label} to the keyring in a terminal, then retry:"
            # The host alone, which pip asks about as well: a path may hold a token.
            f" keyring set {label} {answer['user'] or 'USER'}"
        )
        _show(ls, text)
    return answer


async def work_online(ls: PinwiseServer, given: Mapping[str, Any]) -> dict[str, str] | None:
    """Tell what says offline: a file of the project, which is opened, or the user's settings."""
    file = await _of_file(ls, given, _says_offline)
    if file is None or ls.session.features.network_dialogs:
        return None if file is None else {"file": file}
    if not file:
        _show(ls, "The setting offline of your editor is on. Turn it off to work online.")
    elif not await _show_document(ls, file):
        _show(ls, f"The project says offline, in {path_of(file)}.")
    return {"file": file}


async def manage_trust(ls: PinwiseServer, _given: Mapping[str, Any]) -> None:
    """Tell how to trust the workspace, which only the client can do."""
    if not ls.session.features.network_dialogs:
        _show(ls, "Hosts that only this workspace names are asked once your editor trusts it.")


async def open_guide(ls: PinwiseServer, given: Mapping[str, Any]) -> dict[str, str] | None:
    """Open a section of the page about indexes; None where it was not shipped."""
    from pinwise.lsp.not_checked import guide_uri  # noqa: PLC0415 - after `initialize`

    section = str(given.get("section", ""))
    page = guide_uri(section)
    if page is None:
        _show(ls, "The page about indexes was not installed with Pinwise.")
        return None
    if not (ls.session.features.network_dialogs or await _show_document(ls, page)):
        _show(ls, f"This page tells more: {path_of(page)}")
    return {"page": page}


async def _of_file(
    ls: PinwiseServer,
    given: Mapping[str, Any],
    question: Callable[[Backend, Analysis], Any],
) -> Any:  # noqa: ANN401 - whatever the question returns
    """Ask about the tree whose quiet item stands in the file that a command names."""
    path = path_of(str(given.get("uri", "")))
    if path is None:
        message = "`uri` must be the URI of an open file."
        raise JsonRpcInvalidParams(message)

    def ask(backend: Backend) -> Any:  # noqa: ANN401 - likewise
        found: tuple[Analysis, Sequence[Unchecked]] | None = backend.unchecked_in(path)
        return question(backend, found[0]) if found is not None else None

    return await ls.session.ask(ask, settled=True)


def _way_in(backend: Backend, analysis: Analysis, label: str) -> dict[str, str] | None:
    """Return what a client needs to know to have credentials stored; on the engine thread."""
    from pinwise.features.unchecked_fixes import sign_in_advice  # noqa: PLC0415 - as above

    refused = [each for each in analysis.index.refusals() if each.label == label]
    if not refused:
        return None
    refusal = refused[0]
    advice = sign_in_advice(refusal, trusted=backend.workspace.trusted)
    return {
        "label": label,
        # Of several indexes on one host, the host stands for all of them, for pip as well.
        "service": refusal.url if len(refused) == 1 else label,
        # Of no use there, and where the password is empty, the user is a token.
        "user": "" if advice else refusal.user,
        "keyring": "" if advice else refusal.keyring,
        "advice": advice,
    }


def _says_offline(_backend: Backend, analysis: Analysis) -> str | None:
    """Return the URI of the project's file that says offline, "" where the settings do."""
    from pinwise.features.unchecked_fixes import offline_file  # noqa: PLC0415 - as above

    if not analysis.context.settings.offline:
        return None
    file = offline_file(analysis.context)
    return uri_of(file) if file is not None else ""


async def _show_document(ls: PinwiseServer, uri: str) -> bool:
    """Have the client open a file; return whether it did."""
    if not ls.session.features.show_documents:
        return False
    try:
        params = types.ShowDocumentParams(uri, take_focus=True)
        return (await ls.window_show_document_async(params)).success
    except JsonRpcException:
        return False


def _show(ls: PinwiseServer, message: str) -> None:
    """Show a message that nobody has to answer."""
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))
