"""What a failed exchange means, in words for a person. Imports urllib3, so it is imported late."""

from __future__ import annotations

import re
import socket
import ssl

from urllib3 import exceptions

from pinwise.base.facts import NotChecked, Reason
from pinwise.index.statuses import proxy_refusal
from pinwise.index.urls import origin_of

_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
_CUT_SHORT = (exceptions.IncompleteRead, exceptions.InvalidChunkLength)


def failure_of(error: exceptions.HTTPError, label: str) -> tuple[NotChecked, bool]:
    """Return what a failed exchange means, and whether another attempt may succeed.

    Args:
        error: as urllib3 raised it; its text may hold secrets and is not passed on.
        label: names the index for a person.
    """
    cause = error.args[-1] if isinstance(error, exceptions.ProtocolError) and error.args else None
    reason, again = Reason.UNREACHABLE, True
    if isinstance(error, exceptions.NewConnectionError):
        # urllib3 makes it a kind of time-out.
        detail = _no_connection(error, label)
    elif isinstance(error, exceptions.ConnectTimeoutError):
        reason, again, detail = Reason.TIMED_OUT, False, f"no connection to {label} in time"
    elif isinstance(error, exceptions.TimeoutError):
        reason, again, detail = Reason.TIMED_OUT, False, f"{label} did not answer in time"
    elif isinstance(error, exceptions.SSLError):
        again, detail = False, _no_encryption(error, label)
    elif isinstance(error, exceptions.ProxyError):
        detail, again = _no_way_through(error, label)
    elif isinstance(error, exceptions.DecodeError):
        reason, again = Reason.UNREADABLE, False
        detail = f"the answer of {label} is not decodable"
    elif isinstance(error, _CUT_SHORT) or isinstance(cause, _CUT_SHORT):
        reason, detail = Reason.UNREADABLE, f"the answer of {label} is cut short"
    elif isinstance(error, exceptions.ProtocolError):
        detail = f"{label} closed the connection"
    else:
        detail = f"{label} cannot be reached"
    return NotChecked(reason, detail), again


def _no_connection(error: exceptions.NewConnectionError, label: str) -> str:
    cause = error.__cause__
    if isinstance(cause, socket.gaierror) or isinstance(error, exceptions.NameResolutionError):
        return f"the name {origin_of(f'//{label}')[1]} cannot be resolved"
    if isinstance(cause, ConnectionRefusedError):
        return f"{label} refuses the connection"
    return f"{label} cannot be reached"


def _no_encryption(error: exceptions.SSLError, label: str) -> str:
    """Tell a certificate that is not trusted from a server that speaks no TLS."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        # OpenSSL's words: "certificate has expired", "self-signed certificate".
        why = (getattr(cause, "verify_message", "") or "").partition(",")[0].rstrip(".")
        return f"the certificate of {label} could not be verified{f': {why}' if why else ''}"
    return f"no encrypted connection to {label} could be made"


def _no_way_through(error: exceptions.ProxyError, label: str) -> tuple[str, bool]:
    told = _TUNNEL.search(str(error.original_error))
    if told is not None:
        status = int(told[1])
        return proxy_refusal(status, label), status >= 500  # noqa: PLR2004 - a server error
    if isinstance(error.original_error, exceptions.NewConnectionError):
        cause = error.original_error
        if isinstance(cause, exceptions.NameResolutionError):
            return f"the name of the proxy on the way to {label} cannot be resolved", True
    return f"{label} cannot be reached through the proxy", True
