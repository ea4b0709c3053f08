"""What the server knows of its client, and the way from the event loop to the engine.

Everything here runs on the event loop. The engine's modules are imported on its own thread, so
that `initialize` is answered before they are loaded.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from pinwise.lsp.asking import TextRequests
from pinwise.lsp.capabilities import ClientFeatures, reduce_capabilities
from pinwise.lsp.engine import EngineThread
from pinwise.lsp.first_lookup import FirstLookup
from pinwise.lsp.giving_way import GivingWay
from pinwise.lsp.installed_watch import follow_packages
from pinwise.lsp.pulled import PulledDiagnostics
from pinwise.lsp.settings import take_settings
from pinwise.lsp.statuses import status_of
from pinwise.lsp.uris import path_of, uri_of
from pinwise.lsp.views import Views

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.base.cancellation import CancelToken
    from pinwise.features.environment_info import EnvironmentStatus
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer

logger = logging.getLogger(__name__)

R = TypeVar("R")

SECTION = "pinwise"
"""The settings' section in `workspace/configuration`."""


class Session:
    """One client, from `initialize` to `exit`."""

    def __init__(self, server: PinwiseServer) -> None:
        self.server = server
        self.features = ClientFeatures()
        self.trusted = True
        self.folders: list[Path] = []
        self.workers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="pinwise-worker")
        """For discovery and the user's long actions; never for the protocol's reader."""
        self._engine: EngineThread[Backend] = EngineThread(self._make_backend, _work)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._statuses: dict[Path, EnvironmentStatus] = {}
        self.views = Views(self)
        self.pulled = PulledDiagnostics(self)
        self.requests = TextRequests(self)
        self._first_lookup = FirstLookup(self)
        self.stopped = False
        self.busy: dict[Path, Path] = {}
        """What an action is changing now, such as an environment's prefix, and in which folder."""
        self._outside: set[Path] = set()
        """Folders of open files that lie in no workspace folder."""
        self._looking: set[Path] = set()
        self._look_again: set[Path] = set()
        self._told: frozenset[str] = frozenset()
        """What the user was told of the settings."""
        self.watching = ""
        """The id of the registration for names of files, and files; "" where there is none."""

    # Life.

    def initialize(self, params: types.InitializeParams) -> None:
        """Remember what the client can do and which folders it has open."""
        self.features = reduce_capabilities(params)
        self.trusted = self.features.trusted
        if params.workspace_folders:
            uris = [folder.uri for folder in params.workspace_folders]
        else:
            uris = [params.root_uri] if params.root_uri else []
        self.folders = [path for uri in uris if (path := path_of(uri))]

    def start(self) -> None:
        """Begin to work, once the client said `initialized`."""
        self._loop = asyncio.get_running_loop()
        self._engine.start()
        self.refresh_all()
        self.spawn(follow_packages(self.server))

    def stop(self) -> None:
        """Give up what is under way; the process ends right after."""
        self.stopped = True
        for task in self._tasks:
            task.cancel()
        self._engine.stop(lambda backend: backend.workspace.close())
        self.workers.shutdown(wait=False, cancel_futures=True)

    # To the engine.

    def post(self, job: Callable[[Backend], None], *, urgent: bool = True) -> None:
        """Run a job on the engine thread, after those posted before. Safe from any thread.

        One that is not urgent does not end a solve that is under way.
        """
        self._engine.post(job, urgent=urgent)

    async def ask(
        self,
        question: Callable[[Backend], R],
        *,
        settled: bool = False,
        token: CancelToken | None = None,
    ) -> R:
        """Ask the engine; with `settled`, once it has analysed the texts as they are now.

        Whoever is cancelled while waiting drops a question that was not looked at yet, and cancels
        the `token` of one that is.
        """
        try:
            return await asyncio.wrap_future(self._engine.ask(question, settled=settled))
        except asyncio.CancelledError:
            if token is not None:
                token.cancel()
            raise

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine in the background; its failure is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        """Forget a task that has ended, and log it if it failed."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("a background task failed", exc_info=error)

    # Folders, settings, trust.

    def folder_of(self, uri: str | None) -> Path | None:
        """Return the folder that a command means: the one named, else the first.

        None if no folder is open, or the one named is none of ours: nothing is ever done in
        another folder than the one that was meant.
        """
        if uri is None:
            return self.folders[0] if self.folders else None
        path = path_of(uri)
        return path if path in self.folders or path in self._outside else None

    async def read_settings(self) -> None:
        """Ask the client for its settings, where it can be asked: for all, and by folder.

        A client that refuses keeps the settings that it sent with `initialize`.
        """
        if not self.features.configuration:
            return
        scopes: list[Path | None] = [None, *self.folders]
        items = [
            types.ConfigurationItem(scope_uri=uri_of(scope) if scope else None, section=SECTION)
            for scope in scopes
        ]
        try:
            answers = await self.server.workspace_configuration_async(
                types.ConfigurationParams(items)
            )
        except (JsonRpcException, RuntimeError) as error:
            logger.info("the client does not tell its settings: %s", error)
            return
        self.apply_settings(dict(zip(scopes, answers, strict=False)))
        self.views.facts_changed()
        self.spawn(self.tell_about_settings())

    def apply_settings(self, settings: Mapping[Path | None, object]) -> None:
        """Take the client's settings, by folder and with None those for all."""

        def apply(backend: Backend) -> None:
            looks = [
                take_settings(backend.workspace, folder, values)
                for folder, values in settings.items()
                if isinstance(values, dict)
            ]
            backend.refresh()
            if any(looks):
                self._on_loop(self.refresh_all)

        self.post(apply)

    async def tell_about_settings(self) -> None:
        """Show what is wrong with the settings, once for as long as it stays wrong."""
        messages = await self.ask(lambda backend: backend.workspace.settings_problems())
        for message in messages:
            if message not in self._told:
                self.server.window_show_message(
                    types.ShowMessageParams(types.MessageType.Warning, message)
                )
        self._told = frozenset(messages)

    def set_trust(self, *, trusted: bool) -> None:
        """The user granted (or withdrew) trust."""
        granted = trusted and not self.trusted
        self.trusted = trusted

        def apply(backend: Backend) -> None:
            backend.workspace.set_trust(trusted=trusted)
            backend.refresh()

        self.post(apply)
        self.spawn(self._trust_changed(verify=granted))

    async def _trust_changed(self, *, verify: bool) -> None:
        """Tell what is selected now, and have it verified where trust was just granted."""
        environments = await self.ask(lambda backend: backend.workspace.environments)
        loop = asyncio.get_running_loop()
        for folder in tuple(self.folders):
            await self.send_status(folder)
            if verify and await loop.run_in_executor(self.workers, environments.verify, folder):
                await self.environments_changed(folder)

    def set_folders(self, added: list[str], removed: list[str]) -> None:
        """Workspace folders came or went."""
        gone = {path_of(uri) for uri in removed}
        self.folders = [folder for folder in self.folders if folder not in gone]
        self.folders += [path for uri in added if (path := path_of(uri))]
        self.folders = list(dict.fromkeys(self.folders))
        for folder in gone:
            if folder is not None:
                self._statuses.pop(folder, None)
        folders = tuple(self.folders)

        def apply(backend: Backend) -> None:
            backend.workspace.set_folders(folders)
            backend.refresh()

        self.post(apply)
        self.spawn(self.read_settings())
        self.refresh_all()

    # Environments.

    def refresh_all(self) -> None:
        """Look for the environments of every folder, in the background."""
        for folder in (*self.folders, *self._outside):
            self._look(folder)

    def _look(self, folder: Path) -> None:
        """Look for a folder's environments: once at a time, and once more if asked meanwhile."""
        if self.looks_later(folder):
            return
        if folder in self._looking:
            self._look_again.add(folder)
            return
        self._looking.add(folder)

        async def look() -> None:
            try:
                await self.refresh_environments(folder)
            finally:
                self._looking.discard(folder)
                self._look_if_asked(folder)

        self.spawn(look())

    async def begin(self, place: Path, folder: Path) -> None:
        """Say that an action on a place in a folder begins: it may be half made for a while."""
        self.busy[place] = folder
        environments = await self.ask(lambda backend: backend.workspace.environments)
        environments.outdate(folder)
        if folder in self._looking:
            self._look_again.add(folder)

    def looks_later(self, folder: Path) -> bool:
        """Whether an action is under way in a folder, after which it is looked at anew.

        What the action has half made would be told as broken.
        """
        if folder not in self.busy.values():
            return False
        self._look_again.add(folder)
        return True

    def ended(self, place: Path) -> None:
        """Say that an action on a place has ended: what was not looked at meanwhile is now."""
        folder = self.busy.pop(place)
        self._look_if_asked(folder)

    def _look_if_asked(self, folder: Path) -> None:
        if folder in self._look_again and folder not in self.busy.values():
            self._look_again.discard(folder)
            self._look(folder)

    async def refresh_environments(self, folder: Path) -> None:
        """Look for a folder's environments, and tell the engine and the client.

        What is known without looking is told at once, so that nobody waits for a slow disk.
        """
        environments = await self.ask(lambda backend: backend.workspace.environments)
        if not environments.known(folder):
            await self.send_status(folder)
        elif self.looks_later(folder):
            await self.environments_changed(folder)
            return
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(
            self.workers, environments.discover, folder, None, self.giving_way()
        )
        await self.environments_changed(folder)

    def giving_way(self) -> GivingWay:
        """Return what a look at folders calls, so that it slows nobody's typing down."""
        return GivingWay(self._engine.wait_for_rest)

    async def environments_changed(self, folder: Path) -> None:
        """Have the open files judged anew, and the client told."""
        self.post(lambda backend: backend.refresh())
        self.views.facts_changed()
        await self.send_status(folder)

    async def status_of(self, folder: Path, file: Path | None = None) -> EnvironmentStatus:
        """Return which environment a folder, or the project of a file in it, uses, and why."""
        return await self.ask(lambda backend: status_of(backend.workspace, folder, file))

    async def send_status(self, folder: Path) -> None:
        """Tell the client which environment a folder uses, if that changed and it wants to know."""
        if not self.features.environment_status:
            return
        status = await self.status_of(folder)
        # That it is still being looked for is what a client supposes anyway.
        if status["environment"] is None and not await self._known(folder):
            return
        if self._statuses.get(folder) != status:
            self._statuses[folder] = status
            self.server.protocol.notify("pinwise/environmentStatus", status)

    async def _known(self, folder: Path) -> bool:
        """Return whether a folder's environments were looked for."""
        return await self.ask(lambda backend: backend.workspace.environments.known(folder))

    # From the engine.

    def _make_backend(self) -> Backend:
        """Build the engine; runs on its thread."""
        from pinwise.analysis.workspace import Workspace  # noqa: PLC0415 - after `initialize`
        from pinwise.lsp.backend import Backend  # noqa: PLC0415 - likewise
        from pinwise.syntax.source import Encoding  # noqa: PLC0415 - likewise

        workspace = Workspace(folders=tuple(self.folders), trusted=self.trusted)
        if self.features.settings is not None:
            take_settings(workspace, None, self.features.settings)
        return Backend(
            workspace,
            self.features,
            Encoding(types.PositionEncodingKind(self.server.workspace.position_encoding).value),
            self,
        )

    def _on_loop(self, function: Callable[..., object], *arguments: object) -> None:
        """Call on the event loop, from any thread; dropped once the server is ending."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)

    def publish(self, params: types.PublishDiagnosticsParams) -> None:
        """Send the diagnostics of one file, or keep them for a client that asks for them."""
        self._on_loop(self._publish, params)

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        """Do it, unless the client said `shutdown`: it may read no more, and `exit` would wait."""
        if self.stopped:
            return
        send = self.server.text_document_publish_diagnostics
        (self.pulled.take if self.features.pull else send)(params)

    def judged(self) -> None:
        """Tell a client that asks for diagnostics whether it is to ask again."""
        if self.features.pull:
            self._on_loop(self.pulled.judged)

    def when_judged(self, tell: Callable[[], None]) -> None:
        """Call `tell` on the event loop once every tree was looked at, but for the solver."""
        self.post(lambda backend: backend.when_judged(lambda: self._on_loop(tell)), urgent=False)

    def later(self, seconds: float, job: Callable[[Backend], None]) -> None:
        """Run a job of the engine after so many seconds."""
        if self._loop:
            self._on_loop(self._loop.call_later, seconds, self.post, job)

    def fetched(self, names: frozenset[NormalizedName]) -> None:
        """Have the trees that name one of `names` analysed again; called from any thread."""
        self.post(lambda backend: backend.index_changed(names), urgent=False)
        self._on_loop(self.views.facts_changed)
        self._on_loop(self._first_lookup.asked)

    def look_for_environments(self, folder: Path) -> None:
        """Look for the environments of an open file that lies in no workspace folder."""
        self._on_loop(self._outside.add, folder)
        self._on_loop(self._look, folder)

    def watch(self, names: frozenset[str], files: frozenset[Path]) -> None:
        """Have files and folders of these names watched, and single files."""
        self._on_loop(self._have_watched, names, files)

    def _have_watched(self, names: frozenset[str], files: frozenset[Path]) -> None:
        from pinwise.lsp.handlers.lifecycle import watch_names  # noqa: PLC0415 - a cycle

        self.spawn(watch_names(self.server, names, files))

    def suggest(self, folder: Path, file: Path) -> None:
        """Suggest to create an environment for the project of a file."""
        self._on_loop(self._ask_about_environment, folder, file)

    def _ask_about_environment(self, folder: Path, file: Path) -> None:
        from pinwise.lsp.handlers.environments import suggest_environment  # noqa: PLC0415 - a cycle

        self.spawn(suggest_environment(self.server, folder, file))


def _work(backend: Backend, token: CancelToken) -> bool:
    """Do the engine's idle work."""
    return backend.work(token)
