"""The language server: pygls, with our session behind it."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcContentModified,
    JsonRpcInvalidParams,
    JsonRpcMethodNotFound,
    JsonRpcRequestCancelled,
)
from pygls.lsp.server import LanguageServer

from pinwise import __version__
from pinwise.base.redaction import redacted
from pinwise.lsp.handlers import (
    activation,
    code_action,
    code_lens,
    compilation,
    completion,
    definition,
    documents,
    environment_repair,
    environments,
    folding,
    following,
    formatting,
    hover,
    inlay_hints,
    lifecycle,
    links,
    network,
    package_changes,
    packages,
    references,
    requirement_completion,
    selection_range,
    symbols,
    update_all,
)
from pinwise.lsp.protocol import PinwiseProtocol
from pinwise.lsp.session import Session

if TYPE_CHECKING:
    from pygls.server import ServerErrors

logger = logging.getLogger(__name__)

HANDLERS = (
    lifecycle,
    documents,
    code_action,
    hover,
    completion,
    requirement_completion,
    code_lens,
    update_all,
    inlay_hints,
    environments,
    environment_repair,
    activation,
    following,
    packages,
    package_changes,
    compilation,
    symbols,
    folding,
    links,
    definition,
    references,
    selection_range,
    formatting,
    network,
)
"""The modules that answer the client, in the order that they are registered in."""

FORESEEN = (
    JsonRpcContentModified,
    JsonRpcInvalidParams,
    JsonRpcMethodNotFound,
    JsonRpcRequestCancelled,
)
"""Answers to a client's mistake or wish, which are no failures of ours."""


class PinwiseServer(LanguageServer):
    """A `LanguageServer` with a session."""

    def __init__(self) -> None:
        # Full sync, because pygls applies incremental changes by `str.splitlines`, which also
        # breaks at form feeds and their like, where LSP does not.
        super().__init__(
            "pinwise",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=PinwiseProtocol,
        )
        self.session = Session(self)

    def report_server_error(self, error: Exception, source: ServerErrors) -> None:
        """Log a failure: pygls would show each one to the user as a pop-up."""
        if isinstance(error, FORESEEN):
            logger.info("%s: %s", source.__name__, error)
        else:
            logger.error("%s: %s", source.__name__, error, exc_info=error)


class _SafeFormatter(logging.Formatter):
    """Keeps the user parts of addresses out of the log, those of tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's text."""
        return redacted(super().format(record))


def _unforeseen(record: logging.LogRecord) -> bool:
    """Keep what pygls logs out of the log where it was foreseen.

    Its tracebacks of what is no failure, and its warnings that a request was cancelled which it has
    answered: the two messages were under way at the same time.
    """
    if record.getMessage().startswith("Cancel notification for unknown"):
        return False
    return not (record.exc_info and isinstance(record.exc_info[1], FORESEEN))


def make_server() -> PinwiseServer:
    """Return a server with every handler registered."""
    server = PinwiseServer()
    for module in HANDLERS:
        module.register(server)
    return server


def serve() -> int:
    """Serve on standard input and output until the client says `exit`.

    Returns 0, or 1 where the client did not say `shutdown` first, as LSP asks.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_SafeFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # At INFO these log every message whole.
    logging.getLogger("pygls").setLevel(logging.WARNING)
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_unforeseen)
    server = make_server()
    # Standard output is the protocol: a stray print must not break it.
    protocol, sys.stdout = sys.stdout.buffer, sys.stderr
    server.start_io(sys.stdin.buffer, protocol)
    return 0 if server.session.stopped else 1
