"""initialize, initialized, shutdown; configuration, folders, watched files and trust."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from itertools import count
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from pinwise.lsp.handlers.diagnostics import register_pull
from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.lsp.server import PinwiseServer

SETTINGS_FILES = "**/{pyproject,pinwise}.toml"

WATCHED = (
    "**/*requirements*.{txt,in}",
    "**/constraints*.{txt,in}",
    "**/requirements/*.{txt,in}",
    SETTINGS_FILES,
    "**/pyvenv.cfg",
    "**/.python-version",
    "**/.python-envs",
    # Whether a project uses uv, and from where, decides which index answers.
    "**/uv.{toml,lock}",
    # Which tool a project is managed with decides whose environment it uses.
    "**/{poetry,pdm,pixi}.lock",
    "**/{Pipfile,Pipfile.lock,pixi.toml,.pdm-python}",
    "**/conda-meta/history",
)

_TEXTS = frozenset({"pinwise.toml", "uv.toml", "pip.conf", "pip.ini"})
"""What else is read for its text alone; `pyproject.toml` also says which Python it wants."""
_LOCKS = frozenset({"uv.lock", "poetry.lock", "pdm.lock", "pixi.lock", "Pipfile.lock"})
"""Whose text says nothing of environments, while it does matter whether they are there."""

_NUMBERS = count(1)
"""Every registration has an id of its own."""

SETTINGS_WAIT = 5.0
"""Seconds after which a client that does not answer has no settings."""


def register(server: PinwiseServer) -> None:
    """Register the methods of a server's life."""
    server.feature(types.INITIALIZE)(initialize)
    server.feature(types.INITIALIZED)(initialized)
    server.feature(types.SHUTDOWN)(shutdown)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(did_change_configuration)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(did_change_folders)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(did_change_watched_files)
    server.feature("pinwise/didChangeTrust")(did_change_trust)


def initialize(ls: PinwiseServer, params: types.InitializeParams) -> None:
    """Learn what the client can do."""
    ls.session.initialize(params)
    if ls.session.features.pull:
        register_pull(ls)


def initialized(ls: PinwiseServer, _params: types.InitializedParams) -> None:
    """Start the work that `initialize` did not wait for."""
    # What start-up made lives as long as the process: frozen, it is never looked at again.
    gc.collect()
    gc.freeze()
    # An analysis makes tens of thousands of small objects without a cycle among them; looking at
    # them after every 700, as is the default, takes a tenth of its time.
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
    session = ls.session
    session.start()
    if session.features.more_documents:
        session.spawn(_follow_settings_files(ls))
    if session.features.watch_files:
        session.spawn(_watch_files(ls))
    # In the background: a handler that waits fails where the client goes away meanwhile.
    session.spawn(_wait_for_settings(ls))


async def _wait_for_settings(ls: PinwiseServer) -> None:
    """Ask for the client's settings; nothing is asked of the network before they are known."""
    session = ls.session
    await asyncio.wait({session.spawn(session.read_settings())}, timeout=SETTINGS_WAIT)
    session.post(lambda backend: backend.settings_arrived())


async def _watch_files(ls: PinwiseServer) -> None:
    """Have the client tell of files that change on disk.

    A client that refuses goes unwatched; saving a file looks at the disk all the same.
    """
    registration = types.Registration(
        id="pinwise-files",
        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        register_options=types.DidChangeWatchedFilesRegistrationOptions(
            [types.FileSystemWatcher(glob_pattern=pattern) for pattern in WATCHED]
        ),
    )
    with contextlib.suppress(JsonRpcException):
        await ls.client_register_capability_async(types.RegistrationParams([registration]))


async def _follow_settings_files(ls: PinwiseServer) -> None:
    """Have the client send the texts of settings files while they are open, and ask for fixes.

    Asked for one by one, not with `initialize`: these files belong to others, and nothing else of
    ours, a formatter least of all, is to be offered there.
    """
    selector = [types.TextDocumentFilterPattern(pattern=SETTINGS_FILES, scheme="file")]
    plain = types.TextDocumentRegistrationOptions(selector)
    options = {
        types.TEXT_DOCUMENT_DID_OPEN: plain,
        types.TEXT_DOCUMENT_DID_CLOSE: plain,
        types.TEXT_DOCUMENT_DID_CHANGE: types.TextDocumentChangeRegistrationOptions(
            types.TextDocumentSyncKind.Full, selector
        ),
        types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionRegistrationOptions(
            selector, [types.CodeActionKind.QuickFix], resolve_provider=True
        ),
    }
    registrations = [
        types.Registration(f"pinwise-settings-{method}", method, each)
        for method, each in options.items()
    ]
    with contextlib.suppress(JsonRpcException):
        await ls.client_register_capability_async(types.RegistrationParams(registrations))


async def watch_names(ls: PinwiseServer, names: frozenset[str], files: frozenset[Path]) -> None:
    """Have the client tell of these too, in place of those asked for before.

    Args:
        ls: the server.
        names: of files and folders anywhere in the workspace.
        files: single ones, in folders that are there.
    """
    session = ls.session
    patterns = [types.FileSystemWatcher(glob_pattern=f"**/{name}") for name in sorted(names)]
    patterns += [
        types.FileSystemWatcher(types.RelativePattern(uri_of(file.parent), file.name))
        for file in sorted(files)
    ]
    name = f"pinwise-names-{next(_NUMBERS)}" if patterns else ""
    before, session.watching = session.watching, name
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    if patterns:
        options = types.DidChangeWatchedFilesRegistrationOptions(patterns)
        registration = types.Registration(session.watching, method, options)
        with contextlib.suppress(JsonRpcException):
            await ls.client_register_capability_async(types.RegistrationParams([registration]))
    if before:
        gone = types.Unregistration(before, method)
        with contextlib.suppress(JsonRpcException):
            await ls.client_unregister_capability_async(types.UnregistrationParams([gone]))


def shutdown(ls: PinwiseServer, _params: None) -> None:
    """Stop all work."""
    protocol = ls.protocol
    # pygls does the same after this, but fails where a callback changes what it iterates over.
    for number, future in list(protocol._request_futures.items()):  # noqa: SLF001 - see above
        if number != protocol.msg_id:
            future.cancel()
    ls.session.stop()


async def did_change_configuration(
    ls: PinwiseServer, params: types.DidChangeConfigurationParams
) -> None:
    """Read the settings again; clients that cannot be asked send them."""
    if ls.session.features.configuration:
        await ls.session.read_settings()
        return
    sent = params.settings if isinstance(params.settings, dict) else {}
    values = sent.get("pinwise", sent)
    if not isinstance(values, dict):
        return
    ls.session.apply_settings({None: values})


def did_change_folders(ls: PinwiseServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Follow the workspace's folders."""
    event = params.event
    ls.session.set_folders(
        [folder.uri for folder in event.added], [folder.uri for folder in event.removed]
    )


def did_change_watched_files(ls: PinwiseServer, params: types.DidChangeWatchedFilesParams) -> None:
    """Files changed on disk: read them again where they matter.

    Environments are looked for anew only where something else changed than the text of files that
    only the analysis reads: a folder that is gone is told of by its own name alone.
    """
    changed = [path for change in params.changes if (path := path_of(change.uri)) is not None]
    only_texts = bool(changed) and all(
        change.type is types.FileChangeType.Changed for change in params.changes
    )
    ls.session.post(lambda backend: backend.files_changed(changed, only_texts=only_texts))
    if not all(map(_is_text_alone, params.changes)):
        ls.session.refresh_all()


def _is_text_alone(change: types.FileEvent) -> bool:
    """Return whether a change says nothing of environments."""
    # After `initialize`.
    from pinwise.manifests.recognise import is_requirements_file  # noqa: PLC0415

    path = path_of(change.uri)
    if path is None:
        return False
    if path.name in _LOCKS:
        return change.type is types.FileChangeType.Changed
    return is_requirements_file(path) or path.name in _TEXTS


def did_change_trust(ls: PinwiseServer, params: Any) -> None:  # noqa: ANN401 - a custom message
    """Follow the user's decision about trust."""
    ls.session.set_trust(trusted=getattr(params, "trusted", False) is True)
