"""Connections: pools, TLS and proxies. Imports urllib3 and truststore, so it is imported late."""

from __future__ import annotations

import contextlib
import ipaddress
import ssl
import sys
import threading
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import truststore
import urllib3

from pinwise.index.deadlines import bounded_pools
from pinwise.index.urls import is_trusted, origin_of, split_credentials

if TYPE_CHECKING:
    from pinwise.index.types import IndexOptions

CONNECTIONS_PER_HOST = 16


class SettingsError(ValueError):
    """The user's settings allow no connection; the message is a sentence without secrets."""


class Transport:
    """The connection pools of one configuration. Safe from any thread."""

    def __init__(self, options: IndexOptions) -> None:
        self._options = options
        self._managers: dict[tuple[str | None, bool], urllib3.PoolManager] = {}
        self._contexts: dict[bool, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self._proxies = urllib.request.getproxies()

    def manager_for(self, url: str) -> urllib3.PoolManager:
        """Return the pools to ask for `url`: direct or through a proxy, checked or trusted.

        Raises:
            SettingsError: a certificate cannot be read, or the proxy is of an unknown kind.
        """
        proxy = self._proxy_for(url)
        trusted = is_trusted(url, self._options.trusted_hosts)
        with self._lock:
            manager = self._managers.get((proxy, trusted))
            if manager is None:
                manager = self._managers[proxy, trusted] = self._manager(proxy, trusted=trusted)
            return manager

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            for manager in self._managers.values():
                manager.clear()
            self._managers.clear()

    def _proxy_for(self, url: str) -> str | None:
        """Return the proxy to use: pip's `--proxy`, else what environment and system say."""
        proxy = self._options.proxy
        if proxy is None:
            scheme, host, port = origin_of(url)
            proxy = self._proxies.get(scheme) or self._proxies.get("all", "")
            if urllib.request.proxy_bypass(f"{host}:{port}") or self._in_bypassed_network(host):
                return None
        if not proxy:
            return None
        return proxy if "://" in proxy else f"http://{proxy}"

    def _in_bypassed_network(self, host: str) -> bool:
        """Whether `NO_PROXY` has a network (`10.0.0.0/8`) with this address in it.

        As for pip's HTTP library (`requests.utils.should_bypass_proxies`), and unlike for Python's.
        """
        try:
            address = ipaddress.IPv4Address(host)
        except ValueError:
            return False
        for part in self._proxies.get("no", "").split(","):
            with contextlib.suppress(ValueError):
                if "/" in part and address in ipaddress.IPv4Network(part.strip(), strict=False):
                    return True
        return False

    def _manager(self, proxy: str | None, *, trusted: bool) -> urllib3.PoolManager:
        manager = self._unbounded_manager(proxy, self._context(trusted=trusted))
        bounded_pools(manager)
        return manager

    def _unbounded_manager(self, proxy: str | None, context: ssl.SSLContext) -> urllib3.PoolManager:
        if proxy is None:
            return urllib3.PoolManager(maxsize=CONNECTIONS_PER_HOST, ssl_context=context)
        bare, credentials = split_credentials(proxy)
        headers = None
        if credentials is not None:
            headers = {"Proxy-Authorization": credentials.basic()}
        try:
            return urllib3.ProxyManager(
                bare,
                maxsize=CONNECTIONS_PER_HOST,
                ssl_context=context,
                proxy_headers=headers,
                # That a host's certificate is not checked does not go for the proxy's.
                proxy_ssl_context=self._context(trusted=False),
            )
        except urllib3.exceptions.HTTPError as error:
            message = "the proxy's address is of a kind that is not supported"
            raise SettingsError(message) from error

    def _context(self, *, trusted: bool) -> ssl.SSLContext:
        """Return the TLS settings: the system's trust store and the user's certificates.

        Building one takes about 20 ms, so that it is done once, and only when asked for.
        """
        context = self._contexts.get(trusted)
        if context is not None:
            return context
        try:
            context = self._new_context(trusted=trusted)
        except OSError as error:
            files = [path for path in (self._options.cert, self._options.client_cert) if path]
            message = f"a certificate of pip's configuration is unusable: {' or '.join(files)}"
            raise SettingsError(message) from error
        self._contexts[trusted] = context
        return context

    def _new_context(self, *, trusted: bool) -> ssl.SSLContext:
        if trusted:
            # The user asked for this host not to be checked: pip's `--trusted-host`.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        else:
            context = _checking_context()
            if self._options.cert:
                bundle = Path(self._options.cert)
                if bundle.is_dir():
                    context.load_verify_locations(capath=str(bundle))
                else:
                    context.load_verify_locations(cafile=str(bundle))
        if self._options.client_cert:
            # Without this OpenSSL would ask for the pass phrase of a key on a terminal.
            context.load_cert_chain(self._options.client_cert, password=lambda: "")
        return context


def _checking_context() -> ssl.SSLContext:
    """Return TLS settings that trust what the system trusts.

    Where OpenSSL knows the system's certificates, `truststore` would load the same, but anew and
    under a lock for each connection, so that a dozen of them would be made one after the other.
    """
    known = ssl.get_default_verify_paths()
    if sys.platform in {"darwin", "win32"} or not (known.cafile or known.capath):
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # As truststore, and so pip, does: without the stricter flags of `create_default_context`, by
    # which the certificates of many companies' proxies fail.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    return context
