"""The same diagnostics and fixes in an editor that knows nothing of Pinwise."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fake_index import FakeIndex, Release
from tests.lsp.editor import LAUNCH, isolated_environment

SCRIPT = Path(__file__).with_name("neovim.lua")


def neovim() -> str:
    """Return the editor; without one, the test cannot pass in CI, and is skipped elsewhere."""
    found = shutil.which("nvim")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("Neovim is not installed: apt-get install neovim")
        pytest.skip("Neovim is not installed: sudo apt install neovim")
    return found


def test_a_misspelt_name_is_told_and_fixed(tmp_path: Path) -> None:
    editor = neovim()
    project, home = tmp_path / "project", tmp_path / "home"
    project.mkdir()
    home.mkdir()
    text = "# 🐍 the web\nreqeusts>=2.30  # why 🐍\n"
    (project / "requirements.txt").write_text(text, encoding="utf-8")
    with FakeIndex({"requests": {"2.31.0": Release()}}) as index:
        environ = isolated_environment(home, index.url)
        command = [sys.executable, "-I", "-X", "utf8", str(LAUNCH), "serve"]
        done = subprocess.run(
            [
                editor,
                "--headless",
                "-u",
                "NONE",
                "-i",
                "NONE",
                "-n",
                "requirements.txt",
                "-c",
                f"luafile {SCRIPT}",
            ],
            cwd=project,
            env={**environ, "PINWISE_COMMAND": json.dumps(command), "TERM": "dumb"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=True,
        )
    line = next(line for line in done.stderr.splitlines() if line.startswith("{"))
    result = json.loads(line)
    assert result["found"]
    assert result["message"].startswith("No package index in use has `reqeusts`.")
    assert result["range"] == [1, 0, 1, 8]
    assert "Change to `requests`" in result["titles"]
    assert result["lines"] == ["# 🐍 the web", "requests>=2.30  # why 🐍"]
    assert result["settled"]
