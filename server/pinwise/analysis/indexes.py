"""Which index answers for a tree: pip's configuration or uv's, and the options in the files."""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from pinwise.index.cache import Cache, default_cache_path
from pinwise.index.client import IndexClient
from pinwise.index.configuration import FileOption, read_configuration, with_file_options
from pinwise.index.uv_files import UvTable, read_uv_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.index.types import IndexOptions
    from pinwise.project.graph import Tree
    from pinwise.project.index_options import IndexOption


CLIENTS_KEPT = 8
"""Clients that are kept though nobody uses them at the moment."""


_Key = tuple["Path | None", "tuple[Path, ...]", bool, bool, "Path | None"]


class Indexes:
    """One client for each set of options that is in use; all share one cache.

    A client lives for as long as an analysis holds it or one of its look-ups is under way, and
    the last few live on: while an address is typed, each letter makes another. One that is let
    go closes its connections at once, and its threads end when they have had nothing to do for
    some seconds. What it was asked for still comes back, every name once.
    """

    def __init__(self) -> None:
        self._cache = Cache(default_cache_path())
        self._configured: dict[_Key, IndexOptions] = {}
        self._files: dict[_Key, tuple[Path, ...]] = {}
        self._uv: dict[Path, tuple[UvTable, ...] | None] = {}
        self._clients: WeakValueDictionary[IndexOptions, IndexClient] = WeakValueDictionary()
        self._recent: OrderedDict[IndexOptions, IndexClient] = OrderedDict()

    def client_for(  # noqa: PLR0913 - keywords
        self,
        tree: Tree,
        *,
        prefix: Path | None,
        folder: Path,
        offline: bool,
        trusted: bool,
        folders: tuple[Path, ...] = (),
    ) -> IndexClient:
        """Return the index that `pip install -r` of the tree's root would use.

        Where the project uses uv, its configuration of places comes before pip's; see
        `pinwise.index.uv`.

        Args:
            tree: whose options count, as pip applies them.
            prefix: that of the selected environment, whose pip.conf counts.
            folder: the tree's own folder; what only its files name needs trust.
            offline: whether the network is left alone.
            trusted: whether the workspace is trusted.
            folders: all workspace folders: a selected environment may lie in another one.
        """
        workspace = tuple(dict.fromkeys((folder, *folders)))
        beside = tree.root.parent
        if beside not in self._uv:
            self._uv[beside] = uv_tables(beside)
        tables = self._uv[beside]
        # Projects that do not use uv share what was read.
        key = prefix, workspace, offline, trusted, None if tables is None else beside
        if key not in self._configured:
            read = read_configuration(
                prefix, workspace_folders=workspace, trusted=trusted, offline=offline
            )
            options, self._files[key] = read.options, read.files
            if tables is not None:
                # Not every project uses uv.
                from pinwise.index.uv import user_files, with_uv  # noqa: PLC0415 - as said

                options = with_uv(options, tables, os.environ)
                self._files[key] += tuple(user_files(os.environ))
            self._configured[key] = options
        options = self._configured[key]
        if lines := list(_lines(tree)):
            options = with_file_options(options, lines)
        client = self._clients.get(options)
        if client is None:
            client = self._clients[options] = IndexClient(options, self._cache)
        self._recent[options] = client
        self._recent.move_to_end(options)
        if len(self._recent) > CLIENTS_KEPT:
            self._recent.popitem(last=False)
        return client

    def forget_configuration(self) -> None:
        """Read pip's configuration and uv's again; what is known of packages stays."""
        self._configured.clear()
        self._files.clear()
        self._uv.clear()

    def configuration_files(self) -> frozenset[Path]:
        """Return the files of pip and uv that were looked for, existing or not: those to watch."""
        return frozenset().union(*self._files.values())

    def forget_failures(self, *, patiently: bool = False) -> None:
        """Let failed look-ups be repeated at once; see `IndexClient.forget_failures`."""
        for client in list(self._clients.values()):
            client.forget_failures(patiently=patiently)

    def stop_asking(self) -> None:
        """Cut short what is asked over a network; what waits for an answer is not asked at all.

        Whoever still wants to know, and may, is given another client.
        """
        for options, client in list(self._clients.items()):
            if not options.offline:
                self._recent.pop(options, None)
                self._clients.pop(options, None)
                client.close()

    def requests(self) -> int:
        """Return how many requests the clients that are in use have sent so far."""
        return sum(client.statistics.requests for client in list(self._clients.values()))

    def close(self) -> None:
        """Release threads, sockets and the cache."""
        for client in list(self._clients.values()):
            client.close()
        self._cache.close()


def uv_tables(folder: Path) -> tuple[UvTable, ...] | None:
    """Return what the project's files configure uv with, None where the project does not use uv.

    It does where the nearest folder upwards with one of them has a `uv.lock`, a `uv.toml` or a
    table `[tool.uv]` in its `pyproject.toml`. Of the last two `uv.toml` counts, as for uv.

    Args:
        folder: that of the requirements file.
    """
    for place in (folder, *folder.parents):
        own = _table(_table(read_uv_file(place / "pyproject.toml")).get("tool")).get("uv")
        sources = _table(_table(own).get("sources"))
        if (content := read_uv_file(place / "uv.toml")) is not None:
            return (UvTable(content, place / "uv.toml", workspace=True, sources=sources),)
        if isinstance(own, dict):
            return (UvTable(own, place / "pyproject.toml", workspace=True, sources=sources),)
        # `Path.is_file` raises where a folder may not be looked into.
        if os.path.isfile(place / "uv.lock"):  # noqa: PTH113
            return ()
    return None


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _lines(tree: Tree) -> Iterator[tuple[FileOption, ...]]:
    """Yield the options of a tree that say where packages come from, as lines that mean them.

    The tree has already applied pip's order to them; one option a line keeps it. Which files are
    candidates is left out: it changes nothing of what an index is asked.
    """
    options = tree.index_options
    for option in (options.no_index, options.index_url):
        if option:
            yield (_file_option(option),)
    for option in (*options.extra_index_urls, *options.find_links, *options.trusted_hosts):
        yield (_file_option(option),)


def _file_option(option: IndexOption) -> FileOption:
    """Return an option with the folder that its path is relative to."""
    variable = option.place if option.takes_variable else ""
    return FileOption(option.option.name, option.value, option.document.path.parent, variable)
