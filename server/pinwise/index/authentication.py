"""Which credentials a request brings, in the order of pip's `MultiDomainBasicAuth`.

The address itself, else the index that the address belongs to, else the user's netrc file, else
what served for the same origin before; and after a 401, once, the user's keyring. Where pip would
then ask a person, the fact is "unauthorised".

Pinwise looks up what is merely opened, so that it is stricter than pip in one thing: the keyring
and the netrc file's entry for any host are not asked for a host that only the workspace names.
"""

from __future__ import annotations

import threading
from posixpath import commonpath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pinwise.base.patterns import late
from pinwise.base.tuples import NamedTuple
from pinwise.index.credentials import netrc_credentials
from pinwise.index.default import default_index_url
from pinwise.index.keyring import Keyring
from pinwise.index.types import Refusal
from pinwise.index.urls import Credentials, is_url, label_of, origin_of, split_credentials

if TYPE_CHECKING:
    from pinwise.index.types import IndexOptions

    Origin = tuple[str, str, int]


_PLAIN_USER = late(r"_{0,2}[A-Za-z]{1,16}_{0,2}")
"""Names of people and of roles; tokens have digits, hyphens or many letters."""

_PLAIN_PATH = late(r"(?:/[a-z]{0,16}[0-9]{0,8}(?:[._-][a-z]{1,16}){0,4})*/?")
"""Paths of short words and numbers, which hold no token."""


class _Index(NamedTuple):
    url: str
    """Without credentials, with one slash at its end: as pip names it to the keyring."""
    origin: Origin
    path: str
    credentials: Credentials | None


class Authentication:
    """The credentials of one configuration. Safe from any thread."""

    def __init__(self, options: IndexOptions) -> None:
        self._command = (options.trusted and options.keyring) or ""
        self._keyring = Keyring(self._command) if self._command else None
        self._strangers = {origin_of(url)[1] for url in options.workspace_urls}
        self._strangers -= {"", *options.user_hosts}
        self._asks_indexes = not options.no_index
        self._uses_default = options.index_url is None and not options.no_index
        urls = (options.index_url, *options.extra_index_urls, *(url for _, url in options.assigned))
        indexes = () if options.no_index else urls
        self._indexes = [_index_of(url) for url in indexes if url is not None and _remote(url)]
        pages = [_index_of(url) for url in options.find_links if _remote(url)]
        self._hosts = {index.origin[1] for index in (*self._indexes, *pages)} - self._strangers
        self._lock = threading.Lock()
        self._served: dict[Origin, Credentials] = {}
        self._refused: set[str] = set()

    def first(self, url: str, own: Credentials | None) -> Credentials | None:
        """Return what the first request brings, without blocking for long; None for nothing.

        Args:
            url: the bare address.
            own: what is written in the address.
        """
        given = own if own is not None and own.password is not None else self._given(url, own)
        if given is not None and given.password is not None:
            return given
        origin = origin_of(url)
        # Its entry for any host was not meant for one that a project's file brought up.
        found = netrc_credentials(origin[1], default=origin[1] not in self._strangers)
        if found is not None:
            return found
        with self._lock:
            served = self._served.get(origin) or self._sibling(origin)
        if served is not None and (given is None or given.user == served.user):
            return served
        return None if given is None else Credentials(given.user, "")

    def after_refusal(
        self, url: str, own: Credentials | None, sent: Credentials | None
    ) -> Credentials | None:
        """Return what the one repetition after a 401 brings, None where nothing else is left.

        Asks the keyring, which may take as long as its user needs to unlock it.

        Args:
            url: the bare address.
            own: what is written in the address.
            sent: what was refused.
        """
        given = self._given(url, own)
        if given is not None and given.password is not None:
            return None if given == sent else given
        origin = origin_of(url)
        with self._lock:
            # Another request may have found out meanwhile.
            served = self._served.get(origin)
        if served is not None and served != sent:
            return served
        found = self._from_keyring(url, origin, given.user if given is not None else None)
        if found is None or found == sent:
            return None
        with self._lock:
            self._served[origin] = found
        return found

    def note_refusal(self, url: str) -> None:
        """Note that an address was refused whatever was sent (401)."""
        if (service := self._service(url)) is not None:
            with self._lock:
                self._refused.add(service)

    def refusal(self, url: str) -> Refusal | None:
        """Return how the user can give credentials for an index; None where none were refused.

        Args:
            url: the bare address of the index.
        """
        service, host = self._service(url), origin_of(url)[1]
        with self._lock:
            if service is None or service not in self._refused:
                return None
        given = self._given(url, None)
        return Refusal(
            label_of(service),
            # pip asks its keyring about the host as well, and a path may hold a token.
            service if _PLAIN_PATH.fullmatch(urlsplit(service).path) else urlsplit(service).netloc,
            _shown_user(given),
            has_password=given is not None and given.password is not None,
            keyring=self._command if self._may_ask_for(host) else "",
            workspace=host in self._strangers,
        )

    def forget(self, *, patiently: bool = False) -> None:
        """Forget what was refused, and ask the keyring again at the next occasion.

        Args:
            patiently: keep what the keyring answered: a locked one asks its user each time.
        """
        with self._lock:
            self._refused.clear()
            if patiently:
                return
            self._served.clear()
        if self._keyring is not None:
            self._keyring.forget()

    def close(self) -> None:
        """End a question to the keyring that is under way."""
        if self._keyring is not None:
            self._keyring.close()

    def _given(self, url: str, own: Credentials | None) -> Credentials | None:
        """Return what configuration and files say: the address, else its index."""
        if own is not None and own.password is not None:
            return own
        index = self._index_for(url)
        return index.credentials if index is not None and index.credentials is not None else own

    def _index_for(self, url: str) -> _Index | None:
        """Return the index that an address belongs to: of those of its origin, the nearest."""
        origin, path = origin_of(url), urlsplit(url).path or "/"
        found, shared = None, -1
        for index in self._indexes:
            if index.origin == origin:
                length = len(commonpath([path, index.path]))
                if length > shared:
                    found, shared = index, length
        return found

    def _sibling(self, origin: Origin) -> Credentials | None:
        """Return those of another index of the origin: pip has met them by the second project."""
        return next(
            (
                index.credentials
                for index in self._indexes
                if index.origin == origin
                and index.credentials is not None
                and index.credentials.password is not None
            ),
            None,
        )

    def _from_keyring(self, url: str, origin: Origin, user: str | None) -> Credentials | None:
        if self._keyring is None or not self._may_ask_for(origin[1]):
            return None
        service = self._service(url)
        # The address of the index says more than the host, so that it comes first.
        found = self._keyring.get(service, user) if service is not None else None
        return found or self._keyring.get(urlsplit(url).netloc, user)

    def _service(self, url: str) -> str | None:
        """Return the index that an address belongs to, as pip names it to the keyring."""
        index = self._index_for(url)
        if index is not None:
            return index.url
        if self._uses_default and origin_of(url) == origin_of(default_index_url()):
            return f"{default_index_url()}/"
        return None

    def _may_ask_for(self, host: str) -> bool:
        """Whether the keyring may be asked for a host.

        Like pip, also for one that only the pages of an index name, as that of its files; but not
        where one of these indexes is the workspace's word, which would name any host then.
        """
        if host in self._strangers:
            return False
        if self._asks_indexes and not self._strangers:
            return True
        return host in self._hosts or (
            self._uses_default and host == origin_of(default_index_url())[1]
        )


def _shown_user(given: Credentials | None) -> str:
    """Return the user of credentials where it is no token: it has a password, or is a plain word.

    What stands alone before an `@` may be either (`__token__@`, `glpat-…@`).
    """
    if given is None or (not given.password and not _PLAIN_USER.fullmatch(given.user)):
        return ""
    return given.user


def _remote(url: str) -> bool:
    return is_url(url) and not url.lower().startswith("file:")


def _index_of(url: str) -> _Index:
    bare, credentials = split_credentials(url)
    bare = f"{bare.rstrip('/')}/"
    try:
        path = urlsplit(bare).path
    except ValueError:
        path = "/"
    return _Index(bare, origin_of(bare), path or "/", credentials)
