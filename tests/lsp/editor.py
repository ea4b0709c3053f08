"""An editor for tests: a real server process, a folder of files, a fake index."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcRequestCancelled
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

from pinwise.lsp.first_lookup import claim
from pinwise.lsp.uris import path_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from cattrs import Converter

    from tests.fake_index import FakeIndex

LAUNCH = Path(__file__).resolve().parent.parent.parent / "server" / "launch.py"
TIMEOUT = 60

F = TypeVar("F")


def isolated_environment(home: Path, index_url: str | None) -> dict[str, str]:
    """Return variables under which nothing of this machine's user is seen."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PIP_", "XDG_", "UV_", "VIRTUAL_ENV", "CONDA_", "PYTHON"))
    }
    index = {"PIP_INDEX_URL": index_url} if index_url else {"PIP_NO_INDEX": "1"}
    return {**kept, **index, "HOME": str(home), "PIP_CONFIG_FILE": os.devnull}


class Editor:
    """Speaks for a user: opens, types, looks, chooses.

    Attributes:
        folder: the workspace folder.
        answers: for each question of the server's, by its beginning, the button to press.
        questions: what the server asked.
        meanwhile: called with each question before it is answered: what happens until then.
        statuses: the `pinwise/environmentStatus` notifications, in order.
        notices: the `pinwise/networkNotice` notifications, likewise.
        published: the files that were published to it, in order.
        refreshed: how often it was told to ask for diagnostics again.
        streamed: what a request for the diagnostics of all files told of each, by URI.
    """

    def __init__(self, folder: Path, index: FakeIndex | None) -> None:
        self.folder = folder
        self.index = index
        self.answers: dict[str, str] = {}
        self.questions: list[str] = []
        self.meanwhile: Callable[[str], object] = len
        self.statuses: list[Any] = []
        self.found: list[Any] = []
        self.notices: list[Any] = []
        self.registered: list[str] = []
        self.watched: dict[str, list[str]] = {}
        self.published: list[str] = []
        self.refreshed = 0
        self.streamed: dict[str, list[types.Diagnostic]] = {}
        self.client = LanguageClient(converter_factory=_converter)
        self._changed = asyncio.Condition()
        self._shut_down = False
        self._versions: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        self._versions_published: dict[str, int | None] = {}
        self._listen()
        self._listen_to_registrations()

    def _listen(self) -> None:
        client = self.client
        feature = cast("Callable[[str], Callable[[F], F]]", client.feature)
        ours = {
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
            types.WINDOW_SHOW_MESSAGE,
            types.WORKSPACE_DIAGNOSTIC_REFRESH,
            types.PROGRESS,
        }
        register_lsp_features(
            client,
            {
                method: handler
                for method, handler in DEFAULT_CLIENT_FEATURES.items()
                if method not in ours
            },
        )

        @feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def published(params: types.PublishDiagnosticsParams) -> None:
            self.published.append(params.uri)
            client.diagnostics[params.uri] = params.diagnostics
            self._versions_published[params.uri] = params.version
            await self._tell()

        @feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        async def asked(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
            self.questions.append(params.message)
            await self._tell()
            self.meanwhile(params.message)
            answer = next((a for q, a in self.answers.items() if params.message.startswith(q)), "")
            return types.MessageActionItem(answer) if answer else None

        @feature(types.WINDOW_SHOW_MESSAGE)
        async def shown(params: types.ShowMessageParams) -> None:
            client.messages.append(params)
            await self._tell()

        @feature(types.PROGRESS)
        async def part(params: types.ProgressParams) -> None:
            value = params.value if isinstance(params.value, dict) else {}
            if "kind" in value:
                DEFAULT_CLIENT_FEATURES[types.PROGRESS](client, params)
            for item in value.get("items", ()):
                found = [_converter().structure(each, types.Diagnostic) for each in item["items"]]
                self.streamed[item["uri"]] = found
            await self._tell()

        @feature("pinwise/environmentStatus")
        async def status(params: Any) -> None:  # noqa: ANN401 - a custom message
            self.statuses.append(params)
            await self._tell()

        @feature("pinwise/networkNotice")
        async def notice(params: Any) -> None:  # noqa: ANN401 - a custom message
            self.notices.append(params)
            await self._tell()

        @feature("pinwise/environmentFound")
        async def found(params: Any) -> None:  # noqa: ANN401 - a custom message
            self.found.append(params)
            await self._tell()

    def _listen_to_registrations(self) -> None:
        client = self.client
        feature = cast("Callable[[str], Callable[[F], F]]", client.feature)

        @feature(types.CLIENT_REGISTER_CAPABILITY)
        async def registered(params: types.RegistrationParams) -> None:
            self.registered += [item.method for item in params.registrations]
            for item in params.registrations:
                if item.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES:
                    options = cast("dict[str, list[dict[str, str]]]", item.register_options)
                    patterns = [watcher["globPattern"] for watcher in options["watchers"]]
                    self.watched[item.id] = patterns
            await self._tell()

        @feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)
        async def refresh(_params: None) -> None:
            self.refreshed += 1
            await self._tell()

        @feature(types.CLIENT_UNREGISTER_CAPABILITY)
        async def unregistered(params: types.UnregistrationParams) -> None:
            for item in params.unregisterations:
                self.watched.pop(item.id, None)
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def start(
        self,
        home: Path,
        *,
        options: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        capabilities: types.ClientCapabilities | None = None,
        first_use: bool = False,
    ) -> types.InitializeResult:
        """Start the server and initialize it; with `first_use` for somebody new to Pinwise."""
        if not first_use:
            claim(home / ".local" / "state" / "pinwise")
        if settings is not None:
            self.client.set_configuration(settings, section="pinwise")
        environ = isolated_environment(home, self.index.url if self.index else None)
        command = [sys.executable, "-I", "-X", "utf8", str(LAUNCH), "serve"]
        await self.client.start_io(*command, env=environ)
        return await self.client.initialize_session(
            types.InitializeParams(
                capabilities=capabilities or client_capabilities("visual-studio-code"),
                workspace_folders=[types.WorkspaceFolder(self.folder.as_uri(), self.folder.name)],
                initialization_options={"environmentStatus": True, **(options or {})},
            )
        )

    async def shutdown(self) -> None:
        """Ask the server to stop all work; `stop` does the rest."""
        await asyncio.wait_for(self.client.shutdown_async(None), TIMEOUT)
        self._shut_down = True

    async def stop(self) -> None:
        """End the server as an editor does; a test that fails does not wait for it."""
        if not self._shut_down:
            await self.shutdown()
        self.client.exit(None)
        # A client that was told to stop reads no more, and a server that has much to say would
        # wait for its reader instead of ending.
        server = self.client._server  # noqa: SLF001 - it tells nothing of it
        assert server is not None
        await asyncio.wait_for(server.wait(), TIMEOUT)
        await self.client.stop()

    def uri(self, name: str) -> str:
        """Return the URI of a file of the folder."""
        return Path(os.path.normpath(self.folder / name)).as_uri()

    def open(self, name: str, text: str | None = None) -> None:
        """Open a file; with `text`, write it first."""
        path = self.folder / name
        if text is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        content = path.read_text(encoding="utf-8")
        uri = self.uri(name)
        self._versions[uri], self._texts[uri] = 1, content
        item = types.TextDocumentItem(uri, "pip-requirements", 1, content)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, name: str, text: str) -> int:
        """Make `text` the whole text of an open file; return its version."""
        uri = self.uri(name)
        self._versions[uri] += 1
        self._texts[uri] = text
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(uri=uri, version=self._versions[uri]),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )
        return self._versions[uri]

    async def pull(self, name: str, previous: str | None = None) -> types.DocumentDiagnosticReport:
        """Ask for the diagnostics of a file."""
        return await asyncio.wait_for(
            self.client.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(
                    types.TextDocumentIdentifier(self.uri(name)), previous_result_id=previous
                )
            ),
            TIMEOUT,
        )

    async def pull_all(
        self, previous: dict[str, str] | None = None
    ) -> types.WorkspaceDiagnosticReport:
        """Ask for the diagnostics of all files that are other than in `previous`, by URI."""
        known = [types.PreviousResultId(*pair) for pair in (previous or {}).items()]
        return await asyncio.wait_for(
            self.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known)), TIMEOUT
        )

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[asyncio.Future[Any]]:
        """Keep a request for the diagnostics of all files open, and cancel it in the end."""
        protocol, number, token = self.client.protocol, "stream", "parts"
        ended = asyncio.ensure_future(
            protocol.send_request_async(
                types.WORKSPACE_DIAGNOSTIC,
                types.WorkspaceDiagnosticParams([], partial_result_token=token),
                msg_id=number,
            )
        )
        yield ended
        protocol.notify(types.CANCEL_REQUEST, types.CancelParams(number))
        with pytest.raises(JsonRpcRequestCancelled):
            await asyncio.wait_for(ended, TIMEOUT)

    def close(self, name: str) -> None:
        """Close a file."""
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(self.uri(name)))
        )

    def text(self, name: str) -> str:
        """Return the text of an open file."""
        return self._texts[self.uri(name)]

    async def wait(self, condition: Callable[[], Any]) -> None:
        """Wait until a condition holds; each message from the server is a reason to look."""

        async def until() -> None:
            async with self._changed:
                await self._changed.wait_for(lambda: bool(condition()))

        await asyncio.wait_for(until(), TIMEOUT)

    async def wait_in_thread(self, event: Callable[[float], bool]) -> None:
        """Wait for what another thread will do, while messages still come in."""
        assert await asyncio.get_running_loop().run_in_executor(None, event, TIMEOUT)

    def codes(self, name: str) -> list[str]:
        """Return the rules that spoke of a file, by place."""
        return [str(item.code) for item in self.client.diagnostics.get(self.uri(name), ())]

    def diagnostic(self, name: str, code: str) -> types.Diagnostic:
        """Return the only diagnostic of a rule in a file."""
        found = [item for item in self.client.diagnostics[self.uri(name)] if item.code == code]
        assert len(found) == 1, found
        return found[0]

    def version_published(self, name: str) -> int | None:
        """Return the version that the last diagnostics of a file were for."""
        return self._versions_published.get(self.uri(name))

    async def actions(
        self, name: str, where: types.Range, only: list[str] | None = None
    ) -> list[types.CodeAction]:
        """Return the code actions at a place, all of them or those of the kinds `only`."""
        context = types.CodeActionContext([], only=only)
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(types.TextDocumentIdentifier(self.uri(name)), where, context)
        )
        return [item for item in found or () if isinstance(item, types.CodeAction)]

    async def fix(self, name: str, code: str, title: str) -> str:
        """Apply the fix of that title to the only diagnostic of a rule; return the new text."""
        actions = await self.actions(name, self.diagnostic(name, code).range)
        action = next((item for item in actions if item.title == title), None)
        assert action is not None, [item.title for item in actions]
        assert action.edit is not None
        for change in action.edit.document_changes or ():
            assert isinstance(change, types.TextDocumentEdit)
            path = path_of(change.text_document.uri)
            assert path is not None
            self._apply(path.relative_to(self.folder).as_posix(), change)
        return self.text(name)

    def _apply(self, name: str, change: types.TextDocumentEdit) -> None:
        """Apply edits to an open file, the last first, in UTF-16 columns as a client does."""
        assert change.text_document.version == self._versions[self.uri(name)]
        lines = self.text(name).split("\n")
        for edit in sorted(
            change.edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True
        ):
            assert isinstance(edit, types.TextEdit)
            start, end = edit.range.start, edit.range.end
            head = _units(lines[start.line])[: start.character]
            tail = _units(lines[end.line])[end.character :]
            joined = b"".join(head) + edit.new_text.encode("utf-16-le") + b"".join(tail)
            lines[start.line : end.line + 1] = joined.decode("utf-16-le").split("\n")
        self.type(name, "\n".join(lines))

    async def command(self, command: str, **argument: object) -> Any:  # noqa: ANN401 - any JSON
        """Run a command of the server."""
        return await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command, [argument])
        )


def _converter() -> Converter:
    """Return pygls's converter, with code actions that have a command told from commands.

    lsprotocol takes whatever has the key for a bare command.
    """
    converter: Converter = default_converter()

    def read(value: Any, _: object) -> types.Command | types.CodeAction:  # noqa: ANN401 - JSON
        if isinstance(value.get("command"), str):
            return converter.structure(value, types.Command)
        return converter.structure(value, types.CodeAction)

    # The very union that lsprotocol's types name, which is how the converter finds the hook.
    converter.register_structure_hook(Union[types.Command, types.CodeAction], read)  # noqa: UP007
    return converter


def _units(text: str) -> list[bytes]:
    """Split a text into its UTF-16 code units."""
    data = text.encode("utf-16-le")
    return [data[place : place + 2] for place in range(0, len(data), 2)]
