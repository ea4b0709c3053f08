"""The places of `--find-links`: folders of files, and pages that list files of any project."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pinwise.base.facts import Absent, NotChecked, Reason
from pinwise.index.filenames import projects_of
from pinwise.index.links import Link, Page, UnreadablePageError, filename_of
from pinwise.index.pages import ACCEPT, read_page
from pinwise.index.records import PageRecord, record_of
from pinwise.index.sources import (
    FAILURE_SECONDS,
    LOCAL_FRESH_SECONDS,
    REMOTE_FRESH_SECONDS,
    Ignored,
    Source,
    Unchanged,
    UnusableSource,
    page_of,
    validator_of,
)
from pinwise.index.urls import can_be_split, is_url, key_of, label_of, path_of, split_credentials

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from pinwise.index.http import HttpClient


_ONE_LOOK_SECONDS = 0.1


class _Grouped:
    """The links of a place, by the projects that they may belong to."""

    def __init__(self, base: str, pages: list[Page], validator: str = "") -> None:
        self.validator = validator
        self._base = base
        self._links: defaultdict[str, list[Link]] = defaultdict(list)
        for page in pages:
            for link in page.links:
                # The pages of one folder have different bases.
                kept = (
                    link if page.base == base else link._replace(href=urljoin(page.base, link.href))
                )
                for project in projects_of(link.filename):
                    self._links[project].append(kept)

    def record(self, project: NormalizedName, now: float) -> PageRecord:
        links = self._links.get(project)
        if not links:
            return PageRecord(known=False, fetched_at=now)
        record = record_of(Page(self._base, links), project, now, etag=self.validator)
        return record if record.versions else PageRecord(known=False, fetched_at=now)


class LinkFolder(Source):
    """A folder whose files are looked at, and whose HTML pages are read, but not its folders.

    The scan is repeated when the folder or one of its pages has changed.
    """

    local = True
    whole = True
    fresh_seconds = LOCAL_FRESH_SECONDS

    def __init__(self, folder: Path) -> None:
        self.key = key_of(f"folder {folder}")
        self.label = str(folder)
        self._folder = folder
        self._lock = threading.Lock()
        self._grouped: _Grouped | None = None
        self._pages: list[Path] = []
        self._looked_at = 0.0

    def ask(
        self, project: NormalizedName, previous: PageRecord | None, now: float
    ) -> PageRecord | Unchanged | Ignored | NotChecked:
        """Look the project up among the files of the folder."""
        with self._lock:
            try:
                # Thousands of names are asked for in a row, and mean one state of the folder.
                just_now = 0 <= now - self._looked_at < _ONE_LOOK_SECONDS
                if self._grouped is None or not (
                    just_now or self._grouped.validator == self._validator()
                ):
                    self._scan()
                if not just_now:
                    self._looked_at = now
            except (FileNotFoundError, NotADirectoryError):
                self._grouped = None
                return Ignored(f"pip ignores {self.label}: it does not exist")
            except OSError as error:
                self._grouped = None
                return NotChecked(Reason.UNREADABLE, f"{self.label}: {error.strerror}")
            grouped = self._grouped
        if grouped is None or (previous is not None and previous.etag == grouped.validator):
            return Unchanged()
        return grouped.record(project, now)

    def _scan(self) -> None:
        with os.scandir(self._folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.is_dir())
        self._pages = [
            self._folder / name for name in names if name.lower().endswith((".html", ".htm"))
        ]
        validator = self._validator()
        base = f"{self._folder.as_uri()}/"
        pages = [
            Page(base, [Link(name, (self._folder / name).as_uri()) for name in names]),
            *(page for path in self._pages if (page := _readable_page(path)) is not None),
        ]
        self._grouped = _Grouped(base, pages, validator)

    def _validator(self) -> str:
        return " ".join(validator_of(path) for path in (self._folder, *self._pages))


class LinkFile(Source):
    """A local HTML page that lists files, or a local distribution file itself."""

    local = True
    whole = True
    fresh_seconds = LOCAL_FRESH_SECONDS

    def __init__(self, path: Path) -> None:
        self.key = key_of(f"file {path}")
        self.label = str(path)
        self._path = path
        self._lock = threading.Lock()
        self._grouped: _Grouped | None = None

    def ask(
        self,
        project: NormalizedName,
        previous: PageRecord | None,  # noqa: ARG002 - the page as a whole is remembered
        now: float,
    ) -> PageRecord | Unchanged | Ignored | NotChecked:
        """Look the project up in the page."""
        with self._lock:
            try:
                validator = validator_of(self._path)
                if self._grouped is None or self._grouped.validator != validator:
                    if self._path.name.lower().endswith((".html", ".htm")):
                        page = _read_local_page(self._path)
                    else:
                        link = Link(self._path.name, self._path.as_uri())
                        page = Page(link.href, [link])
                    self._grouped = _Grouped(page.base, [page], validator)
            except (FileNotFoundError, NotADirectoryError):
                self._grouped = None
                return Ignored(f"pip ignores {self.label}: it does not exist")
            except OSError as error:
                self._grouped = None
                return NotChecked(Reason.UNREADABLE, f"{self.label}: {error.strerror}")
            except UnreadablePageError as error:
                return NotChecked(Reason.UNREADABLE, f"{self.label}: {error}")
            return self._grouped.record(project, now)


class LinkPage(Source):
    """A page behind HTTP that lists files of any project, or the address of a file itself.

    The page is asked for once, whatever the number of projects, and again when it is stale. That
    it could not be read is remembered for a while too.
    """

    local = False
    whole = True
    fresh_seconds = REMOTE_FRESH_SECONDS

    def __init__(self, url: str, http: HttpClient) -> None:
        self.key = key_of(f"page {split_credentials(url)[0]}")
        self.label = label_of(url)
        self._url, self._credentials = split_credentials(url)
        self._http = http
        self._lock = threading.Lock()
        self._grouped: _Grouped | None = None
        self._failure: NotChecked | None = None
        self._asked_at = 0.0

    def forget_failure(self) -> None:
        """Ask for the page again at the next occasion."""
        with self._lock:
            self._failure = None

    def ask(
        self,
        project: NormalizedName,
        previous: PageRecord | None,  # noqa: ARG002 - the page as a whole is remembered
        now: float,
    ) -> PageRecord | Unchanged | Ignored | NotChecked:
        """Look the project up in the page; the first to ask waits for it, the others for him."""
        with self._lock:
            age = now - self._asked_at
            if self._failure is not None and 0 <= age < FAILURE_SECONDS:
                return self._failure
            if self._grouped is None or not 0 <= age < self.fresh_seconds:
                answer = self._read()
                self._asked_at = now
                self._failure = answer if isinstance(answer, NotChecked) else None
                if isinstance(answer, NotChecked):
                    return answer
                self._grouped = answer
            return self._grouped.record(project, now)

    def _read(self) -> _Grouped | NotChecked:
        name = filename_of(self._url.partition("#")[0])
        if projects_of(name):
            link = Link(name, self._url.partition("#")[0])
            return _Grouped(self._url, [Page(self._url, [link])])
        answer = self._http.get(
            self._url, headers={"Accept": ACCEPT}, credentials=self._credentials
        )
        if isinstance(answer, NotChecked):
            return answer
        if isinstance(answer, Absent):
            # As pip: a page that does not exist lists nothing.
            return _Grouped(self._url, [])
        page = page_of(answer, self.label)
        return page if isinstance(page, NotChecked) else _Grouped(page.base, [page])


def find_links_source(location: str, http: HttpClient) -> Source:
    """Return the source for one `--find-links`, told apart as pip does."""
    if not can_be_split(location):
        return UnusableSource(location)
    if not is_url(location):
        path = Path(os.path.expanduser(location))  # noqa: PTH111 - `Path.expanduser` may raise
    elif location.lower().startswith("file:"):
        path = path_of(location)
    else:
        return LinkPage(location, http)
    path = path.absolute()
    if path.is_file():
        return LinkFile(path)
    if "://" in location and not is_url(location):
        return UnusableSource(location)
    # It need not be there yet: whoever asks finds out.
    return LinkFolder(path)


def _read_local_page(path: Path) -> Page:
    return read_page(path.read_bytes(), "text/html", path.as_uri())


def _readable_page(path: Path) -> Page | None:
    """Read a page that lies among files; one that is no page of links is none of our business."""
    try:
        return _read_local_page(path)
    except UnreadablePageError:
        return None
