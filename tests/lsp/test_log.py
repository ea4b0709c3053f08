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


def _log_of(home: Path, *sent: dict[str, object]) -> str:
    """Return what a server logs that is sent some messages, and whose client then goes away."""
    bodies = [json.dumps({"jsonrpc": "2.0", **each}) for each in (*_BEGIN, *sent)]
    done = subprocess.run(
        [sys.executable, "-I", str(LAUNCH), "serve"],
        input="".join(f"Content-Length: {len(body)}\r\n\r\n{body}" for body in bodies).encode(),
        capture_output=True,
        env=isolated_environment(home, None),
        timeout=TIMEOUT,
        check=False,
    )
    return done.stderr.decode()


_BEGIN: tuple[dict[str, object], ...] = (
    {"id": 1, "method": "initialize", "params": {"capabilities": vscode_capabilities()}},
    {"method": "initialized", "params": {}},
)


def test_a_request_that_is_cancelled_too_late_is_no_warning(tmp_path: Path) -> None:
    log = _log_of(
        tmp_path,
        {"method": "$/cancelRequest", "params": {"id": 1}},
        {"id": 2, "method": "textDocument/nothing", "params": {}},
        {"id": 3, "method": "shutdown"},
        {"method": "exit"},
    )
    # What the client does wrong is told.
    assert "textDocument/nothing" in log
    assert "Cancel" not in log


def test_a_client_that_goes_away_before_it_told_its_settings_is_no_failure(tmp_path: Path) -> None:
    assert _log_of(tmp_path) == ""
    assert _log_of(tmp_path, {"method": "exit"}) == ""
