"""What the server writes to its log, of which an editor shows every warning."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.client import vscode_capabilities
from tests.lsp.editor import LAUNCH, TIMEOUT, isolated_environment

if TYPE_CHECKING:
    from pathlib import Path


def _message(body: str) -> bytes:
    return f"Content-Length: {len(body)}\r\n\r\n{body}".encode()


def test_a_request_that_is_cancelled_too_late_is_no_warning(tmp_path: Path) -> None:
    sent = [
        {"id": 1, "method": "initialize", "params": {"capabilities": vscode_capabilities()}},
        {"method": "initialized", "params": {}},
        {"method": "$/cancelRequest", "params": {"id": 1}},
        {"id": 2, "method": "textDocument/nothing", "params": {}},
        {"id": 3, "method": "shutdown"},
        {"method": "exit"},
    ]
    done = subprocess.run(
        [sys.executable, "-I", str(LAUNCH), "serve"],
        input=b"".join(_message(json.dumps({"jsonrpc": "2.0", **each})) for each in sent),
        capture_output=True,
        env=isolated_environment(tmp_path, None),
        timeout=TIMEOUT,
        check=True,
    )
    log = done.stderr.decode()
    # What the client does wrong is told.
    assert "textDocument/nothing" in log
    assert "Cancel" not in log
