"""The names of all projects of an index, for completion, where the user asked for them.

An index lists them at its root (PEP 503, PEP 691). That page is large, so that it is asked for
only by opt-in, once a day, and never on the default index, whose names are hundreds of thousands.
Only indexes that the user's own configuration names are asked: a workspace chooses none.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from functools import partial
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.base.facts import Absent, NotChecked, Reason
from pinwise.base.patterns import late
from pinwise.index.cached_names import KeptNames
from pinwise.index.urls import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from packaging.utils import NormalizedName

    from pinwise.index.cache import Cache
    from pinwise.index.http import Answer
    from pinwise.index.sources import Source
    from pinwise.index.workers import Workers

_LOG = logging.getLogger(__name__)

ROOT_LIMIT = 8 * 1024 * 1024
"""Bytes of an index's list of names that are read at most."""

MOST_NAMES = 50_000
"""Names of one index that are kept: each letter that is typed looks through them."""

FRESH_SECONDS = 86_400.0
"""For how long a list is taken as it is; new names are rare, and no list is wrong for long."""

FAILURE_SECONDS = 3_600.0
"""For how long an index is left alone that did not answer, or lists no names."""

URGENCY = 8
"""After everything that somebody waits for."""

_ANCHOR = late(r"<a\b[^<>]*>([^<>]{1,400})</a", re.IGNORECASE)
"""With the space around the text, which is bounded, so that reading stays linear in the page."""

_NAME = late(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
_FOR_PEOPLE = re.compile(rb"<(?:form|input|frame|iframe)\b", re.IGNORECASE)


class IndexNames:
    """The names that indexes list. Safe from any thread.

    Args:
        sources: those in use.
        workspace_urls: addresses that only the workspace names; they are not asked.
        cache: where lists outlive the process.
        workers: who asks.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        workspace_urls: Iterable[str],
        cache: Cache | None,
        workers: Workers,
        clock: Callable[[], float],
    ) -> None:
        foreign = set(map(key_of, workspace_urls))
        self._sources = tuple(
            source
            for source in sources
            if source.index and not (source.default or source.private or source.local)
            if source.blocked is None and source.key not in foreign
        )
        self._cache = cache
        self._workers = workers
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, KeptNames] = {}
        self._next: dict[str, float] = {}
        self._refused: set[str] = set()
        self._union: frozenset[NormalizedName] = frozenset()

    def get(self) -> frozenset[NormalizedName]:
        """Return what is known, at once; what is missing or old is asked for in the background."""
        now = self._clock()
        for source in self._sources:
            with self._lock:
                if now < self._next.get(source.key, 0.0):
                    continue
                # Whatever comes of it, nobody else asks meanwhile.
                self._next[source.key] = now + FAILURE_SECONDS
            self._workers.submit(partial(self._refresh, source), URGENCY)
        return self._union

    def forget_failures(self) -> None:
        """Let the next `get` ask those indexes again that wanted credentials: for "Retry".

        The others stay alone for their hour: a file that is saved is a reason to retry, too, and
        no reason to get a page of megabytes.
        """
        with self._lock:
            for key in self._refused:
                self._next.pop(key, None)
            self._refused.clear()

    def _refresh(self, source: Source) -> None:
        """Read the cache, and ask the index where that has nothing new enough; on a worker."""
        now = self._clock()
        kept = self._cache.names(source.key) if self._cache is not None else None
        if kept is not None:
            fresh = kept.fetched_at <= now < kept.fetched_at + FRESH_SECONDS
            self._keep(source, kept, kept.fetched_at + FRESH_SECONDS if fresh else now)
            if fresh:
                return
        answer = source.root(ROOT_LIMIT)
        names = None if isinstance(answer, (Absent, NotChecked)) else names_in(answer)
        if isinstance(answer, NotChecked) and answer.reason is Reason.UNAUTHORISED:
            with self._lock:
                self._refused.add(source.key)
        if names is None:
            _LOG.info("%s lists no names", source.label)
            return
        found = KeptNames(names, now)
        self._keep(source, found, now + FRESH_SECONDS)
        if self._cache is not None:
            self._cache.put_names(source.key, found)

    def _keep(self, source: Source, found: KeptNames, until: float) -> None:
        """Take a list for what the index has, and ask again from a moment on."""
        with self._lock:
            self._kept[source.key] = found
            self._next[source.key] = max(self._next.get(source.key, 0.0), until)
            self._union = frozenset().union(*(kept.names for kept in self._kept.values()))


def names_in(answer: Answer) -> frozenset[NormalizedName] | None:
    """Return the names that an index's root page lists; None where it is no such page.

    Linear in the page. What is no name is left out.
    """
    if "json" in answer.content_type:
        return _chosen(_of_json(answer.body))
    if "html" not in answer.content_type or _FOR_PEOPLE.search(answer.body):
        # A login page has links too.
        return None
    text = answer.body.decode("utf-8", "replace")
    from html import unescape  # noqa: PLC0415 - a list is read once a day

    return _chosen(unescape(match[1]).strip() for match in _ANCHOR.finditer(text))


def _of_json(body: bytes) -> Iterator[str]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return
    projects = data.get("projects") if isinstance(data, dict) else None
    for project in projects if isinstance(projects, list) else ():
        if isinstance(project, dict) and isinstance(project.get("name"), str):
            yield project["name"]


def _chosen(texts: Iterable[str]) -> frozenset[NormalizedName] | None:
    found: set[NormalizedName] = set()
    for text in texts:
        if _NAME.fullmatch(text):
            found.add(canonicalize_name(text))
            if len(found) >= MOST_NAMES:
                break
    return frozenset(found) or None
