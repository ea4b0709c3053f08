"""The places that are asked for a project: indexes, remote and local."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.base.facts import Absent, NotChecked, Reason
from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.index.default import default_index_url
from pinwise.index.links import Page, UnreadablePageError
from pinwise.index.pages import ACCEPT, read_page
from pinwise.index.records import PageRecord, record_of
from pinwise.index.urls import (
    UNREADABLE,
    can_be_split,
    key_of,
    label_of,
    origin_of,
    path_of,
    project_url,
    redact,
    split_credentials,
)

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from pinwise.index.http import Answer, HttpClient
    from pinwise.index.types import Refusal
    from pinwise.index.urls import Credentials

REMOTE_FRESH_SECONDS = 600.0
LOCAL_FRESH_SECONDS = 60.0
FAILURE_SECONDS = 60.0
"""For how long a failed look-up is not repeated."""

_READERS = threading.BoundedSemaphore(2)
"""Reading pages is work for the processor, and the interpreter does it one thread at a time: with
a dozen threads at it, the one that answers the editor would wait its turn behind all of them."""


@record(frozen=True, slots=True)
class Unchanged:
    """What was said before still holds."""


class Ignored(NamedTuple):
    """There is no such place. pip warns and goes on without it, and so do we.

    Attributes:
        detail: a sentence for a person, without secrets.
        mistaken: whether the option is likely wrong, rather than a folder not there yet. What
            the place that was meant has is not known then.
    """

    detail: str
    mistaken: bool = False


class Source(ABC):
    """One place that may list files of a project. Safe from any thread.

    Attributes:
        key: names the place in the cache, without secrets.
        label: names it for a person, without secrets.
        local: whether asking it sends nothing over a network.
        fresh_seconds: for how long an answer is taken as it is.
        blocked: why it must not be asked, or None.
        private: whether its location holds a value that no message may show; `label` does not.
        ends: whether the places after it count only for projects that it does not have.
        index: whether it is an index, not a place of `--find-links`.
        default: whether it is the index that is asked where nothing is configured.
        only: the projects that it counts for; None for all.
        whole: whether one request answers for all projects, so that asking for several at once
            would only make threads wait for each other.
    """

    key: str
    label: str
    local: bool
    fresh_seconds: float
    blocked: NotChecked | None = None
    private: bool = False
    ends: bool = False
    index: bool = False
    default: bool = False
    whole: bool = False
    only: frozenset[str] | None = None

    def page_url(self, project: NormalizedName) -> str:  # noqa: ARG002 - as below
        """Return the address of a project's page without credentials, "" where it has none."""
        return ""

    def refusal(self) -> Refusal | None:
        """Return how the user can give credentials, where the place asked for them."""
        return None

    def forget_failure(self) -> None:  # noqa: B027 - most places remember none
        """Make the next `ask` ask again, where the place remembers that it could not."""

    def root(self, limit: int) -> Answer | Absent | NotChecked:  # noqa: ARG002 - as above
        """Return the page that lists an index's projects, of `limit` bytes at most. Blocks."""
        return Absent()

    @abstractmethod
    def ask(
        self, project: NormalizedName, previous: PageRecord | None, now: float
    ) -> PageRecord | Unchanged | Ignored | NotChecked:
        """Ask for a project. Blocks.

        Args:
            project: the normalized name.
            previous: what was said before; only its validators are looked at.
            now: the moment to note in the record, in seconds since the epoch.

        Returns:
            A record with `known` false where the place has no such project.
        """


class RemoteIndex(Source):
    """An index behind HTTP (PEP 503, PEP 691).

    Args:
        url: the base address, which may have credentials; None for the default index, whose
            address is not needed before it is asked.
    """

    local = False
    index = True
    fresh_seconds = REMOTE_FRESH_SECONDS

    def __init__(self, url: str | None, http: HttpClient) -> None:
        self.default = url is None
        self.key = "default" if url is None else key_of(url)
        self.label = "the default index" if url is None else label_of(url)
        self._url: str | None = None
        self._credentials: Credentials | None = None
        if url is not None:
            self._url, self._credentials = split_credentials(url)
        self._http = http

    def page_url(self, project: NormalizedName) -> str:
        """Return the address that is asked."""
        if self.private:
            return ""
        return project_url(self._url or default_index_url(), project)

    def root(self, limit: int) -> Answer | Absent | NotChecked:
        """Get the page above those of the projects."""
        return self._http.get(
            f"{(self._url or default_index_url()).rstrip('/')}/",
            headers={"Accept": ACCEPT},
            credentials=self._credentials,
            limit=limit,
        )

    def refusal(self) -> Refusal | None:
        """Return how the user can give credentials; no message may show a private address."""
        return None if self.private else self._http.refusal(self._url or default_index_url())

    def ask(
        self, project: NormalizedName, previous: PageRecord | None, now: float
    ) -> PageRecord | Unchanged | Ignored | NotChecked:
        """Get the project's page, conditionally where there are validators."""
        base = self._url or default_index_url()
        answer = self._http.get(
            project_url(base, project),
            headers={"Accept": ACCEPT, **validators(previous)},
            credentials=self._credentials,
        )
        if isinstance(answer, NotChecked):
            return answer
        if isinstance(answer, Absent):
            return PageRecord(known=False, fetched_at=now)
        if answer.unchanged:
            if previous is None or not previous.known:
                detail = f"{self.label} answers with status 304 to a first request"
                return NotChecked(Reason.UNREADABLE, detail)
            return Unchanged()
        with _READERS:
            return self._record(answer, project, now)

    def _record(
        self, answer: Answer, project: NormalizedName, now: float
    ) -> PageRecord | NotChecked:
        page = page_of(answer, self.label)
        if isinstance(page, NotChecked):
            return page
        if "html" in answer.content_type.lower():
            from pinwise.index.other_pages import other_than_project  # noqa: PLC0415 - few are HTML

            if why := other_than_project(page, answer.body, project):
                return NotChecked(Reason.UNREADABLE, f"{self.label}: {why}")
        return record_of(page, project, now, etag=answer.etag, last_modified=answer.last_modified)


class LocalIndex(Source):
    """An index in a folder, as `file://` addresses or plain paths name it.

    As for pip, each project is a folder of its normalized name with an `index.html` in it.

    Args:
        folder: absolute.
        written: the folder as a person wrote it, without secrets.
    """

    local = True
    index = True
    fresh_seconds = LOCAL_FRESH_SECONDS

    def __init__(self, folder: Path, written: str = "") -> None:
        self.key = key_of(f"index {folder}")
        self.label = written or str(folder)
        self._folder = folder

    def ask(
        self, project: NormalizedName, previous: PageRecord | None, now: float
    ) -> PageRecord | Unchanged | Ignored | NotChecked:
        """Read the project's page, unless its time and size are those of `previous`."""
        path = self._folder / project / "index.html"
        try:
            validator = validator_of(path)
            if previous is not None and previous.known and previous.etag == validator:
                return Unchanged()
            body = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            if self._folder.is_dir():
                return PageRecord(known=False, fetched_at=now)
            return Ignored(f"pip ignores {self.label}: it does not exist", mistaken=True)
        except OSError as error:
            return NotChecked(Reason.UNREADABLE, f"{path}: {error.strerror}")
        try:
            page = read_page(body, "text/html", path.as_uri())
        except UnreadablePageError as error:
            return NotChecked(Reason.UNREADABLE, f"{path}: {error}")
        return record_of(page, project, now, etag=validator)


def validators(previous: PageRecord | None) -> dict[str, str]:
    """Return the headers that make a request conditional (RFC 9110, 13.1)."""
    headers: dict[str, str] = {}
    if previous is not None and previous.known:
        if previous.etag:
            headers["If-None-Match"] = previous.etag
        if previous.last_modified:
            headers["If-Modified-Since"] = previous.last_modified
    return headers


def page_of(answer: Answer, label: str) -> Page | NotChecked:
    """Read the page in an answer, or tell why it cannot be read."""
    try:
        return read_page(answer.body, answer.content_type, answer.url)
    except UnreadablePageError as error:
        return NotChecked(Reason.UNREADABLE, f"{label}: {error}")


def validator_of(path: Path) -> str:
    """Return what changes when a file or folder does: its time and size.

    Raises:
        OSError: it does not exist or is out of reach.
    """
    status = path.stat()
    return f"{status.st_mtime_ns}-{status.st_size}"


def index_source(url: str | None, http: HttpClient) -> Source:
    """Return the source for `--index-url` or `--extra-index-url`: an address, or a path.

    As `build_source` in pip's `pip/_internal/index/sources.py`, for which everything without one
    of its schemes is a path: `index.example/simple` too.
    """
    if url is None:
        return RemoteIndex(None, http)
    if not can_be_split(url):
        return UnusableSource(url)
    if url.partition(":")[0].lower() in {"http", "https"}:
        # `https:/index.example` names no host, so that pip fails on it.
        return RemoteIndex(url, http) if origin_of(url)[1] else UnusableSource(url)
    if url.lower().startswith("file:"):
        return LocalIndex(path_of(url))
    if "://" in url:
        return UnusableSource(url)
    # What stands before an `@` may be a password: an address whose scheme is missing.
    return LocalIndex(Path(url).absolute(), url.rpartition("@")[2])


class UnusableSource(Source):
    """A location that pip ignores or fails on: no address, and a scheme that pip does not know."""

    local = True
    fresh_seconds = LOCAL_FRESH_SECONDS

    def __init__(self, location: str) -> None:
        self.key = key_of(f"unusable {location}")
        # Where no host is found, the password is not found either; it stands before an `@`.
        hostless = not origin_of(location)[1]
        self.label = redact(location).rpartition("@")[2] if hostless else redact(location)

    def ask(
        self,
        project: NormalizedName,  # noqa: ARG002 - the interface
        previous: PageRecord | None,  # noqa: ARG002 - the interface
        now: float,  # noqa: ARG002 - the interface
    ) -> PageRecord | Unchanged | Ignored | NotChecked:
        """Say that there is nothing to ask."""
        detail = f"pip ignores {self.label}: it is neither a path nor an address of an index"
        if self.label == UNREADABLE:
            detail = "pip ignores an index: its address is written wrongly"
        return Ignored(detail, mistaken=True)
